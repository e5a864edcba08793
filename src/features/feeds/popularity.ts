import { unusableFeed } from './unusable.ts';

export interface PopularName {
  /** Normal form. */
  readonly name: string;
  /** 1 is the most popular. */
  readonly rank: number;
  /** Within 30 days. */
  readonly downloads: number | null;
  /** Within 12 months. */
  readonly months12: number | null;
}

/** Downloads of one version of a package on the list. */
export interface PopularVersion {
  readonly name: string;
  readonly version: string;
  readonly downloads: number | null;
  readonly months12: number | null;
}

export interface PopularityList {
  readonly names: readonly PopularName[];
  readonly versions: readonly PopularVersion[];
}

/** Names in one list: more than any ecosystem has packages worth squatting. */
const MAX_NAMES = 100_000;
/** Versions in one list. */
const MAX_VERSIONS = 1_000_000;
/** No registry allows longer versions. */
const MAX_VERSION_CHARACTERS = 256;

type Column = 'rank' | 'name' | 'downloads' | 'months12' | 'version';
/** Names of columns as published lists have them; a column with another name is passed over. */
const COLUMNS: Readonly<Record<string, Column>> = {
  rank: 'rank',
  name: 'name',
  project: 'name',
  downloads: 'downloads',
  downloads_30d: 'downloads',
  downloads_12m: 'months12',
  downloads_365d: 'months12',
  version: 'version',
};
const WITHOUT_HEADER: readonly Column[] = ['rank', 'name', 'downloads'];

/**
 * Reads a tab-separated list. A header line that starts with `rank` names the columns (`rank`, `name`, `downloads_30d`,
 * `downloads_12m`, `version`); without one they are `rank, name[, downloads]`. A row with a version holds the downloads of
 * that version alone and needs no rank. Throws `feed-unusable` naming the line.
 */
export function readPopularity(text: string, normalise: (name: string) => string | undefined): PopularityList {
  const names = new Map<string, PopularName>();
  const versions = new Map<string, PopularVersion>();
  let columns: readonly (Column | undefined)[] = WITHOUT_HEADER;
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    if (index === 0 && line.startsWith('rank\t')) {
      columns = line
        .trimEnd()
        .split('\t')
        .map((title) => COLUMNS[title]);
      continue;
    }
    const row = readRow(line, columns, normalise);
    if (row === undefined)
      throw unusableFeed('popularity', `line ${index + 1} is not "rank, name, downloads" separated by tabs`);
    if (row.kind === 'version') versions.set(`${row.name}\t${row.version}`, row);
    else if ((names.get(row.name)?.rank ?? Number.POSITIVE_INFINITY) > row.rank) names.set(row.name, row);
    if (names.size > MAX_NAMES) throw unusableFeed('popularity', `it holds more than ${MAX_NAMES} names`);
    if (versions.size > MAX_VERSIONS) throw unusableFeed('popularity', `it holds more than ${MAX_VERSIONS} versions`);
  }
  if (names.size === 0) throw unusableFeed('popularity', 'it holds no names');
  return { names: [...names.values()], versions: [...versions.values()] };
}

type Row = ({ readonly kind: 'name' } & PopularName) | ({ readonly kind: 'version' } & PopularVersion);

function readRow(
  line: string,
  columns: readonly (Column | undefined)[],
  normalise: (name: string) => string | undefined,
): Row | undefined {
  const fields = line.replace(/\r$/, '').split('\t');
  const field = (column: Column) => fields[columns.indexOf(column)] ?? '';
  const name = normalise(field('name'));
  const [downloads, months12] = [field('downloads'), field('months12')].map(countOf);
  if (name === undefined || downloads === undefined || months12 === undefined) return undefined;
  const version = field('version');
  if (version.length > MAX_VERSION_CHARACTERS || !/^[\x21-\x7e]*$/.test(version)) return undefined;
  if (version !== '') return { kind: 'version', name, version, downloads, months12 };
  const rank = field('rank');
  return /^[1-9]\d{0,8}$/.test(rank) ? { kind: 'name', name, rank: Number(rank), downloads, months12 } : undefined;
}

/** A count, `null` where nothing stands there, `undefined` where something else does. */
function countOf(text: string): number | null | undefined {
  if (text === '') return null;
  return /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}
