/** Pairs of numbers, each with a number of its own: in the order in which they came, from 0 on. */
import { doubled } from './rows.ts';
import { slotOf } from './words.ts';

/** What is kept of one: both numbers. */
const WIDTH = 2;
const FIRST_SLOTS = 256;
/** Slots that are looked at for one pair: a bound on pairs that are made to meet. */
const MOST_PROBES = 16;
/** Stands for the number of a pair that is not known. */
export const NO_PAIR = -1;

/** A hash of one pair. */
function mixed(first: number, second: number): number {
  return Math.imul(first, 0x9e3779b1) ^ Math.imul(second, 0x85ebca6b);
}

export class Pairs {
  count = 0;
  /** By hash: the number of a pair and one, 0 where there is none. */
  private slots = new Int32Array(FIRST_SLOTS);
  private entries = new Int32Array((FIRST_SLOTS / 2) * WIDTH);
  /** Pairs that found no slot. */
  private crowded: Map<string, number> | undefined;

  firstOf(pair: number): number {
    return this.entries[pair * WIDTH] ?? 0;
  }

  secondOf(pair: number): number {
    return this.entries[pair * WIDTH + 1] ?? 0;
  }

  /** Number of a pair; `NO_PAIR` where it is not known. */
  find(first: number, second: number): number {
    const slot = this.slotFor(first, second);
    if (slot !== NO_SLOT && this.slots[slot] !== 0) return (this.slots[slot] ?? 0) - 1;
    return this.crowded?.get(`${first} ${second}`) ?? NO_PAIR;
  }

  /** Number of a pair; that of a new one where it is not known. */
  of(first: number, second: number): number {
    const slot = this.slotFor(first, second);
    if (slot !== NO_SLOT && this.slots[slot] !== 0) return (this.slots[slot] ?? 0) - 1;
    const known = this.crowded?.get(`${first} ${second}`);
    if (known !== undefined) return known;
    if (slot === NO_SLOT) this.crowd(first, second, this.count);
    else this.slots[slot] = this.count + 1;
    this.entries[this.count * WIDTH] = first;
    this.entries[this.count * WIDTH + 1] = second;
    this.count += 1;
    if (this.count * WIDTH === this.entries.length) this.grow();
    return this.count - 1;
  }

  /** Where a pair stands, or where it may: `NO_SLOT` where others took all that are looked at. */
  private slotFor(first: number, second: number): number {
    const { slots, entries } = this;
    const last = slots.length - 1;
    let slot = slotOf(mixed(first, second), last);
    for (let probe = 0; probe < MOST_PROBES; probe += 1) {
      const entry = ((slots[slot] ?? 0) - 1) * WIDTH;
      if (entry < 0 || (entries[entry] === first && entries[entry + 1] === second)) return slot;
      slot = (slot + 1) & last;
    }
    return NO_SLOT;
  }

  private crowd(first: number, second: number, pair: number): void {
    this.crowded = (this.crowded ?? new Map<string, number>()).set(`${first} ${second}`, pair);
  }

  private grow(): void {
    this.entries = doubled(this.entries);
    this.slots = new Int32Array(this.slots.length * 2);
    for (let pair = 0; pair < this.count; pair += 1) {
      const [first, second] = [this.firstOf(pair), this.secondOf(pair)];
      const slot = this.slotFor(first, second);
      if (slot === NO_SLOT) this.crowd(first, second, pair);
      else this.slots[slot] = pair + 1;
    }
  }
}

const NO_SLOT = -1;
