import type { Advisory } from '../../domain/advisory.ts';
import { counted } from '../../domain/counted.ts';
import { releasedAt, type UpstreamPackage } from '../../domain/distribution.ts';
import type { Finding } from '../../domain/evidence.ts';
import { medianOf } from '../../domain/median.ts';
import { purlOf } from '../../domain/purl.ts';
import { MS_PER_DAY } from '../../domain/working-time.ts';
import type { VersionRules } from '../../ecosystems/contract.ts';
import type { Scanner } from '../contract.ts';

/** Flaws that one finding lists, the newest. */
const MOST_LISTED = 20;

/** How fast the flaws of a package were mended, and whether in older series too. */
export const responseScanner: Scanner<'package'> = {
  id: 'response',
  version: 3,
  looksAt: 'package',
  ecosystems: 'every',
  emits: ['maintenance'],
  // Advisories arrive daily; how a project answers them changes slowly.
  staleAfterHours: 168,
  sees: 'Of every published flaw of the package, whatever the version: whether a release mends it, how many days after the flaw was published that release appeared, and whether several series were mended.',
  cannotSee:
    'When the project was told, flaws that were mended without a word, and whether the mending holds. Flaws are often published by and by, so that an early release says more of the date of publication than of haste.',
  async scan({ package: listing }, context) {
    const state = await context.advisories(listing.name);
    if (state.status === 'not-configured')
      return { status: 'failed', reason: 'no advisories imported', retryable: false };
    if (state.status === 'stale')
      return { status: 'failed', reason: `the advisories are stale (imported ${state.importedAt})`, retryable: true };
    const flaws = state.data.filter(({ malicious }) => !malicious);
    return { status: 'completed', findings: [findingOf(listing, flaws, context.ecosystem.versions)] };
  },
};

interface Mended {
  readonly id: string;
  /** Days from publication to the first release that mends it, 0 where that was there before; `null` where one of the dates is not known. */
  readonly days: number | null;
  /** Versions that mend it; several where more than one series was. */
  readonly fixed: readonly string[];
  readonly published: string | null;
}

function findingOf(listing: UpstreamPackage, flaws: readonly Advisory[], versions: VersionRules): Finding {
  const { ecosystem, name } = listing;
  const appeared = new Map(listing.releases.map((release) => [release.version, releasedAt(release)]));
  const newest = [...appeared.keys()].toSorted(versions.compare).at(-1);
  const all = flaws
    .map((flaw) => mendedIn(flaw, { appeared, newest, versions }))
    .toSorted((a, b) => ((a.published ?? '') < (b.published ?? '') ? 1 : -1));
  const mended = all.filter(({ fixed }) => fixed.length > 0);
  const days = mended.flatMap((one) => one.days ?? []).toSorted((a, b) => a - b);
  return {
    ...{ kind: 'maintenance', severity: 'info', subject: purlOf({ ecosystem, name }), location: undefined },
    summary: inWords(name, all, { mended, days }),
    data: {
      code: 'response',
      flaws: all.length,
      mended: mended.length,
      severalSeries: mended.filter(({ fixed }) => fixed.length > 1).length,
      medianDays: medianOf(days),
      slowestDays: days.at(-1) ?? null,
      newest: all.slice(0, MOST_LISTED).map(({ id, days: late, fixed }) => ({ id, days: late, fixed })),
    },
  };
}

interface Releases {
  /** By version: when it appeared, where that is known. */
  readonly appeared: ReadonlyMap<string, string | undefined>;
  /** The highest version that is listed. */
  readonly newest: string | undefined;
  readonly versions: VersionRules;
}

function mendedIn({ id, ranges, published }: Advisory, { appeared, newest, versions }: Releases): Mended {
  const named = ranges.flatMap(({ events }) =>
    events.flatMap((event) => (event.at === 'fixed' ? [event.version] : [])),
  );
  // What names a version that never came mends nothing; a later release than the one that is named does.
  const hasCome = (version: string) => newest !== undefined && versions.compare(version, newest) <= 0;
  const fixed = [...new Set(named.map((version) => versions.normalise(version) ?? version))]
    .filter(hasCome)
    .toSorted(versions.compare);
  const times = fixed.flatMap((version) => appearedAt(version, appeared, versions) ?? []).map((at) => Date.parse(at));
  const days =
    times.length === 0 || published === undefined
      ? null
      : Math.max(0, Math.round((times.reduce((a, b) => Math.min(a, b)) - Date.parse(published)) / MS_PER_DAY));
  return { id, days, fixed, published: published ?? null };
}

/** When a version appeared, also where the index writes it in other words (`2.0` for `2.0.0`). */
function appearedAt(version: string, appeared: ReadonlyMap<string, string | undefined>, { compare }: VersionRules) {
  if (appeared.has(version)) return appeared.get(version);
  for (const [listed, at] of appeared) if (compare(listed, version) === 0) return at;
  return undefined;
}

function inWords(
  name: string,
  all: readonly Mended[],
  { mended, days }: { readonly mended: readonly Mended[]; readonly days: readonly number[] },
): string {
  if (all.length === 0) return `No flaw of ${name} was ever published in the imported advisories`;
  const of = `${mended.length} of ${counted(all.length, 'published flaw')} of ${name}`;
  const open = all.length === 1 ? `${of} has a release that mends it` : `${of} have a release that mends them`;
  const slowest = days.at(-1);
  if (slowest === undefined) return open;
  const early = days.filter((one) => one === 0).length;
  const several = mended.filter(({ fixed }) => fixed.length > 1).length;
  const late = slowest === 0 ? '' : `, the slowest ${counted(slowest, 'day')} after`;
  return `${open}: of ${days.length} whose dates are known, ${early} by the day of publication${late}; ${several} in more than one series`;
}
