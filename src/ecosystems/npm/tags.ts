/** Dist-tags over what is there: a tag must lead to a version that can be had, and never above upstream's own. */
import { major, prerelease } from 'semver';
import { npmVersions } from './versions.ts';

const { compare } = npmVersions;

/**
 * The tags of a registry that has only some versions. A tag whose version is there stays. `latest` otherwise leads to the
 * newest version that is no pre-release and not above upstream's, else to the newest of all of these; any other tag to the
 * newest of its major version that is not above it, else it is left out.
 */
export function tagsOver(
  tags: Readonly<Record<string, string>>,
  versions: readonly string[],
): Readonly<Record<string, string>> {
  const newestFirst = versions.toSorted((a, b) => compare(b, a));
  const kept: Record<string, string> = {};
  for (const [tag, version] of Object.entries(tags)) {
    if (tag === 'latest') continue;
    const to = newestFirst.includes(version) ? version : nearestBelow(version, newestFirst);
    if (to !== undefined) kept[tag] = to;
  }
  const latest = latestOf(tags.latest, newestFirst);
  return latest === undefined ? kept : { latest, ...kept };
}

function latestOf(upstream: string | undefined, newestFirst: readonly string[]): string | undefined {
  if (upstream !== undefined && newestFirst.includes(upstream)) return upstream;
  const below = upstream === undefined ? newestFirst : newestFirst.filter((one) => compare(one, upstream) < 0);
  const stable = (some: readonly string[]) => some.find((one) => prerelease(one) === null);
  // Where everything is above upstream's `latest` (it was moved back), the oldest is the smallest step.
  return stable(below) ?? below[0] ?? stable(newestFirst.toReversed()) ?? newestFirst.at(-1);
}

function nearestBelow(version: string, newestFirst: readonly string[]): string | undefined {
  return newestFirst.find((one) => compare(one, version) < 0 && major(one) === major(version));
}
