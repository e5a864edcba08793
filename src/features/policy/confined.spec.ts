import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import type { Finding } from '../../domain/evidence.ts';
import { createSandbox } from '../../platform/sandbox/sandbox.ts';
import { faultOfEntry } from '../../scanners/licence-texts/entries.ts';
import type { PolicySubject } from './facts.ts';
import { createPolicy, DEFAULT_CASES, DEFAULT_POLICY } from './index.ts';

const CONFINED = fileURLToPath(new URL('../../main/confined.ts', import.meta.url));
/** Pairs of so many findings are more than any time-out of a test allows, and fewer than a release may have. */
const MANY_FINDINGS = 20_000;

describe('policy in the confined program', () => {
  const sandbox = createSandbox({
    entry: CONFINED,
    nodePath: process.execPath,
    readable: [],
    memoryMb: 256,
    workers: 1,
    readableAnswer: () => true,
  });
  afterAll(async () => sandbox.close());
  const policyOf = (text: string, timeoutMs?: number) =>
    createPolicy({
      readText: async () => text,
      readCases: async () => DEFAULT_CASES,
      sandbox,
      faultOfLicence: faultOfEntry,
      ...(timeoutMs === undefined ? {} : { timeoutMs }),
    });

  it('passes the default cases', async () => {
    const results = await policyOf(DEFAULT_POLICY).test();
    expect(results.filter(({ passed }) => !passed)).toEqual([]);
  });

  it('says of cases for which the time was too short that they could not be tried, not that they failed to hold', async () => {
    const results = await policyOf(DEFAULT_POLICY, 1).test();
    expect(results.length).toBeGreaterThan(0);
    for (const { passed, fault } of results) {
      expect(passed).toBe(false);
      expect(fault).toContain('took longer');
    }
  });

  it('sends a release to review where a rule does not end, and judges the next one', async () => {
    const rule = {
      id: 'endless',
      when: 'findings.all(a, findings.exists(b, a.text == b.text))',
      outcome: 'refuse',
      needs: 'note',
      reason: 'never said',
    };
    const endless = policyOf(JSON.stringify({ version: 1, rules: [rule] }), 2000);
    const [verdict] = await endless.judge([subject(MANY_FINDINGS)]);
    expect(verdict?.outcome).toBe('review');
    expect(verdict?.reasons[0]).toMatchObject({ rule: 'policy', text: expect.stringContaining('took longer') });
    const [next] = await policyOf(DEFAULT_POLICY).judge([subject(1)]);
    expect(next?.reasons.map(({ rule }) => rule)).toEqual(['could-not-check', 'licence-unknown']);
  });
});

function subject(count: number): PolicySubject {
  const findings = Array.from(
    { length: count },
    (_, at): Finding => ({
      kind: 'maintenance',
      severity: 'info',
      subject: 'pkg:pypi/demo@1',
      summary: `finding ${at}`,
      location: undefined,
      data: {},
    }),
  );
  const collectedAt = '2026-01-01T00:00:00Z';
  const evidence = { version: 1, status: 'completed', reason: null, collectedAt, freshUntil: null } as const;
  return {
    now: new Date('2026-01-02T00:00:00Z'),
    channel: {
      name: 'tre',
      tier: 3,
      mode: 'cleared',
      providers: [],
      windowSeconds: null,
      timezone: 'UTC',
      targets: [],
    },
    release: {
      ...{ purl: 'pkg:pypi/demo@1', ecosystem: 'pypi', name: 'demo', version: '1', role: 'root' },
      ...{ extras: [], requiredBy: [], needs: [], targets: [], releasedAt: '2025-01-01T00:00:00Z', files: [] },
      evidence: [{ ...evidence, scanner: 'maintenance', findings }],
    },
  };
}
