/** Which versions are named to somebody who asked for one that there is not. */

/** Versions named on either side of the one that was asked about: enough to see a slip of the pen. */
const NEAR = 2;

/** What is asked of an ecosystem's rules about versions. */
interface Order {
  compare(a: string, b: string): number;
  isPrerelease(version: string): boolean;
}

/**
 * Of `listed`, in any order, the versions next to the one that was asked for, else the newest, and the newest of all; oldest
 * first. Nightly builds and other trials are named only where one was asked for, or where there is nothing else.
 */
export function nearVersions(listed: readonly string[], version: string | null, order: Order): readonly string[] {
  const full = version !== null && order.isPrerelease(version) ? [] : listed.filter((one) => !order.isPrerelease(one));
  const sorted = (full.length === 0 ? listed : full).toSorted((a, b) => order.compare(a, b));
  const place = version === null ? sorted.length : sorted.filter((one) => order.compare(one, version) < 0).length;
  const near = sorted.slice(Math.max(0, place - NEAR), place + NEAR);
  return [...new Set([...near, ...sorted.slice(-1)])];
}
