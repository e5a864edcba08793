import { describe, expect, it } from 'vitest';
import { all, any, around, Hints, together } from './vocabulary.ts';

describe('questions that are asked before a tree is made', () => {
  const asksSystem = around(
    ['os-name', 'system', 'sys'],
    /(?<==\s*)(?:os-name|system|sys)\b(?!\s*=)|\b(?:os-name|system|sys)\(/,
  );

  it.each([
    ['system(x)', true],
    ['a = system', true],
    ['a = os-name', true],
    ['systematic(x); system', false],
    ['my_system(x)', false],
    ['system; system; sys; sys(', true],
    ['b == sysx; a = sys = 1', false],
    ['', false],
  ])('a pattern around its names: %s', (text, expected) => {
    expect(asksSystem.test(text)).toBe(expected);
  });

  it('whole words that stand together, and questions put together', () => {
    const both = together('Deno', 'connect');
    expect(both.test('Deno.connect()')).toBe(true);
    expect(both.test('Denote; connect')).toBe(false);
    expect(all(both, /x/).test('connect Deno x')).toBe(true);
    expect(all(both, /x/).test('connect Deno')).toBe(false);
    expect(any(both, /x/).test('connect x')).toBe(true);
  });

  it('answers for one text say nothing of the next', () => {
    const hints = new Hints([{ words: ['alpha'], pattern: around(['beta'], /\bbeta\(/) }]);
    expect(hints.speakIn('alpha beta()')).toBe(true);
    expect(hints.speakIn('alpha beta')).toBe(false);
    expect(hints.speakIn('alphabet beta()')).toBe(false);
    expect(hints.speakIn('alpha beta()')).toBe(true);
  });
});
