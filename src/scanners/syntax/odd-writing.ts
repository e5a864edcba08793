/** Code as hardly anybody writes it: what is looked for in a text may stand there in another form, which its tree alone shows. */
import type { Language } from './language.ts';
import { any, holds, isAskedFor, type Probe } from './vocabulary.ts';

// A pattern begins with the character that is searched for and looks behind it only then: a look behind at every place of a
// text takes five times as long.

/** Characters of a name that is looked at; none that a hint asks for is longer. */
const NAME = String.raw`(?<![\w$])([\w$]{1,60})`;

/**
 * A pattern that tells names, which are odd only where some hint asks for one of them: people write comments, brackets and
 * line ends in all those places, but seldom behind the name of what can do something.
 */
function naming(pattern: RegExp, more: (found: RegExpExecArray) => boolean = () => false): Probe {
  return {
    test(text) {
      const seen = new Set<string>();
      for (const found of text.matchAll(pattern)) {
        if (more(found)) return true;
        for (const name of found.slice(1)) {
          if (name === undefined || seen.has(name)) continue;
          if (isAskedFor(name, text)) return true;
          seen.add(name);
        }
      }
      return false;
    },
  };
}

/**
 * An escape of an ASCII letter or `_` within a word, or one that goes on in the next line, which no string has need of.
 * Behind a backslash that is written out, as in text that is printed, no word goes on.
 */
const ESCAPED_LETTER =
  /\\(?<!\\\\)(?:(?:x|u00|U000000|u\{0{0,8})(?:[46][1-9a-f]|[57][0-9a]|5f)\}?|1(?:0[1-7]|[1-6][0-7]|7[0-2]))(?=[\w\\"'`])|\\(?<=\w\\)(?:\r\n?|\n)(?=\w)/i;
/** A member or a module whose name is put together of strings: `x["sys" + "tem"]`, and in Python without the sign. */
const PYTHON_STRINGS = /["'](?=\s*(?:\+\s*)?["']\w)(?<=[[(,]\s{0,20}["'][\w.]{0,40}["'])/;
const JAVASCRIPT_STRINGS = /["'`](?=\s*\+\s*["'`]\w)(?<=[[(,]\s{0,20}["'`][\w.]{0,40}["'`])/;
/** A name in brackets that is called, with its last part: `(eval)(x)`, `(0, globalThis.eval)(x)`. */
const BRACKETED = naming(
  /\)(?=\s*\()(?<=(?<![\w.$][ \t]{0,20})\(\s{0,20}(?:0\s{0,20},\s{0,20})?(?:[\w.$]{0,60}\.)?([\w$]{1,60})\s{0,20}\))/g,
);
/** A line that goes on behind a backslash, within a dotted name or before a bracket. */
const CONTINUED = naming(
  new RegExp(
    String.raw`\\(?<=(?:${NAME}|[)\]])\s{0,20}(?:\.\s{0,20})?\\)[\r\n](?:\s|\\[\r\n])*(?:[.]?\s{0,20}([\w$]{1,60})|[.([])`,
    'g',
  ),
  // What a call has given, called.
  ([written, name]) => name === undefined && /[([]$/.test(written),
);
/** A comment behind a name whose bracket or member stands in the next line; a long one is odd enough. */
const REMARKED = naming(
  new RegExp(
    String.raw`#(?<=${NAME}[ \t]{0,20}#)(?=[^\r\n]{200}|[^\r\n]{0,200}[\r\n]\s*(?:\.\s{0,20}([\w$]{1,60})|[.(]))`,
    'g',
  ),
);
/** A function of R that is called by its name in quotes. */
const QUOTED = /["'`](?<=["'`][\w.]{1,40}["'`])\s?\(/;

/** Characters of a comment within an expression; a longer one is odd enough. */
const LONGEST_COMMENT = 4_000;
const COMMENTS = new RegExp(
  String.raw`(?:\s|\/\*(?:[^*]|\*(?!\/)){0,${LONGEST_COMMENT}}\*\/|\/\/[^\n\r\u2028\u2029]*(?:[\n\r\u2028\u2029]|$))+`,
  'y',
);
/** What stands behind the comments: a bracket, or a member. */
const GOES_ON = /(?:\?\.|\.)?\s{0,20}([\w$]{1,60})|[([]/y;

/** Whether the comment that begins at a place is too long to be read, or never ends; to be asked by rising places. */
function longComments(text: string): (start: number) => boolean {
  let end = 0;
  return (start) => {
    if (text.charAt(start + 1) === '/') return false;
    if (end < start + 2) end = text.indexOf('*/', start + 2);
    if (end === -1) end = Number.POSITIVE_INFINITY;
    return end - start - 2 > LONGEST_COMMENT;
  };
}

/** A comment of JavaScript behind a name, before the bracket or the member that belongs to it. */
const COMMENTED: Probe = {
  test(text) {
    const begin = new RegExp(String.raw`\/[*/](?<=${NAME}\s{0,20}(\.?)\s{0,20}..)`, 'g');
    const isLong = longComments(text);
    for (let found = begin.exec(text); found !== null; found = begin.exec(text)) {
      const [, name = '', dot] = found;
      COMMENTS.lastIndex = found.index;
      if (isLong(found.index) || !COMMENTS.test(text)) {
        if (isAskedFor(name, text)) return true;
        continue;
      }
      begin.lastIndex = COMMENTS.lastIndex;
      GOES_ON.lastIndex = COMMENTS.lastIndex;
      const next = GOES_ON.exec(text);
      if (next === null || (dot === '' && /^[\w$]/.test(next[0]))) continue;
      if (isAskedFor(name, text) || isAskedFor(next[1] ?? '', text)) return true;
    }
    return false;
  },
};

const ODD: Readonly<Record<Language, Probe>> = {
  python: any(ESCAPED_LETTER, PYTHON_STRINGS, BRACKETED, CONTINUED, REMARKED),
  javascript: any(ESCAPED_LETTER, JAVASCRIPT_STRINGS, BRACKETED, COMMENTED),
  r: any(ESCAPED_LETTER, BRACKETED, REMARKED, QUOTED),
};

/** Whether code is written so that a look at its text may miss what it calls; one file in twenty-five of popular packages is. */
export function isOddlyWritten(text: string, language: Language): boolean {
  return holds(text, ODD[language]);
}
