import { OperatorTable, operatorLength } from './signs.ts';
import {
  endOfLine,
  endOfNumber,
  isDigit,
  isLoneReturn,
  isNameStart,
  TOKEN,
  type Tokenizer,
  type TokenKind,
  Tokens,
} from './tokens.ts';

const OPERATORS = new OperatorTable('<- -> <<- ->> <= >= == != && || |> :: ::: :=');
const CLOSERS: ReadonlyMap<string, string> = new Map([
  ['(', ')'],
  ['[', ']'],
  ['{', '}'],
]);
const NAME_BODY = /[\p{L}\p{N}._]*/uy;
const RAW_OPENING = /[rR](["'])(-*)([([{])/y;

/** Tokens of an R source. Never throws; one pass. */
export function tokenizeR(text: string): Tokens {
  const tokens = new Tokens(text);
  return tokens.from(new RTokenizer(text, tokens));
}

class RTokenizer implements Tokenizer {
  private readonly text: string;
  private readonly tokens: Tokens;
  /** Codes of the open brackets: a line ends a statement only in `{` or outside all. */
  private readonly brackets: number[] = [];
  private at = 0;

  constructor(text: string, tokens: Tokens) {
    this.text = text;
    this.tokens = tokens;
  }

  readTo(count: number): void {
    while (this.tokens.length < count && this.at < this.text.length) this.step();
  }

  private step(): void {
    const code = this.text.charCodeAt(this.at);
    if (code === 10 || isLoneReturn(this.text, this.at)) this.lineEnd();
    else if (code === 32 || code === 9 || code === 13 || code === 12) this.at += 1;
    else if (isNameStart(code) || this.startsDottedName(code)) this.name(code);
    else if (isDigit(code)) this.take(TOKEN.number, 0, endOfNumber(this.text, this.at));
    else if (code === 34 || code === 39) this.take(TOKEN.string, 0, this.endOfQuoted(this.at, code));
    else if (code === 96) this.quotedName(code);
    else if (code === 35) this.at = endOfLine(this.text, this.at);
    else this.sign(code);
  }

  private sign(code: number): void {
    if (code === 40 || code === 91 || code === 123) {
      this.brackets.push(code);
      this.take(TOKEN.open, code, this.at + 1);
    } else if (code === 41 || code === 93 || code === 125) {
      this.brackets.pop();
      this.take(TOKEN.close, code, this.at + 1);
    } else this.operator();
  }

  private take(kind: TokenKind, mark: number, end: number): void {
    this.tokens.push(kind, mark, this.at, end);
    this.at = end;
  }

  private operator(): void {
    const operator = OPERATORS.at(this.tokens.words.letters, this.at);
    this.take(TOKEN.operator, operator, this.at + operatorLength(operator));
  }

  private lineEnd(): void {
    const inner = this.brackets.at(-1);
    if (inner === undefined || inner === 123) this.take(TOKEN.line, 0, this.at + 1);
    else this.at += 1;
  }

  private startsDottedName(code: number): boolean {
    return code === 46 && !isDigit(this.text.charCodeAt(this.at + 1));
  }

  private name(code: number): void {
    if (code === 114 || code === 82) {
      const end = this.endOfRawString();
      if (end !== undefined) {
        this.take(TOKEN.string, 0, end);
        return;
      }
    }
    NAME_BODY.lastIndex = this.at;
    const length = NAME_BODY.exec(this.text)?.[0].length ?? 0;
    const end = this.at + Math.max(1, length);
    this.take(TOKEN.name, this.tokens.words.at(this.at, end), end);
  }

  /** Backticks are no part of a name. */
  private quotedName(quote: number): void {
    const end = this.endOfQuoted(this.at, quote);
    this.take(TOKEN.name, this.tokens.words.at(this.at + 1, Math.max(this.at + 1, end - 1)), end);
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
