/** The history of a package in figures, from the listing of its index. */
import { isYanked, releasedAt, type UpstreamPackage, type UpstreamRelease } from '../../domain/distribution.ts';
import { medianOf } from '../../domain/median.ts';
import type { VersionRules } from '../../ecosystems/contract.ts';

export interface History {
  readonly releases: number;
  readonly prereleases: number;
  /** RFC 3339, UTC; `null` where the index gives no times. */
  readonly first: string | null;
  readonly last: string | null;
  /** Whole days from the first release to now. */
  readonly ageDays: number | null;
  readonly daysSinceLast: number | null;
  /** Median of whole days between releases that follow each other. */
  readonly medianGapDays: number | null;
  readonly lastYear: number | null;
  /** Whole releases that were yanked (PEP 592). */
  readonly yanked: number;
  /** 0 to 1. */
  readonly yankedShare: number;
  /** The newest release by version, pre-releases only where there is nothing else. */
  readonly newest: UpstreamRelease | undefined;
}

const MS_PER_DAY = 86_400_000;
const DAYS_PER_YEAR = 365;

/** Times in the future count as now: a clock that is wrong must not make a project look younger than it is. */
export function historyOf({ releases }: UpstreamPackage, versions: VersionRules, now: Date): History {
  const present = now.getTime();
  const times = releases
    .flatMap((release) => releasedAt(release) ?? [])
    .map((time) => Math.min(Date.parse(time), present))
    .filter((time) => !Number.isNaN(time))
    .toSorted((a, b) => a - b);
  const [first, last] = [times[0], times.at(-1)];
  const final = releases.filter(({ version }) => !versions.isPrerelease(version));
  const yanked = releases.filter(isYanked).length;
  return {
    releases: releases.length,
    prereleases: releases.length - final.length,
    first: timeOf(releases, (a, b) => a < b),
    last: timeOf(releases, (a, b) => a > b),
    ageDays: first === undefined ? null : daysBetween(first, present),
    daysSinceLast: last === undefined ? null : daysBetween(last, present),
    medianGapDays: medianOf(times.slice(1).map((time, index) => daysBetween(times[index] ?? time, time))),
    lastYear: first === undefined ? null : times.filter((time) => present - time < DAYS_PER_YEAR * MS_PER_DAY).length,
    yanked,
    yankedShare: releases.length === 0 ? 0 : Math.round((yanked / releases.length) * 1000) / 1000,
    newest: (final.length === 0 ? releases : final).toSorted((a, b) => versions.compare(b.version, a.version))[0],
  };
}

function timeOf(releases: readonly UpstreamRelease[], isBefore: (a: number, b: number) => boolean): string | null {
  const times = releases
    .flatMap((release) => releasedAt(release) ?? [])
    .filter((time) => !Number.isNaN(Date.parse(time)));
  return times.reduce<string | null>(
    (best, time) => (best === null || isBefore(Date.parse(time), Date.parse(best)) ? time : best),
    null,
  );
}

function daysBetween(from: number, to: number): number {
  return Math.floor((to - from) / MS_PER_DAY);
}
