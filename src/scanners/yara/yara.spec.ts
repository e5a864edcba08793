import { describe, expect, it } from 'vitest';
import { aDistribution } from '../../../test/contract/distribution-samples.ts';
import { withoutFeeds } from '../../../test/contract/package-samples.ts';
import { itKeepsTheScannerContract } from '../../../test/contract/scanner.ts';
import type { RuleMatch } from '../../domain/malicious.ts';
import type { Looked, ScanContext } from '../contract.ts';
import { yaraScanner } from './index.ts';

const subject = aDistribution();
const told = (looked: Looked<RuleMatch>): ScanContext => ({ ...withoutFeeds, ruleMatches: async () => looked });
const MATCH: RuleMatch = {
  origin: 'ours.yar',
  rule: 'Dropper',
  path: 'demo/x.py',
  severity: 'high',
  description: 'drops',
};

itKeepsTheScannerContract(yaraScanner, {
  context: withoutFeeds,
  judged: [
    { title: 'a file without rules', subject },
    { title: 'a file that no rule matches', subject, context: told({ status: 'looked', found: [], files: 3, cut: 0 }) },
    { title: 'a file that matches', subject, context: told({ status: 'looked', found: [MATCH], files: 3, cut: 1 }) },
  ],
  unjudged: [
    { title: 'stale rules', subject, context: told({ status: 'stale', importedAt: '2026-01-01T00:00:00Z' }) },
    { title: 'rules that could not be run', subject, context: told({ status: 'failed', reason: 'no memory' }) },
    { title: 'a file seen in part', subject, context: told({ status: 'looked', found: [], files: 1, cut: 1 }) },
  ],
});

describe('YARA rules', () => {
  it('that were never imported are said to be missing', async () => {
    expect(await yaraScanner.scan(subject, withoutFeeds)).toEqual({
      status: 'not-applicable',
      reason: 'no YARA rules imported',
    });
  });

  it('name the rule, where it came from and the file that it matches', async () => {
    expect(await yaraScanner.scan(subject, told({ status: 'looked', found: [MATCH], files: 3, cut: 0 }))).toMatchObject(
      {
        findings: [
          {
            kind: 'malicious',
            severity: 'critical',
            location: 'demo/x.py',
            summary: 'a file matches the YARA rule Dropper of ours.yar: drops',
            data: { code: 'yara-match', rule: 'Dropper', ruleSeverity: 'high' },
          },
        ],
      },
    );
  });
});
