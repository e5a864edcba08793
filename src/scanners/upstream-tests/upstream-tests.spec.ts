import { describe, expect, it } from 'vitest';
import { withoutFeeds } from '../../../test/contract/package-samples.ts';
import { itKeepsTheScannerContract } from '../../../test/contract/scanner.ts';
import { aTrial, UNTRIED } from '../../../test/contract/trial-samples.ts';
import type { TestStep } from '../../domain/trial.ts';
import { upstreamTestsScanner } from './index.ts';

const MISSING: TestStep = { status: 'not-runnable', reason: 'its tests need pytest' };

itKeepsTheScannerContract(upstreamTestsScanner, {
  context: withoutFeeds,
  judged: [{ title: 'tests that pass', subject: aTrial() }],
  unjudged: [
    { title: 'a machine without isolation', subject: UNTRIED },
    { title: 'tests without their runner', subject: aTrial({ tests: MISSING }) },
    { title: 'tests that were not reached', subject: aTrial({ tests: { status: 'not-reached' } }) },
  ],
});

const outcomeOf = (tests: TestStep) => upstreamTestsScanner.scan(aTrial({ tests }), withoutFeeds);

describe('upstream tests', () => {
  it('counts what passed and what failed', async () => {
    const ran = { status: 'ran', runner: 'unittest', passed: 3, skipped: 0, last: 'FAILED', seconds: 1 } as const;
    expect(await outcomeOf({ ...ran, failed: 2 })).toMatchObject({
      findings: [{ kind: 'upstream-tests', severity: 'medium', data: { code: 'tests-failed', passed: 3, failed: 2 } }],
    });
    expect(await outcomeOf({ ...ran, failed: 0 })).toMatchObject({
      findings: [{ severity: 'info', summary: 'its own tests (unittest): 3 passed, 0 failed, 0 skipped' }],
    });
    expect(await outcomeOf({ ...ran, passed: 0, failed: 0, skipped: 4 })).toMatchObject({
      findings: [{ severity: 'info', data: { code: 'tests-skipped', passed: 0, skipped: 4 } }],
    });
  });

  it('tells no tests, tests that cannot be run, and tests that do not end apart', async () => {
    expect(await outcomeOf({ status: 'none', reason: 'it carries none' })).toEqual({
      status: 'not-applicable',
      reason: 'it carries none',
    });
    expect(await outcomeOf(MISSING)).toMatchObject({ status: 'failed', reason: 'its tests need pytest' });
    expect(await outcomeOf({ status: 'ended-at-limit', limit: 'memory', last: '' })).toMatchObject({
      findings: [{ severity: 'low', summary: 'its tests went over the limit of memory' }],
    });
  });
});
