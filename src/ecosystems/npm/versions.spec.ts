import fc from 'fast-check';
import { satisfies, validRange } from 'semver';
import { describe, expect, it } from 'vitest';
import { hasVersionTables, tableBoolean, versionRows } from '../../../test/harness/version-tables.ts';
import { normaliseVersion, npmVersions } from './versions.ts';

const number = fc.nat({ max: 30 }).map(String);
const identifiers = fc
  .array(fc.oneof(number, fc.constantFrom('alpha', 'rc', 'RC', 'x-y', '0a')), { minLength: 1, maxLength: 3 })
  .map((parts) => parts.join('.'));
const version = fc
  .tuple(number, number, number, fc.option(identifiers, { nil: '' }), fc.option(identifiers, { nil: '' }))
  .map(
    ([major, minor, patch, pre, build]) =>
      `${major}.${minor}.${patch}${pre === '' ? '' : `-${pre}`}${build === '' ? '' : `+${build}`}`,
  );

describe('versions (Semantic Versioning 2.0.0)', () => {
  it('puts what is no version before every version, by code point', () => {
    expect(['1.0.0', '\u{1F600}', 'zzz', '0.0.0-0', '\uFFFD'].toSorted(npmVersions.compare)).toEqual([
      ...['zzz', '\uFFFD', '\u{1F600}', '0.0.0-0', '1.0.0'],
    ]);
  });

  it('has a normal form that is its own, and a total order', () => {
    const text = fc.oneof(version, fc.string({ maxLength: 8, unit: 'grapheme' }));
    fc.assert(
      fc.property(version, (one) => {
        expect(normaliseVersion(` v${one} `)).toBe(one);
        expect(npmVersions.satisfies(one, npmVersions.exactly(one))).toBe(true);
      }),
    );
    fc.assert(
      fc.property(text, text, text, (a, b, c) => {
        const { compare } = npmVersions;
        expect(Math.sign(compare(a, b)) + Math.sign(compare(b, a))).toBe(0);
        expect(compare(a, a)).toBe(0);
        if (compare(a, b) <= 0 && compare(b, c) <= 0) expect(compare(a, c)).toBeLessThanOrEqual(0);
        if (compare(a, b) === 0 && compare(b, c) === 0) expect(compare(a, c)).toBe(0);
      }),
    );
  });
});

describe.skipIf(!hasVersionTables)('versions, by the tables of node-semver', () => {
  it('orders as the table does', () => {
    const rows = versionRows('semver-compare.tsv').filter(([, , , options]) => isStrict(options));
    expect(rows.length).toBeGreaterThan(20);
    for (const [a = '', op = '', b = ''] of rows) {
      const order = Math.sign(npmVersions.compare(a, b));
      // The table compares without build metadata, which only breaks ties here: nothing sorts two releases as one.
      const expected = op === '>' ? [1] : op === '<' ? [-1] : a.includes('+') || b.includes('+') ? [-1, 0, 1] : [0];
      expect(expected, `${a} ${op} ${b}`).toContain(order);
    }
  });

  it('reads what is a version and refuses what is none', () => {
    const valid = versionRows('semver-valid.tsv');
    expect(valid.length).toBeGreaterThan(20);
    for (const [text = '', major, minor, patch] of valid)
      expect(normaliseVersion(text), text).toMatch(new RegExp(`^${major}\\.${minor}\\.${patch}(?![0-9])`));
    const invalid = versionRows('semver-invalid.tsv').filter(([, , options]) => isStrict(options));
    expect(invalid.length).toBeGreaterThan(3);
    for (const [text = ''] of invalid) expect(normaliseVersion(text), text).toBeUndefined();
  });

  it('says what lies in a range; a pre-release before it counts as in it, as a denial means it', () => {
    const rows = versionRows('semver-satisfies.tsv');
    expect(rows.length).toBeGreaterThan(200);
    let looked = 0;
    for (const [range = '', raw = '', options = '', expected] of rows) {
      const one = normaliseVersion(raw);
      if (one === undefined || validRange(range) === null || !isStrict(options)) continue;
      looked += 1;
      const includes = options.includes('includePrerelease');
      const said = includes || !one.includes('-') ? tableBoolean(expected) : satisfies(one, range, WITH_PRERELEASES);
      expect(npmVersions.satisfies(one, range), `${one} in ${range}`).toBe(said);
    }
    expect(looked).toBeGreaterThan(150);
  });
});

const WITH_PRERELEASES = { includePrerelease: true } as const;

/** A registry's keys are strict versions; rows for the loose reading do not apply. */
function isStrict(options: string | undefined): boolean {
  return !/loose":\s*true|^true$/.test(options ?? '');
}
