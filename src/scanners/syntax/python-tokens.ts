import { OperatorTable, operatorLength } from './signs.ts';
import {
  endOfLine,
  endOfName,
  endOfNumber,
  escapedBy,
  isDigit,
  isLoneReturn,
  isNameStart,
  TOKEN,
  type Tokenizer,
  type TokenKind,
  Tokens,
} from './tokens.ts';

const OPERATORS = new OperatorTable('** // << >> <= >= == != -> += -= *= /= %= &= |= ^= @= := **= //= >>= <<= ...');
/** String prefixes in lower case (Python reference, "String and Bytes literals"; `t` from 3.14). */
const PREFIXES: ReadonlySet<string> = new Set('r u b f t br rb fr rf tr rt'.split(' '));

/** On the stack of brackets: the `{` of a replacement field. */
const FIELD = -1;

/** Tokens of a Python source (2 or 3). Never throws; one pass. */
export function tokenizePython(text: string): Tokens {
  const tokens = new Tokens(text);
  return tokens.from(new PythonTokenizer(text, tokens));
}

class PythonTokenizer implements Tokenizer {
  private readonly text: string;
  private readonly tokens: Tokens;
  private readonly brackets: number[] = [];
  /** Closing quotes of the interpolated strings whose replacement fields are open. */
  private readonly quotes: string[] = [];
  private at = 0;

  constructor(text: string, tokens: Tokens) {
    this.text = text;
    this.tokens = tokens;
    // Python takes a byte order mark for none of the first name.
    if (text.startsWith('\ufeff')) this.at = 1;
  }

  get isDone(): boolean {
    return this.at >= this.text.length;
  }

  step(): void {
    const code = this.text.charCodeAt(this.at);
    if (code === 10 || isLoneReturn(this.text, this.at)) this.lineEnd();
    else if (code === 32 || code === 9 || code === 13 || code === 12) this.at += 1;
    else if (isNameStart(code)) this.name();
    else if (isDigit(code)) this.take(TOKEN.number, 0, endOfNumber(this.text, this.at));
    else if (code === 34 || code === 39) this.string(this.at, '');
    else if (code === 35) this.at = endOfLine(this.text, this.at);
    else if (code === 40 || code === 91 || code === 123) this.open(code);
    else if (code === 41 || code === 93 || code === 125) this.close(code);
    else if (code === 92) this.at += 1 + escapedBy(this.text, this.at);
    else this.operator();
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
    if (this.brackets.length === 0) this.take(TOKEN.line, 0, this.at + 1);
    else this.at += 1;
  }

  private open(code: number): void {
    this.brackets.push(code);
    this.take(TOKEN.open, code, this.at + 1);
  }

  private close(code: number): void {
    if (this.brackets.pop() !== FIELD) {
      this.take(TOKEN.close, code, this.at + 1);
      return;
    }
    const start = this.at;
    this.at += 1;
    this.interpolated(start, this.quotes.pop() ?? '"', [TOKEN.templateMiddle, TOKEN.templateClose]);
  }

  private name(): void {
    const end = endOfName(this.text, this.at);
    const next = this.text.charCodeAt(end);
    if ((next === 34 || next === 39) && end - this.at <= 2) {
      const prefix = this.text.slice(this.at, end).toLowerCase();
      if (PREFIXES.has(prefix)) {
        const start = this.at;
        this.at = end;
        this.string(start, prefix);
        return;
      }
    }
    this.take(TOKEN.name, this.tokens.words.at(this.at, end), end);
  }

  private string(start: number, prefix: string): void {
    const quote = this.text.charAt(this.at);
    const mark = this.text.startsWith(quote.repeat(3), this.at) ? quote.repeat(3) : quote;
    this.at += mark.length;
    if (/[ft]/.test(prefix)) {
      this.interpolated(start, mark, [TOKEN.templateOpen, TOKEN.string]);
      return;
    }
    const end = this.endOfString(mark);
    this.tokens.push(TOKEN.string, 0, start, end);
    this.at = end;
  }

  /** Offset after the closing quotes; where a one-line string is not closed, the end of its line. */
  private endOfString(mark: string): number {
    const quote = mark.charCodeAt(0);
    for (let at = this.at; at < this.text.length; at += 1) {
      const code = this.text.charCodeAt(at);
      if (code === 92) at += escapedBy(this.text, at);
      else if ((code === 10 || code === 13) && mark.length === 1) return at;
      else if (code === quote && (mark.length === 1 || this.text.startsWith(mark, at))) return at + mark.length;
    }
    return this.text.length;
  }

  /** One stretch of literal text: up to the next field (first kind) or to the end of the string (second kind). */
  private interpolated(start: number, mark: string, [fielded, closed]: readonly [TokenKind, TokenKind]): void {
    const quote = mark.charCodeAt(0);
    let at = this.at;
    for (; at < this.text.length; at += 1) {
      const code = this.text.charCodeAt(at);
      const next = this.text.charCodeAt(at + 1);
      if (code === 92) at += next === 123 ? 0 : escapedBy(this.text, at);
      else if ((code === 10 || code === 13) && mark.length === 1) break;
      else if (code === quote && this.text.startsWith(mark, at)) {
        at += mark.length;
        break;
      } else if (code === 123 && next === 123) at += 1;
      else if (code === 123) {
        this.brackets.push(FIELD);
        this.quotes.push(mark);
        this.tokens.push(fielded, 0, start, at + 1);
        this.at = at + 1;
        return;
      }
    }
    this.at = Math.min(at, this.text.length);
    this.tokens.push(closed, 0, start, this.at);
  }
}
