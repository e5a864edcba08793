/** Which earlier release a release is compared with. */
import type { VersionRules } from '../../ecosystems/contract.ts';

/** The newest release older than `version`, else the newest other one. */
export function previousOf<T extends { readonly version: string }>(
  releases: readonly T[],
  version: string,
  { compare }: Pick<VersionRules, 'compare'>,
): T | undefined {
  const others = releases
    .filter((one) => compare(one.version, version) !== 0)
    .toSorted((a, b) => compare(a.version, b.version));
  return others.findLast((one) => compare(one.version, version) < 0) ?? others.at(-1);
}
