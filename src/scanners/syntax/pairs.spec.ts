import { describe, expect, it } from 'vitest';
import { NO_PAIR, Pairs } from './pairs.ts';

/** Pairs that were made to meet: all want the same one of the few slots that there are at first. */
function meeting(count: number): readonly [number, number][] {
  const found: [number, number][] = [];
  for (let at = 0; found.length < count; at += 1) {
    const hash = Math.imul(at, 0x9e3779b1) ^ Math.imul(7, 0x85ebca6b);
    if (((hash ^ (hash >>> 15)) & 255) === 9) found.push([at, 7]);
  }
  return found;
}

describe('pairs of numbers', () => {
  it('have numbers in the order in which they came', () => {
    const pairs = new Pairs();
    expect([pairs.of(1, 2), pairs.of(2, 1), pairs.of(1, 2), pairs.of(0, 0)]).toEqual([0, 1, 0, 2]);
    expect([pairs.firstOf(1), pairs.secondOf(1)]).toEqual([2, 1]);
  });

  it('are found alone where they were given a number', () => {
    const pairs = new Pairs();
    pairs.of(3, -1);
    expect([pairs.find(3, -1), pairs.find(-1, 3), pairs.find(3, 1)]).toEqual([0, NO_PAIR, NO_PAIR]);
  });

  it('keep their numbers where many are made to meet, and beyond the first room', () => {
    const made = [...meeting(100), ...Array.from({ length: 5_000 }, (_, at): [number, number] => [at, 8])];
    const pairs = new Pairs();
    const numbers = made.map(([first, second]) => pairs.of(first, second));
    expect(new Set(numbers).size).toBe(made.length);
    expect(made.map(([first, second]) => pairs.find(first, second))).toEqual(numbers);
    expect(made.map(([first, second]) => pairs.of(first, second))).toEqual(numbers);
    expect(pairs.find(1, 9)).toBe(NO_PAIR);
  });
});
