/** One slip of the fingers or of the eye: what turns a name into another that people take for it. */

export interface Slip {
  readonly kind:
    | 'omission'
    | 'repetition'
    | 'insertion'
    | 'transposition'
    | 'plural'
    | 'neighbour-key'
    | 'like-letter'
    | 'replacement';
  /** Where the target differs. */
  readonly at: number;
}

/** The one edit (optimal string alignment distance 1) that makes the suspect of the target; `undefined` where it is not one. */
export function slipOf(suspect: string, target: string): Slip | undefined {
  let at = 0;
  while (at < suspect.length && suspect[at] === target[at]) at += 1;
  let end = 0;
  const room = Math.min(suspect.length, target.length) - at;
  while (end < room && suspect[suspect.length - 1 - end] === target[target.length - 1 - end]) end += 1;
  const [typed, meant] = [suspect.slice(at, suspect.length - end), target.slice(at, target.length - end)];
  if (typed === '' && meant.length === 1) return { kind: 'omission', at };
  if (meant === '' && typed.length === 1) return { kind: insertionOf(typed, target, at), at };
  if (typed.length === 1 && meant.length === 1) return { kind: replacementOf(typed, meant), at };
  const swapped = typed.length === 2 && meant.length === 2 && typed[0] === meant[1] && typed[1] === meant[0];
  return swapped ? { kind: 'transposition', at } : undefined;
}

/** Letters beside, above and below each other on a QWERTY keyboard. */
const NEIGHBOURS: Readonly<Record<string, string>> = {
  q: 'wa',
  w: 'qes',
  e: 'wrd',
  r: 'etf',
  t: 'ryg',
  y: 'tuh',
  u: 'yij',
  i: 'uok',
  o: 'ipl',
  p: 'ol',
  a: 'qsz',
  s: 'awdxz',
  d: 'sefxc',
  f: 'drgcv',
  g: 'fthvb',
  h: 'gyjbn',
  j: 'hukmn',
  k: 'jilm',
  l: 'kop',
  z: 'asx',
  x: 'zsdc',
  c: 'xdfv',
  v: 'cfgb',
  b: 'vghn',
  n: 'bhjm',
  m: 'njk',
};
/** Letters that sound or look alike in the middle of a word. */
const ALIKE = ['aeiouy', 'ij', 'uv', 'gq', 'ck', 'sz'];

function replacementOf(typed: string, meant: string): Slip['kind'] {
  if (NEIGHBOURS[meant]?.includes(typed)) return 'neighbour-key';
  return ALIKE.some((letters) => letters.includes(typed) && letters.includes(meant)) ? 'like-letter' : 'replacement';
}

function insertionOf(typed: string, target: string, at: number): Slip['kind'] {
  if (typed === target[at - 1] || typed === target[at]) return 'repetition';
  return typed === 's' && at === target.length ? 'plural' : 'insertion';
}
