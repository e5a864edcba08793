import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { highestOf, scoreCvss } from './cvss.ts';

const DATA = join(import.meta.dirname, '..', '..', '..', '..', 'shared', 'data', 'cvss');
const rows = (file: string) =>
  readFileSync(join(DATA, file), 'utf8')
    .split('\n')
    .slice(1)
    .filter((line) => line !== '')
    .map((line) => line.split('\t'));
const scoreOf = (vector: string) => {
  const severity = scoreCvss(vector);
  return severity.state === 'scored' ? severity.score : severity.reason;
};

describe('CVSS', () => {
  it('scores one vector of each version', () => {
    expect(scoreOf('AV:N/AC:L/Au:N/C:P/I:P/A:P')).toBe(7.5);
    expect(scoreOf('CVSS:3.0/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H')).toBe(9.8);
    expect(scoreOf('CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N')).toBe(6.1);
    expect(scoreOf('CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N')).toBe(9.3);
  });

  it.each([
    ['', 'no metric'],
    ['HIGH', 'no metric'],
    ['7.5', 'no metric'],
    ['CVSS:3.1/AV:N', 'lacks the mandatory metric'],
    ['CVSS:3.2/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H', 'no metric'],
    ['CVSS:3.1/AV:N/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H', 'gives AV twice'],
    ['CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H/', 'no metric'],
    ['CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:X', 'no value'],
    ['CVSS:3.1/__proto__:N', 'no metric'],
    ['A'.repeat(100_000), 'too long'],
  ])('never gives a number to %j', (vector, fault) => {
    expect(scoreOf(vector)).toContain(fault);
  });

  it('prefers the highest score and says which', () => {
    const low = scoreCvss('CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N');
    const high = scoreCvss('AV:N/AC:L/Au:N/C:P/I:P/A:P');
    expect(highestOf([scoreCvss('?'), low, high])).toEqual(high);
    expect(highestOf([scoreCvss('?')])).toMatchObject({ state: 'unknown' });
    expect(highestOf([])).toBeUndefined();
  });

  it.skipIf(!existsSync(DATA))('agrees with every base score of the reference tables (shared data)', () => {
    const wrong = rows('cvss-vectors.tsv').filter(([, vector = '', base]) => scoreOf(vector) !== Number(base));
    expect(wrong).toEqual([]);
  });

  it.skipIf(!existsSync(DATA))('refuses every invalid vector of the reference tables (shared data)', () => {
    const accepted = rows('cvss-invalid.tsv').filter(([, vector = '']) => typeof scoreOf(vector) === 'number');
    expect(accepted).toEqual([]);
  });
});
