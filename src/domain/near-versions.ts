/** Which versions are named to somebody who asked for one that there is not. */

/** Versions named on either side of the one that was asked about: enough to see a slip of the pen. */
const NEAR = 2;

/**
 * Of `listed`, in any order, the versions next to the one that was asked for, else the newest, and the newest of all; oldest
 * first. `compare` is that of the ecosystem.
 */
export function nearVersions(
  listed: readonly string[],
  version: string | null,
  compare: (a: string, b: string) => number,
): readonly string[] {
  const sorted = listed.toSorted(compare);
  const place = version === null ? sorted.length : sorted.filter((one) => compare(one, version) < 0).length;
  const near = sorted.slice(Math.max(0, place - NEAR), place + NEAR);
  return [...new Set([...near, ...sorted.slice(-1)])];
}
