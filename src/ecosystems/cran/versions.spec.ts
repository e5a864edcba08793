import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareVersions, cranVersions } from './versions.ts';

const hasR = (() => {
  try {
    execFileSync('Rscript', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();

describe('versions of R packages', () => {
  it('are whole numbers between dots and hyphens, at least two', () => {
    for (const good of ['1.0', '0.1-3', '7.3-54', '2024.11.20', '1.2.0.9000', '00.1'])
      expect(cranVersions.normalise(good)).toBe(good);
    for (const bad of ['1', '', '1.', '.1', '1..2', '1.0a', 'v1.0', '1.0 2', '1.-2', `1.${'0'.repeat(200)}`])
      expect(cranVersions.normalise(bad), bad).toBeUndefined();
  });

  it('hold a range where every comparison does', () => {
    const { satisfies } = cranVersions;
    expect(satisfies('1.2-3', '== 1.2.3')).toBe(true);
    expect(satisfies('1.10', '>= 1.9, < 2')).toBe(true);
    expect(satisfies('1.10', '>= 1.9, != 1.10')).toBe(false);
    expect(satisfies('1.0', '')).toBe(true);
    expect(satisfies('1.0', '~> 1.0')).toBeUndefined();
    expect(satisfies('nonsense', '>= 1.0')).toBeUndefined();
  });

  it.skipIf(!hasR)('are ordered as R orders them', () => {
    const number = fc.oneof(fc.nat(3), fc.constantFrom(9, 10, 99, 2024));
    const version = fc
      .array(fc.tuple(number, fc.constantFrom('.', '-')), { minLength: 2, maxLength: 5 })
      .map((parts) => parts.map(([value, mark], at) => (at === 0 ? '' : mark) + value).join(''));
    const pairs = fc.sample(fc.tuple(version, version), 400);
    const script = `x <- readLines(file("stdin")); p <- strsplit(x, " "); cat(sapply(p, function(q) compareVersion(q[1], q[2])), sep = "\\n")`;
    const input = `${pairs.map((pair) => pair.join(' ')).join('\n')}\n`;
    const answers = execFileSync('Rscript', ['--vanilla', '-e', script], { input, encoding: 'utf8' })
      .trim()
      .split('\n');
    expect(pairs.map(([a, b]) => Math.sign(compareVersions(a, b)))).toEqual(answers.map(Number));
  });
});
