/** Text that uses nearly every printable character alike, as base85 and its like do: no language and no program is so. */
import { lettersOf } from '../../domain/letters.ts';
import { byteEntropy } from './entropy.ts';
import { charactersOf, longRuns, type Run } from './runs.ts';

export interface DenseText {
  /** Offset in characters. */
  readonly start: number;
  /** Characters, blanks and line ends not counted. */
  readonly length: number;
  /** Bits per character; 6.4 where 85 characters are alike. */
  readonly entropy: number;
}

/** Characters whose entropy is taken at a time. */
const WINDOW = 1024;
/** Bits per character: above base64 (6), and far above minified code (5.6); 1,024 random digits of base85 come to 6.35. */
const LEAST_ENTROPY = 6.1;
/** Characters without a blank between them, from which a line may belong to such a text. */
const LEAST_LINE = 60;

/** Windows of one text at least: one alone is now and then a table of signs in a program. */
const LEAST_WINDOWS = 2;
/** Characters of a line end with the blanks around it. */
const LONGEST_JOINT = 40;
const PRINTED = charactersOf(/[!-~]/);

/** Dense texts: long runs without blanks, line for line, whose windows are dense one after another. */
export function denseTexts(text: string): readonly DenseText[] {
  const found: DenseText[] = [];
  const letters = lettersOf(text);
  let lines: Run[] = [];
  for (const run of longRuns(letters, PRINTED, LEAST_LINE)) {
    const end = lines.at(-1)?.end ?? 0;
    const isNextLine = run.start - end < LONGEST_JOINT && /^\s*\n\s*$/.test(text.slice(end, run.start));
    if (!isNextLine) {
      found.push(...denseIn(letters, lines));
      lines = [];
    }
    lines.push(run);
  }
  return [...found, ...denseIn(letters, lines)];
}

/** The dense windows of some lines, those one after another taken together. */
function denseIn(letters: Uint8Array, lines: readonly Run[]): readonly DenseText[] {
  const size = lines.reduce((sum, { start, end }) => sum + end - start, 0);
  if (size < LEAST_WINDOWS * WINDOW) return [];
  const [first] = lines;
  const digits =
    lines.length === 1 && first !== undefined
      ? letters.subarray(first.start, first.end)
      : Buffer.concat(lines.map(({ start, end }) => letters.subarray(start, end)));
  const found: DenseText[] = [];
  let windows: number[] = [];
  for (let at = 0; at < digits.length + WINDOW; at += WINDOW) {
    const entropy = mayBeDense(digits, at) ? byteEntropy(digits.subarray(at, at + WINDOW)) : 0;
    if (entropy >= LEAST_ENTROPY) windows.push(entropy);
    else {
      const length = windows.length * WINDOW;
      if (windows.length >= LEAST_WINDOWS)
        found.push({ start: placeOf(at - length, lines), length, entropy: mean(windows) });
      windows = [];
    }
  }
  return found;
}

/** `n * log2(n)` for each count of a window: what a character that stands so often takes from its entropy. */
const TAKEN = Float64Array.from({ length: WINDOW + 1 }, (_, count) => (count === 0 ? 0 : count * Math.log2(count)));
/** A window that takes more than this is too plain, by more than the last digits of a sum. */
const MOST_TAKEN = WINDOW * (Math.log2(WINDOW) - LEAST_ENTROPY) + 1e-6;
const counts = new Uint16Array(256);

/** Whether the window from a place on may reach `LEAST_ENTROPY`: bundles of code are nothing but such windows. */
function mayBeDense(digits: Uint8Array, from: number): boolean {
  if (from + WINDOW > digits.length) return false;
  counts.fill(0);
  for (let at = from; at < from + WINDOW; at += 1) {
    const digit = digits[at] ?? 0;
    counts[digit] = (counts[digit] ?? 0) + 1;
  }
  let taken = 0;
  for (let code = 0x21; code <= 0x7e; code += 1) taken += TAKEN[counts[code] ?? 0] ?? 0;
  return taken <= MOST_TAKEN;
}

/** Where the character that is `nth` of all lines stands in the text. */
function placeOf(nth: number, lines: readonly Run[]): number {
  let rest = nth;
  for (const { start, end } of lines) {
    if (rest < end - start) return start + rest;
    rest -= end - start;
  }
  return lines.at(-1)?.end ?? 0;
}

function mean(numbers: readonly number[]): number {
  return numbers.reduce((sum, one) => sum + one, 0) / numbers.length;
}
