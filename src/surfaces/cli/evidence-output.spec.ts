import { describe, expect, it } from 'vitest';
import { findingLines } from './evidence-output.ts';

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
