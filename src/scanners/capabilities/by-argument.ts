/** Abilities that a call has by what it is given. */
import type { Language } from '../syntax/language.ts';
import { NameAnswers } from '../syntax/name-answers.ts';
import type { Power } from '../syntax/powers.ts';
import type { Call, Source } from '../syntax/source.ts';
import type { Hint } from '../syntax/vocabulary.ts';

/** Characters of a call that are read. */
const MOST_OF_CALL = 400;

interface ByArgument {
  readonly power: Power;
  /** Names of calls, as resolved. */
  readonly called: RegExp;
  /** What the call holds as it is written, and the file with it. */
  readonly written: RegExp;
  /** Words that all stand in such a file. */
  readonly words: readonly string[];
}

const BY_ARGUMENT: Readonly<Record<Language, readonly ByArgument[]>> = {
  python: [
    // Flags of open(2) that write.
    {
      power: 'file-writing',
      called: /^os\.open$/,
      written: /open\([^\n]{0,300}\bO_(?:WRONLY|RDWR|CREAT|APPEND|TRUNC)\b/,
      words: ['os', 'open'],
    },
  ],
  javascript: [
    {
      power: 'clipboard',
      called: /(?:^|\.)document\.execCommand$/,
      written: /execCommand\(\s*["'`](?:copy|cut|paste)["'`]/i,
      words: ['execCommand'],
    },
    ...['setTimeout', 'setInterval'].map(
      (word): ByArgument => ({
        power: 'code-generation',
        called: /^(?:(?:window|globalThis|self)\.)?set(?:Timeout|Interval)$/,
        written: /set(?:Timeout|Interval)\(\s*["'`]/,
        words: [word],
      }),
    ),
    // The constructor of a function makes functions of text (ECMA-262, Function).
    {
      power: 'code-generation',
      called: /\.constructor\.constructor$/,
      written: /\.\s*constructor\s*\.\s*constructor\s*\(/,
      words: ['constructor'],
    },
    // Compiled add-ons (Node.js, "C++ addons"); `./server.node` may be code for Node.js as well.
    {
      power: 'native-code',
      called: /(?:^|\.)require$/,
      written:
        /require\(\s*["'`][^"'`\n]{0,200}(?:build|release|debug|prebuil|binding|native|darwin|linux|win32)[^"'`\n]{0,100}\.node["'`]\s*\)/i,
      words: ['require'],
    },
  ],
  r: [
    // The connection "clipboard" (R manual, "connections").
    {
      power: 'clipboard',
      called: /^(?:base\.|utils\.)?(?:read\.\w+|file|readLines|scan|readClipboard|write\.\w+|writeLines)$/,
      written: /["'](?:clipboard(?:-\d+)?|X11_(?:primary|secondary|clipboard))["']/,
      words: [],
    },
    {
      power: 'code-generation',
      called: /^(?:base\.)?(?:source|sys\.source)$/,
      written: /source\(\s*(?:file\s*=\s*)?textConnection\(/,
      words: ['source', 'textConnection'],
    },
  ],
};

/** What such calls need in a file, labelled with the power. */
export function argumentHints(language: Language): readonly Hint[] {
  return BY_ARGUMENT[language].map(({ power, words, written }) => ({ words, pattern: written, label: power }));
}

/** Those that a name is about: most are about none. */
const BY_NAME: Readonly<Record<Language, NameAnswers<readonly ByArgument[]>>> = {
  python: namedIn('python'),
  javascript: namedIn('javascript'),
  r: namedIn('r'),
};
const NONE: readonly ByArgument[] = [];

function namedIn(language: Language): NameAnswers<readonly ByArgument[]> {
  return new NameAnswers((name) => {
    const found = BY_ARGUMENT[language].filter(({ called }) => called.test(name));
    return found.length === 0 ? NONE : found;
  });
}

/** The power of a call by its arguments; `undefined` where they give it none. */
export function powerByArgument(call: Call, { language, text }: Source): Power | undefined {
  const named = BY_NAME[language].about(call);
  if (named === NONE) return undefined;
  const { start, end } = call;
  return named.find(({ written }) => written.test(text.slice(start, Math.min(end, start + MOST_OF_CALL))))?.power;
}
