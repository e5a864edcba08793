import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { type Misbehaviour, startUpstream, type UpstreamServer } from '../../../test/harness/upstream-server.ts';
import type { Source } from '../../domain/upstream.ts';
import { createFetch } from '../../platform/fetch/index.ts';
import type { UpstreamReader } from '../contract.ts';
import { dataFrame, namedList, type RValue } from './rds.ts';
import { writeRds } from './rds-write.ts';
import { cranTargets } from './targets.ts';
import { createCranUpstream } from './upstream.ts';

const CONTRIB = '/src/contrib';
const WINDOWS = '/bin/windows/contrib/4.4';
const LINUX = '/bin/linux/bookworm/4.4/src/contrib';
const MD5 = 'd41d8cd98f00b204e9800998ecf8427e';

const INDEX = `Package: survey
Version: 1.1
Depends: R (>= 4.1), methods
Imports: child (>= 1.0)
MD5sum: ${MD5}

Package: Survey
Version: 9.0

Package: deep
Version: 1.0
Path: 4.4.0/Recommended

Package: outside
Version: 1.0
Path: ../../../elsewhere
`;

let first: UpstreamServer;
let second: UpstreamServer;
beforeEach(async () => {
  [first, second] = await Promise.all([startUpstream(), startUpstream()]);
});
afterEach(() => Promise.all([first.close(), second.close()]));

function answers(upstream: UpstreamServer, path: string, body: string | Uint8Array): void {
  upstream.misbehave(path, { kind: 'body', body, contentType: 'application/octet-stream' });
}

const gz = (text: string) => gzipSync(text);
const rds = (value: RValue) => gzipSync(writeRds(value));

/** As `file.info()` has it. */
function frame(paths: readonly string[], size = 1000, seconds = 86_400): RValue {
  return dataFrame(paths, [
    ['size', { kind: 'doubles', values: paths.map(() => size) }],
    ['mtime', { kind: 'doubles', values: paths.map(() => seconds) }],
  ]);
}

interface Opened {
  readonly more?: readonly Source[];
  readonly reserved?: readonly string[];
  readonly targets?: readonly string[];
}

function open({ more = [], reserved = [], targets = [] }: Opened = {}): UpstreamReader & { later(ms: number): void } {
  let now = 0;
  const sources = [source('first', first.url), ...more];
  const powers = { sources, now: () => new Date(now) };
  const limits = { attempts: 1, headersMs: 300, documentMs: 1_000 };
  const fetch = createFetch({ ...powers, version: '0', random: () => 0, limits });
  onTestFinished(() => fetch.close());
  const parsed = async () => targets.flatMap((id) => cranTargets.parse(id) ?? []);
  const later = (ms: number) => {
    now += ms;
  };
  return { ...createCranUpstream({ ...powers, reserved, fetch, targets: parsed }), later };
}

function source(name: string, url: string, only?: readonly string[]): Source {
  return { name, kind: 'index', url: `${url}/`, only, caFile: undefined };
}

async function found(reader: UpstreamReader, name: string) {
  const answer = await reader.readPackage(name);
  if (answer.status !== 'found') throw new Error(JSON.stringify(answer));
  return answer.package;
}

async function files(reader: UpstreamReader, name: string): Promise<readonly string[]> {
  const { releases } = await found(reader, name);
  return releases.flatMap(({ version, distributions }) =>
    distributions.map(({ filename, url }) => `${version} ${filename} ${new URL(url).pathname}`),
  );
}

describe('a repository of source packages', () => {
  it('has current and archived releases, each with what is stated of it, and asks for its index once', async () => {
    answers(first, `${CONTRIB}/PACKAGES.gz`, gz(INDEX));
    answers(first, `${CONTRIB}/Meta/current.rds`, rds(frame(['survey_1.1.tar.gz'], 2000)));
    answers(first, `${CONTRIB}/Meta/archive.rds`, rds(namedList([['survey', frame(['survey/survey_1.0.tar.gz'])]])));
    const reader = open();
    const [one] = await Promise.all(Array.from({ length: 6 }, () => found(reader, 'survey')));
    expect(first.requests(`${CONTRIB}/PACKAGES.gz`)).toHaveLength(1);
    const [old, current] = one?.releases ?? [];
    expect(old?.distributions).toMatchObject([
      { filename: 'survey_1.0.tar.gz', size: 1000, uploadedAt: '1970-01-02T00:00:00.000Z', metadata: undefined },
    ]);
    expect(current?.distributions).toMatchObject([
      {
        ...{ filename: 'survey_1.1.tar.gz', kind: 'tarball', size: 2000, requiresRuntime: '>= 4.1' },
        url: `${first.url}${CONTRIB}/survey_1.1.tar.gz`,
        integrity: `md5-${Buffer.from(MD5, 'hex').toString('base64')}`,
      },
    ]);
    expect(one?.warnings).toEqual([]);
    const [file] = current?.distributions ?? [];
    if (file === undefined) throw new Error('no file');
    expect(await reader.readMetadata(file)).toMatchObject({ text: expect.stringContaining('Imports: child') });
  });

  it('has names case by case, and other texts are no names', async () => {
    answers(first, `${CONTRIB}/PACKAGES.gz`, gz(INDEX));
    const reader = open();
    expect(await files(reader, 'Survey')).toEqual(['9.0 Survey_9.0.tar.gz /src/contrib/Survey_9.0.tar.gz']);
    expect(await reader.readPackage('SURVEY')).toEqual({ status: 'unknown', warnings: [] });
    expect((await reader.readPackage('../survey')).status).toBe('unknown');
    expect((await reader.listNames?.())?.map(({ name }) => name)).toEqual(['survey', 'Survey', 'deep', 'outside']);
  });

  it('leads to where its index says, and never out of it', async () => {
    answers(first, `${CONTRIB}/PACKAGES.gz`, gz(INDEX));
    answers(
      first,
      `${CONTRIB}/Meta/archive.rds`,
      rds(namedList([['deep', frame(['../../x/deep_0.1.tar.gz', 'deep/other_0.1.tar.gz', 'deep/deep_0.2.zip'])]])),
    );
    const reader = open();
    expect(await files(reader, 'deep')).toEqual(['1.0 deep_1.0.tar.gz /src/contrib/4.4.0/Recommended/deep_1.0.tar.gz']);
    expect(await files(reader, 'outside')).toEqual(['1.0 outside_1.0.tar.gz /src/contrib/outside_1.0.tar.gz']);
  });

  it('says that a package is archived where no index has it any more', async () => {
    answers(first, `${CONTRIB}/PACKAGES.gz`, gz(INDEX));
    answers(first, `${CONTRIB}/Meta/archive.rds`, rds(namedList([['gone', frame(['gone/gone_0.1.tar.gz'])]])));
    const reader = open();
    expect((await found(reader, 'gone')).status).toMatchObject({ status: 'archived' });
    expect((await found(reader, 'survey')).status).toBeUndefined();
  });

  it('may have its index as text alone, and no archive at all', async () => {
    answers(first, `${CONTRIB}/PACKAGES`, INDEX);
    expect(await files(open(), 'survey')).toHaveLength(1);
  });

  it('is asked again when its index may have changed, and sooner where it failed', async () => {
    answers(first, `${CONTRIB}/PACKAGES.gz`, gz('Package: old.one\nVersion: 1.0\n'));
    const reader = open();
    expect((await reader.readPackage('survey')).status).toBe('unknown');
    answers(first, `${CONTRIB}/PACKAGES.gz`, gz(INDEX));
    expect((await reader.readPackage('survey')).status).toBe('unknown');
    reader.later(301_000);
    expect((await reader.readPackage('survey')).status).toBe('found');
    first.misbehave(`${CONTRIB}/PACKAGES.gz`, { kind: 'status', status: 500 });
    reader.later(301_000);
    expect((await reader.readPackage('survey')).status).toBe('unreadable');
    answers(first, `${CONTRIB}/PACKAGES.gz`, gz(INDEX));
    reader.later(16_000);
    expect((await reader.readPackage('survey')).status).toBe('found');
  });
});

describe('what is no index', () => {
  const cases: Readonly<Record<string, { readonly how: Misbehaviour; readonly why: RegExp }>> = {
    'an error of the server': { how: { kind: 'status', status: 500 }, why: /500/ },
    'a missing sign-in': { how: { kind: 'status', status: 401 }, why: /401/ },
    'a server that never answers': { how: { kind: 'hang' }, why: /did not answer|time|within/i },
    'a server that drips': { how: { kind: 'drip', everyMs: 400 }, why: /did not answer|time|within|complete/i },
    'a connection that breaks': { how: { kind: 'reset' }, why: /./ },
    'half of the bytes': { how: { kind: 'body', body: gz(INDEX).subarray(0, 60) }, why: /no index of packages/ },
    'a page instead': {
      how: {
        kind: 'body',
        body: '<!DOCTYPE html>\n<html><body>Sign in: please</body></html>',
        contentType: 'text/html',
      },
      why: /no index of packages/,
    },
    'a text of fields that name no package': {
      how: { kind: 'body', body: 'Error: try again later\nStatus: down\n' },
      why: /no index of packages/,
    },
    'a record with one field twice': {
      how: { kind: 'body', body: gz('Package: a2\nVersion: 1.0\nVersion: 2.0\n') },
      why: /no index of packages/,
    },
    'a bomb': { how: { kind: 'body', body: gzipSync(Buffer.alloc(300 * 1024 * 1024)) }, why: /no index of packages/ },
  };
  it.each(Object.entries(cases))(
    '%s is said to be none, and nothing is known of any package',
    async (_, { how, why }) => {
      first.misbehave(`${CONTRIB}/PACKAGES.gz`, how);
      answers(second, `${CONTRIB}/PACKAGES.gz`, gz(INDEX));
      const reader = open({ more: [source('second', second.url)] });
      const answer = await reader.readPackage('survey');
      // Not passed over: the second may have another package of that name.
      expect(answer).toMatchObject({
        status: 'unreadable',
        reason: expect.stringMatching(/^source first did not answer/),
      });
      expect(answer.status === 'unreadable' && answer.reason).toMatch(why);
    },
  );

  it('is a place without any: said to be no repository', async () => {
    const answer = await open().readPackage('survey');
    expect(answer).toMatchObject({ status: 'unreadable', reason: expect.stringContaining('no PACKAGES') });
  });

  it('leaves current releases where only the lists of files are broken, and says that older ones are missing', async () => {
    answers(first, `${CONTRIB}/PACKAGES.gz`, gz(INDEX));
    const broken: readonly (string | Uint8Array)[] = [
      gzipSync(Buffer.alloc(300 * 1024 * 1024)),
      rds(namedList([['survey', frame(['survey/survey_1.0.tar.gz'])]])).subarray(0, 40),
      '<html></html>',
      // A vector of two thousand million texts, in twenty bytes.
      gzipSync(Buffer.from('580a00000002000402020002030000000010773593ff', 'hex')),
      // Not data: a promise of R code.
      gzipSync(Buffer.from('580a000000020004020200020300000000050000', 'hex')),
    ];
    for (const body of broken) {
      answers(first, `${CONTRIB}/Meta/archive.rds`, body);
      const { releases, warnings } = await found(open(), 'survey');
      expect(releases.map(({ version }) => version)).toEqual(['1.1']);
      expect(warnings).toMatchObject([
        { kind: 'no-answer', source: 'first', what: expect.stringMatching(/^Meta\/archive\.rds could not/) },
      ]);
    }
  });
});

describe('trees of built packages', () => {
  const targets = ['r4.4-windows', 'r4.4-linux-bookworm'];
  const built = (version: string, more = '') =>
    `Package: survey\nVersion: ${version}\nBuilt: R 4.4.1; ; 2024-06-14 00:00:00 UTC; windows\n${more}`;

  it('add files to releases, where some channel installs them', async () => {
    answers(first, `${CONTRIB}/PACKAGES.gz`, gz(INDEX));
    answers(first, `${WINDOWS}/PACKAGES.gz`, gz(`${built('1.0')}\n${built('1.1')}`));
    // Repositories for Linux list what they did not build as well.
    answers(first, `${LINUX}/PACKAGES.gz`, gz(`${built('1.1')}\nPackage: deep\nVersion: 1.0\n`));
    const reader = open({ targets });
    expect(await files(reader, 'survey')).toEqual([
      '1.1 survey_1.1.tar.gz /src/contrib/survey_1.1.tar.gz',
      '1.1 survey_1.1_r4.4-windows.zip /bin/windows/contrib/4.4/survey_1.1.zip',
      '1.1 survey_1.1_r4.4-linux-bookworm.tar.gz /bin/linux/bookworm/4.4/src/contrib/survey_1.1.tar.gz',
      '1.0 survey_1.0_r4.4-windows.zip /bin/windows/contrib/4.4/survey_1.0.zip',
    ]);
    expect(await files(reader, 'deep')).toHaveLength(1);
    const { releases } = await found(reader, 'survey');
    const zip = releases[0]?.distributions.find(({ kind }) => kind === 'binary');
    if (zip === undefined) throw new Error('no built file');
    expect(await reader.readMetadata(zip)).toMatchObject({ text: expect.stringContaining('Built: R 4.4.1') });
    await found(open(), 'survey');
    expect(first.requests(`${WINDOWS}/PACKAGES.gz`)).toHaveLength(1);
  });

  it('may be missing, which is no failure; one that does not answer is', async () => {
    answers(first, `${CONTRIB}/PACKAGES.gz`, gz(INDEX));
    expect(await files(open({ targets }), 'survey')).toHaveLength(1);
    first.misbehave(`${WINDOWS}/PACKAGES.gz`, { kind: 'status', status: 503 });
    const answer = await open({ targets }).readPackage('survey');
    expect(answer).toMatchObject({ status: 'unreadable', reason: expect.stringContaining('bin/windows/contrib/4.4') });
  });
});

describe('several repositories', () => {
  it('are asked in order, and the first that has a name answers for all of it', async () => {
    answers(first, `${CONTRIB}/PACKAGES.gz`, gz('Package: survey\nVersion: 0.5\n'));
    answers(second, `${CONTRIB}/PACKAGES.gz`, gz(INDEX));
    const reader = open({ more: [source('second', second.url)] });
    expect((await found(reader, 'survey')).releases.map(({ version }) => version)).toEqual(['0.5']);
    expect((await found(reader, 'deep')).releases[0]?.distributions[0]?.source).toBe('second');
  });

  it('keep a name that is reserved: no other source is asked for it, nor listed with it', async () => {
    answers(first, `${CONTRIB}/PACKAGES.gz`, gz(INDEX));
    answers(second, `${CONTRIB}/PACKAGES.gz`, gz('Package: ours.tables\nVersion: 1.0\n'));
    const reader = open({ more: [source('second', second.url, ['ours.*', 'survey'])], reserved: ['mine'] });
    expect((await reader.readPackage('survey')).status).toBe('unknown');
    expect((await found(reader, 'ours.tables')).name).toBe('ours.tables');
    expect((await reader.readPackage('mine')).status).toBe('unreadable');
    expect((await reader.listNames?.())?.map(({ name }) => name)).not.toContain('survey');
  });
});
