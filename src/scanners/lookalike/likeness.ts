/** How two names can be taken for one another. Names are in normal form; every step is bounded by their length. */
import { type Families, familiesOf, scopeOf } from './families.ts';
import { type Slip, slipOf } from './slip.ts';

/** Longer names are compared as they stand only: nobody mistypes them into another, and keys are made of each letter. */
const MAX_NAME = 80;
/** Shorter targets are all one letter from each other by chance. */
const MIN_TARGET = 5;
/** The same for targets that bait stands beside: `python-six`. */
const MIN_BAITED = 3;
/** Targets this short are worth imitating, and are imitated, only where everyone knows them. */
const MOST_POPULAR = 500;
/** Beside names further down the list a number, `python-` or another letter makes another package, not an imitation. */
const MOST_IMITATED = 1500;
/** Targets that `js` promises may be this short: lists of npm are led by what others need, not by what people type. */
const MIN_SCRIPT = 4;

/** What looks the same in common fonts, folded to one spelling. */
const HOMOGLYPHS: readonly (readonly [RegExp, string])[] = [
  [/rn/g, 'm'],
  [/vv/g, 'w'],
  [/cl/g, 'd'],
  [/[1i|]/g, 'l'],
  [/0/g, 'o'],
  [/5(?!$)/g, 's'],
];

/** `case` where only capitals differ: in R and in older names of npm these are packages of their own. */
export type Method = 'case' | 'separator' | 'homoglyph' | 'word-order' | 'affix' | 'distance';

export interface Likeness {
  readonly target: string;
  readonly method: Method;
}

/** Finds names like a given one through keys, so that a look-up never walks the whole list. */
export interface LikenessIndex {
  has(name: string): boolean;
  /** Place on the list, counted from 1; `null` for a name that is not on it. */
  rankOf(name: string): number | null;
  /** The first name in the order of the list that the given one may be taken for. */
  find(name: string): Likeness | undefined;
}

/** Names in the order of the list, most popular first. Takes time and memory in proportion to the letters of all names. */
export function buildLikenessIndex(names: readonly string[]): LikenessIndex {
  const ranks = new Map<string, number>();
  const keys = new Map<string, string[]>();
  const folded = new Map<string, string[]>();
  for (const name of names) {
    if (ranks.has(name)) continue;
    ranks.set(name, ranks.size);
    const same = folded.get(name.toLowerCase());
    if (same === undefined) folded.set(name.toLowerCase(), [name]);
    else same.push(name);
    if (name.length < MIN_BAITED || name.length > MAX_NAME) continue;
    for (const key of targetKeys(name.toLowerCase())) {
      const bucket = keys.get(key);
      if (bucket === undefined) keys.set(key, [name]);
      else bucket.push(name);
    }
  }
  const placeOf = (name: string) => ranks.get(name) ?? ranks.size;
  const families = familiesOf([...folded.keys()]);
  const isWorthIt = (target: string) => target.length > MIN_TARGET || placeOf(target) < MOST_POPULAR;
  const isImitated = (target: string) => placeOf(target) < MOST_IMITATED;
  const isMeant = (method: Method, name: string, target: string): boolean => {
    if (method !== 'affix') return isWorthIt(target) && !isCustom(families, method, name, target.toLowerCase());
    const bait = baitOf(name, target.toLowerCase());
    if (bait === 'script') return isWorthIt(target) || target.length >= MIN_SCRIPT;
    return bait !== undefined && isWorthIt(target) && (bait === 'word' || isImitated(target));
  };
  return {
    has: (name) => ranks.has(name),
    rankOf: (name) => (ranks.has(name) ? placeOf(name) + 1 : null),
    find(name) {
      if (name.length > MAX_NAME) return undefined;
      const lower = name.toLowerCase();
      if (families.isInListedScope(lower)) return undefined;
      const same = folded.get(lower)?.find((other) => isOther(name, other));
      if (same !== undefined) return { target: same, method: 'case' };
      for (const [method, key] of foldedKeys(lower)) {
        const target = keys
          .get(`${method}:${key}`)
          ?.find((other) => isOther(name, other) && isMeant(method, lower, other));
        if (target !== undefined) return { target, method };
      }
      const isNear = (target: string) =>
        isOther(name, target) && isSlip(lower, target.toLowerCase(), isImitated(target));
      const near = slipKeys(lower).flatMap(
        (key) => keys.get(key)?.find((target) => isNear(target) && isWorthIt(target)) ?? [],
      );
      const target = near.toSorted((a, b) => placeOf(a) - placeOf(b))[0];
      return target === undefined ? undefined : { target, method: 'distance' };
    },
  };
}

/** Words that promise the same package in another dress; ordinary words (`plugin`, `client`, `utils`) do not. */
const BAIT_WORDS: ReadonlySet<string> = new Set(
  'python python2 python3 py py2 py3 js the real official original new latest fixed fix patched updated update secure stable pro'.split(
    ' ',
  ),
);

/** Another package, of somebody else: names within one scope belong to whoever owns the scope. */
function isOther(name: string, other: string): boolean {
  const scope = scopeOf(name);
  return other !== name && (scope === undefined || !other.startsWith(scope));
}

type Key = readonly [Method, string];

/** `urllib3`, which is also sought as `urllib`. */
const NUMBERED = /^([a-z]{5,})\d$/;
/** Tells a name that lost its number from one that is bait around a core. */
const LOST_NUMBER = '#';

/** Keys under which a name of the list waits. */
function targetKeys(name: string): readonly string[] {
  const [core = name] = coresOf(wordsOf(name));
  if (name.length < MIN_TARGET) return [`affix:${core}`];
  const [, unnumbered] = NUMBERED.exec(name) ?? [];
  const bare: readonly Key[] = unnumbered === undefined ? [] : [['affix', `${unnumbered}${LOST_NUMBER}`]];
  return [...likeKeys(name), ['affix', core] as const, ...bare]
    .map(([method, key]) => `${method}:${key}`)
    .concat(slipKeys(name));
}

/** Whether the name is as it is by custom, whoever it looks like: see {@link familiesOf}. */
function isCustom(families: Families, method: Method, name: string, target: string): boolean {
  if (method === 'word-order') return !isBait(wordsOf(name)[0]) && families.hasFamily(name);
  return families.isFamilyOfScope(name, target);
}

/** What stands beside the target in a name of the same core; `undefined` where a glued `js` stands beside something else. */
function baitOf(name: string, target: string): 'script' | 'number or python' | 'word' | undefined {
  const beside = target.startsWith(name) ? target.slice(name.length) : name.replace(target, '');
  if (/\d|py/.test(beside)) return 'number or python';
  if (GLUED_SCRIPT.test(name) && !name.endsWith(`${target}js`)) return undefined;
  return /js/.test(beside) ? 'script' : 'word';
}

/** Keys under which a name that is asked about meets those it looks like, most telling first. */
function foldedKeys(name: string): readonly Key[] {
  const cores = coresOf(wordsOf(name)).filter((core) => core !== name && core.length >= MIN_BAITED);
  return [...likeKeys(name), ...cores.map((core): Key => ['affix', core]), ['affix', `${name}${LOST_NUMBER}`]];
}

function likeKeys(name: string): readonly Key[] {
  const words = wordsOf(name);
  const bare = words.join('');
  const folded = HOMOGLYPHS.reduce((text, [pattern, letter]) => text.replaceAll(pattern, letter), bare);
  const keys: readonly Key[] = [
    ['separator', bare],
    ['homoglyph', folded],
  ];
  return words.length < 2 ? keys : [...keys, ['word-order', words.toSorted().join('-')]];
}

function wordsOf(name: string): readonly string[] {
  // A scope is a word like others: `@babel/core` and `babel-core` look the same.
  return name.split(/[-_.@/]/).filter((word) => word !== '');
}

/** `momentjs`, not `moment-js`. */
const GLUED_SCRIPT = /^(.*[a-z]{4})js$/;

/** The name without bait words at its ends; and that without one digit or `js` glued to it (`requests3`, `momentjs`). */
function coresOf(words: readonly string[]): readonly string[] {
  let [first, last] = [0, words.length];
  while (last - first > 1 && isBait(words[first])) first += 1;
  while (last - first > 1 && (isBait(words[last - 1]) || /^\d+$/.test(words[last - 1] ?? ''))) last -= 1;
  const core = words.slice(first, last).join('-');
  const [, unversioned] = /^(.*[a-z]{4})\d$/.exec(core) ?? GLUED_SCRIPT.exec(core) ?? [];
  return unversioned === undefined ? [core] : [core, unversioned];
}

function isBait(word: string | undefined): boolean {
  return word !== undefined && BAIT_WORDS.has(word);
}

/** The name and the name without one letter: two names one edit apart share at least one of these. */
function slipKeys(name: string): readonly string[] {
  if (name.length < MIN_TARGET - 1) return [];
  const found = new Set([`slip:${name}`]);
  for (let at = 0; at < name.length; at += 1) found.add(`slip:${name.slice(0, at)}${name.slice(at + 1)}`);
  return [...found];
}

/** Letters of a word in which any one letter is a slip; in shorter ones only those that fingers and eyes slip on. */
const LONG_WORD = 8;
/** Letters of a word whose first letter may go astray: nobody misses it in a short one. */
const FIRST_LETTER_WORD = 6;

function isSlip(name: string, target: string, isImitated: boolean): boolean {
  const slip = slipOf(name, target);
  if (slip === undefined) return false;
  const { word, start } = wordAt(target, slip.at);
  // `-ecs` beside `-ec2`, `-py36` beside `-py37`: short words and numbers differ on purpose.
  if (word.length < MIN_TARGET || isNumber(slip, name, target)) return false;
  const isFaint = slip.kind === 'insertion' || slip.kind === 'replacement';
  return (isImitated || !isFaint) && isTypical(slip.kind, word.length, slip.at === start);
}

/** Whether a digit is what differs. */
function isNumber({ kind, at }: Slip, name: string, target: string): boolean {
  const differing = kind === 'omission' ? target[at] : `${name[at] ?? ''}${target[at] ?? ''}`;
  return /\d/.test(differing ?? '');
}

function isTypical(kind: Slip['kind'], letters: number, isFirst: boolean): boolean {
  switch (kind) {
    case 'repetition':
    case 'plural':
    case 'transposition':
      return true;
    case 'omission':
      return !isFirst || letters >= FIRST_LETTER_WORD;
    case 'neighbour-key':
    case 'like-letter':
      return !isFirst || letters >= LONG_WORD;
    case 'insertion':
    case 'replacement':
      return !isFirst && letters >= LONG_WORD;
  }
}

/** Between the words of a name: the one of normal forms, and that of R. */
const SEPARATORS = ['-', '.'] as const;

/** The word of a name that holds the given place, and where it starts. */
function wordAt(name: string, at: number): { readonly word: string; readonly start: number } {
  const start = at === 0 ? 0 : Math.max(...SEPARATORS.map((one) => name.lastIndexOf(one, at - 1))) + 1;
  const ends = SEPARATORS.map((one) => name.indexOf(one, at)).filter((end) => end !== -1);
  return { word: name.slice(start, Math.min(name.length, ...ends)), start };
}
