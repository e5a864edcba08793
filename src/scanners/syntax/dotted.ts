/** Dotted names of one source text as numbers: each is a word, or one link longer than another, and written out when somebody asks. */

import type { Language } from './language.ts';
import { isNotable, numberOf, UNNOTED } from './name-answers.ts';
import { slotOf, type Words } from './words.ts';

/** Characters of a dotted name; `x = x.a` over and over must not grow it for ever. */
const LONGEST_NAME = 200;

/** Links that are no member; brackets add nothing to what stands in them. */
export const LINK = { call: -1, index: -2, none: -3 } as const;

/** What is kept of one link: what it goes on from, itself, and the length of the name. */
const WIDTH = 3;
const [LINKED, LENGTH] = [1, 2];
const FIRST_SLOTS = 256;
/** Slots that are looked at for one name: a bound on names that are made to meet. */
const MOST_PROBES = 16;

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

/** A hash of one link. */
function mixed(name: number, link: number): number {
  return Math.imul(name, 0x9e3779b1) ^ Math.imul(link, 0x85ebca6b);
}

/** A dotted name is twice the number of a word, or an odd number: that of a link. */
export class Dotted {
  readonly words: Words;
  /** What cannot be followed. */
  readonly unknown: number;
  private count = 0;
  private slots = new Int32Array(FIRST_SLOTS);
  private entries = new Int32Array((FIRST_SLOTS / 2) * WIDTH);
  /** Of each link: the name, where somebody asked for it. */
  private readonly written: (string | undefined)[] = [];
  /** By name: its number for answers above `UNASKED`, and what it holds; 0 where nobody asked. */
  private numbers: Int32Array;
  private holds: Uint8Array;
  /** Links that found no slot, by what they are made of. */
  private crowded: Map<string, number> | undefined;

  /** Whether names without a notable word are told apart: R has names of one letter that mean something. */
  private readonly tellsNotable: boolean;

  constructor(words: Words, language: Language) {
    this.words = words;
    this.tellsNotable = language !== 'r';
    this.numbers = new Int32Array(words.count * 2 + FIRST_SLOTS);
    this.holds = new Uint8Array(words.count * 2 + FIRST_SLOTS);
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
    const last = this.slots.length - 1;
    let slot = slotOf(mixed(name, link), last);
    for (let probe = 0; probe < MOST_PROBES; probe += 1) {
      const place = (this.slots[slot] ?? 0) - 1;
      if (place < 0) {
        if (this.crowded?.has(`${name} ${link}`) === true) break;
        this.slots[slot] = this.count + 1;
        return this.keep(name, link);
      }
      if (this.entries[place * WIDTH] === name && this.entries[place * WIDTH + LINKED] === link) return place * 2 + 1;
      slot = (slot + 1) & last;
    }
    return this.crowd(name, link);
  }

  /** The name, or what stands for all that are too long. */
  cut(name: number): number {
    return this.lengthOf(name) > LONGEST_NAME ? this.unknown : name;
  }

  textOf(name: number): string {
    if (name % 2 === 0) return this.words.textOf(name / 2);
    const known = this.written[name >> 1];
    if (known !== undefined) return known;
    const entry = (name >> 1) * WIDTH;
    const text = `${this.textOf(this.entries[entry] ?? 0)}${this.linkText(this.entries[entry + LINKED] ?? 0)}`;
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
    const found = name % 2 === 0 ? holdingsOf(this.words.textOf(name / 2)) : this.linkHoldings(name);
    if (name >= this.holds.length) {
      const holds = new Uint8Array(name * 2);
      holds.set(this.holds);
      this.holds = holds;
    }
    this.holds[name] = found;
    return found;
  }

  /** What a link holds: what that does which it goes on from, and what it adds. */
  private linkHoldings(name: number): number {
    const entry = (name >> 1) * WIDTH;
    const before = this.holdings(this.entries[entry] ?? 0);
    const link = this.entries[entry + LINKED] ?? 0;
    if (link === LINK.call) return before | HOLDS.call;
    return before | (link === LINK.index ? HOLDS.index : this.holdings(this.word(link)));
  }

  private lengthOf(name: number): number {
    return name % 2 === 0 ? this.words.lengthOf(name / 2) : (this.entries[(name >> 1) * WIDTH + LENGTH] ?? 0);
  }

  private linkText(link: number): string {
    if (link === LINK.call) return '()';
    return link === LINK.index ? '[]' : `.${this.words.textOf(link)}`;
  }

  private keep(name: number, link: number): number {
    const entry = this.count * WIDTH;
    this.entries[entry] = name;
    this.entries[entry + LINKED] = link;
    this.entries[entry + LENGTH] = this.lengthOf(name) + (link < 0 ? 2 : 1 + this.words.lengthOf(link));
    this.written.push(undefined);
    this.count += 1;
    if (this.count * WIDTH === this.entries.length) this.grow();
    return this.count * 2 - 1;
  }

  private crowd(name: number, link: number): number {
    this.crowded ??= new Map();
    const key = `${name} ${link}`;
    const known = this.crowded.get(key);
    if (known !== undefined) return known;
    this.crowded.set(key, this.count * 2 + 1);
    return this.keep(name, link);
  }

  /** Twice the room. */
  private grow(): void {
    const entries = new Int32Array(this.entries.length * 2);
    entries.set(this.entries);
    this.entries = entries;
    this.slots = new Int32Array(this.slots.length * 2);
    const last = this.slots.length - 1;
    for (let place = 0; place < this.count; place += 1) {
      const [name, link] = [entries[place * WIDTH] ?? 0, entries[place * WIDTH + LINKED] ?? 0];
      let slot = slotOf(mixed(name, link), last);
      let probe = 0;
      for (; probe < MOST_PROBES && this.slots[slot] !== 0; probe += 1) slot = (slot + 1) & last;
      if (probe < MOST_PROBES) this.slots[slot] = place + 1;
      else this.crowded = (this.crowded ?? new Map<string, number>()).set(`${name} ${link}`, place * 2 + 1);
    }
  }
}
