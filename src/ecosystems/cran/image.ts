/** What an image installs R packages from: a lock file that `renv::restore` reads. */
import type { ImageContents, ImageFile } from '../../domain/image.ts';
import { profileOf } from './targets.ts';

/** How the repository is called in the lock file. */
const REPOSITORY = 'pratique';

/** `renv.lock` as renv's documentation ("Lockfiles") has it, without hashes: renv's are of installed trees, not of files. */
export async function cranImageFiles({ base, target, releases }: ImageContents): Promise<readonly ImageFile[]> {
  const needs = new Map<string, string[]>();
  for (const { name, neededBy } of releases)
    for (const parent of neededBy) needs.set(parent, [...(needs.get(parent) ?? []), name]);
  const packages = releases.map(({ name, version }) => {
    const requirements = needs.get(name)?.toSorted() ?? [];
    const record = { Package: name, Version: version, Source: 'Repository', Repository: REPOSITORY };
    return [name, requirements.length === 0 ? record : { ...record, Requirements: requirements }];
  });
  const lock = {
    R: {
      Version: profileOf(target).rVersion,
      Repositories: [{ Name: REPOSITORY, URL: base.replace(/\/$/, '') }],
    },
    Packages: Object.fromEntries(packages),
  };
  return [{ path: `cran/${target.id}/renv.lock`, text: `${JSON.stringify(lock, null, 2)}\n` }];
}
