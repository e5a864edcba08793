/** Room for every pair of first letters in ASCII. */
const PAIRS = 128 * 128;
/** Lengths from here on share one bit. */
const LONGEST_BIT = 31;

const IS_WORD = new Uint8Array(128);
for (let code = 0; code < 128; code += 1) IS_WORD[code] = /[A-Za-z0-9_]/.test(String.fromCharCode(code)) ? 1 : 0;

/** Words that are asked for at places of a text: one is looked up only where its first letters, length and last letter are those of some. */
export class WordTable {
  private readonly words: ReadonlySet<string>;
  /** For each pair of first letters, a bit for each length. */
  private readonly lengths = new Int32Array(PAIRS);
  /** For each pair of first letters, a bit for each last letter; letters whose codes are 32 apart share one. */
  private readonly ends = new Int32Array(PAIRS);

  /** Words of two or more ASCII letters, digits and `_`; others are left out. */
  constructor(words: Iterable<string>) {
    this.words = new Set([...words].filter((word) => /^[A-Za-z0-9_]{2,}$/.test(word)));
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

/** Finds which of many words a text holds, in one pass, whatever their number. It decides which files are worth a syntax tree. */
export class Vocabulary extends WordTable {
  /** The words that stand in the text as whole words, in code, strings and comments alike. */
  in(text: string): ReadonlySet<string> {
    const found = new Set<string>();
    const { length } = text;
    for (let at = 0; at < length; at += 1) {
      if (!isWordCode(text.charCodeAt(at))) continue;
      const start = at;
      while (at < length && isWordCode(text.charCodeAt(at))) at += 1;
      if (!this.mayBeAt(text, start, at)) continue;
      const word = text.slice(start, at);
      if (this.has(word)) found.add(word);
    }
    return found;
  }
}

function isWordCode(code: number): boolean {
  return code < 128 && IS_WORD[code] === 1;
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
      return wanted.some(
        ({ name, words }) => words.every((word) => present.has(word)) && matchesAt(text, name, placed),
      );
    },
  };
}

/** A question that is answered yes where all of the words stand, as whole words. */
export function together(...words: readonly string[]): Probe {
  watched(words);
  return { test: (text) => words.every((word) => reading(text).words.has(word)) };
}

function matchesAt(text: string, name: string, pattern: RegExp): boolean {
  for (let at = text.indexOf(name); at !== -1; at = text.indexOf(name, at + name.length)) {
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
interface Reading {
  readonly text: string;
  readonly words: ReadonlySet<string>;
  readonly tested: Map<Probe, boolean>;
}

/** Words of every hint there is, so that one pass over a text serves all scanners. */
const ALL_WORDS = new Set<string>();
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

/** The answer to a question, asked once of each text. */
function ask(probe: Probe, known: Reading): boolean {
  const answer = known.tested.get(probe) ?? probe.test(known.text);
  known.tested.set(probe, answer);
  return answer;
}

function reading(text: string): Reading {
  if (vocabulary === undefined) {
    vocabulary = new Vocabulary(ALL_WORDS);
    last = undefined;
  }
  if (last?.text !== text) last = { text, words: vocabulary.in(text), tested: new Map() };
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

  constructor(hints: Iterable<Hint>) {
    let place = 0;
    for (const hint of hints) {
      // The longest word is the rarest one, or nearly: where it is missing nothing else need be asked.
      const [key] = hint.words.toSorted((a, b) => b.length - a.length);
      const known = key === undefined ? this.wordless : this.byWord.get(key);
      if (known !== undefined) known.push({ hint, place });
      else if (key !== undefined) this.byWord.set(key, [{ hint, place }]);
      watched(hint.words);
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
    return [...[...known.words].flatMap((word) => this.byWord.get(word) ?? []), ...this.wordless];
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
