/** Pages of a list: an opaque cursor holds the key of the last row seen, so that rows that come and go move nothing. */
import { z } from 'zod';
import { HttpProblem } from './http-problem.ts';
import type { Reply } from './operation.ts';
import { isPlainText } from './plain-text.ts';

/** Results on a page where nothing is said, and at most: an answer stays below a megabyte or so. */
export const USUAL_PAGE = 50;
export const LARGEST_PAGE = 200;

export interface Page<R> {
  readonly results: readonly R[];
  /** The cursor of the next page; `null` at the end. */
  readonly next: string | null;
}

/** The key in a cursor: the number, or the texts, that rows are ordered by. Throws `bad-cursor`. */
export function readCursor<S extends z.ZodType>(cursor: string | undefined, key: S): z.output<S> | undefined {
  if (cursor === undefined) return undefined;
  const read = key.safeParse(parsed(Buffer.from(cursor, 'base64url').toString('utf8')));
  if (read.success && textsOf(read.data).every(isPlainText)) return read.data;
  throw new HttpProblem(400, {
    kind: 'usage',
    code: 'bad-cursor',
    what: 'This is no cursor of this list',
    next: 'Take `next` of the page before as it is, or start again without a cursor.',
  });
}

/** They reach the database. */
function textsOf(key: unknown): readonly string[] {
  return [key].flat().filter((part) => typeof part === 'string');
}

/** The key of a list that is ordered by a time, and by an id where two are of one time. */
export const timedKey = z.tuple([z.iso.datetime(), z.string().max(100)]);

/** The key of a list that is ordered by a number. */
export const numberKey = z.int().min(0).max(Number.MAX_SAFE_INTEGER);

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * One page of rows that were asked for one more than `limit`: the one too many says that there is a next page.
 * `key` is what the list is ordered by.
 */
export function pageReply<R>(
  rows: readonly R[],
  { limit, url, key }: { readonly limit: number; readonly url: string; key(row: R): unknown },
): Reply<Page<R>> {
  const results = rows.slice(0, limit);
  const last = results.at(-1);
  const next =
    rows.length > limit && last !== undefined ? Buffer.from(JSON.stringify(key(last))).toString('base64url') : null;
  if (next === null) return { kind: 'data', data: { results, next } };
  const address = new URL(url, 'http://localhost');
  address.searchParams.set('cursor', next);
  const link = `<${address.pathname}${address.search}>; rel="next"`;
  return { kind: 'data', data: { results, next }, headers: { link } };
}

/** The same for a list that is held whole in memory, and is ordered by `key` (a text). */
export function pageOfAll<R>(
  all: readonly R[],
  {
    limit,
    cursor,
    url,
    key,
  }: { readonly limit: number; readonly cursor?: string | undefined; readonly url: string; key(row: R): string },
): Reply<Page<R>> {
  const after = readCursor(cursor, z.string());
  const sorted = all.toSorted((a, b) => (key(a) < key(b) ? -1 : 1));
  const rest = after === undefined ? sorted : sorted.filter((row) => key(row) > after);
  return pageReply(rest.slice(0, limit + 1), { limit, url, key });
}
