import type { Finding, JsonValue } from '../../domain/evidence.ts';
import type { Popularity, VersionDownloads } from '../../domain/popularity.ts';
import type { Scanner, Subject } from '../contract.ts';

/** Versions that one finding lists; the most downloaded of a long history say enough. */
const MOST_VERSIONS = 10;

/** Downloads are counted where files are served: nobody knows how many people stand behind them. */
const CAVEAT = 'mirrors, caches and automated builds count too, so this is no number of people';

/** Rank and downloads by the list that the operator imported. */
export const popularityScanner: Scanner<'release'> = {
  id: 'popularity',
  version: 1,
  looksAt: 'release',
  ecosystems: 'every',
  emits: ['popularity'],
  // Downloads are sums over 30 days: a week changes little.
  staleAfterHours: 168,
  sees: 'The rank of the package and its downloads in 30 days, and in 12 months and of single versions where the imported list has them.',
  cannotSee:
    'Anything without an imported list, names below its end, and who downloads: mirrors, caches and automated builds count like people, and figures can be driven up.',
  async scan(subject, context) {
    const state = await context.popularity(subject.name);
    switch (state.status) {
      case 'not-configured':
        return { status: 'failed', reason: 'no popularity list imported', retryable: false };
      case 'stale': {
        const reason = `the popularity list is stale (imported ${state.importedAt})`;
        return { status: 'failed', reason, retryable: true };
      }
      case 'ready': {
        const { compare } = context.ecosystem.versions;
        return { status: 'completed', findings: [findingOf(subject, state, compare)] };
      }
    }
  },
};

function findingOf(
  { purl, name, release }: Subject<'release'>,
  { data, importedAt }: { readonly data: Popularity | undefined; readonly importedAt: string },
  compare: (a: string, b: string) => number,
): Finding {
  const own = data?.versions.find(({ version }) => compare(version, release.version) === 0);
  return {
    kind: 'popularity',
    severity: 'info',
    subject: purl,
    summary:
      data === undefined ? `${name} is not on the imported popularity list` : `${inWords(name, data, own)}; ${CAVEAT}`,
    location: undefined,
    data: {
      code: data === undefined ? 'not-listed' : 'listed',
      rank: data?.rank ?? null,
      outOf: data?.outOf ?? null,
      downloads30Days: data?.days30 ?? null,
      downloads12Months: data?.months12 ?? null,
      thisVersion: own === undefined ? null : figuresOf(own),
      versions: mostDownloaded(data?.versions ?? []).map(figuresOf),
      importedAt,
    },
  };
}

function inWords(
  name: string,
  { rank, outOf, days30, months12 }: Popularity,
  own: VersionDownloads | undefined,
): string {
  const parts = [
    `${name} is number ${rank} of ${outOf}`,
    ...(days30 === null ? [] : [`${days30} downloads in 30 days`]),
    ...(months12 === null ? [] : [`${months12} in 12 months`]),
    ...(own === undefined || own.days30 === null ? [] : [`${own.days30} of this version in 30 days`]),
  ];
  return parts.join(', ');
}

function mostDownloaded(versions: readonly VersionDownloads[]): readonly VersionDownloads[] {
  const count = ({ days30, months12 }: VersionDownloads) => days30 ?? months12 ?? 0;
  return versions.toSorted((a, b) => count(b) - count(a)).slice(0, MOST_VERSIONS);
}

function figuresOf({ version, days30, months12 }: VersionDownloads): { readonly [key: string]: JsonValue } {
  return { version, downloads30Days: days30, downloads12Months: months12 };
}
