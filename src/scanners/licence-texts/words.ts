/**
 * Licence texts as words, so that what may differ does not: line breaks, comment markers, list bullets, quotes, the
 * names of the holders. Source of what may differ: SPDX License List Matching Guidelines (v2.1 and later).
 */

/** Characters of one text; the longest licence on the SPDX list has a third of it. */
export const LONGEST_TEXT = 300_000;

/** What begins a line of a comment in any language, and the bullets of lists. */
const LINE_START =
  /^[ \t]*(?:(?:#+|\/{2,}|\/?\*+\/?|;+|--+|%+|<!--|["']{3}|dnl\b|rem\b|\.\.|>+|\|)[ \t]*)*(?:\(?(?!v[.])(?:\d{1,2}|[a-z]|[ivx]{1,4})[.)][ \t]+|[*•·-][ \t]+)?/gim;
/** A whole line that names a holder: which one is no part of the licence. Longer lines hold a text as well. */
const HOLDER_LINE =
  /^[^\p{L}\p{N}\n]{0,20}(?:portions |parts |modifications |and )?(?:(?:copyright|copr\.)(?! (?:holder|owner|notice|law|and|or|statement|license|licence)).{0,180}|(?:\(c\)|©|&copy;).{1,180})$/gimu;
const RIGHTS_RESERVED = /\ball rights? reserved\b[.]?/g;
/** Bullets that a reflowed list has inside its lines. */
const INNER_BULLET = /(?<=[\s])(?:\(?(?!v[.])(?:\d{1,2}|[a-z]|[ivx]{1,4})[.)]|[*•·])(?=\s)/g;
/** Places for a name, as licence texts leave them open. */
const PLACEHOLDER = /<[^<>\n]{1,60}>|\[[^[\]\n]{1,60}\]|\{\{?[^{}\n]{1,60}\}?\}/g;

/** Where the name of a holder stands in the middle of a text: what is put there instead says only that one does. */
const NAMED: readonly (readonly [RegExp, string])[] = [
  [/\b(?:provided|supplied) by .{1,120}? as is\b/g, 'provided by party as is'],
  [/\bin no event (?:shall|will) .{1,160}? be (?:held )?liable\b/g, 'in no event shall party be liable'],
  [/\b(?:and|as is) .{1,80}? (?:hereby )?disclaims? (?:all|any)\b/g, 'and party disclaims all'],
  [
    /\b(?:neither )?the names? .{1,160}?,? (?:nor|or|and) the names? of .{1,60}?(?: may| must| can|,? nor)\b/g,
    'neither the name of party nor the names of its contributors may',
  ],
  [/\bthe names? (?:of )?.{1,120}? (?:may|must|shall|should)? ?not be used\b/g, 'the name of party may not be used'],
  [/\b(?:unmodified|distributed) by .{1,60}? under\b/g, 'distributed by party under'],
];

/** The words of a licence text, in their order and in one form. Pure; cuts at `LONGEST_TEXT`. */
export function licenceWords(text: string): readonly string[] {
  return wordsOfNormal(normalText(text));
}

/** The words of a text that is in normal form already. */
export function wordsOfNormal(normal: string): readonly string[] {
  return normal.match(/[\p{L}\p{N}]+/gu) ?? [];
}

/** The same as one line of words: what phrases are looked for in. */
export function normalText(text: string): string {
  let flat = text
    .slice(0, LONGEST_TEXT)
    .replaceAll('\r\n', '\n')
    .replace(HOLDER_LINE, '')
    .replace(LINE_START, '')
    .replace(PLACEHOLDER, ' party ')
    .toLowerCase()
    .replace(/["'`“”‘’«»„]/g, '')
    .replace(/\s+/g, ' ')
    .replace(RIGHTS_RESERVED, '')
    .replace(INNER_BULLET, '')
    .replace(/[,;:]/g, '')
    .replace(/\s+/g, ' ');
  for (const [pattern, instead] of NAMED) flat = flat.replace(pattern, instead);
  return flat.replaceAll('licence', 'license').replaceAll('sub-license', 'sublicense').replaceAll('https', 'http');
}

/** Words in a row that make one print. */
const SHINGLE = 3;

/** Prints of all runs of three words, as unsigned 32-bit numbers, with how often each stands there. */
export function shingles(words: readonly string[]): ReadonlyMap<number, number> {
  const hashes = words.map(hashOf);
  const prints = new Map<number, number>();
  for (let at = 0; at + SHINGLE <= hashes.length; at += 1) {
    const [a = 0, b = 0, c = 0] = [hashes[at], hashes[at + 1], hashes[at + 2]];
    let mixed =
      Math.imul(a, 0x9e3779b1) ^ Math.imul(b + 0x7f4a7c15, 0x85ebca6b) ^ Math.imul(c + 0x165667b1, 0xc2b2ae35);
    mixed ^= mixed >>> 15;
    mixed = Math.imul(mixed, 0x2c1b3c6d);
    const print = (mixed ^ (mixed >>> 13)) >>> 0;
    prints.set(print, (prints.get(print) ?? 0) + 1);
  }
  return prints;
}

/** FNV-1a over UTF-16 units. Source: the Fowler, Noll and Vo hash, IETF draft-eastlake-fnv. */
function hashOf(word: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < word.length; at += 1) hash = Math.imul(hash ^ word.charCodeAt(at), 0x01000193);
  return hash;
}
