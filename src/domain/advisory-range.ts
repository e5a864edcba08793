import type { AdvisoryEvent, AdvisoryRange } from './advisory.ts';

/** Orders two versions as their ecosystem does: negative, zero or positive. */
export type CompareVersions = (a: string, b: string) => number;

/** What says which versions an advisory is about. */
export interface AffectedVersions {
  readonly ranges: readonly AdvisoryRange[];
  readonly versions: readonly string[];
}

/**
 * Whether a version is affected: it is listed, or it lies in one of the ranges.
 * Source: OSV schema, "Evaluation" (`IsVulnerable`): https://ossf.github.io/osv-schema/#evaluation.
 */
export function isAffected(version: string, affected: AffectedVersions, compare: CompareVersions): boolean {
  return (
    // Most versions are listed as they are written: comparing them all is the long way.
    affected.versions.includes(version) ||
    affected.versions.some((listed) => compare(listed, version) === 0) ||
    affected.ranges.some((range) => isInRange(version, range, compare))
  );
}

/** The versions that end a range by a fix, oldest first, each once. */
export function fixedVersions(affected: AffectedVersions, compare: CompareVersions): readonly string[] {
  const fixed = affected.ranges.flatMap((range) =>
    range.events.flatMap((event) => (event.at === 'fixed' ? [event.version] : [])),
  );
  return [...new Set(fixed)].toSorted(compare);
}

function isInRange(version: string, range: AdvisoryRange, compare: CompareVersions): boolean {
  if (!isBeforeLimits(version, range.events, compare)) return false;
  const events = range.events.filter((event) => event.at !== 'limit').toSorted((a, b) => compareEvents(a, b, compare));
  let affected = false;
  for (const event of events) {
    const order = isStart(event) ? 1 : compare(version, event.version);
    if (event.at === 'introduced' && order >= 0) affected = true;
    if (event.at === 'fixed' && order >= 0) affected = false;
    if (event.at === 'last-affected' && order > 0) affected = false;
  }
  return affected;
}

/** A range without `limit` events has the implicit limit `*`; with several, being before one of them is enough. */
function isBeforeLimits(version: string, events: readonly AdvisoryEvent[], compare: CompareVersions): boolean {
  const limits = events.filter((event) => event.at === 'limit');
  return limits.length === 0 || limits.some(({ version: limit }) => limit === '*' || compare(version, limit) < 0);
}

/** `introduced: "0"` stands before every version, pre-releases of 0 too. */
function isStart(event: AdvisoryEvent): boolean {
  return event.at === 'introduced' && event.version === '0';
}

/** At one version a fix stands before a new introduction, and the last affected version after both: `[1, 1]` is affected. */
const RANK = { fixed: 0, introduced: 1, 'last-affected': 2, limit: 3 } as const;

function compareEvents(a: AdvisoryEvent, b: AdvisoryEvent, compare: CompareVersions): number {
  if (isStart(a) || isStart(b)) return Number(isStart(b)) - Number(isStart(a));
  return compare(a.version, b.version) || RANK[a.at] - RANK[b.at];
}
