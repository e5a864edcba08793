import { describe, expect, it } from 'vitest';
import { decodeText } from './content.ts';
import { BEYOND_ASCII, lettersOf } from './letters.ts';

function expected(text: string): readonly number[] {
  return Array.from({ length: text.length }, (_, at) => text.charCodeAt(at)).map((unit) =>
    unit < BEYOND_ASCII ? unit : BEYOND_ASCII,
  );
}

/** What is not ASCII may be any number from `BEYOND_ASCII` on. */
function narrowed(letters: Uint8Array): readonly number[] {
  return Array.from(letters, (letter) => Math.min(letter, BEYOND_ASCII));
}

describe('the letters of a text', () => {
  it('are one byte for each UTF-16 unit, whatever stands in it', () => {
    // U+0161 and U+0441 end in the codes of ASCII letters.
    for (const text of ['', 'plain\n', 'na\u0161 \u0441 caf\u00e9 \u{1f600}!', `${'x\u0161'.repeat(20_000)}end`])
      expect(narrowed(lettersOf(text))).toEqual(expected(text));
  });

  it('are the bytes themselves where the text was decoded from as many', () => {
    const bytes = Buffer.from('print(1)\n');
    const text = decodeText(bytes, true) ?? '';
    expect(lettersOf(text)).toBe(bytes);
  });

  it('are right for UTF-8, for eight-bit encodings, and for a start that ends within a character', () => {
    for (const bytes of [
      Buffer.from('a = "\u00e9\u4e2d\u{1f600}"\n'),
      Buffer.from('a = "caf\u00e9"\n', 'latin1'),
      Buffer.from('some words \u4e2d').subarray(0, -1),
    ]) {
      const text = decodeText(bytes, false) ?? '';
      expect(narrowed(lettersOf(text))).toEqual(expected(text));
    }
  });

  it('of one text are not taken for those of the text before', () => {
    const [first, second] = [decodeText(Buffer.from('abc'), true) ?? '', decodeText(Buffer.from('xyz'), true) ?? ''];
    expect(narrowed(lettersOf(first))).toEqual(expected('abc'));
    expect(narrowed(lettersOf(second))).toEqual(expected('xyz'));
    expect(narrowed(lettersOf('\u00e9bc'))).toEqual(expected('\u00e9bc'));
    expect(narrowed(lettersOf(first))).toEqual(expected('abc'));
  });
});

describe('control characters of a text', () => {
  it('are counted wherever its bytes begin, the odd ones at both ends included', () => {
    // 49 letters and one control character are a text; 49 of 50 with two are none.
    for (const shift of [0, 1, 2, 3])
      for (const place of [0, 1, 24, 48, 49]) {
        const room = Buffer.alloc(60, 'a');
        const bytes = room.subarray(shift, shift + 50);
        bytes[place] = 1;
        expect(decodeText(bytes, true)).toBeDefined();
        bytes[(place + 7) % 50] = 127;
        expect(decodeText(bytes, true)).toBeUndefined();
      }
  });

  it('are none in an empty file, wherever it stands in its archive', () => {
    for (const shift of [0, 1, 2, 3]) expect(decodeText(Buffer.alloc(4, 'a').subarray(shift, shift), true)).toBe('');
  });
});
