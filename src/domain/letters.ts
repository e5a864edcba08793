/** The characters of a text as bytes: loops over a typed array take a fraction of those that ask a string for each character. */

/** Stands for any character that is not ASCII. */
export const BEYOND_ASCII = 0x80;

interface Lettered {
  readonly text: string;
  readonly letters: Uint8Array;
}

/** The text that was decoded last, where its bytes are its letters already. */
let decoded: Lettered | undefined;
/** The text whose letters were asked for last: several ask for the same. */
let last: Lettered | undefined;

/** Notes which bytes a text was decoded from. Where there are as many as characters, nothing need be copied. */
export function noteDecoded(text: string, bytes: Uint8Array): void {
  decoded = text.length === bytes.length ? { text, letters: bytes } : undefined;
  last = undefined;
}

/** One byte for each UTF-16 unit of a text: ASCII as it is, and `BEYOND_ASCII` or more for all others. Nobody may change them. */
export function lettersOf(text: string): Uint8Array {
  if (decoded !== undefined && decoded.text === text) return decoded.letters;
  if (last?.text !== text) last = { text, letters: made(text) };
  return last.letters;
}

/** UTF-16 units that are narrowed at a time. */
const PART = 16 * 1024;
const part = Buffer.alloc(PART * Uint16Array.BYTES_PER_ELEMENT);
const units = new Uint16Array(part.buffer, part.byteOffset, PART);

function made(text: string): Uint8Array {
  const letters = new Uint8Array(text.length);
  for (let from = 0; from < text.length; from += PART) {
    const count = part.write(text.slice(from, from + PART), 'utf16le') / Uint16Array.BYTES_PER_ELEMENT;
    for (let at = 0; at < count; at += 1) {
      const unit = units[at] ?? 0;
      letters[from + at] = unit < BEYOND_ASCII ? unit : BEYOND_ASCII;
    }
  }
  return letters;
}
