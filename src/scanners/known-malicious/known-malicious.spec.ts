import { describe, expect, it } from 'vitest';
import { aDistribution } from '../../../test/contract/distribution-samples.ts';
import { withoutFeeds } from '../../../test/contract/package-samples.ts';
import { itKeepsTheScannerContract } from '../../../test/contract/scanner.ts';
import type { ListedMalicious } from '../../domain/malicious.ts';
import type { Looked, ScanContext } from '../contract.ts';
import { knownMaliciousScanner } from './index.ts';

const subject = aDistribution();
const SHA256 = `sha256:${'e'.repeat(64)}` as const;
const told = (looked: Looked<ListedMalicious>): ScanContext => ({
  ...withoutFeeds,
  listedAsMalicious: async () => looked,
});
const found = (...all: readonly ListedMalicious[]) => told({ status: 'looked', found: all, files: 3, cut: 0 });
const FILE: ListedMalicious = { what: 'file', path: 'demo/x.py', sha256: SHA256, note: 'dropper' };

itKeepsTheScannerContract(knownMaliciousScanner, {
  context: withoutFeeds,
  judged: [
    { title: 'a file without a list', subject },
    { title: 'a file on no list', subject, context: found() },
    { title: 'a file with a listed member', subject, context: found(FILE) },
  ],
  unjudged: [
    { title: 'a stale list', subject, context: told({ status: 'stale', importedAt: '2026-01-01T00:00:00Z' }) },
    { title: 'an archive that could not be read', subject, context: told({ status: 'failed', reason: 'broken' }) },
    {
      title: 'files that were not compared',
      subject,
      context: told({ status: 'looked', found: [], files: 1, cut: 1 }),
    },
  ],
});

describe('known malicious files and packages', () => {
  it('without a list say so, and are never clean', async () => {
    expect(await knownMaliciousScanner.scan(subject, withoutFeeds)).toEqual({
      status: 'not-applicable',
      reason: 'no list of malicious files and packages imported',
    });
  });

  it('are critical, with what the list says and where it is', async () => {
    const whole: ListedMalicious = { what: 'distribution', path: undefined, sha256: SHA256, note: '' };
    expect(await knownMaliciousScanner.scan(subject, found(FILE, whole))).toMatchObject({
      status: 'completed',
      findings: [
        {
          kind: 'malicious',
          severity: 'critical',
          location: 'demo/x.py',
          data: { code: 'listed-file', note: 'dropper' },
        },
        { kind: 'malicious', subject: subject.distribution.filename, data: { code: 'listed-distribution' } },
      ],
    });
  });

  it('are asked for the file as it arrived', async () => {
    const asked: unknown[] = [];
    const context: ScanContext = {
      ...withoutFeeds,
      listedAsMalicious: async (file) => {
        asked.push(file);
        return { status: 'not-configured' };
      },
    };
    await knownMaliciousScanner.scan(subject, context);
    const { sha256, size } = subject.file;
    expect(asked).toEqual([
      { name: 'demo-pkg', version: '1.0', filename: subject.distribution.filename, sha256, size },
    ]);
  });
});
