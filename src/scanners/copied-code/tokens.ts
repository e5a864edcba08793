/** Source text as a row of token hashes: names, numbers, strings and signs; comments and layout are passed over. */

/** How comments and strings look in a family of languages. */
interface Style {
  readonly hashComments: boolean;
  readonly slashComments: boolean;
  readonly tripleQuotes: boolean;
}

const HASH: Style = { hashComments: true, slashComments: false, tripleQuotes: false };
const PYTHON: Style = { ...HASH, tripleQuotes: true };
const SLASH: Style = { hashComments: false, slashComments: true, tripleQuotes: false };

const STYLES: Readonly<Record<string, Style>> = {
  ...Object.fromEntries(['py', 'pyx', 'pxd', 'pyi'].map((ending) => [ending, PYTHON])),
  ...Object.fromEntries(['r', 'rb', 'pl', 'pm', 'sh', 'jl'].map((ending) => [ending, HASH])),
  ...Object.fromEntries(
    'js mjs cjs jsx ts mts cts tsx c h cc cpp cxx hh hpp hxx cu cuh java go rs swift kt cs scala'
      .split(' ')
      .map((ending) => [ending, SLASH]),
  ),
};

function styleOf(path: string): Style | undefined {
  const ending = path.slice(path.lastIndexOf('.') + 1).toLowerCase();
  return Object.hasOwn(STYLES, ending) ? STYLES[ending] : undefined;
}

/** Whether a file is source code that is compared. */
export function isSource(path: string): boolean {
  return styleOf(path) !== undefined;
}

const WORD = 1;
const SPACE = 2;
const CLASSES = new Uint8Array(128);
for (let code = 0; code < 128; code += 1) {
  if (/[A-Za-z0-9_]/.test(String.fromCharCode(code))) CLASSES[code] = WORD;
  else if (code <= 32) CLASSES[code] = SPACE;
}

const [QUOTE, APOSTROPHE, BACKTICK, BACKSLASH, HASH_SIGN, SLASH_SIGN, STAR, NEWLINE] = [34, 39, 96, 92, 35, 47, 42, 10];

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
  let count = 0;
  let at = 0;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    const kind = code < 128 ? (CLASSES[code] ?? 0) : WORD;
    if (kind === SPACE) {
      at += 1;
      continue;
    }
    const start = at;
    if (kind === WORD) at = endOfWord(text, at);
    else {
      const after = endOfComment(text, at, style);
      if (after > at) {
        at = after;
        continue;
      }
      at = code === QUOTE || code === APOSTROPHE || code === BACKTICK ? endOfString(text, at, style) : at + 1;
    }
    piece[count] = hashOf(text, start, at);
    count += 1;
    if (count === PIECE) {
      take(piece);
      count = 0;
    }
  }
  if (count > 0) take(piece.subarray(0, count));
}

function endOfWord(text: string, start: number): number {
  let at = start + 1;
  for (; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code < 128 && CLASSES[code] !== WORD) break;
  }
  return at;
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
function endOfString(text: string, start: number, { tripleQuotes }: Style): number {
  const quote = text.charCodeAt(start);
  if (tripleQuotes && text.charCodeAt(start + 1) === quote && text.charCodeAt(start + 2) === quote) {
    const end = text.indexOf(text.slice(start, start + 3), start + 3);
    return end === -1 ? text.length : end + 3;
  }
  for (let at = start + 1; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === BACKSLASH) at += 1;
    else if (code === quote) return at + 1;
    else if (code === NEWLINE && quote !== BACKTICK) return at;
  }
  return text.length;
}

/** FNV-1a over UTF-16 units. Source: the Fowler, Noll and Vo hash, IETF draft-eastlake-fnv. */
function hashOf(text: string, start: number, end: number): number {
  let hash = 0x811c9dc5;
  for (let at = start; at < end; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash >>> 0;
}
