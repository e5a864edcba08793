/** Why the newest release of what was asked for is not the one that was taken. */
import { releasedAt, type UpstreamPackage } from '../../domain/distribution.ts';
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
  isStopped(version: string): boolean;
}

/** The newest release that policy or a stop kept from being taken; `undefined` where none is newer than what was taken. */
export function passedOver({ listing, taken, versions, now, coolDownDays, isStopped }: Ask): PassedOver | undefined {
  const newer = listing.releases
    // A pre-release is not what anybody waits for, unless one was taken.
    .filter(({ version }) => versions.isPrerelease(taken) || !versions.isPrerelease(version))
    .filter(({ version }) => versions.compare(version, taken) > 0)
    .toSorted((a, b) => versions.compare(b.version, a.version));
  for (const release of newer) {
    const { version } = release;
    if (isStopped(version)) return { version, reason: 'stopped', until: null };
    const until = coolUntil(releasedAt(release), coolDownDays);
    if (until !== undefined && until > now) return { version, reason: 'cooling-down', until: until.toISOString() };
  }
  return undefined;
}
