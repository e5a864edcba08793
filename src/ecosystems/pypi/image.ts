/** What an image installs Python packages from: a requirements file that carries its own options. */
import { hexOf } from '../../domain/digest.ts';
import type { ImageContents, ImageFile } from '../../domain/image.ts';

/**
 * One requirements file, in pip's format ("Requirements File Format" of its documentation): the index, the wish for hashes
 * and for wheels stand in it, so that `pip install -r` needs no other setting and takes nothing else.
 */
export async function pypiImageFiles({ base, target, releases }: ImageContents): Promise<readonly ImageFile[]> {
  const options = [`--index-url ${base}simple/`, '--require-hashes', '--only-binary :all:'];
  const lines = releases.map(({ name, version, isCore, neededBy, files }) => {
    const hashes = files.map(({ sha256 }) => `    --hash=sha256:${hexOf(sha256)}`).toSorted();
    const via = [...(isCore ? ['core list'] : []), ...neededBy].join(', ');
    return [`# ${via}`, `${name}==${version} \\`, hashes.join(' \\\n')].join('\n');
  });
  const text = `${[...options, '', ...lines].join('\n')}\n`;
  return [{ path: `pypi/${target.id}/requirements.txt`, text }];
}
