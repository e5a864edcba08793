import {
  endOfLine,
  endOfNumber,
  endOfOperator,
  isDigit,
  isLoneReturn,
  isNameStart,
  TOKEN,
  type TokenKind,
  Tokens,
} from './tokens.ts';

const OPERATORS: ReadonlySet<string> = new Set('<- -> <<- ->> <= >= == != && || |> :: ::: :='.split(' '));
const CLOSERS: ReadonlyMap<string, string> = new Map([
  ['(', ')'],
  ['[', ']'],
  ['{', '}'],
]);
const NAME_BODY = /[\p{L}\p{N}._]*/uy;
const RAW_OPENING = /[rR](["'])(-*)([([{])/y;

/** Tokens of an R source. Never throws; one pass. */
export function tokenizeR(text: string): Tokens {
  return new RTokenizer(text).run();
}

class RTokenizer {
  private readonly text: string;
  private readonly tokens: Tokens;
  /** Codes of the open brackets: a line ends a statement only in `{` or outside all. */
  private readonly brackets: number[] = [];
  private at = 0;

  constructor(text: string) {
    this.text = text;
    this.tokens = new Tokens(text);
  }

  run(): Tokens {
    while (this.at < this.text.length) this.step(this.text.charCodeAt(this.at));
    return this.tokens;
  }

  private step(code: number): void {
    if (code === 10 || isLoneReturn(this.text, this.at)) this.lineEnd();
    else if (code === 32 || code === 9 || code === 13 || code === 12) this.at += 1;
    else if (isNameStart(code) || this.startsDottedName(code)) this.name(code);
    else if (isDigit(code)) this.take(TOKEN.number, endOfNumber(this.text, this.at));
    else if (code === 34 || code === 39) this.take(TOKEN.string, this.endOfQuoted(this.at, code));
    else if (code === 96) this.take(TOKEN.name, this.endOfQuoted(this.at, code));
    else if (code === 35) this.at = endOfLine(this.text, this.at);
    else this.sign(code);
  }

  private sign(code: number): void {
    if (code === 40 || code === 91 || code === 123) {
      this.brackets.push(code);
      this.take(TOKEN.open, this.at + 1);
    } else if (code === 41 || code === 93 || code === 125) {
      this.brackets.pop();
      this.take(TOKEN.close, this.at + 1);
    } else this.take(TOKEN.operator, endOfOperator(this.text, this.at, OPERATORS));
  }

  private take(kind: TokenKind, end: number): void {
    this.tokens.push(kind, this.at, end);
    this.at = end;
  }

  private lineEnd(): void {
    const inner = this.brackets.at(-1);
    if (inner === undefined || inner === 123) this.take(TOKEN.line, this.at + 1);
    else this.at += 1;
  }

  private startsDottedName(code: number): boolean {
    return code === 46 && !isDigit(this.text.charCodeAt(this.at + 1));
  }

  private name(code: number): void {
    if (code === 114 || code === 82) {
      const end = this.endOfRawString();
      if (end !== undefined) {
        this.take(TOKEN.string, end);
        return;
      }
    }
    NAME_BODY.lastIndex = this.at;
    const length = NAME_BODY.exec(this.text)?.[0].length ?? 0;
    this.take(TOKEN.name, this.at + Math.max(1, length));
  }

  /** R 4.0 raw strings: r"---( ... )---". */
  private endOfRawString(): number | undefined {
    RAW_OPENING.lastIndex = this.at;
    const opening = RAW_OPENING.exec(this.text);
    if (opening === null) return undefined;
    const closing = `${CLOSERS.get(opening[3] ?? '') ?? ''}${opening[2] ?? ''}${opening[1] ?? ''}`;
    const end = this.text.indexOf(closing, RAW_OPENING.lastIndex);
    return end === -1 ? this.text.length : end + closing.length;
  }

  private endOfQuoted(start: number, quote: number): number {
    for (let at = start + 1; at < this.text.length; at += 1) {
      const code = this.text.charCodeAt(at);
      if (code === 92) at += 1;
      else if (code === quote) return at + 1;
    }
    return this.text.length;
  }
}
