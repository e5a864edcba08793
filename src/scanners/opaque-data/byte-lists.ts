/** Bytes written out one by one in a text: as escapes in a string, as a list of numbers, as pairs of hexadecimal digits. */
import { lettersOf } from '../../domain/letters.ts';
import { byteEntropy } from './entropy.ts';
import { charactersOf, longRuns } from './runs.ts';

export interface ByteList {
  /** Offset in characters. */
  readonly start: number;
  /** Characters from the first byte to the last. */
  readonly length: number;
  /** Bits in each byte. */
  readonly entropy: number;
}

/** Bytes from which a list carries more than a key, a digest or a table of substitutions (256 bytes). */
const LEAST_BYTES = 1024;
/** Entropy below which bytes are a table, a drawing or repetition; 1,024 random bytes come to 7.8. */
const LEAST_ENTROPY = 7.2;
/** Lists of one file. */
const MAX_LISTS = 100;
/** Bytes whose entropy is taken. */
const SAMPLE = 16_384;

/** Twelve bytes in a row as escapes. Every gap ends before what follows it. */
const ESCAPES = /(?:\\x[\da-f]{2}[^\\\n]{0,12}){12}/iy;
/** Twelve bytes in a row as numbers or as pairs of digits. */
const NUMBERS = /(?:\b(?:0x[\da-f]{1,2}|\d{1,3})L?\s{0,20},\s{0,20}){12}|\b(?:[\da-f]{2}[ :]){12}/gi;
const IN_NUMBERS = charactersOf(/[\da-fA-FxXL,\s:]/);
/** Characters that a list of numbers comes to at least. */
const LEAST_NUMBERS = 2 * LEAST_BYTES;

/** One byte of a string: an escape, or a character that does not end it. */
const ESCAPED = /\\(?:x([\da-f]{2})|([0-7]{1,3})|.)|[^\\"'\n]|["'](?![\s,;:)+\]}.]|$)/gimy;
/** From the end of one string to the start of the next, which is as long as a line of bytes. */
const STRING_JOINT = /["'][\s\\+]{1,80}[bB]?["'](?=\\|[^"'\n]{16})/y;
const NUMBER = /(?:0x([\da-f]{1,2})|(\d{1,3}))L?(?![\w.])\s{0,20},?\s{0,80}/giy;
const PAIR = /([\da-f]{2})(?![\da-z])(?:["']?[\s:\\+]{1,80}(?:b?["'])?)?/giy;

/** The lists of bytes in a text whose bytes look encrypted or packed. */
export function byteLists(text: string): readonly ByteList[] {
  const lists: ByteList[] = [];
  const take = (start: number): number => {
    const { end, bytes, count } = readFrom(text, start);
    const entropy = count < LEAST_BYTES ? 0 : byteEntropy(Uint8Array.from(bytes));
    if (entropy >= LEAST_ENTROPY && lists.length < MAX_LISTS) lists.push({ start, length: end - start, entropy });
    return Math.max(end, start + 1);
  };
  takeEscapes(text, take);
  takeNumbers(text, take);
  return lists;
}

/** `take` reads what begins at an offset and answers where it ends. */
function takeEscapes(text: string, take: (start: number) => number): void {
  for (let at = text.indexOf('\\x'); at >= 0; ) {
    ESCAPES.lastIndex = at;
    at = text.indexOf('\\x', ESCAPES.test(text) ? take(at) : at + 2);
  }
}

function takeNumbers(text: string, take: (start: number) => number): void {
  for (const run of longRuns(lettersOf(text), IN_NUMBERS, LEAST_NUMBERS)) {
    const part = text.slice(run.start, run.end);
    NUMBERS.lastIndex = 0;
    for (let begun = NUMBERS.exec(part); begun !== null; begun = NUMBERS.exec(part))
      NUMBERS.lastIndex = Math.max(take(run.start + begun.index) - run.start, begun.index + 1);
  }
}

/** Reads bytes in the way in which the first is written, to where it is written otherwise. */
function readFrom(text: string, start: number) {
  const isEscaped = text.charAt(start) === '\\';
  const item = isEscaped ? ESCAPED : /^[\da-f]{2}[ :]/i.test(text.slice(start, start + 3)) ? PAIR : NUMBER;
  const bytes: number[] = [];
  let count = 0;
  let at = start;
  for (;;) {
    item.lastIndex = at;
    const found = item.exec(text) ?? undefined;
    if (found === undefined) {
      STRING_JOINT.lastIndex = at;
      if (!isEscaped || !STRING_JOINT.test(text)) break;
      at = STRING_JOINT.lastIndex;
      continue;
    }
    const value = isEscaped ? escapedByte(found) : numberIn(found, item === PAIR);
    if (value > 255) break;
    count += 1;
    if (bytes.length < SAMPLE) bytes.push(value);
    at = item.lastIndex;
  }
  return { end: at, bytes, count };
}

function escapedByte([written, hex, octal]: RegExpExecArray): number {
  if (hex !== undefined) return Number.parseInt(hex, 16);
  return octal === undefined ? (written.codePointAt(written.length - 1) ?? 0) : Number.parseInt(octal, 8);
}

function numberIn([, first = '', decimal]: RegExpExecArray, isPair: boolean): number {
  return isPair || decimal === undefined ? Number.parseInt(first, 16) : Number(decimal);
}
