import { describe, expect, it } from 'vitest';
import { aListedRelease, aPackage, withoutFeeds } from '../../../test/contract/package-samples.ts';
import { itKeepsTheScannerContract } from '../../../test/contract/scanner.ts';
import { RESPONSES } from '../../../test/corpora/listings.ts';
import { toldOfResponse } from '../../../test/corpora/listings-told.ts';
import type { Advisory } from '../../domain/advisory.ts';
import type { ScanContext } from '../contract.ts';
import { responseScanner } from './index.ts';

function flaw(id: string, published: string | undefined, fixed: readonly string[], malicious = false): Advisory {
  return {
    ...{ id, aliases: [], ecosystem: 'pypi', name: 'demo-pkg', summary: 'x', malicious, published, versions: [] },
    ...{ severity: { state: 'unknown', reason: 'x' }, modified: '2025-01-01T00:00:00Z' },
    ranges: fixed.map((version) => ({
      events: [
        { at: 'introduced', version: '0' },
        { at: 'fixed', version },
      ],
    })),
  };
}

const knowing = (...data: readonly Advisory[]): ScanContext => ({
  ...withoutFeeds,
  advisories: async () => ({ status: 'ready', data, importedAt: '2026-01-01T00:00:00Z' }),
});

const listed = aPackage({
  releases: [
    aListedRelease('1.0', { uploadedAt: '2025-01-01T00:00:00Z' }),
    aListedRelease('1.1', { uploadedAt: '2025-03-01T00:00:00Z' }),
    aListedRelease('2.0', { uploadedAt: '2025-06-01T00:00:00Z' }),
    aListedRelease('2.1', { uploadedAt: undefined }),
  ],
});

itKeepsTheScannerContract(responseScanner, {
  context: knowing(flaw('A-1', '2025-02-01T00:00:00Z', ['1.1'])),
  judged: [
    { title: 'a package with a flaw', subject: listed },
    { title: 'a package without flaws', subject: listed, context: knowing() },
  ],
  unjudged: [
    { title: 'a package without advisories', subject: listed, context: withoutFeeds },
    {
      title: 'stale advisories',
      subject: listed,
      context: { ...withoutFeeds, advisories: async () => ({ status: 'stale', importedAt: '2020-01-01T00:00:00Z' }) },
    },
  ],
});

describe('how fast flaws are mended', () => {
  it('is counted from the day of publication to the first release that mends them', async () => {
    const outcome = await responseScanner.scan(
      listed,
      knowing(
        flaw('A-1', '2025-02-01T00:00:00Z', ['1.1']),
        flaw('A-2', '2025-03-05T00:00:00Z', ['1.1', '2.0.0']),
        flaw('A-3', '2025-07-01T00:00:00Z', []),
        // Neither the release's nor the flaw's date is known.
        flaw('A-4', '2025-01-02T00:00:00Z', ['2.1']),
        flaw('A-5', undefined, ['2.0']),
        flaw('MAL-1', '2025-01-01T00:00:00Z', [], true),
      ),
    );
    expect(outcome).toMatchObject({
      status: 'completed',
      findings: [
        {
          subject: 'pkg:pypi/demo-pkg',
          summary:
            '4 of 5 published flaws of demo-pkg have a release that mends them: of 2 whose dates are known, 1 by the day of publication, the slowest 28 days after; 1 in more than one series',
          data: { code: 'response', flaws: 5, mended: 4, severalSeries: 1, medianDays: 0, slowestDays: 28 },
        },
      ],
    });
  });

  it('speaks of one flaw as of one', async () => {
    const one = knowing(flaw('A-1', '2025-01-02T00:00:00Z', ['2.1']));
    const summary = expect.stringMatching(/^1 of 1 published flaw of demo-pkg has a release that mends it/);
    expect(await responseScanner.scan(listed, one)).toMatchObject({ findings: [{ summary }] });
  });

  it('is nothing to be told of a package of which no flaw was published', async () => {
    expect(await responseScanner.scan(listed, knowing())).toMatchObject({
      findings: [{ summary: 'No flaw of demo-pkg was ever published in the imported advisories', data: { flaws: 0 } }],
    });
  });
});

describe('the corpus', () => {
  it.each(RESPONSES.map((sample) => [sample.title, sample] as const))('%s', async (_, sample) => {
    expect(await toldOfResponse(sample)).toEqual(sample.told);
  });
});
