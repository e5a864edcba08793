/** Weak values that JavaScript names and properties are given. */
import { holding } from '../syntax/held-literals.ts';
import type { Concern } from '../syntax/phrases.ts';
import { SIGN } from '../syntax/signs.ts';
import type { Phrase, Source } from '../syntax/source.ts';
import { KIND, type Node } from '../syntax/tree.ts';
import { builtText, isName, literalText } from '../syntax/values.ts';
import { all, any, type Probe, together, WordTable } from '../syntax/vocabulary.ts';
import { isFixed } from './fixed.ts';
import { fromInput, HAS_INPUT } from './input.ts';
import { HAS_WALK, MAY_POLLUTE, POLLUTION_HINTS, pollutes, STEP, stepsInto } from './javascript-pollution.ts';
import { isCleaned, leadsAnywhere } from './javascript-web.ts';
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
  nodeIntegrationInWorker: ['true', 'protection-off'],
  nodeIntegrationInSubFrames: ['true', 'protection-off'],
  enableRemoteModule: ['true', 'protection-off'],
  contextIsolation: ['false', 'protection-off'],
  webSecurity: ['false', 'protection-off'],
  allowRunningInsecureContent: ['true', 'protection-off'],
  httpOnly: ['false', 'script-readable-cookie'],
  noent: ['true', 'xml-entities'],
  noEscape: ['true', 'no-escaping'],
  escapeMarkup: ['false', 'no-escaping'],
  ignoreHTTPSErrors: ['true', 'tls-verification-off'],
};
const NESTED_PATTERN = /(?:[+*?]|[+*]\.|,\d*\})\)(?:[+*]|\{\d+,\})/;
const NESTED_REPEAT = all(
  holding(...['+', '*', '?', '}', '+.', '*.'].flatMap((inner) => ['+', '*', '{'].map((outer) => `${inner})${outer}`))),
  NESTED_PATTERN,
);
/** An address that runs what follows. */
const HAS_SCRIPT_ADDRESS = /["'`]javascript:/i;
const HAS_MARKUP_SETTING =
  /\b(?:(?:inner|outer)HTML|srcdoc)\s*\+?=(?!=)\s*(?!["'][^"']*["']\s*;)|dangerouslySetInnerHTML|domProps[\s\S]{0,200}innerHTML/;

/** A condition in JavaScript that MongoDB runs (MongoDB manual, `$where`), is given something. */
const BUILDS_WHERE = /\$where["'`\]]{0,2}\s*=(?!=)/;
/** A header that lets pages of every origin read the answer. */
const HAS_OPEN_ORIGIN = /Access-Control-Allow-Origin["'`\]]{1,2}\s*[:=]\s*["'`]\*["'`]/i;

const ORIGIN_WORDS = ['Access Control Allow Origin', 'access control allow origin'].map((words) => words.split(' '));

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
  { words: ['javascript'], pattern: HAS_SCRIPT_ADDRESS, label: 'html-from-data' },
  ...POLLUTION_HINTS,
  ...['origin', 'ignoreMethods'].map((word) => ({
    words: [word],
    pattern: /origin["']?\s*:\s*["']\*["']|ignoreMethods/,
  })),
  { words: ['where'], pattern: BUILDS_WHERE },
  ...ORIGIN_WORDS.map((words) => ({ words, pattern: HAS_OPEN_ORIGIN })),
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

/** Keys that are no names: a condition that is put together, a header. */
const setsByKey: PhraseCheck = (phrase, source) => {
  const setting = settingIn(phrase, source);
  if (setting?.name === '$where')
    return setting.how === 'assigned' && builtText(setting.value, source.text) !== undefined
      ? 'query-from-input'
      : undefined;
  return setting?.name.toLowerCase() === 'access-control-allow-origin' &&
    literalText(setting.value, source.text) === '*'
    ? 'any-origin'
    : undefined;
};

function markup({ value }: Setting, { scope }: Phrase, source: Source): Said {
  if (isFixed(value, scope) || isCleaned(value, source)) return undefined;
  return fromInput(value, scope, source) ? 'html-from-input' : 'html-from-data';
}

function moves({ name, target, value, how }: Setting, { scope }: Phrase, source: Source): Said {
  if (name === 'src') return fromInput(value, scope, source) ? 'html-from-input' : undefined;
  if (how !== 'assigned' || !/\blocation\b/.test(source.text.slice(target.start, target.end).slice(0, 100)))
    return undefined;
  return leadsAnywhere(value, scope, source) ? 'redirect-from-input' : undefined;
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
  const isClean = /(?:__html["']?\s*:|^\{)\s*(?:\w+\.)?(?:\w*sanitiz\w*|escape\w*|purify)\(/i.test(given);
  return isFixed || isClean ? undefined : 'html-from-data';
};

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
  setsByKey,
  rendersMarkup,
  pollutes,
  stepsInto,
  holdsSlowRegex,
  holdsLooseHost,
  makesScriptAddress,
];

/** What a file holds wherever they speak. */
export const JAVASCRIPT_NEEDS: RuleSet['needs'] = new Map<CallCheck | PhraseCheck, Probe>([
  [rendersMarkup, together(MARKUP_SETTING)],
  [
    setsByKey,
    any(all(together('where'), BUILDS_WHERE), ...ORIGIN_WORDS.map((words) => all(together(...words), HAS_OPEN_ORIGIN))),
  ],
  [pollutes, MAY_POLLUTE],
  [stepsInto, HAS_WALK],
  [makesScriptAddress, HAS_SCRIPT_ADDRESS],
  [holdsSlowRegex, NESTED_REPEAT],
  [searchesSlowly, NESTED_REPEAT],
  [holdsLooseHost, LOOSE_HOST],
  [asksLooseHost, LOOSE_HOST],
]);

/** What begins in the call or the phrase itself wherever they speak. */
export const JAVASCRIPT_SPOTS: RuleSet['spots'] = new Map<CallCheck | PhraseCheck, RegExp>([
  [rendersMarkup, /dangerouslySetInnerHTML/],
  [setsByKey, /\$where|Access-Control-Allow-Origin/i],
  [makesScriptAddress, /javascript:/i],
  [stepsInto, STEP],
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
  [setsByKey, { signs: SIGN.gives | SIGN.colon }],
  [pollutes, { signs: SIGN.gives, first: (kind) => kind !== KIND.name && kind !== KIND.word }],
  [stepsInto, { signs: SIGN.gives, first: (kind) => kind === KIND.name }],
  [holdsSlowRegex, { signs: SIGN.regex }],
  [makesScriptAddress, { signs: SIGN.joins }],
  [holdsLooseHost, { signs: SIGN.regex }],
]);
