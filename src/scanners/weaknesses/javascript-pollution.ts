/** Writes to properties whose names come from elsewhere: `__proto__` among them changes every object (CWE-1321). */
import { holding } from '../syntax/held-literals.ts';
import type { Phrase, Source } from '../syntax/source.ts';
import type { IndexNode, Node } from '../syntax/tree.ts';
import { isConstant } from '../syntax/values.ts';
import { all, any, around, holds, type Probe, together } from '../syntax/vocabulary.ts';
import { fromInput, HAS_INPUT } from './input.ts';
import type { PhraseCheck, RuleSet } from './rules.ts';

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

/** One step down by a key that is looked up, asked from its sign: `at = at[key]`. */
export const STEP =
  /=\s*([\w$]{1,40})\[[\w$.]{1,40}(?:\[[\w$.]{1,40}\])?\](?<=(?<![\w$.])\1\s{0,4}=\s{0,4}\1\[[\w$.[\]]{1,90})/;
/** Steps down, and objects that are made on the way. */
export const HAS_WALK: Probe = all(
  holding(']={}', '] = {}', ']=Object.create(', '] = Object.create('),
  { test: (text) => !holds(text, ASKS_KEY) },
  STEP,
);

/** What the checks need. */
export const POLLUTION_HINTS: RuleSet['hints'] = [
  ...['req', 'request', 'ctx'].map((word) => ({ words: [word], pattern: HAS_INPUT_KEY })),
  { words: [], pattern: HAS_TWO_KEYS },
  // Written under it: `a.__proto__.b = c`, `a["__proto__"][b] = c`.
  { words: ['__proto__'], pattern: /__proto__(?:["'`]\s*\]|[\])\s]{0,6}(?:\?\.|[.[]))/ },
  { words: [], pattern: HAS_MERGE },
  { words: [], pattern: HAS_WALK },
];

/** What a file holds wherever they speak. */
export const MAY_POLLUTE: Probe = any(together('__proto__'), HAS_MERGE, HAS_INPUT_KEY, HAS_TWO_KEYS);

/** `target.__proto__[key] = value`, and a merge of objects that never asks which key it writes. */
export const pollutes: PhraseCheck = (phrase, source) => {
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

/** Characters to either side in which a function that walks down makes objects and writes its value. */
const NEAR = 1_000;

/**
 * `at = at[key]` on a way down a path of keys, with objects made where there are none and a value written at its end: the
 * path can lead through `__proto__`. What only reads, or numbers its way, writes nothing to others.
 */
export const stepsInto: PhraseCheck = ({ parts: [target, sign, value] }, { text }) => {
  if (target?.kind !== 'name' || sign?.kind !== 'operator' || sign.text !== '=') return undefined;
  if (value?.kind !== 'index' || value.of.kind !== 'name' || value.of.text !== target.text) return undefined;
  if (isConstant(value.items[0]?.parts ?? []) || ASKS_KEY.test(text)) return undefined;
  const written = text
    .slice(Math.max(0, value.start - NEAR), value.end + NEAR)
    .split(`${target.text}[`)
    .slice(1)
    .map((after) => /^(?:[^[\]\n]|\[[^[\]\n]{0,40}\]){1,80}\]\s*=(?!=)\s*(.)/.exec(after)?.[1])
    .filter((first) => first !== undefined);
  return written.includes('{') && written.some((first) => first !== '{') ? 'prototype-pollution' : undefined;
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
