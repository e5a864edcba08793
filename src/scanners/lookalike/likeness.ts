/** How two names can be taken for one another. Names are in normal form; every step is bounded by their length. */

/** Names longer than this are compared as they stand only: nobody mistypes them into another. */
const MAX_NAME = 100;
/** Shorter names are all one letter from each other by chance. */
const MIN_DISTANCE_LENGTH = 5;

/** What looks the same in common fonts, folded to one spelling. */
const HOMOGLYPHS: readonly (readonly [RegExp, string])[] = [
  [/rn/g, 'm'],
  [/vv/g, 'w'],
  [/[1i|]/g, 'l'],
  [/0/g, 'o'],
  [/5/g, 's'],
];
/** Words that promise the same package in another dress. */
const BAIT =
  /^(?:python3?|py|the|real|official|new)-|-(?:python3?|py3?|js|node|official|fixed|latest|new|dev|lib|\d+)$/g;

export type Method = 'separator' | 'homoglyph' | 'word-order' | 'affix' | 'distance';

export interface Likeness {
  readonly target: string;
  readonly method: Method;
}

/** Finds names like a given one through keys, so that a look-up never walks the whole list. */
export interface LikenessIndex {
  has(name: string): boolean;
  /** The first name in the order of the list that the given one may be taken for. */
  find(name: string): Likeness | undefined;
}

export function buildLikenessIndex(names: readonly string[]): LikenessIndex {
  const ranks = new Map<string, number>();
  const keys = new Map<string, string[]>();
  const put = (key: string, name: string) => {
    const bucket = keys.get(key);
    if (bucket === undefined) keys.set(key, [name]);
    else bucket.push(name);
  };
  for (const [rank, name] of names.entries()) {
    if (ranks.has(name) || name.length > MAX_NAME) continue;
    ranks.set(name, rank);
    for (const [method, key] of foldedKeys(name)) put(`${method}:${key}`, name);
    for (const key of deletions(name)) put(`distance:${key}`, name);
  }
  const best = (candidates: readonly string[]) =>
    candidates.toSorted((a, b) => (ranks.get(a) ?? 0) - (ranks.get(b) ?? 0))[0];
  return {
    has: (name) => ranks.has(name),
    find(name) {
      if (name.length > MAX_NAME) return undefined;
      const others = (key: string) => (keys.get(key) ?? []).filter((other) => other !== name);
      for (const [method, key] of foldedKeys(name)) {
        const target = best(others(`${method}:${key}`));
        if (target !== undefined) return { target, method };
      }
      const bare = name.replace(BAIT, '');
      if (bare !== name && bare.length >= MIN_DISTANCE_LENGTH && ranks.has(bare))
        return { target: bare, method: 'affix' };
      const near = deletions(name).flatMap((key) =>
        others(`distance:${key}`).filter((other) => isOneEdit(name, other)),
      );
      const target = best(near);
      return target === undefined ? undefined : { target, method: 'distance' };
    },
  };
}

function foldedKeys(name: string): readonly (readonly [Method, string])[] {
  const bare = name.replaceAll(/[-_.]/g, '');
  if (bare.length < MIN_DISTANCE_LENGTH) return [];
  const folded = HOMOGLYPHS.reduce((text, [pattern, letter]) => text.replaceAll(pattern, letter), bare);
  const words = name.split(/[-_.]/).filter((word) => word !== '');
  const separator = ['separator', bare] as const;
  const homoglyph = ['homoglyph', folded] as const;
  return words.length < 2 ? [separator, homoglyph] : [separator, homoglyph, ['word-order', words.toSorted().join('-')]];
}

/** The name and the name without one letter: two names one edit apart share at least one of these. */
function deletions(name: string): readonly string[] {
  if (name.length < MIN_DISTANCE_LENGTH) return [];
  const keys = new Set([name]);
  for (let at = 0; at < name.length; at += 1) keys.add(name.slice(0, at) + name.slice(at + 1));
  return [...keys];
}

/** Optimal string alignment distance of exactly one: a letter more, less, other, or two neighbours swapped. */
function isOneEdit(a: string, b: string): boolean {
  let start = 0;
  while (start < a.length && a[start] === b[start]) start += 1;
  let end = 0;
  while (end < Math.min(a.length, b.length) - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end += 1;
  const [left, right] = [a.slice(start, a.length - end), b.slice(start, b.length - end)];
  if (/^\d*$/.test(left) && /^\d*$/.test(right)) return false;
  if (left.length <= 1 && right.length <= 1) return true;
  return left.length === 2 && right.length === 2 && left[0] === right[1] && left[1] === right[0];
}
