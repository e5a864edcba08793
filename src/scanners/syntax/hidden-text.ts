import { isAscii } from 'node:buffer';
import { lettersOf } from '../../domain/letters.ts';

/**
 * Direction controls that a line of code is reordered with (CVE-2021-42574), between plain characters: inside a class of
 * characters or a table they stand beside each other or a dash.
 */
const CONTROL = /[\u202a-\u202e\u2066-\u2069]/;
const DIRECTION = /[\w \t/*"'#(){};=.,][\u202a-\u202e\u2066-\u2069]{1,2}[\w \t/*"'#(){};=.,]/;

/** Characters that a text can hide something with: controls of direction, those that show nothing, letters like Latin ones. */
const NOT_PLAIN =
  /[\ufe00-\ufe0f\u00ad\u0391-\u03c9\u0410-\u044f\u200b-\u200d\u202a-\u202e\u2060\u2066-\u2069\u3164\udb40\ufeff\uffa0]/;

/** The text that was asked about last: the scanners see one file after the other, and ask the same. */
let last = { text: '', hides: false };

/** Whether a text is ASCII, which is far cheaper to know than which other characters it holds. */
export function isPlainAscii(text: string): boolean {
  return isAscii(lettersOf(text));
}

/** Whether a text holds a character that something could be hidden with. */
export function mayHide(text: string): boolean {
  if (last.text !== text) last = { text, hides: !isPlainAscii(text) && NOT_PLAIN.test(text) };
  return last.hides;
}

/** Offset of the first place where text is made to read otherwise than it runs; -1 where there is none. */
export function directionTurn(text: string): number {
  return mayHide(text) && CONTROL.test(text) ? text.search(DIRECTION) : -1;
}

/** Offsets of all such places. */
export function* directionTurns(text: string): Iterable<number> {
  if (!CONTROL.test(text)) return;
  for (const { index } of text.matchAll(new RegExp(DIRECTION, 'g'))) yield index;
}
