/** Long runs of some characters in a text. */
import { BEYOND_ASCII } from '../../domain/letters.ts';

export interface Run {
  /** Offsets in characters, the end exclusive. */
  readonly start: number;
  readonly end: number;
}

/** A table of letters (`lettersOf`): 1 for the ASCII characters that the pattern takes. */
export function charactersOf(pattern: RegExp): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, code) =>
    code < BEYOND_ASCII && pattern.test(String.fromCharCode(code)) ? 1 : 0,
  );
}

/**
 * Runs of `least` letters of the table and more. Looks at the last place of such a run first: in ordinary text that is
 * none of them, and all places before it are out.
 */
export function* longRuns(letters: Uint8Array, table: Uint8Array, least: number): Generator<Run> {
  let start = 0;
  let last = least - 1;
  while (last < letters.length) {
    let at = last;
    while (at >= start && table[letters[at] ?? 0] === 1) at -= 1;
    if (at >= start) {
      start = at + 1;
    } else {
      let end = last + 1;
      while (end < letters.length && table[letters[end] ?? 0] === 1) end += 1;
      yield { start, end };
      start = end + 1;
    }
    last = start + least - 1;
  }
}
