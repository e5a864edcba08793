/** Code as hardly anybody writes it: what is looked for in a text may stand there in another form, which its tree alone shows. */
import type { Language } from './language.ts';
import { any, holds, isAskedFor, type Probe } from './vocabulary.ts';

// A pattern begins with the character that is searched for and looks behind it only then: a look behind at every place of a
// text takes five times as long.

/** Characters of a name that is looked at; none that a hint asks for is longer. */
const NAME = String.raw`([\w$]{1,60})`;

/**
 * Whether some hint asks for a name: people write comments, brackets and line ends in all the places below, but seldom
 * behind the name of what can do something.
 */
function asking(text: string): (name: string | undefined) => boolean {
  const answers = new Map<string, boolean>();
  return (name) => {
    if (name === undefined) return false;
    const known = answers.get(name);
    if (known !== undefined) return known;
    const answer = isAskedFor(name, text);
    answers.set(name, answer);
    return answer;
  };
}

/**
 * An escape of an ASCII letter or `_` within a word, or one that goes on in the next line, which no string has need of.
 * Behind a backslash that is written out, as in text that is printed, no word goes on.
 */
const ESCAPED_LETTER =
  /\\(?<!\\\\)(?:(?:x|u00|U000000|u\{0{0,8})(?:[46][1-9a-f]|[57][0-9a]|5f)\}?|1(?:0[1-7]|[1-6][0-7]|7[0-2]))(?=[\w\\"'`])|\\(?<=\w\\)(?:\r\n?|\n)(?=\w)/i;
/** A short string of Python; two quotes of which a third one follows begin another. */
const PIECE = ['"', "'"]
  .map((q) => String.raw`${q}{3}[\w.]{0,40}${q}{3}|${q}[\w.]{1,40}${q}|${q}{2}(?!${q})`)
  .join('|');
/**
 * A member or a module whose name is put together of strings: `x["sys" + "tem"]`, and in Python without the sign. What goes
 * on behind a comment or in the next line may be another one.
 */
const PYTHON_STRINGS = new RegExp(
  String.raw`["'](?=\s*(?:[#\\]|(?:\+\s*)?[rRbBuUfF]{0,2}["']{1,3}\w))(?<=[[(,]\s{0,20}[rRbBuUfF]{0,2}(?:${PIECE}))`,
);
const JAVASCRIPT_STRINGS = /["'`](?=\s*\+\s*["'`]\w)(?<=[[(,]\s{0,20}["'`][\w.]{0,40}["'`])/;
const BRACKETED_NAME =
  /\)(?=\s*\()(?<=(?<![\w.$][ \t]{0,20})\(\s{0,20}(?:0\s{0,20},\s{0,20})?(?:[\w.$]{0,60}\.)?([\w$]{1,60})\s{0,20}\))/g;
/** A name in brackets that is called, with its last part: `(eval)(x)`, `(0, globalThis.eval)(x)`. */
const BRACKETED: Probe = {
  test(text) {
    const isAsked = asking(text);
    for (const [, name] of text.matchAll(BRACKETED_NAME)) if (isAsked(name)) return true;
    return false;
  },
};
/** A function of R that is called by its name in quotes. */
const QUOTED = /["'`](?<=["'`][\w.]{1,40}["'`])\s?\(/;

/** What may stand in a gap, and where an odd one begins. */
interface Writing {
  /** Blanks, comments to the end of a line, and ends of lines that are none. */
  readonly blanks: RegExp;
  /** Whether comments may end by a sign. */
  readonly hasBlocks: boolean;
  /** Behind a name, a dot, or in Python what a call has given. */
  readonly begins: RegExp;
  /** The part of a line that is no code, whatever stands on the lines before it; nothing where signs do not tell. */
  readonly remark: RegExp | undefined;
}

const JAVASCRIPT: Writing = {
  blanks: /(?:\s|\/\/[^\n\r\u2028\u2029]*)+/y,
  hasBlocks: true,
  begins: new RegExp(String.raw`\/[*/](?<=(?:${NAME}(\s{0,20}\??\.)?|(\.))\s{0,20}..)`, 'g'),
  remark: undefined,
};
const PYTHON: Writing = {
  blanks: /(?:\s|\\[\r\n]|#[^\r\n]*)+/y,
  hasBlocks: false,
  begins: new RegExp(String.raw`(?:#|\\(?=[\r\n]))(?<=(?:${NAME}(\s{0,20}\.)?|[)\]]|(\.))\s{0,20}.)`, 'g'),
  // A comment, or within a string: only a quote ends that, and only a bracket begins code in one.
  remark: /^[ \t]*#[^"'`{\r\f\v\u2028\u2029]*$/,
};

/**
 * Times its own length that a text is gone through for its gaps. One begins within another only in strings and comments;
 * a text that asks for more is odd enough.
 */
const MOST_PASSES = 8;

/** What stands within an expression and is no part of it; asked by rising places, mostly. */
class Gaps {
  private readonly text: string;
  private readonly blanks: RegExp;
  private readonly hasBlocks: boolean;
  /** The comment that was found last, where the language has such as end by a sign: one that never ends is none. */
  private block = { from: -1, end: -1 };
  private passed = 0;

  constructor(text: string, { blanks, hasBlocks }: Writing) {
    this.text = text;
    this.blanks = new RegExp(blanks);
    this.hasBlocks = hasBlocks;
  }

  /** Whether the text was gone through too often. */
  get isTooMuch(): boolean {
    return this.passed > MOST_PASSES * this.text.length;
  }

  /** Where the gap at a place ends; the place itself where none is. */
  end(start: number): number {
    let at = start;
    for (let before = -1; before !== at && !this.isTooMuch; ) {
      before = at;
      this.blanks.lastIndex = at;
      if (this.blanks.test(this.text)) at = this.blanks.lastIndex;
      if (this.hasBlocks && this.text.startsWith('/*', at)) at = this.blockEnd(at);
      this.passed += at - before;
    }
    return at;
  }

  private blockEnd(at: number): number {
    const { from, end } = this.block;
    if (at < from || at + '/**/'.length > end) {
      const found = this.text.indexOf('*/', at + 2);
      this.block = { from: at, end: found === -1 ? Number.POSITIVE_INFINITY : found + 2 };
      this.passed += (found === -1 ? this.text.length : found) - at;
    }
    return Number.isFinite(this.block.end) ? this.block.end : at;
  }
}

/** What stands behind a gap: a dot, a name, or a bracket, which may also be the end of one around the name alone. */
const DOT = /(?:\?\.)?\.?/y;
const NEXT_NAME = /[\w$]{1,60}/y;
const OPENS = /[([]|\)(?=\s{0,20}\()/y;

/** Where what a pattern tells ends that stands at a place; the place itself where nothing does. */
function behindIt(pattern: RegExp, text: string, place: number): number {
  pattern.lastIndex = place;
  return pattern.test(text) ? pattern.lastIndex : place;
}

/** Characters of a line that are looked at. */
const LONGEST_LINE = 200;

/** The line on which something stands before a place, up to that; empty where it is too long. */
function lineBefore(text: string, place: number): string {
  const before = text.slice(Math.max(0, place - LONGEST_LINE), place).trimEnd();
  return before.slice(before.lastIndexOf('\n') + 1 || before.length);
}

/** Where a gap may begin that stands in code. */
function* beginnings(text: string, { begins, remark }: Writing): Iterable<RegExpExecArray> {
  for (const found of text.matchAll(begins))
    if (remark === undefined || !remark.test(lineBefore(text, found.index))) yield found;
}

/** A gap between a name and what belongs to it: a member, a bracket, or behind the end of a line in Python any name. */
function parted(writing: Writing): Probe {
  return {
    test(text) {
      const isAsked = asking(text);
      const gaps = new Gaps(text, writing);
      for (const found of beginnings(text, writing)) {
        const [sign, name, dotted, dot] = found;
        const gap = gaps.end(found.index);
        const member = gaps.end(behindIt(DOT, text, gap));
        if (gaps.isTooMuch) return true;
        const next = text.slice(member, behindIt(NEXT_NAME, text, member));
        const isMember = dotted !== undefined || dot !== undefined || member > gap || sign === '\\';
        const opens = behindIt(OPENS, text, member) > member;
        if (name === undefined && opens && sign === '\\' && dot === undefined) return true;
        if ((isMember || opens) && isAsked(name)) return true;
        if (isMember && isAsked(next)) return true;
      }
      return false;
    },
  };
}

const COMMENTED = parted(JAVASCRIPT);
const PARTED = parted(PYTHON);

const ODD: Readonly<Record<Language, Probe>> = {
  python: any(ESCAPED_LETTER, PYTHON_STRINGS, BRACKETED, PARTED),
  javascript: any(ESCAPED_LETTER, JAVASCRIPT_STRINGS, BRACKETED, COMMENTED),
  r: any(ESCAPED_LETTER, BRACKETED, PARTED, QUOTED),
};

/** Whether code is written so that a look at its text may miss what it calls; one file in twenty-five of popular packages is. */
export function isOddlyWritten(text: string, language: Language): boolean {
  return holds(text, ODD[language]);
}

/** Whether a text holds an escape of a letter within a word, as no name and no text has need of. */
export function hasEscapedLetter(text: string): boolean {
  return holds(text, ESCAPED_LETTER);
}
