import { describe, expect, it } from 'vitest';
import { aDistribution } from '../../../test/contract/distribution-samples.ts';
import { withoutFeeds } from '../../../test/contract/package-samples.ts';
import { itKeepsTheScannerContract } from '../../../test/contract/scanner.ts';
import type { OtherBytes, ScanContext } from '../contract.ts';
import { replacedScanner } from './index.ts';

const subject = aDistribution();
const told = (...others: readonly OtherBytes[]): ScanContext => ({ ...withoutFeeds, otherBytes: async () => others });
const HASH = `sha256:${'b'.repeat(64)}`;
const CLEARED: OtherBytes = { where: 'cleared', hash: HASH, at: undefined };

itKeepsTheScannerContract(replacedScanner, {
  context: withoutFeeds,
  judged: [
    { title: 'a file that was always the same', subject },
    { title: 'a file that is cleared with other bytes', subject, context: told(CLEARED) },
  ],
  unjudged: [],
});

describe('replaced files', () => {
  it('are an alarm, the greater where people have the other bytes already', async () => {
    const seen: OtherBytes = { where: 'seen', hash: HASH, at: '2026-01-01T00:00:00.000Z' };
    const listed: OtherBytes = { where: 'listed', hash: 'sha512-x', at: '2026-02-01T00:00:00.000Z' };
    const outcome = await replacedScanner.scan(subject, told(CLEARED, seen, listed));
    expect(outcome).toMatchObject({
      status: 'completed',
      findings: [
        { kind: 'archive', severity: 'critical', data: { code: 'same-version-other-bytes', where: 'cleared' } },
        { severity: 'high', summary: expect.stringContaining('2026-01-01') },
        { severity: 'critical', summary: expect.stringContaining('upstream lists other bytes') },
      ],
    });
  });
});
