import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { licenceId, parseExpression } from './expression.ts';

const TABLE = fileURLToPath(
  new URL('../../../../shared/data/licenses/pep639-license-expressions.tsv', import.meta.url),
);
const rows = existsSync(TABLE)
  ? readFileSync(TABLE, 'utf8')
      .split('\n')
      .slice(1)
      .filter((line) => line.includes('\t'))
      .map((line) => line.split('\t'))
  : [];

describe('licence expressions', () => {
  it.skipIf(rows.length === 0)('have the normal form that PEP 639 names, for every row of the shared table', () => {
    expect(rows.length).toBe(64);
    for (const [raw = '', valid, normal] of rows)
      expect([raw, parseExpression(raw)?.text]).toEqual([raw, valid === '1' ? normal : undefined]);
  });

  it.each([
    ['mit or (apache-2.0 and bsd-2-clause)', [['MIT'], ['Apache-2.0', 'BSD-2-Clause']]],
    [
      '(MIT OR ISC) AND Zlib',
      [
        ['MIT', 'Zlib'],
        ['ISC', 'Zlib'],
      ],
    ],
    ['MIT OR ISC AND Zlib', [['MIT'], ['ISC', 'Zlib']]],
    ['GPL-3.0+ AND LGPL-2.1', [['GPL-3.0-or-later', 'LGPL-2.1-only']]],
    ['GPL-2.0-only WITH Classpath-exception-2.0', [['GPL-2.0-only WITH Classpath-exception-2.0']]],
  ])('%s can be kept to in these ways', (raw, alternatives) => {
    expect(parseExpression(raw)?.alternatives).toEqual(alternatives);
  });

  it.each([
    ['MIT WITH Classpath-exception-2.0 AND', undefined],
    ['MIT WITH MIT', undefined],
    ['MIT/Apache-2.0', undefined],
    ['((((((((((((((((((((((MIT))))))))))))))))))))))', undefined],
  ])('%s is none', (raw, expected) => {
    expect(parseExpression(raw)).toBe(expected);
  });

  it('says so where there are more ways than it lists', () => {
    const many = Array.from({ length: 12 }, () => '(MIT OR ISC)').join(' AND ');
    expect(parseExpression(many)).toMatchObject({ alternatives: undefined });
  });

  it('gives the normal form of a normal form again', () => {
    const word = fc.constantFrom(
      'mit',
      'Apache-2.0+',
      '(',
      ')',
      'AND',
      'or',
      'with',
      'gcc-exception-3.1',
      'LicenseRef-x',
    );
    fc.assert(
      fc.property(fc.array(word, { maxLength: 12 }), (words) => {
        const first = parseExpression(words.join(' '));
        if (first !== undefined) expect(parseExpression(first.text)).toEqual(first);
      }),
    );
  });

  it('knows ids in any case, and no other words', () => {
    expect(licenceId('bsd-3-clause')).toBe('BSD-3-Clause');
    expect(licenceId('constructor')).toBeUndefined();
  });
});
