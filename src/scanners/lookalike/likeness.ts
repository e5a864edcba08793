/** How two names can be taken for one another. Names are in normal form; every step is bounded by their length. */

import { baitOf, coresOf, isBait, undressed, withoutNumber } from './baits.ts';
import { type Families, familiesOf, scopeOf } from './families.ts';
import { type Slip, slipOf } from './slip.ts';
import { isTypicalBesideBait, isTypicalSlip, MIN_TARGET, MOST_KNOWN } from './typical.ts';
import { bareOf, wordsOf } from './words.ts';

/** Longer names are compared as they stand only: nobody mistypes them into another, and keys are made of each letter. */
const MAX_NAME = 80;
/** The same for targets that bait stands beside: `python-six`. */
const MIN_BAITED = 3;
/** Beside names further down the list a number, or `python-`, makes another package, not an imitation. */
const MOST_NUMBERED = 700;
/** And for a separator that is put in: `type-script`. */
const MOST_PARTED = 1000;
/** The same for a number that is left out: `urllib`. */
const MOST_UNNUMBERED = 250;
/** Targets that `js` promises may be this short: lists of npm are led by what others need, not by what people type. */
const MIN_SCRIPT = 4;

/** What looks the same in common fonts, folded to one spelling. */
const HOMOGLYPHS: readonly (readonly [RegExp, string])[] = [
  [/rn/g, 'm'],
  [/vv/g, 'w'],
  [/cl/g, 'd'],
  [/[1i|]/g, 'l'],
  [/0/g, 'o'],
  [/(?<=[a-z])3(?=[a-z])/g, 'e'],
  [/(?<=[a-z])4(?=[a-z])/g, 'a'],
  [/5(?!$)/g, 's'],
];

/** `case` where only capitals differ: in R and in older names of npm these are packages of their own. */
export type Method = 'case' | 'separator' | 'homoglyph' | 'word-order' | 'affix' | 'distance' | 'affix-and-distance';

export interface Likeness {
  readonly target: string;
  readonly method: Method;
  /** What the slip is, where it is one. */
  readonly slip?: Slip['kind'];
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
  return new NameIndex(names);
}

class NameIndex implements LikenessIndex {
  private readonly ranks = new Map<string, number>();
  private readonly keys = new Map<string, string[]>();
  private readonly folded = new Map<string, string[]>();
  private readonly families: Families;

  constructor(names: readonly string[]) {
    for (const name of names) this.add(name);
    this.families = familiesOf([...this.folded.keys()]);
  }

  private add(name: string): void {
    if (this.ranks.has(name)) return;
    this.ranks.set(name, this.ranks.size);
    const lower = name.toLowerCase();
    put(this.folded, lower, name);
    if (name.length < MIN_BAITED || name.length > MAX_NAME) return;
    for (const key of targetKeys(lower)) put(this.keys, key, name);
  }

  has(name: string): boolean {
    return this.ranks.has(name);
  }

  rankOf(name: string): number | null {
    return this.ranks.has(name) ? this.placeOf(name) + 1 : null;
  }

  find(name: string): Likeness | undefined {
    if (name.length > MAX_NAME) return undefined;
    const lower = name.toLowerCase();
    if (this.families.isInListedScope(lower)) return undefined;
    const same = this.folded.get(lower)?.find((other) => isOther(name, other));
    if (same !== undefined) return { target: same, method: 'case' };
    for (const [method, key] of foldedKeys(lower)) {
      const target = this.keys
        .get(`${method}:${key}`)
        ?.find((other) => isOther(name, other) && this.isMeant(method, lower, other));
      if (target !== undefined) return { target, method };
    }
    const near = this.nearest(name, lower, isTypicalSlip);
    return near === undefined ? this.behindBait(name, lower) : { ...near, method: 'distance' };
  }

  /** A name that everyone knows in the dress of a language, or one slip away from what stands beside a bait word. */
  private behindBait(name: string, lower: string): Likeness | undefined {
    const dressed = this.folded.get(undressed(lower) ?? '')?.find((one) => isOther(name, one) && this.isKnown(one));
    if (dressed !== undefined) return { target: dressed, method: 'affix' };
    const cores = coresOf(lower).filter((core) => core !== lower);
    const [near] = cores.flatMap((core) => this.nearest(name, core, isTypicalBesideBait) ?? []);
    return near === undefined ? undefined : { ...near, method: 'affix-and-distance' };
  }

  private nearest(name: string, typed: string, isTypical: typeof isTypicalSlip) {
    const near = slipKeys(typed).flatMap((key) => {
      for (const target of this.keys.get(key) ?? []) {
        const lower = target.toLowerCase();
        // A separator more or less is no slip: see `isMeant`.
        if (!isOther(name, target) || bareOf(typed) === bareOf(lower)) continue;
        const slip = slipOf(typed, lower);
        const rank = this.placeOf(target);
        if (slip !== undefined && isTypical(slip, typed, { target: lower, rank }))
          return [{ target, slip: slip.kind, rank }];
      }
      return [];
    });
    const [first] = near.toSorted((a, b) => a.rank - b.rank);
    return first === undefined ? undefined : { target: first.target, slip: first.slip };
  }

  private isMeant(method: Method, name: string, target: string): boolean {
    const lower = target.toLowerCase();
    if (method === 'affix') return this.isBaited(name, target);
    // Names that differ in their separators alone have the same folded letters as well.
    if (method === 'homoglyph' && bareOf(name) === bareOf(lower)) return false;
    if (method === 'separator' && this.isOwnName(name, target)) return false;
    return this.isWorthIt(target) && !isCustom(this.families, method, name, lower);
  }

  /** Who puts a separator in imitates what everyone types: further down the list, and in families, both stand for themselves. */
  private isOwnName(name: string, target: string): boolean {
    if (wordsOf(name).length <= wordsOf(target.toLowerCase()).length) return false;
    return this.placeOf(target) >= MOST_PARTED || (!this.isKnown(target) && this.families.hasFamily(name));
  }

  private isBaited(name: string, target: string): boolean {
    const bait = baitOf(name, target.toLowerCase());
    if (bait === 'script') return this.isWorthIt(target) || target.length >= MIN_SCRIPT;
    if (bait === undefined || !this.isWorthIt(target)) return false;
    return bait === 'word' || this.placeOf(target) < (bait === 'lost number' ? MOST_UNNUMBERED : MOST_NUMBERED);
  }

  private isWorthIt(target: string): boolean {
    return target.length > MIN_TARGET || this.isKnown(target);
  }

  private isKnown(target: string): boolean {
    return this.placeOf(target) < MOST_KNOWN;
  }

  /** Counted from 0; names that are not listed stand behind all. */
  private placeOf(name: string): number {
    return this.ranks.get(name) ?? this.ranks.size;
  }
}

function put(lists: Map<string, string[]>, key: string, name: string): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [name]);
  else list.push(name);
}

/** Another package, of somebody else: names within one scope belong to whoever owns the scope. */
function isOther(name: string, other: string): boolean {
  const scope = scopeOf(name);
  return other !== name && (scope === undefined || !other.startsWith(scope));
}

type Key = readonly [Method, string];

/** Tells a name that lost its number from one that is bait around a core. */
const LOST_NUMBER = '#';

/** Keys under which a name of the list waits. */
function targetKeys(name: string): readonly string[] {
  const [core = name] = coresOf(name);
  const affixes: readonly Key[] = [
    ['affix', core],
    ['affix', bareOf(core)],
  ];
  const unnumbered = withoutNumber(name);
  const lost: readonly Key[] = unnumbered === undefined ? [] : [['affix', `${unnumbered}${LOST_NUMBER}`]];
  const likes = name.length < MIN_TARGET ? affixes : [...likeKeys(name), ...affixes, ...lost];
  return [...new Set(likes.map(([method, key]) => `${method}:${key}`)), ...slipKeys(name)];
}

/** Whether the name is as it is by custom, whoever it looks like: see {@link familiesOf}. */
function isCustom(families: Families, method: Method, name: string, target: string): boolean {
  // `mime-types` is no other order of `@types/mime`: a scope stands in front.
  if (method === 'word-order')
    return scopeOf(target) !== undefined || (!isBait(wordsOf(name)[0]) && families.hasFamily(name));
  return families.isFamilyOfScope(name, target);
}

/** Keys under which a name that is asked about meets those it looks like, most telling first. */
function foldedKeys(name: string): readonly Key[] {
  const cores = coresOf(name).filter((core) => core !== name && core.length >= MIN_BAITED);
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

/** The name and the name without one letter: two names one edit apart share at least one of these. */
function slipKeys(name: string): readonly string[] {
  if (name.length < MIN_TARGET - 1) return [];
  const found = new Set([`slip:${name}`]);
  for (let at = 0; at < name.length; at += 1) found.add(`slip:${name.slice(0, at)}${name.slice(at + 1)}`);
  return [...found];
}
