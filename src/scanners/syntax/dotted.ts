/** Dotted names of one source text as numbers: each is a word, or one link longer than another, and written out when somebody asks. */

import type { Language } from './language.ts';
import { isNotable, mayBeNotable, numberOf, UNNOTED } from './name-answers.ts';
import { Pairs } from './pairs.ts';
import { doubled } from './rows.ts';
import type { Words } from './words.ts';

/** Characters of a dotted name; `x = x.a` over and over must not grow it for ever. */
const LONGEST_NAME = 200;

/** Links that are no member; brackets add nothing to what stands in them. */
export const LINK = { call: -1, index: -2, none: -3 } as const;

/** Names that there is room for at first, beside those of the words. */
const FIRST_NAMES = 256;

/** What a name holds, as bits. */
const HOLDS = { asked: 1, unknown: 2, call: 4, index: 8, notable: 16 } as const;

/** Below every number that is given. */
const UNASKED = UNNOTED - 1;

function holdingsOf(text: string): number {
  return (
    HOLDS.asked |
    (text.includes('?') ? HOLDS.unknown : 0) |
    (text.includes('(') ? HOLDS.call : 0) |
    (text.includes('[') ? HOLDS.index : 0) |
    (isNotable(text) ? HOLDS.notable : 0)
  );
}

/** A dotted name is twice the number of a word, or an odd number: that of a link. */
export class Dotted {
  readonly words: Words;
  /** What cannot be followed. */
  readonly unknown: number;
  /** A name with a link, and the length of both. */
  private readonly links = new Pairs();
  private lengths = new Int32Array(FIRST_NAMES);
  /** Of each link: the name, where somebody asked for it. */
  private readonly written: (string | undefined)[] = [];
  /** By name: its number for answers above `UNASKED`, and what it holds; 0 where nobody asked. */
  private numbers: Int32Array;
  private holds: Uint8Array;

  /** Whether names without a notable word are told apart: R has names of one letter that mean something. */
  private readonly tellsNotable: boolean;

  constructor(words: Words, language: Language) {
    this.words = words;
    this.tellsNotable = language !== 'r';
    this.numbers = new Int32Array(words.count * 2 + FIRST_NAMES);
    this.holds = new Uint8Array(words.count * 2 + FIRST_NAMES);
    this.unknown = this.of('?');
  }

  /** A name that is no more than a word. */
  word(number: number): number {
    return number * 2;
  }

  /** Any name as it is written. */
  of(written: string): number {
    return this.words.of(written) * 2;
  }

  /** One link longer: the number of a word for a member, or else a `LINK`. */
  linked(name: number, link: number): number {
    const place = this.links.of(name, link);
    if (place >= this.lengths.length) this.lengths = doubled(this.lengths);
    if (this.lengths[place] === 0) {
      this.lengths[place] = this.lengthOf(name) + (link < 0 ? 2 : 1 + this.words.lengthOf(link));
      this.written.push(undefined);
    }
    return place * 2 + 1;
  }

  /** The name, or what stands for all that are too long. */
  cut(name: number): number {
    return this.lengthOf(name) > LONGEST_NAME ? this.unknown : name;
  }

  textOf(name: number): string {
    if (name % 2 === 0) return this.words.textOf(name / 2);
    const known = this.written[name >> 1];
    if (known !== undefined) return known;
    const text = `${this.textOf(this.links.firstOf(name >> 1))}${this.linkText(this.links.secondOf(name >> 1))}`;
    this.written[name >> 1] = text;
    return text;
  }

  /** By which answers about it are kept (`name-answers.ts`). */
  numberOf(name: number): number {
    const known = this.numbers[name] ?? 0;
    if (known !== 0) return known + UNASKED;
    const isUnnoted = this.tellsNotable && (this.holdings(name) & HOLDS.notable) === 0;
    const number = isUnnoted ? UNNOTED : numberOf(this.textOf(name));
    if (name >= this.numbers.length) {
      const numbers = new Int32Array(name * 2);
      numbers.set(this.numbers);
      this.numbers = numbers;
    }
    this.numbers[name] = number - UNASKED;
    return number;
  }

  /** Whether both are written alike. */
  isSame(one: number, other: number): boolean {
    return one === other || (this.lengthOf(one) === this.lengthOf(other) && this.textOf(one) === this.textOf(other));
  }

  /** Whether something in it cannot be followed. */
  isUnknown(name: number): boolean {
    return (this.holdings(name) & HOLDS.unknown) !== 0;
  }

  /** Whether it goes on from the result of a call. */
  isCalled(name: number): boolean {
    return (this.holdings(name) & HOLDS.call) !== 0;
  }

  /** Whether it goes on from an item whose key is not known. */
  isIndexed(name: number): boolean {
    return (this.holdings(name) & HOLDS.index) !== 0;
  }

  private holdings(name: number): number {
    const known = this.holds[name] ?? 0;
    if (known !== 0) return known;
    const found = name % 2 === 0 ? this.wordHoldings(name / 2) : this.linkHoldings(name);
    if (name >= this.holds.length) {
      const holds = new Uint8Array(name * 2);
      holds.set(this.holds);
      this.holds = holds;
    }
    this.holds[name] = found;
    return found;
  }

  private wordHoldings(word: number): number {
    const { words } = this;
    return words.isPlain(word) && !mayBeNotable(words.hashOf(word)) ? HOLDS.asked : holdingsOf(words.textOf(word));
  }

  /** What a link holds: what that does which it goes on from, and what it adds. */
  private linkHoldings(name: number): number {
    const before = this.holdings(this.links.firstOf(name >> 1));
    const link = this.links.secondOf(name >> 1);
    if (link === LINK.call) return before | HOLDS.call;
    return before | (link === LINK.index ? HOLDS.index : this.holdings(this.word(link)));
  }

  private lengthOf(name: number): number {
    return name % 2 === 0 ? this.words.lengthOf(name / 2) : (this.lengths[name >> 1] ?? 0);
  }

  private linkText(link: number): string {
    if (link === LINK.call) return '()';
    return link === LINK.index ? '[]' : `.${this.words.textOf(link)}`;
  }
}
