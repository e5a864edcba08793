/** Names of one source text as numbers: each is hashed while its letters are read, and compared as a number ever after. */
import { doubled } from './rows.ts';

/** What a word means to a language, as bits. */
export const USE = {
  python: 1,
  javascript: 2,
  r: 4,
  /** A keyword that is called or imported like a function. */
  called: 8,
  /** A slash begins a regular expression behind it. */
  beforeRegex: 16,
  /** A slash begins a regular expression behind the brackets that follow it. */
  beforeCondition: 32,
  beforeBlock: 64,
  /** A value that never changes. */
  constant: 128,
  /** What is called or reached by it may go by another name: a module, a function, an object of the language. */
  reaches: 256,
} as const;

const USES: readonly (readonly [use: number, words: string])[] = [
  [
    USE.python,
    'and as assert async await break class continue def del elif else except finally for from global if import in is lambda nonlocal not or pass raise return try while with yield',
  ],
  [
    USE.javascript,
    'as async await break case catch class const continue debugger default delete do else export extends finally for from function if import in instanceof let new of return switch throw try typeof var void while with yield',
  ],
  [USE.r, 'if else for while repeat function in next break'],
  [USE.called, 'import async from of as let'],
  [USE.beforeRegex, 'return typeof case in of delete void throw new else do await yield instanceof'],
  [USE.beforeCondition, 'if while for with'],
  [USE.beforeBlock, 'else do'],
  [USE.constant, 'None True False TRUE FALSE NULL null undefined true false'],
  [
    USE.reaches,
    'require import import_module __import__ getBuiltinModule getattr promisify Reflect call apply process __dict__',
  ],
];

const KNOWN: readonly string[] = [...new Set(USES.flatMap(([, words]) => words.split(' ')))];
const KNOWN_LETTERS = Uint16Array.from(KNOWN.join(''), (letter) => letter.charCodeAt(0));
const KNOWN_USES = Uint16Array.from(KNOWN, (word) =>
  USES.reduce((bits, [use, words]) => (words.split(' ').includes(word) ? bits | use : bits), 0),
);

/** `USE` bits of a word; 0 for a name like others. */
export function usesOf(word: number): number {
  return word < KNOWN_USES.length ? (KNOWN_USES[word] ?? 0) : 0;
}

/** Number of a word that some language knows, which is the same in every text. */
export function knownWord(word: string): number {
  const number = KNOWN.indexOf(word);
  if (number === -1) throw new Error(`no word of a language: ${word}`);
  return number;
}

/** What is kept of one word: its hash, where it stands first, and its length. */
const WIDTH = 3;
const [START, LENGTH] = [1, 2];
/** Where a word stands that is none of the text. */
const NOWHERE = -1;
const FIRST_SLOTS = 512;
/** Slots that are looked at for one word: a bound on names that are made to meet. */
const MOST_PROBES = 16;
/** FNV-1a, 32 bits (draft-eastlake-fnv, 2). */
const PRIME = 0x01000193;

/** The hash of a word by one more letter; it begins with 0. */
export function hashed(hash: number, letter: number): number {
  return Math.imul(hash ^ letter, PRIME);
}

/** The hash of a whole word. */
export function hashOf(word: string): number {
  let hash = 0;
  for (let at = 0; at < word.length; at += 1) hash = hashed(hash, word.charCodeAt(at));
  return hash;
}

/** Where a hash is looked for first, among slots of which `last` is the last one, a power of two less one. */
export function slotOf(hash: number, last: number): number {
  return (hash ^ (hash >>> 15)) & last;
}

/** The letters of the text that was read last: made anew for each, large ones would cost more than reading them. */
let room = Buffer.alloc(64 * 1024);

/** Letters of a text with two zeros behind them; they are to be used up before the next text's. */
function lettersOf(text: string): Uint16Array {
  const bytes = (text.length + 2) * Uint16Array.BYTES_PER_ELEMENT;
  if (room.length < bytes) room = Buffer.alloc(bytes);
  const letters = new Uint16Array(room.buffer, room.byteOffset, text.length + 2);
  room.write(text, 'utf16le');
  letters[text.length] = 0;
  letters[text.length + 1] = 0;
  return letters;
}

/** The words that languages know, from which every text begins. */
let seed: Words | undefined;

export class Words {
  /** Those of the text, for its tokenizer alone. */
  readonly letters: Uint16Array;
  count = 0;
  private readonly text: string;
  /** By hash: the number of a word and one, 0 where there is none. */
  private slots: Int32Array;
  private entries: Int32Array;
  private written: (string | undefined)[] | undefined;
  /** Words that found no slot. */
  private crowded: Map<string, number> | undefined;

  constructor(text: string) {
    this.text = text;
    this.letters = lettersOf(text);
    this.slots = seed?.slots.slice() ?? new Int32Array(FIRST_SLOTS);
    this.entries = seed?.entries.slice() ?? new Int32Array((FIRST_SLOTS / 2) * WIDTH);
    this.count = seed?.count ?? 0;
  }

  /** Number of what stands between two places of the text. */
  at(start: number, end: number): number {
    let hash = 0;
    for (let at = start; at < end; at += 1) hash = hashed(hash, this.letters[at] ?? 0);
    return this.find(hash, start, end - start);
  }

  /** Number of what stands at a place of the text and has this hash. */
  find(hash: number, start: number, length: number): number {
    const last = this.slots.length - 1;
    let slot = slotOf(hash, last);
    for (let probe = 0; probe < MOST_PROBES; probe += 1) {
      const word = (this.slots[slot] ?? 0) - 1;
      if (word < 0) return this.crowdedAt(start, length) ?? this.add(slot, hash, start, length);
      if (this.entries[word * WIDTH] === hash && this.isWrittenAt(word, start, length)) return word;
      slot = (slot + 1) & last;
    }
    return this.crowd(this.text.slice(start, start + length), hash, start);
  }

  /** Number of any text, after its tokenizer is done: one of the words, or a new one. */
  of(written: string): number {
    const hash = hashOf(written);
    const last = this.slots.length - 1;
    let slot = slotOf(hash, last);
    for (let probe = 0; probe < MOST_PROBES; probe += 1) {
      const word = (this.slots[slot] ?? 0) - 1;
      if (word < 0) {
        const crowded = this.crowded?.get(written);
        if (crowded !== undefined) return crowded;
        this.texts()[this.count] = written;
        return this.add(slot, hash, NOWHERE, written.length);
      }
      if (this.entries[word * WIDTH] === hash && this.textOf(word) === written) return word;
      slot = (slot + 1) & last;
    }
    return this.crowd(written, hash, NOWHERE);
  }

  hashOf(word: number): number {
    return this.entries[word * WIDTH] ?? 0;
  }

  /** Whether a word is made of ASCII letters, digits and `_` alone; it need not be written out for that. */
  isPlain(word: number): boolean {
    if (word < KNOWN.length) return true;
    const start = this.entries[word * WIDTH + START] ?? 0;
    const [text, first] = start === NOWHERE ? [this.textOf(word), 0] : [this.text, start];
    const end = first + this.lengthOf(word);
    for (let at = first; at < end; at += 1) if (!isPlainCode(text.charCodeAt(at))) return false;
    return true;
  }

  lengthOf(word: number): number {
    return this.entries[word * WIDTH + LENGTH] ?? 0;
  }

  textOf(word: number): string {
    const texts = this.texts();
    const known = texts[word] ?? KNOWN[word];
    if (known !== undefined) return known;
    const start = this.entries[word * WIDTH + START] ?? 0;
    const written = this.text.slice(start, start + this.lengthOf(word));
    texts[word] = written;
    return written;
  }

  /** Words as they were asked for; room for all at once, since they are asked for in any order. */
  private texts(): (string | undefined)[] {
    this.written ??= new Array<string | undefined>(this.count);
    return this.written;
  }

  /** The number of a word of the text that found no slot before. */
  private crowdedAt(start: number, length: number): number | undefined {
    return this.crowded === undefined ? undefined : this.crowded.get(this.text.slice(start, start + length));
  }

  private isWrittenAt(word: number, start: number, length: number): boolean {
    const entry = word * WIDTH;
    if (this.entries[entry + LENGTH] !== length) return false;
    const first = this.entries[entry + START] ?? 0;
    const letters = word < KNOWN.length ? KNOWN_LETTERS : this.letters;
    for (let at = 0; at < length; at += 1) if (letters[first + at] !== this.letters[start + at]) return false;
    return true;
  }

  private add(slot: number, hash: number, start: number, length: number): number {
    this.slots[slot] = this.count + 1;
    return this.keep(hash, start, length);
  }

  private crowd(written: string, hash: number, start: number): number {
    this.crowded ??= new Map();
    const known = this.crowded.get(written);
    if (known !== undefined) return known;
    this.crowded.set(written, this.count);
    this.texts()[this.count] = written;
    return this.keep(hash, start, written.length);
  }

  private keep(hash: number, start: number, length: number): number {
    const entry = this.count * WIDTH;
    this.entries[entry] = hash;
    this.entries[entry + START] = start;
    this.entries[entry + LENGTH] = length;
    this.count += 1;
    if (this.count * WIDTH === this.entries.length) this.grow();
    return this.count - 1;
  }

  /** Twice the room; a word that found no slot stays where it is. */
  private grow(): void {
    this.entries = doubled(this.entries);
    const before = this.slots;
    const slots = new Int32Array(before.length * 2);
    this.slots = slots;
    for (const entry of before) if (entry !== 0) this.replace(slots, entry);
  }

  private replace(slots: Int32Array, entry: number): void {
    const hash = this.entries[(entry - 1) * WIDTH] ?? 0;
    const last = slots.length - 1;
    let slot = slotOf(hash, last);
    for (let probe = 0; probe < MOST_PROBES; probe += 1) {
      if (slots[slot] === 0) {
        slots[slot] = entry;
        return;
      }
      slot = (slot + 1) & last;
    }
    this.crowded = (this.crowded ?? new Map<string, number>()).set(this.textOf(entry - 1), entry - 1);
  }
}

function isPlainCode(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || (code >= 48 && code <= 57) || code === 95;
}

function seeded(): Words {
  const words = new Words(KNOWN.join(''));
  let at = 0;
  for (const { length } of KNOWN) {
    words.at(at, at + length);
    at += length;
  }
  return words;
}
seed = seeded();
