import { Problem } from '../../domain/problem.ts';

export interface PopularName {
  /** Normal form. */
  readonly name: string;
  /** 1 is the most popular. */
  readonly rank: number;
  readonly downloads: number | null;
}

/** Names in one list: more than any ecosystem has packages worth squatting. */
const MAX_NAMES = 100_000;

/** Reads tab-separated `rank, name[, downloads]` under a header line. Throws `feed-unusable` naming the line. */
export function readPopularity(text: string, normalise: (name: string) => string | undefined): readonly PopularName[] {
  const names = new Map<string, PopularName>();
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '' || (index === 0 && line.startsWith('rank\t'))) continue;
    const [rank = '', raw = '', downloads = ''] = line.trimEnd().split('\t');
    const name = normalise(raw);
    const isRow = /^[1-9]\d{0,8}$/.test(rank) && /^\d{0,15}$/.test(downloads) && name !== undefined;
    if (!isRow) throw unusable(`line ${index + 1} is not "rank, name, downloads" separated by tabs`);
    if (names.size >= MAX_NAMES) throw unusable(`it holds more than ${MAX_NAMES} names`);
    const row = { name, rank: Number(rank), downloads: downloads === '' ? null : Number(downloads) };
    const before = names.get(name);
    if (before === undefined || before.rank > row.rank) names.set(name, row);
  }
  if (names.size === 0) throw unusable('it holds no names');
  return [...names.values()];
}

function unusable(why: string): Problem {
  return new Problem({
    kind: 'could-not-check',
    code: 'feed-unusable',
    what: 'The popularity list cannot be imported',
    why,
    next: 'Correct the list and import it again; nothing was changed.',
  });
}
