import type { NameRules } from '../contract.ts';

/** Longest project or extra name that is read. Indexes allow far less; a longer text is refused before any pattern runs. */
const LONGEST_NAME_CHARACTERS = 256;
/** Most extras one request may name; real projects have fewer than a hundred extras in all. */
const MOST_EXTRAS = 64;
/** Longest text of a request such as `fastapi[standard,all]`. */
const LONGEST_REQUEST_CHARACTERS = 4096;

/** A valid project name (PEP 508, "Names"): ASCII letters and digits, with `.`, `_`, `-` inside. */
const NAME = /^[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?$/i;

/** The normal form of a project name (PEP 503), or `undefined` where the text can be no name (PEP 508). */
export function normaliseName(raw: string): string | undefined {
  if (raw.length > LONGEST_NAME_CHARACTERS || !NAME.test(raw)) return undefined;
  return foldName(raw);
}

/** The normal form of an extra (PEP 685: by the rules of names), or `undefined` where the text can be none. */
export function normaliseExtra(raw: string): string | undefined {
  return normaliseName(raw);
}

/** Lower case, each run of `-`, `_`, `.` as one `-` (PEP 503). For texts known to be names, or compared as such. */
export function foldName(raw: string): string {
  return raw.replace(/[-_.]+/g, '-').toLowerCase();
}

/** The extras between the brackets of `name[a, b]`, normalised, sorted, each once; `undefined` where one is no extra. */
export function parseExtras(inside: string): readonly string[] | undefined {
  if (inside.trim() === '') return [];
  const parts = inside.split(',');
  if (parts.length > MOST_EXTRAS) return undefined;
  const extras = new Set<string>();
  for (const part of parts) {
    const extra = normaliseExtra(part.trim());
    if (extra === undefined) return undefined;
    extras.add(extra);
  }
  return [...extras].toSorted();
}

/** What a person asks for: `name` or `name[extra,other]` (PEP 508 without version, URL or marker). */
function parseRequest(raw: string): { readonly name: string; readonly extras: readonly string[] } | undefined {
  const text = raw.trim();
  if (text.length > LONGEST_REQUEST_CHARACTERS) return undefined;
  const open = text.indexOf('[');
  if (open === -1) {
    const name = normaliseName(text);
    return name === undefined ? undefined : { name, extras: [] };
  }
  if (!text.endsWith(']')) return undefined;
  const name = normaliseName(text.slice(0, open).trimEnd());
  const extras = parseExtras(text.slice(open + 1, -1));
  return name === undefined || extras === undefined ? undefined : { name, extras };
}

/** The name rules of PyPI: PEP 503 and PEP 508. */
export const pypiNames: NameRules = { normalise: normaliseName, parseRequest };
