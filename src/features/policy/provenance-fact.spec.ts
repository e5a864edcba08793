import { describe, expect, it } from 'vitest';
import type { Evidence, Finding } from '../../domain/evidence.ts';
import { provenanceFact } from './provenance-fact.ts';

const finding = (code: string, data: Finding['data'] = {}): Finding => ({
  ...{ kind: 'provenance', severity: 'info', subject: 'x', location: undefined },
  summary: `it is ${code}`,
  data: { code, ...data },
});
const evidence = (status: Evidence['status'], ...findings: readonly Finding[]): Evidence => ({
  ...{ scanner: 'provenance', version: 1, status, reason: null, findings },
  ...{ collectedAt: '2026-01-01T00:00:00Z', freshUntil: null },
});
const build = {
  repository: 'https://forge.example/a/b',
  workflow: 'w.yml',
  issuer: 'https://tokens.example',
  ref: null,
};
const verified = finding('verified', { publishers: [build] });

describe('the state of provenance', () => {
  it.each<[string, readonly Evidence[]]>([
    ['verified', [evidence('completed', verified, verified)]],
    ['absent', [evidence('completed', finding('absent'))]],
    ['partly', [evidence('completed', verified, finding('absent'))]],
    ['partly', [evidence('completed', finding('partly'))]],
    ['invalid', [evidence('completed', verified, finding('invalid'), finding('unverifiable'))]],
    ['invalid', [evidence('failed', finding('invalid'))]],
    ['unverifiable', [evidence('completed', verified, finding('unverifiable'))]],
    ['could not check', [evidence('failed', verified)]],
    ['could not check', [evidence('completed')]],
    ['could not check', []],
    ['not applicable', [evidence('not-applicable')]],
  ])('is %s, the worst of all files', (state, all) => {
    expect(provenanceFact(all).state).toBe(state);
  });

  it.each([
    ['invalid', 'invalid'],
    ['key-unknown', 'unverifiable'],
    ['key-expired', 'unverifiable'],
    ['verified', 'absent'],
    ['unsigned', 'absent'],
  ])('takes a signature of the registry that is %s for %s: it speaks where it is wrong alone', (code, state) => {
    const signature = { ...evidence('completed', finding(code)), scanner: 'registry-signature' };
    const fact = provenanceFact([evidence('completed', finding('absent')), signature]);
    expect(fact.state).toBe(state);
    expect(fact.text).toBe(state === 'absent' ? 'it is absent' : `it is ${code}`);
  });

  it('names the builds and what changed', () => {
    const fact = provenanceFact([
      evidence('completed', verified, verified, finding('gone'), finding('workflow-changed')),
    ]);
    expect(fact).toMatchObject({
      repositories: [build.repository],
      workflows: ['w.yml'],
      issuers: ['https://tokens.example'],
      changes: ['it is gone', 'it is workflow-changed'],
    });
  });
});
