import { describe, expect, it } from 'vitest';
import { findingLines, reasonLines, uncheckedEverywhere } from './evidence-output.ts';

function opaque(at: number, severity: string) {
  return { kind: 'opaque-data', severity, summary: 'Long encoded block', location: `cert.pem:${at}` };
}

describe('findings on a terminal', () => {
  it('names the first of many that are only worth knowing, and how many more there are', () => {
    const lines = findingLines([
      ...Array.from({ length: 50 }, (_, at) => opaque(at, 'info')),
      { kind: 'weakness', severity: 'medium', summary: 'runs text as code', location: null },
    ]);
    expect(lines).toHaveLength(14);
    expect(lines[0]).toBe('opaque-data (info): Long encoded block at cert.pem:0');
    expect(lines[12]).toBe('opaque-data (info): 38 more, which --json and --format html list');
    expect(lines[13]).toBe('weakness (medium): runs text as code');
  });

  it('leaves out nothing that weighs more, however much of it there is', () => {
    expect(findingLines(Array.from({ length: 50 }, (_, at) => opaque(at, 'low')))).toHaveLength(50);
  });
});

describe('a tree of many releases on a terminal', () => {
  const releases = ['wood', 'gear'].map((name) => ({ purl: `pkg:pypi/${name}@1.0`, name, version: '1.0' }));
  const reason = (of: number, words: string) => ({
    ...{ rule: 'could-not-check', outcome: 'review' as const, needs: 'note' as const },
    text: `${releases[of]?.purl}: ${releases[of]?.name} 1.0 ${words}`,
  });

  it('says once what a rule says alike of several, and apart what differs', () => {
    const same = [reason(0, 'could not be checked: x'), reason(1, 'could not be checked: x')];
    expect(reasonLines({ releases, verdict: { reasons: [...same, reason(1, 'is too young')] } })).toEqual([
      '  review (could-not-check, accepting needs: note) pkg:pypi/wood@1.0: wood 1.0 could not be checked: x; the same holds for 1 more',
      '  review (could-not-check, accepting needs: note) pkg:pypi/gear@1.0: gear 1.0 is too young',
    ]);
  });

  it('takes together what no release of the tree could be checked for, and only that', () => {
    const failed = (scanner: string, why: string) => ({
      ...{ scanner, version: 1, status: 'failed' as const, reason: why, findings: [], collectedAt: '' },
      freshUntil: null,
    });
    const wood = { evidence: [failed('popularity', 'no list'), failed('source', 'no hosts')] };
    const gear = { evidence: [failed('popularity', 'no list'), failed('source', 'timeout')] };
    expect([...uncheckedEverywhere([wood, gear])]).toEqual(['popularity: no list']);
    expect([...uncheckedEverywhere([wood])]).toEqual([]);
  });
});
