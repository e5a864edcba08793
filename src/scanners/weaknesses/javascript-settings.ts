/** Weak values that JavaScript names and properties are given. */
import type { Phrase, Source } from '../syntax/source.ts';
import { isConstant, isName, literalText } from '../syntax/values.ts';
import { fromInput } from './input.ts';
import type { CallCheck, PhraseCheck, RuleSet, Said } from './rules.ts';
import { lastName, type Setting, settingIn, written } from './settings.ts';
import { isSlow } from './slow-regex.ts';

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
const NESTED_REPEAT = /[+*]\)(?:[+*]|\{\d+,\})/;
const MERGES = 'merge extend assign clone deepMerge deepExtend deepClone mixin defaultsDeep set setPath copy';
const HAS_MARKUP_SETTING = /\b(?:inner|outer)HTML\s*\+?=(?!=)\s*(?!["'][^"']*["']\s*;)|dangerouslySetInnerHTML/;

/** What the phrase checks need. */
export const JAVASCRIPT_SETTING_HINTS: RuleSet['hints'] = [
  ...Object.entries(FLAGS).map(([name, [value]]) => ({
    words: [name, value],
    pattern: new RegExp(`\\b${name}["']?\\s*[:=]\\s*${value}`),
  })),
  ...['innerHTML', 'outerHTML', 'dangerouslySetInnerHTML'].map((word) => ({
    words: [word],
    pattern: HAS_MARKUP_SETTING,
  })),
  ...['href', 'location'].map((word) => ({ words: [word], pattern: /location(?:\.href)?\s*=\s*[^=]/ })),
  { words: ['__proto__'] },
  ...MERGES.split(' ').map((word) => ({ words: [word], pattern: /\[\w+\]\s*=\s*\w+\(/ })),
  ...['origin', 'ignoreMethods'].map((word) => ({
    words: [word],
    pattern: /origin["']?\s*:\s*["']\*["']|ignoreMethods/,
  })),
  { words: ['cookie'], pattern: /\bsecure["']?\s*:\s*false/ },
  ...['test', 'match', 'replace', 'exec', 'split', 'search', 'const', 'var', 'let'].map((word) => ({
    words: [word],
    pattern: NESTED_REPEAT,
  })),
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
      return setting.how === 'assigned' ? markup(setting, phrase, source) : undefined;
    case 'NODE_TLS_REJECT_UNAUTHORIZED':
      return /^["']?0/.test(written(value, source.text)) ? 'tls-verification-off' : undefined;
    case 'href':
    case 'location':
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
  if (isConstant(value)) return undefined;
  return fromInput(value, scope, source) ? 'html-from-input' : 'html-from-data';
}

function moves({ target, value, how }: Setting, { scope }: Phrase, source: Source): Said {
  if (how !== 'assigned' || !/\blocation\b/.test(source.text.slice(target.start, target.end).slice(0, 100)))
    return undefined;
  return fromInput(value, scope, source) ? 'redirect-from-input' : undefined;
}

/** React writes what stands in `__html` as it is, as a property or as an attribute in JSX. */
const rendersMarkup: PhraseCheck = ({ parts }, { text }) => {
  const at = parts.findIndex((part) => lastName(part, text) === 'dangerouslySetInnerHTML');
  const sign = parts[at + 1];
  if (at === -1 || sign?.kind !== 'operator' || !/^[:=]$/.test(sign.text)) return undefined;
  const isFixed = /__html["']?\s*:\s*["'][^"']*["']\s*,?\s*\}/.test(written(parts.slice(at + 2), text));
  return isFixed ? undefined : 'html-from-data';
};

/** `target.__proto__[key] = value`, and a merge of objects that never asks which key it writes. */
const pollutes: PhraseCheck = (phrase, source) => {
  const [target, sign, value] = phrase.parts;
  if (target === undefined || sign?.kind !== 'operator' || sign.text !== '=') return undefined;
  const path = source.text.slice(target.start, target.end).slice(0, 200);
  // `x.__proto__ = y` gives one object its prototype, as old engines need it.
  if (/\b__proto__\b(?!$)/.test(path)) return 'prototype-pollution';
  const calls = value?.kind === 'call' && value.callee.kind === 'name' ? value.callee.text : undefined;
  const merges = calls !== undefined && phrase.scope.functions.includes(calls) && target.kind === 'index';
  if (!merges || isConstant(target.items[0]?.parts ?? [])) return undefined;
  // Last, because it reads the whole text: asked of every phrase, a bundle took minutes.
  return /__proto__|hasOwn|Object\.create\(null\)|new Map/.test(source.text) ? undefined : 'prototype-pollution';
};

const holdsSlowRegex: PhraseCheck = ({ parts }, { text }) =>
  parts.some((part) => part.kind === 'regex' && isSlow(text.slice(part.start, part.end))) ? 'slow-regex' : undefined;

/** `/(a+)+/.test(text)` and `text.match(/(a+)+/)`. */
export const searchesSlowly: CallCheck = ({ node }, { text }) => {
  const { callee } = node;
  const nodes = [
    ...(callee.kind === 'member' ? [callee.of] : []),
    ...node.args.flatMap(({ parts }) => (parts.length === 1 ? parts : [])),
  ];
  return nodes.some((one) => one.kind === 'regex' && isSlow(text.slice(one.start, one.end))) ? 'slow-regex' : undefined;
};

/** Checks of settings. */
export const JAVASCRIPT_PHRASES: readonly PhraseCheck[] = [setsValue, rendersMarkup, pollutes, holdsSlowRegex];
