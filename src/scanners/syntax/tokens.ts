/** Words and signs of a source text, as the three tokenizers give them and the tree is built from. */

export const TOKEN = {
  name: 0,
  number: 1,
  /** A whole string literal with its prefix and quotes. */
  string: 2,
  /** Start of an interpolated string up to the first `{` or `${`; expression tokens follow. */
  templateOpen: 3,
  templateMiddle: 4,
  templateClose: 5,
  open: 6,
  close: 7,
  operator: 8,
  /** End of a logical line: Python and R. */
  line: 9,
  regex: 10,
  /** What stands behind the last token. */
  end: 11,
} as const;
export type TokenKind = (typeof TOKEN)[keyof typeof TOKEN];

/** Tokens of ordinary source: one for every few characters. */
const CHARACTERS_PER_TOKEN = 4;

/** Where tokens are put. */
interface Room {
  readonly size: number;
  readonly kinds: Uint8Array;
  readonly starts: Uint32Array;
  readonly ends: Uint32Array;
}

function roomFor(size: number): Room {
  return { size, kinds: new Uint8Array(size), starts: new Uint32Array(size), ends: new Uint32Array(size) };
}

/** The room of the text that was read last: made anew for each, large ones would cost more than reading them. */
let lastRoom = roomFor(16 * 1024);

/**
 * Tokens by number, in typed arrays: a file has hundreds of thousands of them. The next text takes the same room, so they
 * are to be used up before it.
 */
export class Tokens {
  readonly text: string;
  length = 0;
  private room: number;
  private kinds: Uint8Array;
  private starts: Uint32Array;
  private ends: Uint32Array;

  constructor(text: string) {
    this.text = text;
    const awaited = Math.ceil(text.length / CHARACTERS_PER_TOKEN) + 64;
    if (lastRoom.size < awaited) lastRoom = roomFor(awaited);
    const { size, kinds, starts, ends } = lastRoom;
    this.room = size;
    this.kinds = kinds;
    this.starts = starts;
    this.ends = ends;
  }

  push(kind: TokenKind, start: number, end: number): void {
    if (this.length === this.room) this.grow();
    this.kinds[this.length] = kind;
    this.starts[this.length] = start;
    this.ends[this.length] = end;
    this.length += 1;
  }

  /** A `TokenKind`. */
  kindAt(index: number): number {
    return index < this.length ? (this.kinds[index] ?? TOKEN.end) : TOKEN.end;
  }

  /** Offset of the first character; 0 beyond the last token. */
  startOf(index: number): number {
    return index < this.length ? (this.starts[index] ?? 0) : 0;
  }

  /** Offset after the last character; 0 beyond the last token. */
  endOf(index: number): number {
    return index < this.length && index >= 0 ? (this.ends[index] ?? 0) : 0;
  }

  /** The first character as a number. */
  codeAt(index: number): number {
    return this.text.charCodeAt(this.startOf(index));
  }

  textOf(index: number): string {
    return this.text.slice(this.startOf(index), this.endOf(index));
  }

  private grow(): void {
    lastRoom = roomFor(this.room * 2);
    const { size, kinds, starts, ends } = lastRoom;
    kinds.set(this.kinds);
    starts.set(this.starts);
    ends.set(this.ends);
    this.room = size;
    this.kinds = kinds;
    this.starts = starts;
    this.ends = ends;
  }
}

const NAME = 1;
const DIGIT = 2;
const SIGN = 4;

/** What an ASCII character may be part of; everything above is taken for a letter. */
const CLASSES = new Uint8Array(128);
for (let code = 0; code < 128; code += 1) {
  const character = String.fromCharCode(code);
  if (/[A-Za-z_]/.test(character)) CLASSES[code] = NAME;
  else if (/[0-9]/.test(character)) CLASSES[code] = DIGIT;
  else if ('+-*/%&|^!=<>:?~.@$'.includes(character)) CLASSES[code] = SIGN;
}

export function isNameStart(code: number): boolean {
  return code >= 128 || CLASSES[code] === NAME;
}

export function isDigit(code: number): boolean {
  return CLASSES[code] === DIGIT;
}

/** Offset after the name (letters, digits, `_`, and anything that is not ASCII) that begins at `at`. */
export function endOfName(text: string, at: number): number {
  let end = at;
  for (; end < text.length; end += 1) {
    const code = text.charCodeAt(end);
    if (code < 128 && ((CLASSES[code] ?? 0) & (NAME | DIGIT)) === 0) break;
  }
  return end;
}

/** Offset after the number that begins at `at`: digits, letters and dots, which covers every notation without its sign. */
export function endOfNumber(text: string, at: number): number {
  let end = at;
  for (; end < text.length; end += 1) {
    const code = text.charCodeAt(end);
    if (code !== 46 && (code >= 128 || ((CLASSES[code] ?? 0) & (NAME | DIGIT)) === 0)) break;
  }
  return end;
}

/** Offset after the operator that begins at `at`; the longest one of `known`, or else one character. */
export function endOfOperator(text: string, at: number, known: ReadonlySet<string>): number {
  if (CLASSES[text.charCodeAt(at + 1)] !== SIGN) return at + 1;
  if (CLASSES[text.charCodeAt(at + 2)] === SIGN && known.has(text.slice(at, at + 3))) return at + 3;
  return known.has(text.slice(at, at + 2)) ? at + 2 : at + 1;
}

/** Offset of the end of the line that `at` stands on: Python and R end it at a carriage return alone too. */
export function endOfLine(text: string, at: number): number {
  let end = at;
  while (end < text.length && !isLineEnd(text.charCodeAt(end))) end += 1;
  return end;
}

/** Line feed or carriage return. */
export function isLineEnd(code: number): boolean {
  return code === 10 || code === 13;
}

/** Whether a carriage return stands here that ends a line alone. */
export function isLoneReturn(text: string, at: number): boolean {
  return text.charCodeAt(at) === 13 && text.charCodeAt(at + 1) !== 10;
}

/** How many characters a backslash in a string takes with it: the end of a line may be two. */
export function escapedBy(text: string, at: number): number {
  return text.charCodeAt(at + 1) === 13 && text.charCodeAt(at + 2) === 10 ? 2 : 1;
}
