/** Text that something looked for cannot do without, and what is to be done where it stands. */
export interface Literal<T> {
  /** At least three ASCII characters. */
  readonly text: string;
  /** Whether upper and lower case are the same. */
  readonly fold: boolean;
  readonly target: T;
}

/** Literals that are looked at to know which there are: more than any file holds. */
const MOST_SEEN = 2 ** 31;

export type LiteralHit<T> = (target: T, start: number) => void;

/** One literal, waited for at the pair of bytes that begins at a place in it. */
interface Entry<T> {
  readonly at: number;
  readonly literal: Uint8Array;
  readonly of: Literal<T>;
}

/** What waits for one pair of bytes. */
interface Bucket<T> {
  readonly entries: Entry<T>[];
  /** A bit for each letter that stands before the pair in one of them. */
  before: number;
}

/** Bits of a byte that say which letter it is, whatever its case. */
const LETTER = 31;
/** The letter of which nothing is known: all of them. */
const ANY_LETTER = -1;

/**
 * Finds literals in bytes, all at once, at more than a gigabyte a second where there is nothing to find.
 *
 * Looks at every second pair of bytes only: a literal of three characters has a whole pair at an even place wherever it
 * begins. Of the pairs a literal offers, the rarest one in ordinary text is looked for, with the letters beside it.
 */
export class LiteralFinder<T> {
  /** For each pair of bytes (the first in the low half), a bit for each letter behind it that somebody waits for. */
  private readonly behind = new Int32Array(0x10000);
  /** For each pair of bytes, the place of its bucket; the first one is for those that nobody waits for. */
  private readonly places = new Uint16Array(0x10000);
  private readonly buckets: Bucket<T>[] = [{ entries: [], before: 0 }];

  constructor(literals: readonly Literal<T>[]) {
    for (const literal of literals) {
      for (const parity of [0, 1]) this.register(literal, rarestPair(literal.text, parity));
    }
  }

  /** The targets of all literals that stand in the bytes. */
  in(bytes: Uint8Array): ReadonlySet<T> {
    const found = new Set<T>();
    this.find(bytes, (target) => found.add(target), MOST_SEEN);
    return found;
  }

  /** Calls `hit` for each literal that stands in the bytes, by rising place of its pair. Stops once `hit` was called `most` times. */
  find(bytes: Uint8Array, hit: LiteralHit<T>, most: number): void {
    const pairs = pairsOf(bytes);
    let left = most;
    for (let pair = this.nextPair(pairs, 0); pair < pairs.length; pair = this.nextPair(pairs, pair + 1)) {
      const bucket = this.buckets[this.places[pairs[pair] ?? 0] ?? 0];
      if (bucket === undefined || ((bucket.before >>> letterAt(bytes, pair * 2 - 1)) & 1) === 0) continue;
      for (const { at, literal, of } of bucket.entries) {
        const start = pair * 2 - at;
        if (!standsAt(bytes, literal, of.fold, start)) continue;
        hit(of.target, start);
        left -= 1;
        if (left <= 0) return;
      }
    }
  }

  /** The next pair that somebody may wait for, from one on. */
  private nextPair(pairs: Uint16Array, from: number): number {
    const { behind } = this;
    const last = pairs.length - 1;
    for (let pair = from; pair < last; pair += 1)
      if ((((behind[pairs[pair] ?? 0] ?? 0) >>> ((pairs[pair + 1] ?? 0) & LETTER)) & 1) !== 0) return pair;
    // What stands behind the last pair is not known here.
    return Math.max(from, last);
  }

  private register(of: Literal<T>, at: number): void {
    const literal = new TextEncoder().encode(of.fold ? of.text.toLowerCase() : of.text);
    const [first = 0, second = 0, third] = literal.subarray(at, at + 3);
    const before = literal[at - 1];
    const entry = { at, literal, of };
    for (const low of of.fold ? cases(first) : [first]) {
      for (const high of of.fold ? cases(second) : [second]) {
        const pair = low | (high << 8);
        const bucket = this.bucketOf(pair);
        bucket.entries.push(entry);
        bucket.before |= bitOf(before);
        this.behind[pair] = (this.behind[pair] ?? 0) | bitOf(third);
      }
    }
  }

  private bucketOf(pair: number): Bucket<T> {
    const known = this.buckets[this.places[pair] ?? 0];
    if (known !== undefined && known.entries.length > 0) return known;
    const bucket = { entries: [], before: 0 };
    this.places[pair] = this.buckets.push(bucket) - 1;
    return bucket;
  }
}

function bitOf(byte: number | undefined): number {
  return byte === undefined ? ANY_LETTER : 1 << (byte & LETTER);
}

/** The letter at a place, as `bitOf` counts it; where there is none, one of them. */
function letterAt(bytes: Uint8Array, at: number): number {
  return (bytes[at] ?? 0) & LETTER;
}

/** Two bytes at a time; the last of an odd number is left out, which no literal of three characters needs. */
function pairsOf(bytes: Uint8Array): Uint16Array {
  // Not `slice`: that of a Buffer is a view of the same bytes at the same odd place.
  const aligned = bytes.byteOffset % 2 === 0 ? bytes : Uint8Array.from(bytes);
  return new Uint16Array(aligned.buffer, aligned.byteOffset, aligned.length >> 1);
}

function standsAt(bytes: Uint8Array, literal: Uint8Array, fold: boolean, start: number): boolean {
  if (start < 0 || start + literal.length > bytes.length) return false;
  for (let at = 0; at < literal.length; at += 1) {
    const byte = bytes[start + at] ?? 0;
    if ((fold && byte >= 0x41 && byte <= 0x5a ? byte + 0x20 : byte) !== literal[at]) return false;
  }
  return true;
}

function cases(byte: number): readonly number[] {
  return byte >= 0x61 && byte <= 0x7a ? [byte, byte - 0x20] : [byte];
}

/** How often characters stand in source code and English, roughly; those not named are rarer than all of them. */
const COMMON = ' etaoinsrlcdup_mhfg.by(,)-=v"\'wxk01:/2#[]*q3j';

function commonness(character: string): number {
  const rank = COMMON.indexOf(character);
  return rank === -1 ? 1 : COMMON.length + 1 - rank;
}

function rarestPair(text: string, parity: number): number {
  let best = parity;
  for (let at = parity; at + 1 < text.length; at += 2) {
    if (pairScore(text, at) < pairScore(text, best)) best = at;
  }
  return best;
}

function pairScore(text: string, at: number): number {
  return commonness(text.charAt(at)) * commonness(text.charAt(at + 1));
}
