import { describe, expect, it } from 'vitest';
import { holding, holdingInAnyCase } from './held-literals.ts';

describe('literals that a text holds', () => {
  const map = holding('new Map', '__proto__');
  const key = holdingInAnyCase('api_key');

  it('are found wherever they begin, by whoever asks', () => {
    for (const before of ['', 'x', 'xy', 'xyz']) {
      expect(map.test(`${before}new Map`)).toBe(true);
      expect(key.test(`${before}API_Key`)).toBe(true);
      expect(map.test(`${before}new map`)).toBe(false);
      expect(key.test(`${before}api-key`)).toBe(false);
    }
  });

  it('are told apart from one text to the next, and found when they are asked about later', () => {
    const texts = ['a.__proto__ = b', 'no such thing', '\u{1f600} caf\u00e9 API_KEY'];
    expect(texts.map((text) => map.test(text))).toEqual([true, false, false]);
    expect(texts.map((text) => key.test(text))).toEqual([false, false, true]);
    const late = holding('caf');
    expect(late.test(texts[2] ?? '')).toBe(true);
  });

  it('are none where letters that are not ASCII end in their codes', () => {
    // U+0145 U+0158 U+0158 end in the codes of `EXX`.
    expect(holding('EXX').test('\u0145\u0158\u0158')).toBe(false);
  });
});
