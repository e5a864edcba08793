/** Which slips are typical of an imitation, by the length of the word and by how many people know the target. */
import type { Slip } from './slip.ts';

/** Shorter targets are all one letter from each other by chance. */
export const MIN_TARGET = 5;
/** Places on the list within which everyone knows a name. */
export const MOST_KNOWN = 500;
/** Beside names further down the list another letter makes another package, not an imitation. */
export const MOST_IMITATED = 1500;

/** Letters of a word in which any one letter is a slip; in shorter ones only those that fingers and eyes slip on. */
const LONG_WORD = 8;
/** The same in names that everyone knows. */
const KNOWN_WORD = 6;
/** Letters of a word whose first letter may go astray: nobody misses it in a short one. */
const FIRST_LETTER_WORD = 6;
/** Letters of a name in whose short words fingers slip: `react-dmo`. */
const LONG_NAME = 7;
/** Letters of the shortest target that is imitated where everyone knows it: `uuid`. */
const SHORTEST = 4;

export interface Target {
  /** In lower case. */
  readonly target: string;
  /** Place on the list, counted from 0. */
  readonly rank: number;
}

/** Whether a slip turns the target into a name that is taken for it, and not into just another name. */
export function isTypicalSlip(slip: Slip, name: string, meant: Target): boolean {
  const { target, rank } = meant;
  if (isNumber(slip, name, target))
    return slip.kind === 'repetition' && rank < MOST_KNOWN && target.length > MIN_TARGET - 1;
  if (target.length < MIN_TARGET) return target.length >= SHORTEST && rank < MOST_KNOWN && isOfFingers(slip);
  if (target.length === MIN_TARGET && rank >= MOST_KNOWN) return rank < MOST_IMITATED && isOfFingers(slip);
  const { word, start } = wordAt(target, slip.at);
  // `-ecs` beside `-ec2`: short words differ on purpose.
  if (word.length < MIN_TARGET)
    return rank < MOST_IMITATED && target.length >= LONG_NAME && isOfFingers(slip) && slip.kind !== 'plural';
  const isFaint = slip.kind === 'insertion' || slip.kind === 'replacement';
  const isFirst = slip.at === start;
  if (isFaint)
    return (
      !isFirst &&
      ((rank < MOST_IMITATED && word.length >= LONG_WORD) || (rank < MOST_KNOWN && word.length >= KNOWN_WORD))
    );
  if (!isFirst || isOfFingers(slip)) return true;
  return slip.kind === 'omission' ? rank < MOST_KNOWN && word.length >= FIRST_LETTER_WORD : word.length >= LONG_WORD;
}

/** Slips beside a bait word, two changes at once: those that are typical even alone, in names of some length. */
export function isTypicalBesideBait(slip: Slip, name: string, meant: Target): boolean {
  const isFaint = slip.kind === 'insertion' || slip.kind === 'replacement';
  return (
    !isFaint &&
    slip.at > 0 &&
    meant.rank < MOST_KNOWN &&
    meant.target.length > MIN_TARGET &&
    isTypicalSlip(slip, name, meant)
  );
}

/** A letter typed twice, two in the wrong order, an `s` at the end: what nobody does on purpose. */
function isOfFingers({ kind }: Slip): boolean {
  return kind === 'repetition' || kind === 'transposition' || kind === 'plural';
}

/** Whether a digit is what differs: `-py36` beside `-py37`, numbers differ on purpose. */
function isNumber({ kind, at }: Slip, name: string, target: string): boolean {
  const differing = kind === 'omission' ? target[at] : `${name[at] ?? ''}${target[at] ?? ''}`;
  return /\d/.test(differing ?? '');
}

/** Between the words of a name: the one of normal forms, and that of R. */
const SEPARATORS = ['-', '.'] as const;

/** The word of a name that holds the given place, and where it starts. */
function wordAt(name: string, at: number): { readonly word: string; readonly start: number } {
  const start = at === 0 ? 0 : Math.max(...SEPARATORS.map((one) => name.lastIndexOf(one, at - 1))) + 1;
  const ends = SEPARATORS.map((one) => name.indexOf(one, at)).filter((end) => end !== -1);
  return { word: name.slice(start, Math.min(name.length, ...ends)), start };
}
