/** `npm search` over what is cleared (registry documentation, `GET /-/v1/search`). */
import type { SearchHit } from '../../domain/client-questions.ts';

/** Where the names of all packages of a snapshot are kept for searching; no client asks for it. */
export const NAMES_KEY = '-/names';

const DEFAULT_SIZE = 20;
const LARGEST_SIZE = 250;
/** Nobody searches for longer texts; `text=` may hold qualifiers, which are words like others here. */
const LONGEST_TEXT_CHARACTERS = 200;

/** What a search asks. */
export function readSearch(query: string): { readonly text: string; readonly from: number; readonly size: number } {
  const asked = new URLSearchParams(query.slice(0, 2000));
  const size = countIn(asked.get('size'), DEFAULT_SIZE);
  return {
    text: (asked.get('text') ?? '').slice(0, LONGEST_TEXT_CHARACTERS).trim().toLowerCase(),
    from: countIn(asked.get('from'), 0),
    size: Math.min(size, LARGEST_SIZE),
  };
}

function countIn(text: string | null, otherwise: number): number {
  return text !== null && /^\d{1,6}$/.test(text) ? Number(text) : otherwise;
}

/** The answer. Descriptions are not among what is kept for searching. */
export function searchAnswer(hits: readonly SearchHit[], total: number): Uint8Array {
  const objects = hits.map(({ name, version }) => ({
    package: { name, version, description: 'Cleared here', keywords: [], links: {}, maintainers: [] },
    score: { final: 1, detail: { quality: 1, popularity: 1, maintenance: 1 } },
    searchScore: 1,
  }));
  return new TextEncoder().encode(JSON.stringify({ objects, total }));
}
