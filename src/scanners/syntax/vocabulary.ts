import { lettersOf } from '../../domain/letters.ts';
import { hashed, slotOf } from './words.ts';

/** Room for every pair of first letters in ASCII. */
const PAIRS = 128 * 128;
/** Lengths from here on share one bit. */
const LONGEST_BIT = 31;

const IS_WORD = new Uint8Array(256);
for (let code = 0; code < 128; code += 1) IS_WORD[code] = /[A-Za-z0-9_]/.test(String.fromCharCode(code)) ? 1 : 0;

/** Those of two or more ASCII letters, digits and `_`. */
function plainWords(words: Iterable<string>): ReadonlySet<string> {
  return new Set([...words].filter((word) => /^[A-Za-z0-9_]{2,}$/.test(word)));
}

/** Words that are asked for at places of a text: one is looked up only where its first letters, length and last letter are those of some. */
export class WordTable {
  private readonly words: ReadonlySet<string>;
  /** For each pair of first letters, a bit for each length. */
  private readonly lengths = new Int32Array(PAIRS);
  /** For each pair of first letters, a bit for each last letter; letters whose codes are 32 apart share one. */
  private readonly ends = new Int32Array(PAIRS);

  /** Words of two or more ASCII letters, digits and `_`; others are left out. */
  constructor(words: Iterable<string>) {
    this.words = plainWords(words);
    for (const word of this.words) {
      const pair = pairOf(word, 0);
      this.lengths[pair] = (this.lengths[pair] ?? 0) | bitOf(word.length);
      this.ends[pair] = (this.ends[pair] ?? 0) | (1 << (word.charCodeAt(word.length - 1) & 31));
    }
  }

  has(word: string): boolean {
    return this.words.has(word);
  }

  /** Whether what stands between two places may be one of the words. */
  mayBeAt(text: string, start: number, end: number): boolean {
    if (end - start < 2) return false;
    const pair = pairOf(text, start);
    if (((this.lengths[pair] ?? 0) & bitOf(end - start)) === 0) return false;
    return ((this.ends[pair] ?? 0) & (1 << (text.charCodeAt(end - 1) & 31))) !== 0;
  }

  /** Whether what stands between two places is one of the words. */
  hasAt(text: string, start: number, end: number): boolean {
    return this.mayBeAt(text, start, end) && this.words.has(text.slice(start, end));
  }
}

/** What one pass over a text found. */
interface Spelled {
  /** Where the words stand in it as whole words, in code, strings and comments alike. */
  readonly words: ReadonlyMap<string, readonly number[]>;
  /** Where words end that may end in what is asked for. */
  readonly endings: readonly number[];
}

/** Letters of an ending that are looked at. */
const ENDING = 3;

/**
 * Finds which of many words a text holds, and which end in others, in one pass, whatever their number. It decides which
 * files are worth a syntax tree.
 */
export class Vocabulary {
  private readonly listed: readonly string[];
  /** By hash: the place of a word in the list and one, 0 where there is none; a quarter of them are taken. */
  private readonly slots: Int32Array;
  private readonly hashes: Int32Array;
  /** The letters of all words, and where those of each begin. */
  private readonly spelled: Uint8Array;
  private readonly starts: Int32Array;
  /** By the last three letters, five bits of each: 1 where one of the endings has them. */
  private readonly endings = new Uint8Array(1 << (5 * ENDING));

  /** `endings`: three or more letters each, in any case. */
  constructor(words: Iterable<string>, endings: Iterable<string> = []) {
    this.listed = [...plainWords(words)];
    this.spelled = Buffer.from(this.listed.join(''), 'latin1');
    this.starts = new Int32Array(this.listed.length + 1);
    this.hashes = new Int32Array(this.listed.length);
    this.slots = new Int32Array(2 ** Math.ceil(Math.log2(4 * (this.listed.length + 1))));
    for (const [at, { length }] of this.listed.entries()) this.enter(at, length);
    for (const ending of endings) this.endings[endingIn(Buffer.from(ending, 'latin1'), ending.length)] = 1;
  }

  in(text: string): Spelled {
    const words = new Map<string, number[]>();
    const byNumber: (number[] | undefined)[] = [];
    const endings: number[] = [];
    const letters = lettersOf(text);
    const { length } = letters;
    for (let at = 0; at < length; at += 1) {
      let letter = letters[at] ?? 0;
      if (IS_WORD[letter] === 0) continue;
      const start = at;
      let hash = 0;
      // The letters of a word are read once, for its end and for its hash.
      do {
        hash = hashed(hash, letter);
        at += 1;
        letter = letters[at] ?? 0;
      } while (IS_WORD[letter] === 1);
      // Names of one letter are the most common ones of a bundle.
      if (at - start === 1) continue;
      if (at - start >= ENDING && this.endings[endingIn(letters, at)] === 1) endings.push(at);
      const number = this.numberOf(hash, letters, start, at);
      if (number === -1) continue;
      const places = byNumber[number];
      if (places !== undefined) places.push(start);
      else {
        byNumber[number] = [start];
        words.set(this.listed[number] ?? '', byNumber[number]);
      }
    }
    return { words, endings };
  }

  private enter(number: number, length: number): void {
    const start = this.starts[number] ?? 0;
    this.starts[number + 1] = start + length;
    let hash = 0;
    for (let at = start; at < start + length; at += 1) hash = hashed(hash, this.spelled[at] ?? 0);
    this.hashes[number] = hash;
    const last = this.slots.length - 1;
    let slot = slotOf(hash, last);
    while (this.slots[slot] !== 0) slot = (slot + 1) & last;
    this.slots[slot] = number + 1;
  }

  /** Which word stands between two places, whose letters have this hash; -1 where it is none of them. */
  private numberOf(hash: number, letters: Uint8Array, start: number, end: number): number {
    const last = this.slots.length - 1;
    for (let slot = slotOf(hash, last); ; slot = (slot + 1) & last) {
      const number = (this.slots[slot] ?? 0) - 1;
      if (number === -1 || (this.hashes[number] === hash && this.isSpelledAt(number, letters, start, end)))
        return number;
    }
  }

  private isSpelledAt(number: number, letters: Uint8Array, start: number, end: number): boolean {
    const first = this.starts[number] ?? 0;
    if ((this.starts[number + 1] ?? 0) - first !== end - start) return false;
    for (let at = start; at < end; at += 1) if (letters[at] !== this.spelled[first + at - start]) return false;
    return true;
  }
}

/** The three letters before a place, whatever their case, as a number. */
function endingIn(letters: Uint8Array, end: number): number {
  return (
    (((letters[end - 3] ?? 0) & 31) << 10) | (((letters[end - 2] ?? 0) & 31) << 5) | ((letters[end - 1] ?? 0) & 31)
  );
}

function pairOf(text: string, at: number): number {
  return text.charCodeAt(at) * 128 + text.charCodeAt(at + 1);
}

function bitOf(length: number): number {
  return 1 << Math.min(length, LONGEST_BIT);
}

/** A question about a text that is cheap to ask: most are patterns. */
export interface Probe {
  test(text: string): boolean;
}

/** A question that is answered yes where all of these are. */
export function all(...probes: readonly Probe[]): Probe {
  return { test: (text) => probes.every((probe) => ask(probe, reading(text))) };
}

/** A question that is answered yes where one of these is. */
export function any(...probes: readonly Probe[]): Probe {
  return { test: (text) => probes.some((probe) => ask(probe, reading(text))) };
}

/**
 * A pattern that begins with one of the names, looking behind for what stands before it, and that only matches them as
 * whole words: it is tried where one of them stands, and nowhere in a text without their words.
 */
export function around(names: readonly string[], pattern: RegExp): Probe {
  const placed = new RegExp(pattern, `${pattern.flags}y`);
  const wanted = names.map((name) => ({ name, words: watched(wordsOf(name)) }));
  return {
    test(text) {
      const { words: present } = reading(text);
      return wanted.some(({ name, words }) => {
        const [first = '', ...more] = words;
        const places = present.get(first);
        if (places === undefined || !more.every((word) => present.has(word))) return false;
        return matchesAt(text, { name, places, offset: name.indexOf(first) }, placed);
      });
    },
  };
}

/**
 * A pattern that is tried behind each word that ends in one of the endings, in any case: it looks behind for the ending
 * and for what stands before it.
 */
export function behind(endings: readonly string[], pattern: RegExp): Probe {
  const placed = new RegExp(pattern, `${pattern.flags}y`);
  for (const ending of endings) ALL_ENDINGS.add(ending);
  vocabulary = undefined;
  return {
    test: (text) =>
      reading(text).endings.some((at) => {
        placed.lastIndex = at;
        return placed.test(text);
      }),
  };
}

/** A question that is answered yes where all of the words stand, as whole words. */
export function together(...words: readonly string[]): Probe {
  watched(words);
  return { test: (text) => words.every((word) => reading(text).words.has(word)) };
}

/** Tells where a word stands as a whole one in a text. */
export function placing(word: string): (text: string) => readonly number[] {
  watched([word]);
  return (text) => reading(text).words.get(word) ?? [];
}

/** Whether a pattern matches where a name stands, of which a word stands at one of the places. */
function matchesAt(
  text: string,
  { name, places, offset }: { readonly name: string; readonly places: readonly number[]; readonly offset: number },
  pattern: RegExp,
): boolean {
  for (const place of places) {
    const at = place - offset;
    if (!text.startsWith(name, at)) continue;
    pattern.lastIndex = at;
    if (pattern.test(text)) return true;
  }
  return false;
}

/** What must be in a text before a tree can say anything: all words, and the pattern where there is one. */
export interface Hint {
  /** Words of two or more ASCII letters, digits and `_`; without any, the pattern is asked of every text. */
  readonly words: readonly string[];
  readonly pattern?: Probe;
  /** What the hint is for. */
  readonly label?: string;
}

/** What is known of the text that was asked about last: the scanners see one file after the other, and share its reading. */
interface Reading extends Spelled {
  readonly text: string;
  readonly tested: Map<Probe, boolean>;
}

/** Words of every hint there is, so that one pass over a text serves all scanners. */
const ALL_WORDS = new Set<string>();
/** Words of hints that count for names written oddly, each with those that must stand beside it. */
const ODD_WORDS = new Map<string, (readonly string[])[]>();
const ALL_ENDINGS = new Set<string>();
let vocabulary: Vocabulary | undefined;
let last: Reading | undefined;

/** Has the words looked for in every text. */
function watched(words: readonly string[]): readonly string[] {
  for (const word of words) ALL_WORDS.add(word);
  vocabulary = undefined;
  return words;
}

/** Whether a text holds what is asked for; where it is the one that was asked about last, as was answered then. */
export function holds(text: string, probe: Probe): boolean {
  return ask(probe, reading(text));
}

/** Whether a hint that counts for names written oddly asks for the word, and all that it needs beside it stands in the text as well. */
export function isAskedFor(word: string, text: string): boolean {
  const groups = ODD_WORDS.get(word);
  if (groups === undefined) return false;
  const { words: present } = reading(text);
  return groups.some((words) => words.every((one) => present.has(one)));
}

/** The answer to a question, asked once of each text. */
function ask(probe: Probe, known: Reading): boolean {
  const before = known.tested.get(probe);
  if (before !== undefined) return before;
  const answer = probe.test(known.text);
  known.tested.set(probe, answer);
  return answer;
}

function reading(text: string): Reading {
  if (vocabulary === undefined) {
    vocabulary = new Vocabulary(ALL_WORDS, ALL_ENDINGS);
    last = undefined;
  }
  if (last?.text !== text) last = { text, ...vocabulary.in(text), tested: new Map() };
  return last;
}

interface Placed {
  readonly hint: Hint;
  readonly place: number;
}

/** Hints of many rules, asked together. */
export class Hints {
  /** By a word that each one needs. */
  private readonly byWord = new Map<string, Placed[]>();
  /** Those that need no word. */
  private readonly wordless: Placed[] = [];

  /** `oddly`: whether whoever asks also reads what `isOddlyWritten` says of names of these. */
  constructor(hints: Iterable<Hint>, { oddly = false }: { readonly oddly?: boolean } = {}) {
    let place = 0;
    for (const hint of hints) {
      // The longest word is the rarest one, or nearly: where it is missing nothing else need be asked.
      const [key] = hint.words.toSorted((a, b) => b.length - a.length);
      const known = key === undefined ? this.wordless : this.byWord.get(key);
      if (known !== undefined) known.push({ hint, place });
      else if (key !== undefined) this.byWord.set(key, [{ hint, place }]);
      watched(hint.words);
      if (oddly) for (const word of hint.words) ODD_WORDS.set(word, [...(ODD_WORDS.get(word) ?? []), hint.words]);
      place += 1;
    }
  }

  /** Whether one of the hints is fulfilled, of those with a label in `asked` where that is given. */
  speakIn(text: string, asked?: ReadonlySet<string>): boolean {
    const known = reading(text);
    return this.placed(known).some(
      ({ hint }) => (asked === undefined || asked.has(hint.label ?? '')) && isFulfilled(hint, known),
    );
  }

  /** The hints that are fulfilled, of those with a label in `asked`, in the order they were given. */
  spokenIn(text: string, asked: ReadonlySet<string>): readonly Hint[] {
    const known = reading(text);
    return this.placed(known)
      .filter(({ hint }) => asked.has(hint.label ?? '') && isFulfilled(hint, known))
      .toSorted((a, b) => a.place - b.place)
      .map(({ hint }) => hint);
  }

  /** Hints of which the longest word stands in the text, and those without words. */
  private placed(known: Reading): readonly Placed[] {
    return [...[...known.words.keys()].flatMap((word) => this.byWord.get(word) ?? []), ...this.wordless];
  }
}

function isFulfilled({ words, pattern }: Hint, known: Reading): boolean {
  if (!words.every((word) => known.words.has(word))) return false;
  return pattern === undefined || ask(pattern, known);
}

/** Words of a dotted name, all of which stand in a file that means it: `os.system` as `from os import system`. */
export function wordsOf(name: string): readonly string[] {
  return (name.match(/[A-Za-z0-9_]{2,}/g) ?? []).filter((word) => word !== 'default');
}
