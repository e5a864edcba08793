import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestDatabase, type TestDatabase } from '../../../test/harness/database.ts';
import { SYSTEM } from '../../domain/people.ts';
import type { ImportSource } from '../../platform/import-files/port.ts';
import { readExploitChances, readKnownExploited } from './exploitation.ts';
import { createFeeds, type FeedKind, type Feeds } from './index.ts';
import { readPopularity } from './popularity.ts';
import { exploitationOf, listFeeds, popularityOf, popularNames } from './read.ts';

const normalise = (_: string, name: string) => name.toLowerCase().replaceAll(/[-_.]+/g, '-');
const plain = (name: string) => normalise('pypi', name);
const source = (bytes: Uint8Array): ImportSource => ({
  name: 'a list',
  async *files() {
    yield { name: 'list', bytes };
  },
});
const bytes = (text: string) => new TextEncoder().encode(text);

describe('feeds', () => {
  let test: TestDatabase;
  let feeds: Feeds;
  const ask = (staleAfterHours = 1) => ({ now: test.clock.now(), staleAfterHours });
  const load = (kind: FeedKind, text: string | Uint8Array) =>
    feeds.importFrom({
      kind,
      ecosystem: 'pypi',
      actor: SYSTEM,
      source: source(typeof text === 'string' ? bytes(text) : text),
    });
  beforeAll(async () => {
    test = await openTestDatabase();
    feeds = createFeeds({ ledger: test.ledger, normalise });
  });
  afterAll(async () => test.close());

  it('are not configured before the first import, and stay so where a list cannot be used', async () => {
    await expect(load('popularity', 'x\ty\n')).rejects.toThrow('line 1');
    await expect(load('kev', 'cveID\nnothing\n')).rejects.toThrow('line 2');
    await expect(load('epss', gzipSync('cve,epss\nCVE-2024-0001,0.1\n').subarray(0, 20))).rejects.toThrow();
    expect(await popularNames(test.db, 'pypi', ask())).toEqual({ status: 'not-configured' });
    const none = { status: 'not-configured' };
    expect(await exploitationOf(test.db, ['CVE-2024-0001'], ask())).toEqual({ known: none, chance: none });
    expect(await listFeeds(test.db)).toEqual([]);
  });

  it('give popular names in order, and rank and downloads of each', async () => {
    const rows = [
      'rank\tname\tdownloads_30d\tdownloads_12m\tversion',
      '2\tNumPy\t10\t100\t',
      '1\trequests\t20\t\t',
      '\tnumpy\t7\t\t1.0',
    ];
    expect(await load('popularity', `${rows.join('\n')}\n`)).toEqual({ records: 2 });
    expect(await popularNames(test.db, 'pypi', ask())).toMatchObject({ status: 'ready', data: ['requests', 'numpy'] });
    const of = (name: string, hours?: number) => popularityOf(test.db, { ecosystem: 'pypi', name }, ask(hours));
    expect(await of('numpy')).toMatchObject({
      data: { rank: 2, outOf: 2, days30: 10, months12: 100, versions: [{ version: '1.0', days30: 7, months12: null }] },
    });
    expect(await of('nobody')).toMatchObject({ status: 'ready', data: undefined });
    expect((await of('numpy', -1)).status).toBe('stale');
    await load('popularity', 'rank\tname\n1\trequests\n');
    expect(await of('numpy')).toMatchObject({ data: undefined });
  });

  it('say which flaws are exploited and how likely that is, for those that are asked for', async () => {
    await load(
      'kev',
      '"cveID","dateAdded","notes"\n"CVE-2024-0001","2024-05-01","a ""quoted""\nnote"\nCVE-2024-0002,,\n',
    );
    await load('epss', gzipSync('#model:1\ncve,epss,percentile\nCVE-2024-0001,0.93,0.99\nCVE-2024-0003,0.01,0.2\n'));
    expect(await exploitationOf(test.db, ['CVE-2024-0001', 'CVE-2024-0009'], ask())).toMatchObject({
      known: { status: 'ready', data: [{ cve: 'CVE-2024-0001', listedOn: '2024-05-01', ransomware: null }] },
      chance: { status: 'ready', data: [{ cve: 'CVE-2024-0001', epss: 0.93, percentile: 0.99 }] },
    });
    expect((await exploitationOf(test.db, [], ask(-1))).known.status).toBe('stale');
    expect((await listFeeds(test.db)).map(({ kind, ecosystem, records }) => [kind, ecosystem, records])).toEqual([
      ['epss', 'every', 2],
      ['kev', 'every', 2],
      ['popularity', 'pypi', 1],
    ]);
    await load('kev', '["CVE-2024-0009"]');
    expect((await exploitationOf(test.db, ['CVE-2024-0001'], ask())).known).toMatchObject({ data: [] });
  });
});

describe('forms of feeds', () => {
  it.each([
    [
      'a catalogue',
      '{"vulnerabilities":[{"cveID":"CVE-2024-0001","dateAdded":"2024-05-01","knownRansomwareCampaignUse":"Known"}]}',
    ],
    ['an array', '[{"cveID":"cve-2024-0001","dateAdded":"2024-05-01T00:00:00Z","knownRansomwareCampaignUse":"Known"}]'],
    ['comma-separated values', 'cveID,dateAdded,knownRansomwareCampaignUse\r\nCVE-2024-0001,2024-05-01,Known\r\n'],
  ])('exploited flaws as %s', (_, text) => {
    expect(readKnownExploited(text)).toEqual([{ cve: 'CVE-2024-0001', listedOn: '2024-05-01', ransomware: true }]);
  });

  it('exploited flaws as one id a line, where "unknown" is not "no"', () => {
    const expected = [{ cve: 'CVE-2024-0001', listedOn: null, ransomware: null }];
    expect(readKnownExploited('# ours\nCVE-2024-0001\n')).toEqual(expected);
    expect(readKnownExploited('[{"cveID":"CVE-2024-0001","knownRansomwareCampaignUse":"Unknown"}]')).toEqual(expected);
  });

  it.each(['', '{}', '[1]', '{"vulnerabilities":[]}', '[', 'cveID\n"CVE-2024-0001', 'PYSEC-1\n'])(
    'refuses %j',
    (text) => {
      expect(() => readKnownExploited(text)).toThrow('cannot be imported');
    },
  );

  it.each(['cve,epss\nCVE-2024-0001,2\n', 'cve,epss\nCVE-2024-0001,\n', 'cve,epss\n', 'CVE-2024-0001\n'])(
    'refuses chances %j',
    (text) => {
      expect(() => readExploitChances(text)).toThrow('cannot be imported');
    },
  );

  it.each([
    '',
    'rank\tname\n',
    '0\tx\n',
    '1\tx\tmany\n',
    'rank\tname\tversion\n\tx\t1\n',
    'rank\tname\tversion\n1\tx\t\n\tx\t1\0\n',
  ])('refuses popularity %j', (text) => {
    expect(() => readPopularity(text, plain)).toThrow('cannot be imported');
  });

  it('takes the better rank of a name that stands twice, and passes over columns it does not know', () => {
    const { names } = readPopularity('rank\tproject\tstars\n2\tA_b\t9\n1\ta-b\t9\n', plain);
    expect(names).toMatchObject([{ name: 'a-b', rank: 1, downloads: null, months12: null }]);
  });
});
