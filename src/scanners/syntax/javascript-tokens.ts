import {
  endOfNumber,
  endOfOperator,
  escapedBy,
  isDigit,
  isNameStart,
  TOKEN,
  type TokenKind,
  Tokens,
} from './tokens.ts';
import { WordTable } from './vocabulary.ts';

const OPERATORS: ReadonlySet<string> = new Set(
  '=> == != <= >= ++ -- && || ?? ?. ** += -= *= /= %= &= |= ^= << >> === !== ... **= &&= ||= ??= <<= >>= >>>'.split(
    ' ',
  ),
);
/** Words after which a slash begins a regular expression. */
const BEFORE_REGEX = new WordTable(
  'return typeof case in of delete void throw new else do await yield instanceof'.split(' '),
);
const BEFORE_CONDITION = new WordTable(['if', 'while', 'for', 'with']);
const BEFORE_BLOCK = new WordTable(['else', 'do']);

/** Characters that a regular expression is followed for; a bound on reading ahead where a slash only looked like one. */
const LONGEST_REGEX = 4_000;

/** An open bracket: of a template, or one after whose end a slash begins a regular expression, or divides. */
const BRACKET = { template: 0, regexAfter: 1, divisionAfter: 2 } as const;

/** Characters that names go on with. */
const GOES_ON = new Uint8Array(128);
for (let code = 0; code < 128; code += 1) GOES_ON[code] = /[\w$]/.test(String.fromCharCode(code)) ? 1 : 0;

/** Blanks and line ends that are no ASCII, which no name goes on with (ECMA-262, 12.2 and 12.3). */
const WIDE_BLANKS: ReadonlySet<number> = new Set([
  ...[0xa0, 0x1680, 0x2028, 0x2029, 0x202f, 0x205f, 0x3000, 0xfeff],
  ...Array.from({ length: 11 }, (_, at) => 0x2000 + at),
]);

/** ECMA-262, 12.3: a comment ends at each of these, and the code behind it runs. */
const LINE_END = /[\n\r\u2028\u2029]/;
const isLineEnd = (code: number) => code === 10 || code === 13 || code === 0x2028 || code === 0x2029;

function endOfLine(text: string, start: number): number {
  let at = start;
  while (at < text.length && !isLineEnd(text.charCodeAt(at))) at += 1;
  return at;
}

/** Tokens of a JavaScript or TypeScript source. Never throws; one pass. */
export function tokenizeJavascript(text: string): Tokens {
  return new JavascriptTokenizer(text).run();
}

class JavascriptTokenizer {
  private readonly text: string;
  private readonly tokens: Tokens;
  /** `BRACKET` of each that is open. */
  private readonly brackets: number[] = [];
  private at = 0;
  /** Whether a slash here begins a regular expression. */
  private regexHere = true;

  constructor(text: string) {
    this.text = text;
    this.tokens = new Tokens(text);
  }

  run(): Tokens {
    if (this.text.startsWith('#!')) this.at = endOfLine(this.text, 0);
    const { length } = this.text;
    while (this.at < length) {
      const code = this.text.charCodeAt(this.at);
      if (code <= 32) this.at += 1;
      else this.step(code);
    }
    return this.tokens;
  }

  private step(code: number): void {
    // Blanks that are no ASCII.
    if (code >= 128 && WIDE_BLANKS.has(code)) this.at += 1;
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
    const { text, at: start } = this;
    let end = start + 1;
    const { length } = text;
    for (; end < length; end += 1) {
      const code = text.charCodeAt(end);
      if (code < 128 ? GOES_ON[code] === 0 : WIDE_BLANKS.has(code)) break;
    }
    const isMember = this.isMember(this.tokens.length);
    this.tokens.push(TOKEN.name, start, end);
    this.at = end;
    this.regexHere = !isMember && BEFORE_REGEX.hasAt(text, start, end);
  }

  /** Whether a token stands behind a dot: then the words of the language are names like others. */
  private isMember(index: number): boolean {
    const { tokens, text } = this;
    if (index < 1 || tokens.kindAt(index - 1) !== TOKEN.operator) return false;
    const [start, end] = [tokens.startOf(index - 1), tokens.endOf(index - 1)];
    return end - start <= 2 && text.charCodeAt(end - 1) === 46;
  }

  private sign(code: number): void {
    if (code === 40 || code === 91 || code === 123) {
      this.brackets.push(this.regexAfterClose(code) ? BRACKET.regexAfter : BRACKET.divisionAfter);
      this.take(TOKEN.open, this.at + 1);
    } else if (code === 41 || code === 93 || code === 125) this.close();
    else this.operator();
  }

  private operator(): void {
    const { text, tokens, at: start } = this;
    const last = tokens.length - 1;
    this.take(TOKEN.operator, endOfOperator(text, start, OPERATORS));
    const sign = text.charCodeAt(start);
    if (this.at - start !== 2 || (sign !== 43 && sign !== 45) || sign !== text.charCodeAt(start + 1)) return;
    // Behind a value on the same line `++` and `--` are of the value, and a slash divides it.
    const isBehind = tokens.kindAt(last) === TOKEN.name || tokens.kindAt(last) === TOKEN.close;
    if (isBehind && !LINE_END.test(text.slice(tokens.endOf(last), start))) this.regexHere = false;
  }

  private close(): void {
    const bracket = this.brackets.pop();
    if (bracket === BRACKET.template) {
      this.template(TOKEN.templateMiddle, TOKEN.templateClose);
      return;
    }
    this.take(TOKEN.close, this.at + 1);
    this.regexHere = bracket === BRACKET.regexAfter;
  }

  /** After the `)` of a condition and after the `}` of a block a statement begins; elsewhere a slash divides. */
  private regexAfterClose(code: number): boolean {
    const { tokens, text } = this;
    const last = tokens.length - 1;
    if (last < 0) return code === 123;
    const [kind, start, end] = [tokens.kindAt(last), tokens.startOf(last), tokens.endOf(last)];
    if (code === 40) return kind === TOKEN.name && !this.isMember(last) && BEFORE_CONDITION.hasAt(text, start, end);
    if (code === 91) return false;
    if (kind === TOKEN.close) return true;
    if (kind === TOKEN.name) return !this.isMember(last) && BEFORE_BLOCK.hasAt(text, start, end);
    const before = text.charCodeAt(start);
    if (end - start === 1) return before === 59 || before === 123;
    return end - start === 2 && before === 61 && text.charCodeAt(start + 1) === 62;
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
      if (isLineEnd(code)) return undefined;
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
      if (code === 92) at += escapedBy(this.text, at);
      else if (code === quote) return at + 1;
      else if (code === 10 || code === 13) return at;
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
        this.brackets.push(BRACKET.template);
        this.take(fielded, at + 2);
        this.regexHere = true;
        return;
      }
    }
    this.take(closed, this.text.length);
  }
}
