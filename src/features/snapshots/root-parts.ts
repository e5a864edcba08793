/** What an index of all packages is put together from. */
import type { Blobs } from '../../platform/blobs/port.ts';
import { type EcosystemContent, parseShard } from './content.ts';

/** The documents of all packages, whatever was compiled now or before. */
export async function partsIn(blobs: Blobs, shards: EcosystemContent['shards']): Promise<readonly Uint8Array[]> {
  const parts: Uint8Array[] = [];
  for (const shard of Object.values(shards)) {
    const forms = Object.values(parseShard(await blobs.read(shard)))
      .flatMap(({ documents }) => documents)
      .flatMap((document) => document.forms.filter(({ encoding }) => encoding === 'identity'));
    for (const { digest } of forms) parts.push(await blobs.read(digest));
  }
  return parts;
}
