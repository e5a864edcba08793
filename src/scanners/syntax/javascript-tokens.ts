import {
  endOfLine,
  endOfNumber,
  endOfOperator,
  isDigit,
  isNameStart,
  TOKEN,
  type TokenKind,
  Tokens,
} from './tokens.ts';

const OPERATORS: ReadonlySet<string> = new Set(
  '=> == != <= >= ++ -- && || ?? ?. ** += -= *= /= %= &= |= ^= << >> === !== ... **= &&= ||= ??= <<= >>= >>>'.split(
    ' ',
  ),
);
/** Words after which a slash begins a regular expression. */
const BEFORE_REGEX: ReadonlySet<string> = new Set(
  'return typeof case in of delete void throw new else do await yield instanceof'.split(' '),
);
const BEFORE_CONDITION: ReadonlySet<string> = new Set(['if', 'while', 'for', 'with']);

/** Characters that a regular expression is followed for; a bound on reading ahead where a slash only looked like one. */
const LONGEST_REGEX = 4_000;

/** An open bracket, and whether a slash after its end begins a regular expression. */
interface Bracket {
  readonly template: boolean;
  readonly regexAfter: boolean;
}

/** Tokens of a JavaScript or TypeScript source. Never throws; one pass. */
export function tokenizeJavascript(text: string): Tokens {
  return new JavascriptTokenizer(text).run();
}

class JavascriptTokenizer {
  private readonly text: string;
  private readonly tokens: Tokens;
  private readonly brackets: Bracket[] = [];
  private at = 0;
  /** Whether a slash here begins a regular expression. */
  private regexHere = true;

  constructor(text: string) {
    this.text = text;
    this.tokens = new Tokens(text);
  }

  run(): Tokens {
    if (this.text.startsWith('#!')) this.at = endOfLine(this.text, 0);
    while (this.at < this.text.length) this.step(this.text.charCodeAt(this.at));
    return this.tokens;
  }

  private step(code: number): void {
    if (code <= 32 || code === 0xfeff || code === 0xa0) this.at += 1;
    else if (isNameStart(code) || code === 36 || code === 35) this.name();
    else if (isDigit(code)) this.take(TOKEN.number, endOfNumber(this.text, this.at));
    else if (code === 34 || code === 39) this.take(TOKEN.string, this.endOfString(code));
    else if (code === 96) this.template(TOKEN.templateOpen, TOKEN.string);
    else if (code === 47) this.slash();
    else this.sign(code);
  }

  private take(kind: TokenKind, end: number): void {
    this.tokens.push(kind, this.at, end);
    this.at = end;
    this.regexHere = kind === TOKEN.operator || kind === TOKEN.open;
  }

  private name(): void {
    let end = this.at + 1;
    for (; end < this.text.length; end += 1) {
      const code = this.text.charCodeAt(end);
      if (!isNameStart(code) && !isDigit(code) && code !== 36) break;
    }
    const start = this.at;
    this.take(TOKEN.name, end);
    this.regexHere = end - start <= 10 && BEFORE_REGEX.has(this.text.slice(start, end));
  }

  private sign(code: number): void {
    if (code === 40 || code === 91 || code === 123) {
      this.brackets.push({ template: false, regexAfter: this.regexAfterClose(code) });
      this.take(TOKEN.open, this.at + 1);
    } else if (code === 41 || code === 93 || code === 125) this.close();
    else this.take(TOKEN.operator, endOfOperator(this.text, this.at, OPERATORS));
  }

  private close(): void {
    const bracket = this.brackets.pop();
    if (bracket?.template === true) {
      this.template(TOKEN.templateMiddle, TOKEN.templateClose);
      return;
    }
    this.take(TOKEN.close, this.at + 1);
    this.regexHere = bracket?.regexAfter ?? false;
  }

  /** After the `)` of a condition and after the `}` of a block a statement begins; elsewhere a slash divides. */
  private regexAfterClose(code: number): boolean {
    const last = this.tokens.length - 1;
    const kind = last < 0 ? undefined : this.tokens.kindAt(last);
    if (code === 40) return kind === TOKEN.name && BEFORE_CONDITION.has(this.tokens.textOf(last));
    if (code === 91) return false;
    if (kind === undefined || kind === TOKEN.close) return true;
    const before = this.tokens.textOf(last);
    return before === '=>' || before === ';' || before === '{' || before === 'else' || before === 'do';
  }

  private slash(): void {
    const next = this.text.charCodeAt(this.at + 1);
    if (next === 47) this.at = endOfLine(this.text, this.at);
    else if (next === 42) {
      const end = this.text.indexOf('*/', this.at + 2);
      this.at = end === -1 ? this.text.length : end + 2;
    } else {
      const end = this.regexHere ? this.endOfRegex() : undefined;
      if (end === undefined) this.take(TOKEN.operator, endOfOperator(this.text, this.at, OPERATORS));
      else this.take(TOKEN.regex, end);
    }
  }

  /** Offset after the flags, or `undefined` where the line ends first: then it was a division. */
  private endOfRegex(): number | undefined {
    let inClass = false;
    const limit = Math.min(this.text.length, this.at + LONGEST_REGEX);
    for (let at = this.at + 1; at < limit; at += 1) {
      const code = this.text.charCodeAt(at);
      if (code === 10) return undefined;
      if (code === 92) at += 1;
      else if (code === 91) inClass = true;
      else if (code === 93) inClass = false;
      else if (code === 47 && !inClass) {
        let end = at + 1;
        while (end < this.text.length && isNameStart(this.text.charCodeAt(end))) end += 1;
        return end;
      }
    }
    return undefined;
  }

  private endOfString(quote: number): number {
    for (let at = this.at + 1; at < this.text.length; at += 1) {
      const code = this.text.charCodeAt(at);
      if (code === 92) at += 1;
      else if (code === quote) return at + 1;
      else if (code === 10) return at;
    }
    return this.text.length;
  }

  /** One stretch of literal text, from the backtick or the `}` here to the next `${` or the closing backtick. */
  private template(fielded: TokenKind, closed: TokenKind): void {
    for (let at = this.at + 1; at < this.text.length; at += 1) {
      const code = this.text.charCodeAt(at);
      if (code === 92) at += 1;
      else if (code === 96) {
        this.take(closed, at + 1);
        return;
      } else if (code === 36 && this.text.charCodeAt(at + 1) === 123) {
        this.brackets.push({ template: true, regexAfter: false });
        this.take(fielded, at + 2);
        this.regexHere = true;
        return;
      }
    }
    this.take(closed, this.text.length);
  }
}
