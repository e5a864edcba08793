import { Problem } from './problem.ts';

/** A reason, an answer, a note: room for a page of text, no room to fill the database. */
export const LONGEST_TEXT_CHARACTERS = 10_000;
/** Names of people and organisations stand in lists and on one line. */
export const LONGEST_NAME_CHARACTERS = 80;

/**
 * Text that a person wrote, trimmed. Throws `text-missing` where nothing is in it, `text-too-long`, and `text-not-plain` where it
 * holds control or bidirectional characters, which rewrite what a terminal or a page shows.
 */
export function freeText(field: string, raw: string, longest: number = LONGEST_TEXT_CHARACTERS): string {
  const text = raw.trim();
  if (text === '') throw usage('text-missing', `${field} is missing`, 'Say it in your own words.');
  if (text.length > longest)
    throw usage('text-too-long', `${field} has more than ${longest} characters`, 'Shorten it; link to the rest.');
  // Line breaks and tabs are part of ordinary text; every other control (Cc), format (Cf) and lone surrogate (Cs) is not.
  if (/[\p{Cc}\p{Cf}\p{Cs}]/u.test(text.replaceAll(/[\n\r\t]/g, '')))
    throw usage('text-not-plain', `${field} holds control characters`, 'Write it as plain text.');
  return text;
}

/** The same for one line: no line breaks either. */
export function oneLine(field: string, raw: string, longest: number = LONGEST_NAME_CHARACTERS): string {
  const text = freeText(field, raw, longest);
  if (/[\n\r\t]/.test(text)) throw usage('text-not-plain', `${field} must be one line`, 'Write it on one line.');
  return text;
}

/** Optional text: `undefined` and empty are the same. */
export function optionalText(field: string, raw: string | undefined): string | null {
  return raw === undefined || raw.trim() === '' ? null : freeText(field, raw);
}

function usage(code: string, what: string, next: string): Problem {
  return new Problem({ kind: 'usage', code, what, next });
}
