import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { buildLikenessIndex } from './likeness.ts';

const LIST = join(import.meta.dirname, '..', '..', '..', '..', 'shared', 'data', 'popularity', 'pypi-top5000.tsv');
const readNames = () =>
  readFileSync(LIST, 'utf8')
    .split('\n')
    .slice(1)
    .flatMap((line) => line.split('\t')[1] ?? []);

describe('look-alike names', () => {
  const index = buildLikenessIndex(['requests', 'python-dateutil', 'scikit-learn', 'numpy', 'matplotlib']);

  it.each([
    ['reqeusts', 'requests', 'distance'],
    ['request', 'requests', 'distance'],
    ['dateutil-python', 'python-dateutil', 'word-order'],
    ['scikitlearn', 'scikit-learn', 'separator'],
    ['rnatplotlib', 'matplotlib', 'homoglyph'],
    ['python-requests', 'requests', 'affix'],
    ['requests-2', 'requests', 'affix'],
  ])('%s may be mistaken for %s', (name, target, method) => {
    expect(index.find(name)).toEqual({ target, method });
  });

  it.each(['requests', 'requests-file', 'pandas', 'abc', 'x'.repeat(100_000)])('lets %.20s be', (name) => {
    expect(index.find(name)).toBeUndefined();
  });

  it.skipIf(!existsSync(LIST))('finds one-edit squats of real names (shared data)', () => {
    const names = readNames();
    const real = buildLikenessIndex(names);
    const squats = names
      .filter((name) => name.length >= 6)
      .slice(0, 500)
      .map((name, seed) => {
        const at = 1 + (seed % (name.length - 2));
        return seed % 2 === 0 ? name.slice(0, at) + name.slice(at + 1) : `${name.slice(0, at)}q${name.slice(at)}`;
      });
    const found = squats.filter((name) => real.has(name) || real.find(name) !== undefined);
    expect(found.length / squats.length).toBeGreaterThan(0.97);
  });

  it.skipIf(!existsSync(LIST))('raises few false alarms among real names (shared data)', () => {
    const names = readNames();
    // Each ordinary name is asked as if it alone were not on the list of the more popular thousand.
    const popular = names.slice(0, 1000);
    const real = buildLikenessIndex(popular);
    const alarms = names.slice(1000).filter((name) => real.find(name) !== undefined);
    expect(alarms.length / (names.length - 1000)).toBeLessThan(0.03);
  });
});
