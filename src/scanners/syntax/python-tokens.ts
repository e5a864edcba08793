import { OperatorTable, operatorLength, operatorNumber } from './signs.ts';
import {
  endOfLine,
  endOfNumber,
  escapedBy,
  isDigit,
  isLoneReturn,
  isNamePart,
  isNameStart,
  TOKEN,
  type Tokenizer,
  type TokenKind,
  Tokens,
} from './tokens.ts';
import { hashed } from './words.ts';

const OPERATORS = new OperatorTable('** // << >> <= >= == != -> += -= *= /= %= &= |= ^= @= := **= //= >>= <<= ...');
/** String prefixes in lower case (Python reference, "String and Bytes literals"; `t` from 3.14). */
const PREFIXES: ReadonlySet<string> = new Set('r u b f t br rb fr rf tr rt'.split(' '));

/** On the stack of brackets: the `{` of a replacement field, of one whose format is being read, and of a field in a format. */
const [FIELD, FORMAT, INNER] = [-1, -2, -3];
const COLON = operatorNumber(':');

const [DOUBLE, SINGLE, OPEN_CURLY, CLOSE_CURLY] = [34, 39, 123, 125];
/** Above the code of a quote where three of them close the string. */
const TRIPLE = 128;
const NOT_CLOSED = -1;

/** Tokens of a Python source (2 or 3). Never throws; one pass. */
export function tokenizePython(text: string): Tokens {
  const tokens = new Tokens(text);
  return tokens.from(new PythonTokenizer(text, tokens));
}

class PythonTokenizer implements Tokenizer {
  private readonly text: string;
  private readonly letters: Uint16Array;
  private readonly tokens: Tokens;
  private readonly brackets: number[] = [];
  /** Quotes (`TRIPLE` above the code of one) of the interpolated strings whose replacement fields are open. */
  private readonly quotes: number[] = [];
  private at = 0;

  constructor(text: string, tokens: Tokens) {
    this.text = text;
    this.tokens = tokens;
    this.letters = tokens.words.letters;
    // Python takes a byte order mark for none of the first name.
    if (text.startsWith('\ufeff')) this.at = 1;
  }

  readTo(count: number): void {
    const { letters, tokens } = this;
    const { length } = this.text;
    while (tokens.length < count) {
      let { at } = this;
      while (isBlank(letters[at] ?? 0)) at += 1;
      this.at = at;
      if (at >= length) return;
      this.step(letters[at] ?? 0);
    }
  }

  /** One token, comment or end of a line, which begins with this character. */
  private step(code: number): void {
    if (isNameStart(code)) this.name();
    else if (code === 10) this.lineEnd();
    else if (isDigit(code)) this.take(TOKEN.number, 0, endOfNumber(this.text, this.at));
    else if (code === 34 || code === 39) this.string(this.at, '');
    else if (code === 35) this.at = endOfLine(this.text, this.at);
    else if (code === 40 || code === 91 || code === 123) this.open(code);
    else if (code === 41 || code === 93 || code === 125) this.close(code);
    else if (code === 13) this.carriageReturn();
    else if (code === 92) this.at += 1 + escapedBy(this.text, this.at);
    else if (code === 58 && this.brackets.at(-1) === FIELD) this.beginFormat();
    else this.operator();
  }

  private take(kind: TokenKind, mark: number, end: number): void {
    this.tokens.push(kind, mark, this.at, end);
    this.at = end;
  }

  private operator(): void {
    const operator = OPERATORS.at(this.letters, this.at);
    this.take(TOKEN.operator, operator, this.at + operatorLength(operator));
  }

  private lineEnd(): void {
    if (this.brackets.length === 0) this.take(TOKEN.line, 0, this.at + 1);
    else this.at += 1;
  }

  private carriageReturn(): void {
    if (isLoneReturn(this.text, this.at)) this.lineEnd();
    else this.at += 1;
  }

  private open(code: number): void {
    this.brackets.push(code);
    this.take(TOKEN.open, code, this.at + 1);
  }

  private close(code: number): void {
    const opened = this.brackets.pop();
    if (opened !== FIELD) {
      this.take(TOKEN.close, code, this.at + 1);
      if (this.brackets.at(-1) === FORMAT) this.format();
      return;
    }
    const start = this.at;
    this.at += 1;
    this.interpolated(start, this.quotes.pop() ?? DOUBLE, false);
  }

  private name(): void {
    const { letters, at: start } = this;
    let hash = hashed(0, letters[start] ?? 0);
    let end = start + 1;
    // Behind the text stands a zero, which is part of no name.
    for (; ; end += 1) {
      const code = letters[end] ?? 0;
      if (!isNamePart(code)) break;
      hash = hashed(hash, code);
    }
    const next = letters[end] ?? 0;
    if ((next === DOUBLE || next === SINGLE) && end - start <= 2) {
      const prefix = this.text.slice(start, end).toLowerCase();
      if (PREFIXES.has(prefix)) {
        this.at = end;
        this.string(start, prefix);
        return;
      }
    }
    this.take(TOKEN.name, this.tokens.words.find(hash, start, end - start), end);
  }

  private string(start: number, prefix: string): void {
    const { letters, at } = this;
    const code = letters[at] ?? 0;
    const isTriple = letters[at + 1] === code && letters[at + 2] === code;
    const quote = isTriple ? code | TRIPLE : code;
    this.at += isTriple ? 3 : 1;
    if (prefix !== '' && /[ft]/.test(prefix)) {
      this.interpolated(start, quote, true);
      return;
    }
    const end = this.endOfString(quote);
    this.tokens.push(TOKEN.string, 0, start, end);
    this.at = end;
  }

  /** Offset after the closing quotes; where a one-line string is not closed, the end of its line. */
  private endOfString(quote: number): number {
    const { letters } = this;
    const { length } = this.text;
    for (let at = this.at; at < length; at += 1) {
      if (letters[at] === 92) at += escapedBy(this.text, at);
      else {
        const width = this.closing(at, quote);
        if (width !== NOT_CLOSED) return at + width;
      }
    }
    return length;
  }

  /** Whether the quote here is followed by two more of its kind. */
  private closesTriple(at: number): boolean {
    const { letters } = this;
    return letters[at + 1] === letters[at] && letters[at + 2] === letters[at];
  }

  /** One stretch of literal text, `opening` where it is the first of its string: up to the next field or the end of the string. */
  private interpolated(start: number, quote: number, opening: boolean): void {
    const { letters } = this;
    const { length } = this.text;
    let at = this.at;
    for (; at < length; at += 1) {
      const code = letters[at];
      const isDoubled = letters[at + 1] === OPEN_CURLY;
      if (code === 92) at += isDoubled ? 0 : escapedBy(this.text, at);
      else if (code !== OPEN_CURLY) {
        const width = this.closing(at, quote);
        if (width === NOT_CLOSED) continue;
        at += width;
        break;
      } else if (isDoubled) at += 1;
      else {
        this.brackets.push(FIELD);
        this.quotes.push(quote);
        this.tokens.push(opening ? TOKEN.templateOpen : TOKEN.templateMiddle, 0, start, at + 1);
        this.at = at + 1;
        return;
      }
    }
    this.at = Math.min(at, length);
    this.tokens.push(opening ? TOKEN.string : TOKEN.templateClose, 0, start, this.at);
  }

  /** The first colon of a field begins its format (Python reference, "Formatted string literals"): text, with fields of its own. */
  private beginFormat(): void {
    this.brackets.pop();
    this.brackets.push(FORMAT);
    this.take(TOKEN.operator, COLON, this.at + 1);
    this.format();
  }

  /** The text of a format: up to a field in it, the end of its own field, or the end of the string. */
  private format(): void {
    const { letters } = this;
    const quote = this.quotes.at(-1) ?? DOUBLE;
    for (; this.at < this.text.length; this.at += 1) {
      const code = letters[this.at];
      if (code === OPEN_CURLY) {
        this.brackets.push(INNER);
        this.take(TOKEN.open, OPEN_CURLY, this.at + 1);
        return;
      }
      if (code === CLOSE_CURLY || this.closing(this.at, quote) !== NOT_CLOSED) break;
      if (code === 92) this.at += escapedBy(this.text, this.at);
    }
    this.brackets.pop();
    const start = this.at;
    // Where the string ends in a format it is not closed: what ends it is read with its last stretch.
    if (letters[start] === CLOSE_CURLY) this.at += 1;
    this.interpolated(start, this.quotes.pop() ?? DOUBLE, false);
  }

  /** Characters of what ends a string here: its quotes, or none where its line ends; `NOT_CLOSED` where it goes on. */
  private closing(at: number, quote: number): number {
    const code = this.letters[at];
    if (code === (quote & ~TRIPLE)) {
      if (quote === code) return 1;
      return this.closesTriple(at) ? 3 : NOT_CLOSED;
    }
    return quote < TRIPLE && (code === 10 || code === 13) ? 0 : NOT_CLOSED;
  }
}

/** What stands between two tokens of a line; a carriage return may end one. */
function isBlank(code: number): boolean {
  return code === 32 || code === 9 || code === 12;
}
