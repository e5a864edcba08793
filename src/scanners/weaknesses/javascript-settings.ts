/** Weak values that JavaScript names and properties are given. */
import { holding } from '../syntax/held-literals.ts';
import type { Concern } from '../syntax/phrases.ts';
import { SIGN } from '../syntax/signs.ts';
import type { Phrase, Source } from '../syntax/source.ts';
import { type IndexNode, KIND, type Node } from '../syntax/tree.ts';
import { builtText, isConstant, isName, literalText } from '../syntax/values.ts';
import { all, any, around, holds, type Probe, together, WordTable } from '../syntax/vocabulary.ts';
import { fromInput, HAS_INPUT } from './input.ts';
import { isCleaned } from './javascript-web.ts';
import type { CallCheck, PhraseCheck, RuleSet, Said } from './rules.ts';
import { lastName, type Setting, settingIn, written } from './settings.ts';
import { isSlow } from './slow-regex.ts';

/** `://`, a host, a dot that is not escaped, and letters: `/^https:\\/\\/www.example.com/`. */
const LOOSE_HOST = /:\\\/\\\/(?:[\w-]|\\[.-]){1,60}(?<!\\)\.[a-z]{2,20}(?![\w*+?{])/;

/** Flags that weaken a page or its server, with the value that does. */
const FLAGS: Readonly<Record<string, readonly ['true' | 'false', Said]>> = {
  contentSecurityPolicy: ['false', 'protection-off'],
  frameguard: ['false', 'protection-off'],
  hsts: ['false', 'protection-off'],
  noSniff: ['false', 'protection-off'],
  nodeIntegration: ['true', 'protection-off'],
  contextIsolation: ['false', 'protection-off'],
  webSecurity: ['false', 'protection-off'],
  allowRunningInsecureContent: ['true', 'protection-off'],
  httpOnly: ['false', 'script-readable-cookie'],
  noent: ['true', 'xml-entities'],
  noEscape: ['true', 'no-escaping'],
  escapeMarkup: ['false', 'no-escaping'],
  ignoreHTTPSErrors: ['true', 'tls-verification-off'],
};
const NESTED_PATTERN = /[+*?]\)(?:[+*]|\{\d+,\})/;
const NESTED_REPEAT = all(
  holding(...['+', '*', '?'].flatMap((inner) => ['+', '*', '{'].map((outer) => `${inner})${outer}`))),
  NESTED_PATTERN,
);
/** Where a text speaks of these it asks which key it writes, or seems to. */
export const ASKS_KEY = holding('__proto__', 'hasOwn', 'Object.create(null)', 'new Map');

/** Functions that are looked for, each through the whole text; one of more is taken to be there. */
const MOST_MERGES = 100;
/** A function that writes under some key what it answers itself. */
const HAS_MERGE: Probe = {
  test(text) {
    if (holds(text, ASKS_KEY)) return false;
    const names = new Set<string>();
    for (const [, name = ''] of text.matchAll(/\]\s*=\s*([\w$]+)\s*\(/g)) {
      names.add(name);
      if (names.size > MOST_MERGES) return true;
    }
    return [...names].some((name) => isDefined(name, text));
  },
};

/** Whether `name` begins a function somewhere: `function name`, `name = function` or a method `name(a) {`. */
function isDefined(name: string, text: string): boolean {
  const written = name.replaceAll('$', '\\$');
  const pattern = new RegExp(
    `(?<=function\\*?\\s+)${written}(?![\\w$])|(?<![\\w$])${written}\\s*(?:[:=][^,;]{0,40}function|\\([^()]*\\)\\s*\\{)`,
    'y',
  );
  for (let at = text.indexOf(name); at !== -1; at = text.indexOf(name, at + 1)) {
    pattern.lastIndex = at;
    if (pattern.test(text)) return true;
  }
  return false;
}
/** A key of an object that a request names, given a value. */
const HAS_INPUT_KEY = around(
  ['req', 'request', 'ctx'],
  /(?<=\[\s*)(?:req|request|ctx)\s*\.\s*(?:query|body|params?|cookies|headers)\b[^\]\n]{0,100}\][^\n;=]{0,100}=(?!=)/,
);
/** How much of what is written to is looked at, characters before the sign: keys are short, texts in brackets may not be. */
const MOST_OF_KEYS = 500;
/** Two keys, one after the other. */
const HAS_TWO_KEYS = all(HAS_INPUT, /\]\s*\[/);
/** An address that runs what follows. */
const HAS_SCRIPT_ADDRESS = /["'`]javascript:/i;
const HAS_MARKUP_SETTING =
  /\b(?:(?:inner|outer)HTML|srcdoc)\s*\+?=(?!=)\s*(?!["'][^"']*["']\s*;)|dangerouslySetInnerHTML|domProps[\s\S]{0,200}innerHTML/;

/** What the phrase checks need. */
export const JAVASCRIPT_SETTING_HINTS: RuleSet['hints'] = [
  ...Object.entries(FLAGS).map(([name, [value]]) => ({
    words: [name, value],
    pattern: new RegExp(`\\b${name}["']?\\s*[:=]\\s*${value}`),
  })),
  ...['innerHTML', 'outerHTML', 'srcdoc', 'dangerouslySetInnerHTML'].flatMap((word) => [
    { words: [word], pattern: HAS_MARKUP_SETTING, label: 'html-from-data' },
    { words: [word], pattern: all(HAS_MARKUP_SETTING, HAS_INPUT) },
  ]),
  ...['href', 'location'].map((word) => ({
    words: [word],
    pattern: all(/location(?:\s*\??\.\s*href)?\s*=\s*[^=]/, HAS_INPUT),
  })),
  { words: ['src'], pattern: all(/\bsrc\s*=\s*[^=]/, HAS_INPUT) },
  ...['req', 'request', 'ctx'].map((word) => ({ words: [word], pattern: HAS_INPUT_KEY })),
  { words: [], pattern: HAS_TWO_KEYS },
  { words: ['javascript'], pattern: HAS_SCRIPT_ADDRESS, label: 'html-from-data' },
  // Written under it: `a.__proto__.b = c`, `a["__proto__"][b] = c`.
  { words: ['__proto__'], pattern: /__proto__(?:["'`]\s*\]|[\])\s]{0,6}(?:\?\.|[.[]))/ },
  { words: [], pattern: HAS_MERGE },
  ...['origin', 'ignoreMethods'].map((word) => ({
    words: [word],
    pattern: /origin["']?\s*:\s*["']\*["']|ignoreMethods/,
  })),
  { words: ['cookie'], pattern: /\bsecure["']?\s*:\s*false/ },
  { words: [], pattern: NESTED_REPEAT, label: 'slow-regex' },
  { words: [], pattern: LOOSE_HOST, label: 'loose-host-pattern' },
];

const setsValue: PhraseCheck = (phrase, source) => {
  const setting = settingIn(phrase, source);
  if (setting === undefined) return undefined;
  const { name, value } = setting;
  const [weak, rule] = Object.hasOwn(FLAGS, name) ? (FLAGS[name] ?? []) : [];
  if (rule !== undefined) return isName(value, weak ?? '') ? rule : undefined;
  switch (name) {
    case 'innerHTML':
    case 'outerHTML':
    case 'srcdoc':
      // Vue writes what stands in `domProps` (Vue 2 guide, "Render Functions").
      return setting.how === 'assigned' || source.text.includes('domProps')
        ? markup(setting, phrase, source)
        : undefined;
    case 'NODE_TLS_REJECT_UNAUTHORIZED':
      return /^["']?0/.test(written(value, source.text)) ? 'tls-verification-off' : undefined;
    case 'href':
    case 'location':
    case 'src':
      return moves(setting, phrase, source);
    case 'origin':
      return literalText(value, source.text) === '*' ? 'any-origin' : undefined;
    case 'ignoreMethods':
      return /["'](?:POST|PUT|DELETE|PATCH)["']/.test(written(value, source.text)) ? 'csrf-off' : undefined;
    case 'cookie':
      return /\bsecure["']?\s*:\s*false/.test(written(value, source.text)) ? 'insecure-cookie' : undefined;
    default:
      return undefined;
  }
};

function markup({ value }: Setting, { scope }: Phrase, source: Source): Said {
  if (isConstant(value) || isCleaned(value, source)) return undefined;
  return fromInput(value, scope, source) ? 'html-from-input' : 'html-from-data';
}

function moves({ name, target, value, how }: Setting, { scope }: Phrase, source: Source): Said {
  if (name === 'src') return fromInput(value, scope, source) ? 'html-from-input' : undefined;
  if (how !== 'assigned' || !/\blocation\b/.test(source.text.slice(target.start, target.end).slice(0, 100)))
    return undefined;
  return fromInput(value, scope, source) ? 'redirect-from-input' : undefined;
}

const MARKUP_SETTING = 'dangerouslySetInnerHTML';

function isMarkupSetting(part: Node, text: string): boolean {
  if (part.kind === 'name') return part.text === MARKUP_SETTING;
  // Escapes apart, which are read, a string that says it is no shorter.
  if (part.kind === 'string' && part.end - part.start < MARKUP_SETTING.length) return false;
  return lastName(part, text) === MARKUP_SETTING;
}

/** React writes what stands in `__html` as it is, as a property or as an attribute in JSX. */
const rendersMarkup: PhraseCheck = ({ parts }, { text }) => {
  const at = parts.findIndex((part) => isMarkupSetting(part, text));
  const sign = parts[at + 1];
  if (at === -1 || sign?.kind !== 'operator' || !/^[:=]$/.test(sign.text)) return undefined;
  const given = written(parts.slice(at + 2), text);
  const isFixed = /__html["']?\s*:\s*["'][^"']*["']\s*,?\s*\}/.test(given);
  const isClean = /__html["']?\s*:\s*(?:\w+\.)?(?:\w*sanitiz\w*|escape\w*|purify)\(/i.test(given);
  return isFixed || isClean ? undefined : 'html-from-data';
};

/** `target.__proto__[key] = value`, and a merge of objects that never asks which key it writes. */
const pollutes: PhraseCheck = (phrase, source) => {
  const [target, sign, value] = phrase.parts;
  if (target === undefined || sign?.kind !== 'operator' || sign.text !== '=') return undefined;
  const path = source.text.slice(target.start, target.end).slice(0, 200);
  if (target.kind === 'index' && value !== undefined && isNamedByInput(target, value, phrase, source))
    return 'prototype-pollution';
  // `x.__proto__ = y` gives one object its prototype, as old engines need it.
  if (/\b__proto__\b(?!$)/.test(path)) return 'prototype-pollution';
  const calls = value?.kind === 'call' && value.callee.kind === 'name' ? value.callee.text : undefined;
  const merges = calls !== undefined && phrase.scope.functions.includes(calls) && target.kind === 'index';
  if (!merges || isConstant(target.items[0]?.parts ?? [])) return undefined;
  return ASKS_KEY.test(source.text) ? undefined : 'prototype-pollution';
};

/**
 * A key that the request names where it is written, or one of two keys that comes from it on some way: a single key that
 * came on a way sets a property of that one object, as every loop over headers does.
 */
function isNamedByInput(target: IndexNode, value: Node, { scope }: Phrase, source: Source): boolean {
  if (HAS_INPUT_KEY.test(source.text.slice(target.start, value.start).slice(-MOST_OF_KEYS))) return true;
  if (target.of.kind !== 'index') return false;
  let inner: Node = target;
  for (let step = 0; step < 4 && inner.kind === 'index'; step += 1) {
    if (fromInput(inner.items[0]?.parts, scope, source)) return true;
    inner = inner.of;
  }
  return false;
}

/** `"javascript:" + code` as an address runs the code. */
const makesScriptAddress: PhraseCheck = ({ parts }, { text }) =>
  parts.length > 1 && /^\s*javascript:/i.test(builtText(parts, text) ?? '') ? 'html-from-data' : undefined;

function isSlowRegex(part: Node | undefined, text: string): boolean {
  return part?.kind === 'regex' && isSlow(text.slice(part.start, part.end));
}

const holdsSlowRegex: PhraseCheck = ({ parts }, { text }) =>
  parts.some((part) => isSlowRegex(part, text)) ? 'slow-regex' : undefined;

/** `/(a+)+/.test(text)` and `text.match(/(a+)+/)`. */
export const searchesSlowly: CallCheck = ({ node }, { text }) => {
  const { callee, args } = node;
  if (callee.kind === 'member' && isSlowRegex(callee.of, text)) return 'slow-regex';
  return args.some(({ parts }) => parts.length === 1 && isSlowRegex(parts[0], text)) ? 'slow-regex' : undefined;
};

function isLooseHost(part: Node | undefined, text: string): boolean {
  return part?.kind === 'regex' && LOOSE_HOST.test(text.slice(part.start, Math.min(part.end, part.start + 500)));
}

const holdsLooseHost: PhraseCheck = ({ parts }, { text }) =>
  parts.some((part) => isLooseHost(part, text)) ? 'loose-host-pattern' : undefined;

/** `/^https:\\/\\/a.example/.test(address)`. */
export const asksLooseHost: CallCheck = ({ node }, { text }) => {
  const { callee, args } = node;
  const asked = callee.kind === 'member' ? [callee.of, args[0]?.parts[0]] : [args[0]?.parts[0]];
  return asked.some((part) => isLooseHost(part, text)) ? 'loose-host-pattern' : undefined;
};

/** Checks of settings. */
export const JAVASCRIPT_PHRASES: readonly PhraseCheck[] = [
  setsValue,
  rendersMarkup,
  pollutes,
  holdsSlowRegex,
  holdsLooseHost,
  makesScriptAddress,
];

/** What a file holds wherever they speak. */
export const JAVASCRIPT_NEEDS: RuleSet['needs'] = new Map<CallCheck | PhraseCheck, Probe>([
  [rendersMarkup, together(MARKUP_SETTING)],
  [pollutes, any(together('__proto__'), HAS_MERGE, HAS_INPUT_KEY, HAS_TWO_KEYS)],
  [makesScriptAddress, HAS_SCRIPT_ADDRESS],
  [holdsSlowRegex, NESTED_REPEAT],
  [searchesSlowly, NESTED_REPEAT],
  [holdsLooseHost, LOOSE_HOST],
  [asksLooseHost, LOOSE_HOST],
]);

/** What begins in the call or the phrase itself wherever they speak. */
export const JAVASCRIPT_SPOTS: RuleSet['spots'] = new Map<CallCheck | PhraseCheck, RegExp>([
  [rendersMarkup, /dangerouslySetInnerHTML/],
  [makesScriptAddress, /javascript:/i],
  [searchesSlowly, NESTED_PATTERN],
  [asksLooseHost, LOOSE_HOST],
]);

const SETTING_NAMES = new WordTable([
  ...Object.keys(FLAGS),
  ...[
    'innerHTML',
    'outerHTML',
    'srcdoc',
    'NODE_TLS_REJECT_UNAUTHORIZED',
    'href',
    'location',
    'src',
    'origin',
    'ignoreMethods',
    'cookie',
  ],
]);

/** The phrases they are about. */
export const JAVASCRIPT_CONCERNS: RuleSet['concerns'] = new Map<PhraseCheck, Concern>([
  [setsValue, { signs: SIGN.gives | SIGN.colon, named: (text, start, end) => SETTING_NAMES.hasAt(text, start, end) }],
  [rendersMarkup, { signs: SIGN.gives | SIGN.colon }],
  [pollutes, { signs: SIGN.gives, first: (kind) => kind !== KIND.name && kind !== KIND.word }],
  [holdsSlowRegex, { signs: SIGN.regex }],
  [makesScriptAddress, { signs: SIGN.joins }],
  [holdsLooseHost, { signs: SIGN.regex }],
]);
