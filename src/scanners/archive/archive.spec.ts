import { describe, expect, it } from 'vitest';
import { aDistribution, aScanContext } from '../../../test/contract/distribution-samples.ts';
import { itKeepsTheScannerContract } from '../../../test/contract/scanner.ts';
import { archiveScanner } from './index.ts';

const clean = aDistribution();
const problem = { code: 'path-traversal', summary: 'A name leads out', location: '../evil.py' };
const hostile = aDistribution({
  examination: {
    status: 'done',
    result: { problems: [problem], entries: 3, unpackedBytes: 99, metadata: null, buildRequires: null },
  },
});
const unread = aDistribution({ examination: { status: 'failed', reason: 'it ran out of memory' } });

itKeepsTheScannerContract(archiveScanner, {
  context: aScanContext,
  judged: [
    { title: 'an ordinary wheel', subject: clean },
    { title: 'a hostile one', subject: hostile },
  ],
  unjudged: [{ title: 'a file that could not be examined', subject: unread }],
});

describe('archive scanner', () => {
  it('says nothing of an ordinary wheel', async () => {
    expect(await archiveScanner.scan(clean, aScanContext)).toEqual({ status: 'completed', findings: [] });
  });

  it('turns each problem into a finding with its code and place', async () => {
    expect(await archiveScanner.scan(hostile, aScanContext)).toMatchObject({
      findings: [{ kind: 'archive', severity: 'high', location: '../evil.py', data: { code: 'path-traversal' } }],
    });
  });

  it('fails where the sandbox failed', async () => {
    expect(await archiveScanner.scan(unread, aScanContext)).toMatchObject({ status: 'failed', retryable: true });
  });
});
