/** What two readings of one listing say differently of versions that are cleared. */
import {
  type Distribution,
  isYanked,
  type UpstreamChange,
  type UpstreamPackage,
  type UpstreamRelease,
} from '../../domain/distribution.ts';

/** Characters of upstream's words that a fact keeps. */
const MAX_SAYS = 200;
/** Changes that one fact names: a package with thousands of versions may have them all yanked at once. */
const MOST_NAMED = 100;

/** In the order of the listing; about the package as a whole first. */
export function changesBetween(
  before: UpstreamPackage,
  now: UpstreamPackage,
  cleared: ReadonlySet<string>,
): readonly UpstreamChange[] {
  const then = new Map(before.releases.map((release) => [release.version, release]));
  const present = new Map(now.releases.map((release) => [release.version, release]));
  const ofVersions = [...then.values()]
    .filter(({ version }) => cleared.has(version))
    .flatMap((release) => ofRelease(release, present.get(release.version)));
  // What was taken away and is listed again may be other bytes: nothing is left to hold it against but what was cleared.
  const back = [...present.keys()]
    .filter((version) => cleared.has(version) && !then.has(version))
    .map((version): UpstreamChange => ({ what: 'back', version, says: null }));
  return [...ofPackage(before, now), ...back, ...ofVersions].slice(0, MOST_NAMED);
}

function ofPackage(before: UpstreamPackage, now: UpstreamPackage): readonly UpstreamChange[] {
  const changes: UpstreamChange[] = [];
  if (before.goneSince === undefined && now.goneSince !== undefined)
    changes.push({ what: 'gone', version: null, says: null });
  if (before.goneSince !== undefined && now.goneSince === undefined)
    changes.push({ what: 'back', version: null, says: null });
  const [was, is] = [before.status?.status ?? 'active', now.status?.status ?? 'active'];
  if (was !== is) {
    const reason = now.status?.reason;
    changes.push({ what: 'status', version: null, says: cut(reason === undefined ? is : `${is}: ${reason}`) });
  }
  return changes;
}

function ofRelease(before: UpstreamRelease, now: UpstreamRelease | undefined): readonly UpstreamChange[] {
  const { version } = before;
  if (now === undefined) return [{ what: 'release-gone', version, says: null }];
  const changes: UpstreamChange[] = [];
  if (isYanked(now) !== isYanked(before))
    changes.push({ what: isYanked(now) ? 'yanked' : 'not-yanked', version, says: saidOf(now, ({ yanked }) => yanked) });
  const deprecated = saidOf(now, (file) => file.deprecated);
  if (deprecated !== null && deprecated !== saidOf(before, (file) => file.deprecated))
    changes.push({ what: 'deprecated', version, says: deprecated });
  const earlier = new Map(before.distributions.map((file) => [file.filename, file]));
  for (const file of now.distributions)
    if (hasOtherBytes(earlier.get(file.filename), file))
      changes.push({ what: 'other-bytes', version, says: cut(file.filename) });
  return changes;
}

/** Only where both readings state a hash of the same form. */
function hasOtherBytes(before: Distribution | undefined, now: Distribution): boolean {
  if (before === undefined) return false;
  return differ(before.sha256, now.sha256) || differ(before.integrity, now.integrity);
}

function differ(before: string | undefined, now: string | undefined): boolean {
  return before !== undefined && now !== undefined && before !== now;
}

function saidOf(
  { distributions }: UpstreamRelease,
  words: (file: Distribution) => string | false | undefined,
): string | null {
  for (const file of distributions) {
    const said = words(file);
    if (said) return cut(said);
  }
  return null;
}

function cut(text: string): string {
  return text.length > MAX_SAYS ? `${text.slice(0, MAX_SAYS - 1)}…` : text;
}
