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
} as const;
export type TokenKind = (typeof TOKEN)[keyof typeof TOKEN];

/** Tokens by number: parallel lists, because a file has hundreds of thousands of them. */
export class Tokens {
  readonly text: string;
  readonly kinds: TokenKind[] = [];
  readonly starts: number[] = [];
  readonly ends: number[] = [];

  constructor(text: string) {
    this.text = text;
  }

  get length(): number {
    return this.kinds.length;
  }

  push(kind: TokenKind, start: number, end: number): void {
    this.kinds.push(kind);
    this.starts.push(start);
    this.ends.push(end);
  }

  textOf(index: number): string {
    return this.text.slice(this.starts[index], this.ends[index]);
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

/** Offset of the end of the line that `at` stands on. */
export function endOfLine(text: string, at: number): number {
  const end = text.indexOf('\n', at);
  return end === -1 ? text.length : end;
}
