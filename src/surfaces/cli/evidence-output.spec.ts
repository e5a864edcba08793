import { describe, expect, it } from 'vitest';
import { findingLines, wordsOfPassedOver } from './evidence-output.ts';

describe('the words about a newer release that was not taken', () => {
  it('name the day, the stop, or the way to find out', () => {
    const version = '2.0';
    expect(wordsOfPassedOver({ version, reason: 'cooling-down', until: '2026-12-01T10:00:00.000Z' })).toBe(
      '2.0 is cooling down until 2026-12-01',
    );
    expect(wordsOfPassedOver({ version, reason: 'stopped', until: null })).toBe(
      '2.0 is denied, quarantined or refused by policy',
    );
    expect(wordsOfPassedOver({ version, reason: 'not-installable', until: null })).toMatch(
      /^2\.0 cannot be installed here with all that it needs: .*says why$/,
    );
  });
});

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
