import { expect, it } from 'vitest';
import { aRelease, withoutFeeds } from '../../../test/contract/package-samples.ts';
import { itKeepsTheScannerContract } from '../../../test/contract/scanner.ts';
import { deprecationScanner } from './index.ts';

itKeepsTheScannerContract(deprecationScanner, {
  context: withoutFeeds,
  judged: [
    { title: 'a release in use', subject: aRelease() },
    { title: 'a deprecated one', subject: aRelease('1.0', { deprecated: 'Use estuary 2 instead' }) },
  ],
  unjudged: [],
});

it.each([
  ['Use estuary 2 instead\u001b[31m', 'demo-pkg 1.0 is deprecated: Use estuary 2 instead'],
  ['', 'demo-pkg 1.0 is deprecated'],
])('says what the publisher says: %j', async (deprecated, summary) => {
  const outcome = await deprecationScanner.scan(aRelease('1.0', { deprecated }), withoutFeeds);
  if (outcome.status !== 'completed') throw new RangeError(outcome.status);
  const [finding] = outcome.findings;
  expect(finding).toMatchObject({ kind: 'maintenance', severity: 'low', data: { code: 'deprecated' } });
  expect(finding?.summary.startsWith(summary)).toBe(true);
  expect(finding?.summary).not.toContain('\u001b');
});

it('finds nothing where nobody says so', async () => {
  expect(await deprecationScanner.scan(aRelease(), withoutFeeds)).toEqual({ status: 'completed', findings: [] });
});
