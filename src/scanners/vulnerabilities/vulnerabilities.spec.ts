import { describe, expect, it } from 'vitest';
import { aRelease, ready, STALE, withoutFeeds } from '../../../test/contract/package-samples.ts';
import { itKeepsTheScannerContract } from '../../../test/contract/scanner.ts';
import type { Advisory } from '../../domain/advisory.ts';
import type { Finding } from '../../domain/evidence.ts';
import type { ScanContext } from '../contract.ts';
import { vulnerabilitiesScanner } from './index.ts';

const advisory = (change: Partial<Advisory> = {}): Advisory => ({
  id: 'PYSEC-1',
  aliases: ['CVE-2024-0001', 'GHSA-x'],
  ecosystem: 'pypi',
  name: 'demo-pkg',
  summary: 'Reads too much',
  malicious: false,
  severity: { state: 'scored', score: 7.5, vector: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N', system: 'CVSS_V3' },
  ranges: [
    {
      events: [
        { at: 'introduced', version: '0' },
        { at: 'fixed', version: '0.9.1' },
        { at: 'introduced', version: '1.0' },
        { at: 'fixed', version: '1.2' },
      ],
    },
  ],
  versions: [],
  published: undefined,
  modified: '2025-01-01T00:00:00Z',
  ...change,
});
const given = (advisories: readonly Advisory[], change: Partial<ScanContext> = {}): ScanContext => ({
  ...withoutFeeds,
  advisories: async () => ready(advisories),
  ...change,
});

async function findings(version: string, context: ScanContext): Promise<readonly Finding[]> {
  const outcome = await vulnerabilitiesScanner.scan(aRelease(version), context);
  return outcome.status === 'completed' ? outcome.findings : [];
}

itKeepsTheScannerContract(vulnerabilitiesScanner, {
  context: given([advisory(), advisory({ id: 'MAL-1', aliases: [], malicious: true })]),
  judged: [
    { title: 'a flawed release', subject: aRelease('1.1') },
    { title: 'a fixed release', subject: aRelease('1.2') },
    { title: 'a version that is none', subject: aRelease('not a version') },
  ],
  unjudged: [
    { title: 'a release without any advisories imported', subject: aRelease(), context: withoutFeeds },
    {
      title: 'a release under stale advisories',
      subject: aRelease(),
      context: { ...withoutFeeds, advisories: async () => STALE },
    },
  ],
});

describe('vulnerabilities scanner', () => {
  it('names the flaw with its score, the fixes and the nearest one upwards', async () => {
    expect(await findings('1.1', given([advisory()]))).toMatchObject([
      {
        kind: 'vulnerability',
        severity: 'high',
        summary: 'PYSEC-1: Reads too much',
        data: { id: 'PYSEC-1', cvss: 7.5, fixed: ['0.9.1', '1.2'], nextFix: '1.2', clearedAndFree: [] },
      },
    ]);
    expect(await findings('0.9.1', given([advisory()]))).toEqual([]);
    expect(await findings('1.2', given([advisory()]))).toEqual([]);
  });

  it('says which cleared versions are free of it, newest first', async () => {
    const cleared = ['1.1', '0.9.1', '1.10', '1.2'];
    const [finding] = await findings('1.0', given([advisory()], { clearedVersions: async () => cleared }));
    expect(finding?.data.clearedAndFree).toEqual(['1.10', '1.2', '0.9.1']);
  });

  it('takes an unknown severity and malware for what they are', async () => {
    const unknown = advisory({
      id: 'PYSEC-2',
      severity: { state: 'unknown', reason: 'no record carries a CVSS vector' },
    });
    const malicious = advisory({ id: 'MAL-1', malicious: true });
    expect(await findings('1.1', given([unknown, malicious]))).toMatchObject([
      { kind: 'vulnerability', severity: 'unknown', data: { state: 'unknown', cvss: null } },
      { kind: 'malicious', severity: 'critical' },
    ]);
  });

  it('adds what is known of exploitation, asked by CVE id alone', async () => {
    const asked: string[][] = [];
    const context = given([advisory()], {
      exploitation: async (cves) => {
        asked.push([...cves]);
        return {
          known: ready([{ cve: 'CVE-2024-0001', listedOn: '2024-05-01', ransomware: true }]),
          chance: ready([{ cve: 'CVE-2024-0001', epss: 0.93, percentile: 0.99 }]),
        };
      },
    });
    const [finding] = await findings('1.1', context);
    expect(asked).toEqual([['CVE-2024-0001']]);
    expect(finding?.data).toMatchObject({
      knownExploited: true,
      exploitedSince: '2024-05-01',
      ransomware: true,
      epss: 0.93,
      epssPercentile: 0.99,
    });
  });

  it('tells "not on the list" from "no list" and from a stale one', async () => {
    const [none] = await findings('1.1', given([advisory()]));
    expect(none?.data).toMatchObject({ knownExploited: 'not configured', epss: 'not configured' });
    const quiet = given([advisory()], { exploitation: async () => ({ known: ready([]), chance: STALE }) });
    const [unlisted] = await findings('1.1', quiet);
    expect(unlisted?.data).toMatchObject({ knownExploited: false, epss: 'stale', exploitedSince: null });
  });
});
