/** Source text as a row of token hashes: names, numbers, strings and signs; comments and layout are passed over. */

import { BEYOND_ASCII, lettersOf } from '../../domain/letters.ts';

/** How comments and strings look in a family of languages. */
interface Style {
  readonly hashComments: boolean;
  readonly slashComments: boolean;
  readonly tripleQuotes: boolean;
}

const HASH: Style = { hashComments: true, slashComments: false, tripleQuotes: false };
const PYTHON: Style = { ...HASH, tripleQuotes: true };
const SLASH: Style = { hashComments: false, slashComments: true, tripleQuotes: false };

const STYLES: ReadonlyMap<string, Style> = new Map([
  ...['py', 'pyx', 'pxd', 'pyi'].map((ending): [string, Style] => [ending, PYTHON]),
  ...['r', 'rb', 'pl', 'pm', 'sh', 'jl'].map((ending): [string, Style] => [ending, HASH]),
  ...'js mjs cjs jsx ts mts cts tsx c h cc cpp cxx hh hpp hxx cu cuh java go rs swift kt cs scala'
    .split(' ')
    .map((ending): [string, Style] => [ending, SLASH]),
]);

function styleOf(path: string): Style | undefined {
  return STYLES.get(path.slice(path.lastIndexOf('.') + 1).toLowerCase());
}

/** Whether a file is source code that is compared. */
export function isSource(path: string): boolean {
  return styleOf(path) !== undefined;
}

const WORD = 1;
const SPACE = 2;
/** What may begin a string or a comment. */
const OPENING = 3;
/** What a letter is, 0 for a sign that is a token by itself; anything that is not ASCII is part of a word. */
const CLASSES = new Uint8Array(256).fill(WORD, BEYOND_ASCII);
for (let code = 0; code < BEYOND_ASCII; code += 1) {
  if (/[A-Za-z0-9_]/.test(String.fromCharCode(code))) CLASSES[code] = WORD;
  else if (code <= 32) CLASSES[code] = SPACE;
  else if (/["'`#/]/.test(String.fromCharCode(code))) CLASSES[code] = OPENING;
}

const [QUOTE, APOSTROPHE, BACKTICK, BACKSLASH, HASH_SIGN, SLASH_SIGN, STAR, NEWLINE] = [34, 39, 96, 92, 35, 47, 42, 10];

/** FNV-1a over UTF-16 units. Source: the Fowler, Noll and Vo hash, IETF draft-eastlake-fnv. */
const OFFSET_BASIS = 0x811c9dc5 | 0;
const PRIME = 0x01000193;

/** Tokens that are handed on at once: what is held does not grow with the text. */
export const PIECE = 32 * 1024;
const piece = new Uint32Array(PIECE);

/**
 * Hashes of the tokens of a source file, in their order, in one pass; none for what is no source. `take` is given up to
 * `PIECE` at a time, fewer only at the end, and has to use them up at once.
 */
export function hashTokens(path: string, text: string, take: (tokens: Uint32Array) => void): void {
  const style = styleOf(path);
  if (style === undefined) return;
  const letters = lettersOf(text);
  const source = { text, letters };
  let count = 0;
  for (let at = pastBlanks(letters, 0); at < letters.length; at = pastBlanks(letters, at)) {
    const kind = CLASSES[letters[at] ?? 0];
    const end = kind === OPENING ? endOfOpened(source, at, style) : at + 1;
    if (end < 0) {
      at = -end;
      continue;
    }
    let hash = OFFSET_BASIS;
    // A word ends where its letters do: they are read once, for its end and for its hash.
    do {
      const letter = letters[at] ?? 0;
      hash = Math.imul(hash ^ (letter < BEYOND_ASCII ? letter : text.charCodeAt(at)), PRIME);
      at += 1;
    } while (at < end || (kind === WORD && at < letters.length && CLASSES[letters[at] ?? 0] === WORD));
    piece[count] = hash;
    count += 1;
    if (count === PIECE) {
      take(piece);
      count = 0;
    }
  }
  if (count > 0) take(piece.subarray(0, count));
}

function pastBlanks(letters: Uint8Array, from: number): number {
  let at = from;
  while (at < letters.length && CLASSES[letters[at] ?? 0] === SPACE) at += 1;
  return at;
}

/** Where the string or the sign ends that begins here; where a comment does, its end as a negative number. */
function endOfOpened(source: Lettered, at: number, style: Style): number {
  const end = endOfComment(source.text, at, style);
  return end > at ? -end : endOfSign(source, at, style);
}

interface Lettered {
  readonly text: string;
  readonly letters: Uint8Array;
}

/** Where a string or a sign ends. */
function endOfSign(source: Lettered, at: number, style: Style): number {
  const code = source.letters[at];
  return code === QUOTE || code === APOSTROPHE || code === BACKTICK ? endOfString(source, at, style) : at + 1;
}

/** Where the comment that begins here ends; the place itself where none begins. */
function endOfComment(text: string, at: number, style: Style): number {
  const code = text.charCodeAt(at);
  if (style.hashComments && code === HASH_SIGN) return lineEnd(text, at);
  if (!style.slashComments || code !== SLASH_SIGN) return at;
  const next = text.charCodeAt(at + 1);
  if (next === SLASH_SIGN) return lineEnd(text, at);
  if (next !== STAR) return at;
  const end = text.indexOf('*/', at + 2);
  return end === -1 ? text.length : end + 2;
}

function lineEnd(text: string, at: number): number {
  const end = text.indexOf('\n', at);
  return end === -1 ? text.length : end;
}

/** A string that is not closed ends with its line, so that one stray quote does not eat the file. */
function endOfString({ text, letters }: Lettered, start: number, { tripleQuotes }: Style): number {
  const quote = letters[start];
  if (tripleQuotes && letters[start + 1] === quote && letters[start + 2] === quote) {
    const end = text.indexOf(text.slice(start, start + 3), start + 3);
    return end === -1 ? text.length : end + 3;
  }
  for (let at = start + 1; at < letters.length; at += 1) {
    const code = letters[at];
    if (code === BACKSLASH) at += 1;
    else if (code === quote) return at + 1;
    else if (code === NEWLINE && quote !== BACKTICK) return at;
  }
  return letters.length;
}
