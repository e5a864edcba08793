/** Code as hardly anybody writes it: what is looked for in a text may stand there in another form, which its tree alone shows. */
import type { Language } from './language.ts';
import { any, holds, isAskedFor, type Probe } from './vocabulary.ts';

// A pattern begins with the character that is searched for and looks behind it only then: a look behind at every place of a
// text takes five times as long.

/** An escape of an ASCII letter or `_` within a word, or one that goes on in the next line, which no string has need of. */
const ESCAPED_LETTER =
  /\\(?:(?:x|u00|U000000|u\{0{0,8})(?:[46][1-9a-f]|[57][0-9a]|5f)\}?|1(?:0[1-7]|[1-6][0-7]|7[0-2]))(?=[\w\\"'`])|\\(?<=\w\\)(?:\r\n?|\n)(?=\w)/i;
/** A member or a module whose name is put together of strings: `x["sys" + "tem"]`. */
const NAME_OF_STRINGS = /["'`](?=\s*(?:\+\s*)?["'`]\w)(?<=[[(,]\s{0,20}["'`][\w.]{0,40}["'`])/;
/** A name in brackets that is called, with its last part: `(eval)(x)`, `(0, globalThis.eval)(x)`. */
const BRACKETED_NAME =
  /\)(?=\s*\()(?<=(?<![\w.$][ \t]{0,20})\(\s{0,20}(?:0\s{0,20},\s{0,20})?(?:[\w.$]{0,60}\.)?([\w$]{1,60})\s{0,20}\))/g;
/** A name in brackets that is called and that some hint asks for: compilers write those of imported functions so, by the hundred. */
const BRACKETED: Probe = {
  test(text) {
    const seen = new Set<string>();
    for (const [, name = ''] of text.matchAll(BRACKETED_NAME)) {
      if (seen.has(name)) continue;
      if (isAskedFor(name)) return true;
      seen.add(name);
    }
    return false;
  },
};
/** A line that goes on behind a backslash, within a dotted name or before a bracket. */
const CONTINUED = /\\(?<=[\w)\]]\s{0,20}\\)[\r\n](?:\s|\\[\r\n])*[.([]|\\(?<=\.\s{0,20}\\)[\r\n]/;
/** A comment behind a name whose bracket or member stands in the next line; a long one is odd enough. */
const REMARKED = /#(?<=\w[ \t]{0,20}#)(?:[^\r\n]{200}|[^\r\n]{0,200}[\r\n]\s*[.(])/;
/** A function of R that is called by its name in quotes. */
const QUOTED = /["'`](?<=["'`][\w.]{1,40}["'`])\s?\(/;

/** Characters of a comment within an expression; a longer one is odd enough. */
const LONGEST_COMMENT = 4_000;
const COMMENTS = new RegExp(
  String.raw`(?:\s|\/\*(?:[^*]|\*(?!\/)){0,${LONGEST_COMMENT}}\*\/|\/\/[^\n\r\u2028\u2029]*(?:[\n\r\u2028\u2029]|$))+`,
  'y',
);

/** A comment of JavaScript behind a name, before the bracket or the member that belongs to it. */
const COMMENTED: Probe = {
  test(text) {
    const begin = /\/[*/](?<=[\w$.]\s{0,20}..)/g;
    for (let found = begin.exec(text); found !== null; found = begin.exec(text)) {
      COMMENTS.lastIndex = found.index;
      if (!COMMENTS.test(text)) return true;
      const isMember = text.charAt(found.index - 1) === '.';
      if (isMember || /[.([?]/.test(text.charAt(COMMENTS.lastIndex))) return true;
      begin.lastIndex = COMMENTS.lastIndex;
    }
    return false;
  },
};

const ODD: Readonly<Record<Language, Probe>> = {
  python: any(ESCAPED_LETTER, NAME_OF_STRINGS, BRACKETED, CONTINUED, REMARKED),
  javascript: any(ESCAPED_LETTER, NAME_OF_STRINGS, BRACKETED, COMMENTED),
  r: any(ESCAPED_LETTER, BRACKETED, REMARKED, QUOTED),
};

/** Whether code is written so that a look at its text may miss what it calls; one file in twenty-five of popular packages is. */
export function isOddlyWritten(text: string, language: Language): boolean {
  return holds(text, ODD[language]);
}
