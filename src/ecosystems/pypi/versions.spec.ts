import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hasVersionTables, readVersionTable, tableBoolean, versionRows } from '../../../test/harness/version-tables.ts';
import { parseSpecifier, parseSpecifierSet } from './specifiers.ts';
import { parseVersion } from './version.ts';
import { pypiVersions } from './versions.ts';

const number = fc.nat({ max: 30 }).map(String);
const part = (...choices: string[]) =>
  fc.option(
    fc.tuple(fc.constantFrom(...choices), number).map((one) => one.join('')),
    { nil: '' },
  );
const version = fc
  .tuple(
    part('1!', '0!').map((epoch) => epoch.slice(0, 2)),
    fc.array(number, { minLength: 1, maxLength: 4 }),
    part('a', 'B', '.rc', '-alpha'),
    part('.post', '-', 'r'),
    part('.dev', 'dev'),
    part('+', '+ubuntu.', '+a-'),
  )
  .map(([epoch, release, ...rest]) => `${epoch}${release.join('.')}${rest.join('')}`);

describe('versions (PEP 440)', () => {
  it('gives the normal form', () => {
    expect(pypiVersions.normalise(' v1!02.0-ALPHA.3-4.dev5+Ubuntu_06 ')).toBe('1!2.0a3.post4.dev5+ubuntu.6');
    for (const none of ['', 'french toast', '1.0+', '1..0', '1.0+İ', '1.0\u212A', `1.${'0'.repeat(300)}`]) {
      expect(pypiVersions.normalise(none), none).toBeUndefined();
    }
  });

  it('orders numbers that no machine integer holds', () => {
    expect(pypiVersions.compare('1.20250101000000000000000001', '1.20250101000000000000000002')).toBe(-1);
  });

  it('puts what is no version before every version, by code point', () => {
    expect(['1.0', '\u{1F600}', 'zzz', '0.dev0', '\uFFFD'].toSorted(pypiVersions.compare)).toEqual([
      'zzz',
      '\uFFFD',
      '\u{1F600}',
      '0.dev0',
      '1.0',
    ]);
  });

  it('names one version by a range that only it satisfies', () => {
    expect(pypiVersions.satisfies('2.1', pypiVersions.exactly('2.1'))).toBe(true);
    expect(pypiVersions.satisfies('2.1.1', pypiVersions.exactly('2.1'))).toBe(false);
    expect(pypiVersions.satisfies('2.1', 'newest')).toBeUndefined();
    expect(pypiVersions.isPrerelease('2.1.dev1')).toBe(true);
  });

  it('has a normal form that is its own, and a total order', () => {
    fc.assert(
      fc.property(version, version, version, (a, b, c) => {
        const normal = pypiVersions.normalise(a);
        expect(normal).toBeDefined();
        expect(pypiVersions.normalise(normal ?? '')).toBe(normal);
        expect(pypiVersions.compare(a, normal ?? '')).toBe(0);
        expect(pypiVersions.compare(a, b)).toBe(0 - pypiVersions.compare(b, a));
        const sorted = [a, b, c].toSorted(pypiVersions.compare);
        expect(pypiVersions.compare(sorted[0] ?? '', sorted[2] ?? '')).toBeLessThanOrEqual(0);
      }),
    );
  });
});

describe('specifiers (PEP 440)', () => {
  it('splits every version into below, at and above another', () => {
    fc.assert(
      fc.property(version, version, (a, b) => {
        const of = parseVersion(b)?.normal.replace(/\+.*/, '') ?? '';
        const holds = (operator: string): boolean => pypiVersions.satisfies(a, `${operator}${of}`) === true;
        expect(holds('==')).not.toBe(holds('!='));
        expect(holds('<=') && holds('>=')).toBe(holds('=='));
        if (holds('<')) expect(holds('<=')).toBe(true);
        if (holds('>')) expect(holds('>=')).toBe(true);
      }),
    );
  });

  it('reads hostile sets in linear time', () => {
    expect(parseSpecifierSet(`>=${'1.'.repeat(3000)}x`)).toBeUndefined();
    expect(parseSpecifierSet(Array.from({ length: 300 }, () => '!=1').join(','))).toBeUndefined();
  });
});

describe.skipIf(!hasVersionTables)('tables of packaging (skipped where the shared test data is absent)', () => {
  it('knows what is no version and what is no specifier', () => {
    const accepted = versionRows('pep440-invalid.tsv').filter(([text = '']) => parseVersion(text) !== undefined);
    expect(accepted).toEqual([]);
    const clauses = versionRows('pep440-specifier-invalid.tsv').filter(
      ([text = '']) => parseSpecifier(text) !== undefined,
    );
    expect(clauses).toEqual([]);
  });

  it('gives the normal form', () => {
    const rows = versionRows('pep440-normalized.tsv');
    expect(rows.map(([text = '']) => [text, pypiVersions.normalise(text)])).toEqual(rows);
  });

  it('orders', () => {
    const ordered = readVersionTable('pep440-ordered.txt').trim().split('\n');
    const wrong = ordered.flatMap((a, i) =>
      ordered.filter((b, j) => Math.sign(pypiVersions.compare(a, b)) !== Math.sign(i - j)).map((b) => [a, b]),
    );
    expect(wrong).toEqual([]);
  });

  it('knows which versions a set contains', () => {
    const wrong = versionRows('pep440-specifier-contains.tsv').filter(
      ([set = '', text = '', own, asked, installed, expected]) => {
        const isInstalledPrerelease = tableBoolean(installed) === true && parseVersion(text)?.isPrerelease === true;
        const prereleases = isInstalledPrerelease || (tableBoolean(asked) ?? tableBoolean(own));
        const contains = (parseSpecifierSet(set)?.filter([text], prereleases) ?? []).length > 0;
        return contains !== tableBoolean(expected);
      },
    );
    expect(wrong).toEqual([]);
  });

  it('filters as packaging does, pre-releases included', () => {
    const rows = versionRows('pep440-specifier-filter.tsv');
    const results = rows.map(([set = '', own, asked, input = '[]']) => {
      const versions: readonly string[] = JSON.parse(input);
      return parseSpecifierSet(set)?.filter(versions, tableBoolean(asked) ?? tableBoolean(own));
    });
    expect(results).toEqual(rows.map(([, , , , expected = '[]']) => JSON.parse(expected)));
  });
});
