/**
 * Direction controls that a line of code is reordered with (CVE-2021-42574), between plain characters: inside a class of
 * characters or a table they stand beside each other or a dash.
 */
const DIRECTION = /[\w \t/*"'#(){};=.,][\u202a-\u202e\u2066-\u2069]{1,2}[\w \t/*"'#(){};=.,]/;

/** Offset of the first place where text is made to read otherwise than it runs; -1 where there is none. */
export function directionTurn(text: string): number {
  return text.search(DIRECTION);
}

/** Offsets of all such places. */
export function* directionTurns(text: string): Iterable<number> {
  for (const { index } of text.matchAll(new RegExp(DIRECTION, 'g'))) yield index;
}
