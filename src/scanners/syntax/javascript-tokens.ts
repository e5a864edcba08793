import { OperatorTable, operatorLength, operatorNumber } from './signs.ts';
import { endOfNumber, isDigit, isNameStart, TOKEN, type Tokenizer, type TokenKind, Tokens } from './tokens.ts';
import { hashed, USE, usesOf, type Words } from './words.ts';

const OPERATORS = new OperatorTable(
  '=> == != <= >= ++ -- && || ?? ?. ** += -= *= /= %= &= |= ^= << >> === !== ... **= &&= ||= ??= <<= >>= >>>',
);
const INCREMENT = operatorNumber('++');
const DECREMENT = operatorNumber('--');
const ARROW = operatorNumber('=>');
const OPTIONAL = operatorNumber('?.');

/** Characters that a regular expression is followed for; a bound on reading ahead where a slash only looked like one. */
const LONGEST_REGEX = 4_000;

/** An open bracket: of a template, or one after whose end a slash begins a regular expression, or divides. */
const BRACKET = { template: 0, regexAfter: 1, divisionAfter: 2 } as const;

/** Blanks and line ends that are no ASCII, which no name goes on with (ECMA-262, 12.2 and 12.3). */
const WIDE_BLANKS: readonly number[] = [
  ...[0xa0, 0x1680, 0x2028, 0x2029, 0x202f, 0x205f, 0x3000, 0xfeff],
  ...Array.from({ length: 11 }, (_, at) => 0x2000 + at),
];

/** What a character begins: a name goes on with letters and digits. */
const [BLANK, LETTER, DIGIT, OTHER] = [0, 1, 2, 3];
const CLASSES = new Uint8Array(0x10000).fill(LETTER);
for (let code = 0; code < 128; code += 1) {
  if (code <= 32) CLASSES[code] = BLANK;
  else if (isDigit(code)) CLASSES[code] = DIGIT;
  else if (!isNameStart(code) && code !== 36 && code !== 35) CLASSES[code] = OTHER;
}
for (const code of WIDE_BLANKS) CLASSES[code] = BLANK;

const [HASH, OPEN_ROUND, DOT, SEMICOLON, OPEN_SQUARE, OPEN_CURLY] = [35, 40, 46, 59, 91, 123];

/** ECMA-262, 12.3: a comment ends at each of these, and the code behind it runs. */
const LINE_END = /[\n\r\u2028\u2029]/;

/** The same of one character. */
function isLineEnd(code: number): boolean {
  return code === 10 || code === 13 || code === 0x2028 || code === 0x2029;
}

/** Tokens of a JavaScript or TypeScript source. Never throws; one pass. */
export function tokenizeJavascript(text: string): Tokens {
  const tokens = new Tokens(text);
  return tokens.from(new JavascriptTokenizer(text, tokens));
}

class JavascriptTokenizer implements Tokenizer {
  private readonly text: string;
  private readonly letters: Uint16Array;
  private readonly words: Words;
  private readonly tokens: Tokens;
  /** `BRACKET` of each that is open. */
  private readonly brackets: number[] = [];
  private at = 0;
  /** Whether a slash here begins a regular expression. */
  private regexHere = true;

  constructor(text: string, tokens: Tokens) {
    this.text = text;
    this.tokens = tokens;
    this.words = tokens.words;
    this.letters = tokens.words.letters;
    if (text.startsWith('#!')) this.at = this.endOfLine(0);
  }

  readTo(count: number): void {
    const { letters, tokens } = this;
    const { length } = this.text;
    while (tokens.length < count) {
      let { at } = this;
      while (at < length && CLASSES[letters[at] ?? 0] === BLANK) at += 1;
      this.at = at;
      if (at >= length) return;
      this.step(letters[at] ?? 0);
    }
  }

  /** One token or comment, which begins with this character. */
  private step(code: number): void {
    switch (CLASSES[code]) {
      case LETTER:
        this.name();
        break;
      case DIGIT:
        this.take(TOKEN.number, 0, endOfNumber(this.text, this.at));
        break;
      default:
        if (code === 34 || code === 39) this.take(TOKEN.string, 0, this.endOfString(code));
        else if (code === 96) this.template(TOKEN.templateOpen, TOKEN.string);
        else if (code === 47) this.slash();
        else this.sign(code);
    }
  }

  private take(kind: TokenKind, mark: number, end: number): void {
    this.tokens.push(kind, mark, this.at, end);
    this.at = end;
    this.regexHere = kind === TOKEN.operator || kind === TOKEN.open;
  }

  private name(): void {
    const { letters, at: start } = this;
    let hash = hashed(0, letters[start] ?? 0);
    let end = start + 1;
    // Behind the text stands a zero, which is no letter.
    for (; ; end += 1) {
      const code = letters[end] ?? 0;
      const kind = CLASSES[code] ?? OTHER;
      if ((kind !== LETTER && kind !== DIGIT) || code === HASH) break;
      hash = hashed(hash, code);
    }
    const word = this.words.find(hash, start, end - start);
    this.tokens.push(TOKEN.name, word, start, end);
    this.at = end;
    this.regexHere = (usesOf(word) & USE.beforeRegex) !== 0 && !this.isMember(this.tokens.length - 1);
  }

  /** Whether a token stands behind a dot: then the words of the language are names like others. */
  private isMember(index: number): boolean {
    const { tokens } = this;
    if (index < 1 || tokens.kindAt(index - 1) !== TOKEN.operator) return false;
    const operator = tokens.markAt(index - 1);
    return operator === DOT || operator === OPTIONAL;
  }

  private sign(code: number): void {
    if (code === OPEN_ROUND || code === OPEN_SQUARE || code === OPEN_CURLY) {
      this.brackets.push(this.regexAfterClose(code) ? BRACKET.regexAfter : BRACKET.divisionAfter);
      this.take(TOKEN.open, code, this.at + 1);
    } else if (code === 41 || code === 93 || code === 125) this.close(code);
    else this.operator();
  }

  private operator(): void {
    const { text, tokens, at: start } = this;
    const last = tokens.length - 1;
    const operator = OPERATORS.at(this.letters, start);
    this.take(TOKEN.operator, operator, start + operatorLength(operator));
    if (last < 0 || (operator !== INCREMENT && operator !== DECREMENT)) return;
    // Behind a value on the same line `++` and `--` are of the value, and a slash divides it.
    const isBehind = tokens.kindAt(last) === TOKEN.name || tokens.kindAt(last) === TOKEN.close;
    if (isBehind && !LINE_END.test(text.slice(tokens.endOf(last), start))) this.regexHere = false;
  }

  private close(code: number): void {
    const bracket = this.brackets.pop();
    if (bracket === BRACKET.template) {
      this.template(TOKEN.templateMiddle, TOKEN.templateClose);
      return;
    }
    this.take(TOKEN.close, code, this.at + 1);
    this.regexHere = bracket === BRACKET.regexAfter;
  }

  /** After the `)` of a condition and after the `}` of a block a statement begins; elsewhere a slash divides. */
  private regexAfterClose(code: number): boolean {
    const { tokens } = this;
    const last = tokens.length - 1;
    if (last < 0) return code === OPEN_CURLY;
    if (code === OPEN_SQUARE) return false;
    const [kind, mark] = [tokens.kindAt(last), tokens.markAt(last)];
    const use = code === OPEN_ROUND ? USE.beforeCondition : USE.beforeBlock;
    if (kind === TOKEN.name) return (usesOf(mark) & use) !== 0 && !this.isMember(last);
    if (code === OPEN_ROUND) return false;
    return kind === TOKEN.close || mark === SEMICOLON || mark === OPEN_CURLY || mark === ARROW;
  }

  private endOfLine(start: number): number {
    const { letters } = this;
    const { length } = this.text;
    let at = start;
    while (at < length && !isLineEnd(letters[at] ?? 0)) at += 1;
    return at;
  }

  private slash(): void {
    const next = this.letters[this.at + 1];
    if (next === 47) this.at = this.endOfLine(this.at);
    else if (next === 42) {
      const end = this.text.indexOf('*/', this.at + 2);
      this.at = end === -1 ? this.text.length : end + 2;
    } else {
      const end = this.regexHere ? this.endOfRegex() : undefined;
      if (end === undefined) this.operator();
      else this.take(TOKEN.regex, 0, end);
    }
  }

  /** Offset after the flags, or `undefined` where the line ends first: then it was a division. */
  private endOfRegex(): number | undefined {
    let inClass = false;
    const limit = Math.min(this.text.length, this.at + LONGEST_REGEX);
    for (let at = this.at + 1; at < limit; at += 1) {
      const code = this.letters[at] ?? 0;
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
    const { letters } = this;
    const { length } = this.text;
    for (let at = this.at + 1; at < length; at += 1) {
      const code = letters[at];
      if (code === 92) at += letters[at + 1] === 13 && letters[at + 2] === 10 ? 2 : 1;
      else if (code === quote) return at + 1;
      else if (code === 10 || code === 13) return at;
    }
    return length;
  }

  /** One stretch of literal text, from the backtick or the `}` here to the next `${` or the closing backtick. */
  private template(fielded: TokenKind, closed: TokenKind): void {
    const { letters } = this;
    const { length } = this.text;
    for (let at = this.at + 1; at < length; at += 1) {
      const code = letters[at];
      if (code === 92) at += 1;
      else if (code === 96) {
        this.take(closed, 0, at + 1);
        return;
      } else if (code === 36 && letters[at + 1] === OPEN_CURLY) {
        this.brackets.push(BRACKET.template);
        this.take(fielded, 0, at + 2);
        this.regexHere = true;
        return;
      }
    }
    this.take(closed, 0, length);
  }
}
