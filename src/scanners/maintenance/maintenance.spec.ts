import { describe, expect, it } from 'vitest';
import { aListedRelease, aPackage, withoutFeeds } from '../../../test/contract/package-samples.ts';
import { itKeepsTheScannerContract } from '../../../test/contract/scanner.ts';
import { MAINTENANCE } from '../../../test/corpora/listings.ts';
import { toldOfMaintenance } from '../../../test/corpora/listings-told.ts';
import type { UpstreamRelease } from '../../domain/distribution.ts';
import type { Finding } from '../../domain/evidence.ts';
import { maintenanceScanner } from './index.ts';

const now = withoutFeeds.now;
const daysAgo = (days: number) => new Date(now.getTime() - days * 86_400_000).toISOString();
const release = (version: string, days: number, yanked: string | false = false): UpstreamRelease =>
  aListedRelease(version, { uploadedAt: daysAgo(days), yanked, requiresRuntime: '>=3.10,!=3.12.*' });
const steady = aPackage({
  releases: [release('2.0', 30), release('1.0', 400), release('1.5', 200), release('2.1rc1', 10)],
});

async function findings(subject: ReturnType<typeof aPackage>): Promise<readonly Finding[]> {
  const outcome = await maintenanceScanner.scan(subject, withoutFeeds);
  return outcome.status === 'completed' ? outcome.findings : [];
}
const codes = async (subject: ReturnType<typeof aPackage>) => (await findings(subject)).map(({ data }) => data.code);

itKeepsTheScannerContract(maintenanceScanner, {
  context: withoutFeeds,
  judged: [
    { title: 'a steady project', subject: steady },
    { title: 'one without times', subject: aPackage({ releases: [aListedRelease('1.0', { uploadedAt: undefined })] }) },
    { title: 'times that are none', subject: aPackage({ releases: [aListedRelease('1.0', { uploadedAt: 'soon' })] }) },
  ],
  unjudged: [{ title: 'a package of which nothing is listed', subject: aPackage({ releases: [] }) }],
});

describe('maintenance scanner', () => {
  it('gives the history in figures', async () => {
    const [history, ...more] = await findings(steady);
    expect(more).toEqual([]);
    expect(history).toMatchObject({ severity: 'info', kind: 'maintenance', subject: 'pkg:pypi/demo-pkg' });
    expect(history?.data).toMatchObject({
      code: 'history',
      releases: 4,
      prereleases: 1,
      ageDays: 400,
      daysSinceLast: 10,
      medianGapDays: 170,
      lastYear: 3,
      yankedShare: 0,
      newest: '2.0',
      requiresRuntime: '>=3.10,!=3.12.*',
      supports: ['3.10', '3.11', '3.13', '3.14'],
      status: null,
    });
    expect(history?.summary).toContain('4 releases, half of them 170 days or less after the one before');
    const sameDay = [release('1.0', 300), release('1.1', 300), release('1.2', 300)];
    const [inOneDay] = await findings(aPackage({ releases: sameDay }));
    expect(inOneDay?.summary).toContain('3 releases, half of them on the day of the one before, the first 300');
  });

  it('names what a person should see', async () => {
    expect(await codes(aPackage({ releases: [release('1.0', 1000)] }))).toEqual(['history', 'dormant']);
    expect(await codes(aPackage({ releases: [release('1.0', 20)] }))).toEqual(['history', 'new-project']);
    const yanked = [release('1.0', 300), release('1.1', 200, ''), release('1.2', 100, 'broken'), release('1.3', 99)];
    expect(await codes(aPackage({ releases: yanked }))).toEqual(['history', 'often-yanked']);
  });

  it.each([
    ['archived', 'low'],
    ['deprecated', 'low'],
    ['quarantined', 'medium'],
  ])('passes on that the project is %s', async (status, severity) => {
    const subject = aPackage({ releases: [release('1.0', 200)], status: { status, reason: 'use another' } });
    expect((await findings(subject))[1]).toMatchObject({
      severity,
      summary: `The index marks demo-pkg as ${status}: use another`,
    });
    expect(
      await codes(aPackage({ releases: [release('1.0', 200)], status: { status: 'active', reason: undefined } })),
    ).toEqual(['history']);
  });

  it('says by a code of its own that the index stopped the project, or does not know it any more', async () => {
    const releases = [release('1.0', 200)];
    const stopped = { status: 'quarantined', reason: undefined };
    expect(await codes(aPackage({ releases, status: stopped }))).toEqual(['history', 'quarantined-upstream']);
    expect(await codes(aPackage({ releases, goneSince: '2026-01-01T00:00:00.000Z' }))).toEqual([
      'history',
      'gone-upstream',
    ]);
  });

  it('does not invent dates', async () => {
    const [history] = await findings(aPackage({ releases: [aListedRelease('1.0', { uploadedAt: undefined })] }));
    expect(history?.data).toMatchObject({
      ageDays: null,
      daysSinceLast: null,
      lastYear: null,
      first: null,
      supports: null,
    });
    expect(history?.summary).toContain('does not say when');
    const future = aPackage({ releases: [release('1.0', -300)] });
    expect((await findings(future))[0]?.data).toMatchObject({ ageDays: 0, daysSinceLast: 0 });
  });
});

describe('the corpus', () => {
  it.each(MAINTENANCE.map((sample) => [sample.title, sample] as const))('%s', async (_, sample) => {
    const told = (await toldOfMaintenance(sample)).toSorted();
    expect(told).toEqual(sample.told.toSorted());
  });
});
