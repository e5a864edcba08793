/** Why the newest release of what was asked for is not the one that was taken. */
import { releasedAt, type UpstreamPackage, type UpstreamRelease } from '../../domain/distribution.ts';
import type { PassedOver } from '../../domain/evidence.ts';
import type { VersionRules } from '../../ecosystems/contract.ts';
import { coolUntil } from './upstream-view.ts';

interface Ask {
  readonly listing: UpstreamPackage;
  /** The version that was taken. */
  readonly taken: string;
  readonly versions: Pick<VersionRules, 'compare' | 'isPrerelease'>;
  readonly now: Date;
  readonly coolDownDays: number;
  /** In words; `undefined` where nothing does. */
  stopOf(version: string): string | undefined;
}

/**
 * The newest release that policy or a stop kept from being taken; else the newest that anybody would have expected, which then
 * cannot be installed with all that it needs. `undefined` where none is newer than what was taken.
 */
export function passedOver({ listing, taken, versions, now, coolDownDays, stopOf }: Ask): PassedOver | undefined {
  const newer = listing.releases
    // A pre-release is not what anybody waits for, unless one was taken.
    .filter(({ version }) => versions.isPrerelease(taken) || !versions.isPrerelease(version))
    .filter(({ version }) => versions.compare(version, taken) > 0)
    .toSorted((a, b) => versions.compare(b.version, a.version));
  for (const release of newer) {
    const { version } = release;
    const cause = stopOf(version);
    if (cause !== undefined) return { version, reason: 'stopped', until: null, cause };
    const until = coolUntil(releasedAt(release), coolDownDays);
    if (until !== undefined && until > now) return { version, reason: 'cooling-down', until: until.toISOString() };
  }
  const expected = newer.find((release) => isExpected(release, listing, versions));
  return expected === undefined ? undefined : { version: expected.version, reason: 'not-installable', until: null };
}

/** Clients take no yanked release by themselves, and none above the one that upstream calls `latest`. */
function isExpected(
  { version, distributions }: UpstreamRelease,
  { tags }: UpstreamPackage,
  { compare }: Pick<VersionRules, 'compare'>,
): boolean {
  const latest = tags?.['latest'];
  if (latest !== undefined && compare(version, latest) > 0) return false;
  return distributions.some(({ yanked }) => yanked === false);
}
