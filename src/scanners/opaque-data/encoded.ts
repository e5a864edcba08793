/** Long runs of base64, base32 or hexadecimal digits in a text. */
import { lettersOf } from '../../domain/letters.ts';
import { characterEntropy } from './entropy.ts';
import { charactersOf } from './runs.ts';

export interface EncodedBlock {
  /** Offset in characters. */
  readonly start: number;
  /** Characters, line ends between the parts not counted. */
  readonly length: number;
  readonly encoding: 'base64' | 'base32' | 'hexadecimal' | 'base85' | 'bytes one by one';
  /** Bits per character: close to 6 for base64 and 4 for hexadecimal digits of compressed or encrypted bytes. */
  readonly entropy: number;
}

/** Characters from which a block carries more than a key, a digest or a small icon. */
const LEAST_BLOCK = 1024;
/** Blocks of one file; the largest files hold a handful. */
const MAX_BLOCKS = 100;
/** Characters that are looked at to tell the kind and the entropy of a block. */
const SAMPLE = 16_384;
/** Entropy below which a run is repetition or words, by encoding. */
const LEAST_ENTROPY = { base64: 5, base32: 4.7, hexadecimal: 3 } as const;

/** The characters of base64, plain or URL-safe. */
const DIGIT = charactersOf(/[A-Za-z0-9+/_=-]/);

/**
 * The encoded blocks of a text. A block may be broken into lines, as mail and string literals break it: line ends, with
 * quotes, backslashes, commas and blanks around them, join what stands on both sides. Linear: from the middle of a place
 * that is too short for a block nothing is read twice.
 */
export function encodedBlocks(text: string): readonly EncodedBlock[] {
  const blocks: EncodedBlock[] = [];
  const letters = lettersOf(text);
  let at = 0;
  while (at < text.length && blocks.length < MAX_BLOCKS) {
    at = nextLine(letters, at);
    const run = runFrom(text, letters, at);
    if (run.length >= LEAST_BLOCK) {
      const block = blockOf(text.slice(at, run.end), at, run.length);
      if (block !== undefined) blocks.push(block);
    }
    at = run.end + 1;
  }
  return blocks;
}

/** Digits of one line at least, where a block goes over several: shorter ones are words. */
const LEAST_LINE = 40;

/**
 * Where the next run of `LEAST_LINE` digits may begin, from `from` on, where no run goes over `from`. Looks at the last
 * place of such a run first: in ordinary text that is no digit, and all places before it are out.
 */
function nextLine(letters: Uint8Array, from: number): number {
  let start = from;
  let last = from + LEAST_LINE - 1;
  while (last < letters.length) {
    let at = last;
    while (at >= start && DIGIT[letters[at] ?? 0] === 1) at -= 1;
    if (at < start) return start;
    start = at + 1;
    last = at + LEAST_LINE;
  }
  return letters.length;
}

function runFrom(text: string, letters: Uint8Array, from: number): { readonly end: number; readonly length: number } {
  let end = digitsEnd(letters, from);
  let length = end - from;
  let line = length;
  while (line >= LEAST_LINE) {
    const labelled = DIGEST_LENGTHS.has(line) ? end : labelledEnd(text, end);
    const next = labelled === end ? jointEnd(text, end) : labelled;
    if (next === end) break;
    const nextEnd = digitsEnd(letters, next);
    line = nextEnd - next;
    if (line === 0) break;
    length += line;
    end = nextEnd;
  }
  return { end, length };
}

function digitsEnd(letters: Uint8Array, from: number): number {
  let at = from;
  while (at < letters.length && DIGIT[letters[at] ?? 0] === 1) at += 1;
  return at;
}

/** Characters of a joint at most: the end of a literal, a line end, the indentation, the start of the next literal. */
const LONGEST_JOINT = 80;

/** Where the next line of a block begins; `from` itself where the block ends. */
function jointEnd(text: string, from: number): number {
  let at = from;
  let lines = 0;
  while (at < text.length && at - from < LONGEST_JOINT && `"'\\, \t\r\nbn+`.includes(text.charAt(at))) {
    if (text.charAt(at) === '\n' || (text.charAt(at) === 'n' && text.charAt(at - 1) === '\\')) lines += 1;
    else if (/[bn+]/.test(text.charAt(at)) && !/["'\s\\]/.test(text.charAt(at - 1))) break;
    // A digit of base64 that begins the next line, not the prefix of a literal.
    else if (
      /[bn+]/.test(text.charAt(at)) &&
      text.charAt(at) !== '+' &&
      !/["'\\]/.test(text.charAt(at + 1)) &&
      text.charAt(at - 1) !== '\\'
    )
      break;
    at += 1;
  }
  return lines === 0 ? from : at;
}

/** Lengths of digests in hexadecimal digits and base64, bare and as `sha256-`, `sha384-` and `sha512-`: lists of them are no block. */
const DIGEST_LENGTHS: ReadonlySet<number> = new Set([40, 43, 44, 48, 51, 56, 64, 71, 86, 88, 95, 96, 128]);

/** The end of a line and the start of the next, where each has a mark of its own: a comment's, a name given a value, a column. */
const LABELLED =
  /["'`);,]{0,4}[ \t]{0,4}\r?\n[ \t]{0,40}(?:(?:#|\/\/|[*;%])[ \t]{0,4}|[\w.$[\]]{1,24}[ \t]{0,4}(?:\+?=|<-|[:,;\t])[ \t]{0,4}[bru]{0,2}["'`]?)/y;

/** Where the digits of the next line of such a block begin; `from` itself where no such line follows. */
function labelledEnd(text: string, from: number): number {
  LABELLED.lastIndex = from;
  return LABELLED.test(text) ? LABELLED.lastIndex : from;
}

function blockOf(raw: string, start: number, length: number): EncodedBlock | undefined {
  const sample = raw.slice(0, SAMPLE).replaceAll(/[^A-Za-z0-9+/_=-]/g, '');
  const encoding = encodingOf(sample);
  // Words joined by underscores or slashes hold no digits and few capitals.
  if (encoding === 'base64' && !(/\d/.test(sample) && /[A-Z]/.test(sample) && /[a-z]/.test(sample))) return undefined;
  const entropy = characterEntropy(sample);
  return entropy < LEAST_ENTROPY[encoding] ? undefined : { start, length, encoding, entropy };
}

/** RFC 4648: base32 has capitals and the digits from 2 to 7 (a protein has no digits). */
function encodingOf(sample: string): keyof typeof LEAST_ENTROPY {
  if (/^(?:0x)?[0-9a-fA-F]+$/.test(sample)) return 'hexadecimal';
  return /^[A-Z2-7]+=*$/.test(sample) && /\d/.test(sample) ? 'base32' : 'base64';
}
