/** Words and signs of a source text, as the three tokenizers give them and the tree is built from. */
import { Words } from './words.ts';

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

/** Bits that a kind takes; above them stands what is known of the token beside it. */
const KIND_BITS = 4;
const KIND_MASK = (1 << KIND_BITS) - 1;

/** Tokens that are held at once; they stay in the nearest cache of the processor. */
const HELD = 1024;
const RING = HELD - 1;
/** Tokens before the one that is asked for that are still held. */
const BEHIND = 8;

/** Makes tokens of a text, piece by piece. */
export interface Tokenizer {
  /** Reads on until there are this many tokens, or a few more, or no more text. */
  readTo(count: number): void;
}

/** A `TokenKind`, out of what is kept of a token. */
export function kindOf(head: number): number {
  return head & KIND_MASK;
}

/** Number of the name, the operator or the bracket, out of what is kept of a token. */
export function markOf(head: number): number {
  return head >>> KIND_BITS;
}

/**
 * Tokens by number, of which only those around the one that was asked for last are held: a file has hundreds of thousands.
 * To be gone through from the first on.
 */
export class Tokens {
  readonly text: string;
  readonly words: Words;
  /** Tokens that were made so far. */
  length = 0;
  private readonly heads = new Int32Array(HELD);
  private readonly starts = new Int32Array(HELD);
  private readonly ends = new Int32Array(HELD);
  private tokenizer: Tokenizer | undefined;

  constructor(text: string) {
    this.text = text;
    this.words = new Words(text);
  }

  /** Has the tokens made by this tokenizer. */
  from(tokenizer: Tokenizer): this {
    this.tokenizer = tokenizer;
    return this;
  }

  /** `mark`: number of a name, operator or bracket. */
  push(kind: TokenKind, mark: number, start: number, end: number): void {
    const place = this.length & RING;
    this.heads[place] = kind | (mark << KIND_BITS);
    this.starts[place] = start;
    this.ends[place] = end;
    this.length += 1;
  }

  /** Kind and mark of a token in one number, for `kindOf` and `markOf`. */
  headAt(index: number): number {
    if (index >= this.length && !this.reach(index)) return TOKEN.end;
    return this.heads[index & RING] ?? 0;
  }

  /** A `TokenKind`. */
  kindAt(index: number): number {
    return kindOf(this.headAt(index));
  }

  /** Number of the name (`Words`), the operator (`operatorNumber`) or the bracket (its code); 0 for other tokens. */
  markAt(index: number): number {
    return index < this.length ? markOf(this.heads[index & RING] ?? 0) : 0;
  }

  /** Offset of the first character; 0 beyond the last token. */
  startOf(index: number): number {
    return index < this.length ? (this.starts[index & RING] ?? 0) : 0;
  }

  /** Offset after the last character; 0 beyond the last token. */
  endOf(index: number): number {
    return index < this.length && index >= 0 ? (this.ends[index & RING] ?? 0) : 0;
  }

  /** The first character as a number. */
  codeAt(index: number): number {
    return this.text.charCodeAt(this.startOf(index));
  }

  /** Reads on as far as this token; false where there is none. */
  private reach(index: number): boolean {
    const { tokenizer } = this;
    if (tokenizer === undefined) return false;
    tokenizer.readTo(index + HELD - BEHIND);
    return index < this.length;
  }
}

const NAME = 1;
const DIGIT = 2;

/** What an ASCII character may be part of; everything above is taken for a letter. */
const CLASSES = new Uint8Array(128);
for (let code = 0; code < 128; code += 1) {
  const character = String.fromCharCode(code);
  if (/[A-Za-z_]/.test(character)) CLASSES[code] = NAME;
  else if (/[0-9]/.test(character)) CLASSES[code] = DIGIT;
}

export function isNameStart(code: number): boolean {
  return code >= 128 || CLASSES[code] === NAME;
}

export function isDigit(code: number): boolean {
  return CLASSES[code] === DIGIT;
}

/** Whether a name goes on with a character: letters, digits, `_`, and anything that is not ASCII. */
export function isNamePart(code: number): boolean {
  return code >= 128 || CLASSES[code] !== 0;
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
