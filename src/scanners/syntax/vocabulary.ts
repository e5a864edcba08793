/** Room for every pair of first letters in ASCII. */
const PAIRS = 128 * 128;
/** Lengths from here on share one bit. */
const LONGEST_BIT = 31;

const IS_WORD = new Uint8Array(128);
for (let code = 0; code < 128; code += 1) IS_WORD[code] = /[A-Za-z0-9_]/.test(String.fromCharCode(code)) ? 1 : 0;

/**
 * Finds which of many words a text holds, in one pass, whatever their number: a word is looked up only where its first
 * two letters and its length are those of a wanted one. It decides which files are worth a syntax tree.
 */
export class Vocabulary {
  private readonly words: ReadonlySet<string>;
  /** For each pair of first letters, a bit for each length. */
  private readonly lengths = new Int32Array(PAIRS);

  /** Words of two or more ASCII letters, digits and `_`; others are left out. */
  constructor(words: Iterable<string>) {
    this.words = new Set([...words].filter((word) => /^[A-Za-z0-9_]{2,}$/.test(word)));
    for (const word of this.words) {
      const pair = pairOf(word, 0);
      this.lengths[pair] = (this.lengths[pair] ?? 0) | bitOf(word.length);
    }
  }

  has(word: string): boolean {
    return this.words.has(word);
  }

  /** The words that stand in the text as whole words, in code, strings and comments alike. */
  in(text: string): ReadonlySet<string> {
    const found = new Set<string>();
    const { length } = text;
    for (let at = 0; at < length; at += 1) {
      if (!isWordCode(text.charCodeAt(at))) continue;
      const start = at;
      while (at < length && isWordCode(text.charCodeAt(at))) at += 1;
      if (at - start < 2 || ((this.lengths[pairOf(text, start)] ?? 0) & bitOf(at - start)) === 0) continue;
      const word = text.slice(start, at);
      if (this.words.has(word)) found.add(word);
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

/** What must be in a text before a tree can say anything: all words, and the pattern where there is one. */
export interface Hint {
  readonly words: readonly string[];
  /** A pattern that is cheap to search for. */
  readonly pattern?: RegExp;
  /** What the hint is for. */
  readonly label?: string;
}

/** Hints of many rules, asked together. */
export class Hints {
  private readonly hints: readonly Hint[];
  private readonly vocabulary: Vocabulary;

  constructor(hints: Iterable<Hint>) {
    this.hints = [...hints].filter(({ words }) => words.length > 0);
    this.vocabulary = new Vocabulary(this.hints.flatMap(({ words }) => words));
  }

  /** Whether one of the hints is fulfilled, of those with a label in `asked` where that is given. */
  speakIn(text: string, asked?: ReadonlySet<string>): boolean {
    const fulfilled = this.fulfilledBy(text, asked);
    return fulfilled !== undefined && this.hints.some(fulfilled);
  }

  /** The hints that are fulfilled, of those with a label in `asked`. */
  spokenIn(text: string, asked: ReadonlySet<string>): readonly Hint[] {
    const fulfilled = this.fulfilledBy(text, asked);
    return fulfilled === undefined ? [] : this.hints.filter(fulfilled);
  }

  private fulfilledBy(text: string, asked?: ReadonlySet<string>): ((hint: Hint) => boolean) | undefined {
    const words = this.vocabulary.in(text);
    if (words.size === 0) return undefined;
    const tested = new Map<RegExp, boolean>();
    const matches = (pattern: RegExp): boolean => {
      const known = tested.get(pattern) ?? pattern.test(text);
      tested.set(pattern, known);
      return known;
    };
    return ({ words: wanted, pattern, label }) =>
      (asked === undefined || asked.has(label ?? '')) &&
      wanted.every((word) => words.has(word)) &&
      (pattern === undefined || matches(pattern));
  }
}

/** Words of a dotted name, all of which stand in a file that means it: `os.system` as `from os import system`. */
export function wordsOf(name: string): readonly string[] {
  return (name.match(/[A-Za-z0-9_]{2,}/g) ?? []).filter((word) => word !== 'default');
}
