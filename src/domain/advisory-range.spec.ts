import { describe, expect, it } from 'vitest';
import type { AdvisoryEvent } from './advisory.ts';
import { fixedVersions, isAffected } from './advisory-range.ts';

/** Dotted numbers are enough to see the rules of events; what is no number sorts first. */
function compare(a: string, b: string): number {
  const [left, right] = [a, b].map((text) => text.split('.').map(Number));
  for (let index = 0; index < Math.max(left?.length ?? 0, right?.length ?? 0); index += 1) {
    const difference = (left?.[index] ?? 0) - (right?.[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

const range = (...events: [AdvisoryEvent['at'], string][]) => ({
  ranges: [{ events: events.map(([at, version]) => ({ at, version })) }],
  versions: [],
});
const hits = (affected: ReturnType<typeof range>, versions: string[]) =>
  versions.filter((version) => isAffected(version, affected, compare));

describe('ranges of an advisory', () => {
  it('opens with introduced and ends before fixed, whatever the order of the events', () => {
    const affected = range(['fixed', '2.10'], ['introduced', '2.2']);
    expect(hits(affected, ['2.1', '2.2', '2.9', '2.10', '3'])).toEqual(['2.2', '2.9']);
  });

  it('takes introduced 0 as before everything', () => {
    expect(hits(range(['introduced', '0'], ['fixed', '1']), ['-1', '0', '0.9', '1'])).toEqual(['-1', '0', '0.9']);
  });

  it('includes the last affected version, also where it is the only one', () => {
    expect(hits(range(['introduced', '0'], ['last-affected', '1.5']), ['1.5', '1.5.1'])).toEqual(['1.5']);
    expect(hits(range(['introduced', '1'], ['last-affected', '1']), ['0.9', '1', '1.1'])).toEqual(['1']);
  });

  it('reads several intervals in one range', () => {
    const affected = range(['introduced', '1'], ['fixed', '1.5'], ['introduced', '2'], ['fixed', '2.5']);
    expect(hits(affected, ['0', '1', '1.5', '1.9', '2', '2.4', '2.5'])).toEqual(['1', '2', '2.4']);
  });

  it('opens again where a version both fixes and introduces', () => {
    const affected = range(['introduced', '1'], ['fixed', '2'], ['introduced', '2']);
    expect(hits(affected, ['1', '2', '3'])).toEqual(['1', '2', '3']);
  });

  it('has no end without an end event, and stops at a limit', () => {
    expect(hits(range(['introduced', '1']), ['0', '99'])).toEqual(['99']);
    expect(hits(range(['introduced', '1'], ['limit', '2']), ['1', '1.9', '2', '3'])).toEqual(['1', '1.9']);
    expect(hits(range(['introduced', '1'], ['limit', '*']), ['3'])).toEqual(['3']);
    expect(hits(range(['introduced', '1'], ['limit', '2'], ['limit', '3']), ['2.5', '3'])).toEqual(['2.5']);
  });

  it('counts versions that are listed one by one, in any spelling of the same version', () => {
    const listed = { ranges: [], versions: ['1.0', '3'] };
    expect(['1', '1.0.0', '2', '3.0'].filter((version) => isAffected(version, listed, compare))).toEqual([
      '1',
      '1.0.0',
      '3.0',
    ]);
    expect(isAffected('1', { ranges: [{ events: [] }], versions: [] }, compare)).toBe(false);
  });

  it('names the fixes in order, once', () => {
    const affected = range(
      ['introduced', '0'],
      ['fixed', '2.10'],
      ['introduced', '1'],
      ['fixed', '2.9'],
      ['fixed', '2.9'],
    );
    expect(fixedVersions(affected, compare)).toEqual(['2.9', '2.10']);
  });
});
