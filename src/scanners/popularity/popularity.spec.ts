import { describe, expect, it } from 'vitest';
import { aRelease, ready, STALE, withoutFeeds } from '../../../test/contract/package-samples.ts';
import { itKeepsTheScannerContract } from '../../../test/contract/scanner.ts';
import type { Popularity } from '../../domain/popularity.ts';
import { cran } from '../../ecosystems/cran/index.ts';
import type { ScanContext } from '../contract.ts';
import { popularityScanner } from './index.ts';

const LISTED: Popularity = {
  rank: 7,
  outOf: 5000,
  days30: 1000,
  months12: 12_000,
  versions: [
    { version: '0.9', days30: 100, months12: null },
    { version: '1.0.0', days30: 900, months12: null },
  ],
};
const context: ScanContext = {
  ...withoutFeeds,
  popularity: async (name) => ready(name === 'demo-pkg' ? LISTED : undefined),
};
const unlisted = { ...aRelease(), name: 'other' };

itKeepsTheScannerContract(popularityScanner, {
  context,
  judged: [
    { title: 'a listed package', subject: aRelease() },
    { title: 'one that is not on the list', subject: unlisted },
  ],
  unjudged: [
    { title: 'a package without any list', subject: aRelease(), context: withoutFeeds },
    {
      title: 'a package under a stale list',
      subject: aRelease(),
      context: { ...withoutFeeds, popularity: async () => STALE },
    },
  ],
});

describe('popularity scanner', () => {
  it('gives rank and downloads, of this version in any spelling, with the caveat', async () => {
    expect(await popularityScanner.scan(aRelease('1.0'), context)).toMatchObject({
      findings: [
        {
          severity: 'info',
          summary: expect.stringMatching(
            /number 7 of 5000, 1000 downloads in 30 days, .* 900 of this version .*mirrors/,
          ),
          data: {
            rank: 7,
            downloads12Months: 12_000,
            thisVersion: { version: '1.0.0' },
            versions: [{ version: '1.0.0' }, {}],
          },
        },
      ],
    });
  });

  it('says that a name is not on the list, not that nobody uses it', async () => {
    expect(await popularityScanner.scan(unlisted, context)).toMatchObject({
      findings: [
        { summary: 'other is not on the imported popularity list', data: { rank: null, downloads30Days: null } },
      ],
    });
  });

  it('takes a name of R as it is written, and a version of R in any spelling', async () => {
    const versions = [{ version: '7.3-58', days30: 900, months12: null }];
    const r: ScanContext = {
      ...context,
      ecosystem: cran,
      popularity: async (name) => ready(name === 'MASS' ? { ...LISTED, versions } : undefined),
    };
    const release = (name: string, version: string) => ({
      ...{ ...aRelease(version), ecosystem: 'cran', name, purl: `pkg:cran/${name}@${version}` },
    });
    expect(await popularityScanner.scan(release('MASS', '7.3.58'), r)).toMatchObject({
      findings: [{ subject: 'pkg:cran/MASS@7.3.58', data: { rank: 7, thisVersion: { version: '7.3-58' } } }],
    });
    expect(await popularityScanner.scan(release('mass', '7.3-58'), r)).toMatchObject({
      findings: [{ summary: 'mass is not on the imported popularity list', data: { rank: null } }],
    });
  });

  it('could not check without a list', async () => {
    expect(await popularityScanner.scan(aRelease(), withoutFeeds)).toEqual({
      status: 'failed',
      reason: 'no popularity list imported',
      retryable: false,
    });
  });
});
