import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestDatabase, type TestDatabase } from '../../../test/harness/database.ts';
import { openSigstore } from '../../../test/harness/sigstore.ts';
import { SYSTEM } from '../../domain/people.ts';
import type { Popularity } from '../../domain/popularity.ts';
import { Problem } from '../../domain/problem.ts';
import { cranNames } from '../../ecosystems/cran/names.ts';
import type { ImportSource } from '../../platform/import-files/port.ts';
import type { FeedState } from '../../scanners/contract.ts';
import { readExploitChances, readKnownExploited } from './exploitation.ts';
import { createFeeds, type FeedKind, type Feeds } from './index.ts';
import { readPopularity } from './popularity.ts';
import { exploitationOf, listFeeds, maliciousList, popularityOf, popularNames, trustRoots, yaraRules } from './read.ts';

const normalise = (_: string, name: string) => name.toLowerCase().replaceAll(/[-_.]+/g, '-');
const plain = (name: string) => normalise('pypi', name);
const admit = () => undefined;
const source = (bytes: Uint8Array): ImportSource => ({
  name: 'a list',
  async *files() {
    yield { name: 'list', bytes };
  },
});
const bytes = (text: string) => new TextEncoder().encode(text);

/** What a list that is ready says, by name. */
function dataOf(state: FeedState<ReadonlyMap<string, Popularity>>) {
  return state.status === 'ready' ? Object.fromEntries(state.data) : state.status;
}

/** Stands for the engine: `bad` does not compile. */
function check(sources: readonly { readonly name: string; readonly text: string }[]) {
  const bad = sources.find(({ text }) => text.includes('bad'));
  if (bad !== undefined) return { status: 'refused', reason: `${bad.name}: line 1` } as const;
  return { status: 'compiled', count: sources.length } as const;
}

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
    feeds = createFeeds({ ledger: test.ledger, normalise, admit, checkRules: async (sources) => check(sources) });
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

  it('stay as they were where a list has no room once it is unpacked, which is asked before it is taken apart', async () => {
    const known = 'cveID\nCVE-2024-0001\n';
    expect(await load('kev', known)).toEqual({ records: 1 });
    const asked: string[] = [];
    const tight = createFeeds({
      ...{ ledger: test.ledger, normalise, checkRules: async (sources) => check(sources) },
      admit: ({ bytes }) => {
        asked.push(new TextDecoder().decode(bytes));
        throw new Problem({ kind: 'could-not-check', code: 'import-unreadable', what: 'no room' });
      },
    });
    for (const file of [bytes('nothing'), gzipSync('nothing')])
      await expect(
        tight.importFrom({ kind: 'kev', ecosystem: 'pypi', actor: SYSTEM, source: source(file) }),
      ).rejects.toMatchObject({ code: 'import-unreadable' });
    expect(asked).toEqual(['nothing', 'nothing']);
    const { known: kept } = await exploitationOf(test.db, ['CVE-2024-0001'], ask());
    expect(kept).toMatchObject({ status: 'ready' });
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
    const of = (names: readonly string[], hours?: number) =>
      popularityOf(test.db, { ecosystem: 'pypi', names }, ask(hours));
    const listed = async (names: readonly string[]) => dataOf(await of(names));
    const versions = [{ version: '1.0', days30: 7, months12: null }];
    expect(await listed(['numpy', 'requests', 'nobody'])).toEqual({
      numpy: { rank: 2, outOf: 2, days30: 10, months12: 100, versions },
      requests: { rank: 1, outOf: 2, days30: 20, months12: null, versions: [] },
    });
    expect([await listed(['nobody']), await listed([])]).toEqual([{}, {}]);
    expect((await of(['numpy'], -1)).status).toBe('stale');
    await load('popularity', 'rank\tname\n1\trequests\n');
    expect(await listed(['numpy'])).toEqual({});
  });

  it('keep names of R that differ in capitals alone apart, and from those of another ecosystem', async () => {
    const list = 'rank\tname\tdownloads_30d\tversion\n1\tRcpp\t20\t\n2\trcpp\t3\t\n\tRcpp\t7\t1.0-2\n';
    const feedsOfR = createFeeds({
      ...{ ledger: test.ledger, admit },
      normalise: (_ecosystem, name) => cranNames.normalise(name),
      checkRules: async (sources) => check(sources),
    });
    const from = { kind: 'popularity', ecosystem: 'cran', actor: SYSTEM, source: source(bytes(list)) } as const;
    expect(await feedsOfR.importFrom(from)).toEqual({ records: 2 });
    expect(await popularNames(test.db, 'cran', ask())).toMatchObject({ data: ['Rcpp', 'rcpp'] });
    const of = async (ecosystem: string) =>
      dataOf(await popularityOf(test.db, { ecosystem, names: ['Rcpp', 'rcpp'] }, ask()));
    expect(await of('cran')).toMatchObject({
      Rcpp: { rank: 1, versions: [{ version: '1.0-2' }] },
      rcpp: { rank: 2, versions: [] },
    });
    expect(await of('pypi')).toEqual({});
  });

  it('hold whom to believe about attestations, until that is too old', async () => {
    expect(await trustRoots(test.db, ask())).toEqual({ status: 'not-configured' });
    const [first, second] = [openSigstore(), openSigstore()].map(({ trustRoot: { root } }) => ({ root, keys: [] }));
    if (first === undefined || second === undefined) throw new Error('two roots');
    expect(await load('trust-root', `${first.root}\n${second.root}`)).toEqual({ records: 2 });
    expect(await trustRoots(test.db, ask())).toMatchObject({ status: 'ready', data: [first, second] });
    expect((await trustRoots(test.db, ask(-1))).status).toBe('stale');
    await expect(load('trust-root', '{}')).rejects.toMatchObject({ code: 'feed-unusable' });
    await load('trust-root', second.root);
    expect(await trustRoots(test.db, ask())).toMatchObject({ data: [second] });
    await test.db
      .withTables<{ feeds: { kind: string } }>()
      .deleteFrom('feeds')
      .where('kind', '=', 'trust-root')
      .execute();
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
      ['popularity', 'cran', 2],
      ['popularity', 'pypi', 1],
    ]);
    await load('kev', '["CVE-2024-0009"]');
    expect((await exploitationOf(test.db, ['CVE-2024-0001'], ask())).known).toMatchObject({ data: [] });
  });
});

describe('lists of what is malicious', () => {
  let test: TestDatabase;
  let feeds: Feeds;
  const ask = (staleAfterHours = 1) => ({ now: test.clock.now(), staleAfterHours });
  const HEX = 'A'.repeat(64);
  const SHA256 = `sha256:${'a'.repeat(64)}` as const;
  const load = (kind: FeedKind, files: Readonly<Record<string, string>>) =>
    feeds.importFrom({
      kind,
      ecosystem: 'pypi',
      actor: SYSTEM,
      source: {
        name: 'a folder',
        async *files() {
          for (const [name, text] of Object.entries(files)) yield { name, bytes: bytes(text) };
        },
      },
    });
  beforeAll(async () => {
    test = await openTestDatabase();
    feeds = createFeeds({ ledger: test.ledger, normalise, admit, checkRules: async (sources) => check(sources) });
  });
  afterAll(async () => test.close());

  it('name files by digest, and packages with or without a version', async () => {
    expect((await maliciousList(test.db, ask())).status).toBe('not-configured');
    const list = `# ours\n${HEX}  evil.whl\npkg:pypi/Bad_Name@1.0 steals\npkg:pypi/worse\npkg:npm/%40a/b\n`;
    expect(await load('malicious', { list })).toEqual({ records: 4 });
    const asked = await maliciousList(test.db, ask());
    if (asked.status !== 'ready') throw new Error('not ready');
    expect(asked.data.namesFiles).toBe(true);
    expect(await asked.data.files([SHA256, `sha256:${'b'.repeat(64)}`])).toEqual([
      { sha256: SHA256, note: 'evil.whl' },
    ]);
    expect(await asked.data.packages('pypi', 'bad-name')).toEqual([{ version: '1.0', note: 'steals' }]);
    expect(await asked.data.packages('pypi', 'worse')).toEqual([{ version: '', note: '' }]);
    expect(await asked.data.packages('npm', '@a/b')).toHaveLength(1);
    expect((await maliciousList(test.db, ask(-1))).status).toBe('stale');
    await load('malicious', { list: 'pkg:pypi/worse' });
    const after = await maliciousList(test.db, ask());
    expect(after.status === 'ready' && (await after.data.files([SHA256]))).toEqual([]);
  });

  it.each(['', '# nothing\n', 'evil.whl\n', `${'a'.repeat(63)}\n`, 'pkg:pypi/\n'])(
    'refuses %j and keeps the one before',
    async (list) => {
      await load('malicious', { list: 'pkg:pypi/kept' });
      await expect(load('malicious', { list })).rejects.toThrow('cannot be imported');
      const asked = await maliciousList(test.db, ask());
      expect(asked.status === 'ready' && (await asked.data.packages('pypi', 'kept'))).toHaveLength(1);
    },
  );

  it('are YARA rules too: those of a folder, named by what they say, all or none', async () => {
    expect((await yaraRules(test.db, ask())).status).toBe('not-configured');
    expect(await load('yara', { 'a.yar': 'one', 'README.md': 'bad', 'b.yara': 'two' })).toEqual({ records: 2 });
    const first = await yaraRules(test.db, ask());
    expect(first).toMatchObject({ data: { sources: [{ name: 'a.yar', text: 'one' }, { name: 'b.yara' }] } });
    await expect(load('yara', { 'a.yar': 'one', 'c.yar': 'bad' })).rejects.toThrow('c.yar: line 1');
    await expect(load('yara', { 'README.md': 'x', LICENSE: 'y' })).rejects.toThrow('no .yar');
    expect(await yaraRules(test.db, ask())).toEqual(first);
    await load('yara', { rules: 'three' });
    const second = await yaraRules(test.db, ask());
    expect(second.status === 'ready' && first.status === 'ready' && second.data.digest !== first.data.digest).toBe(
      true,
    );
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
