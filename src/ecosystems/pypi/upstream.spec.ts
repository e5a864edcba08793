import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { startUpstream, type UpstreamServer } from '../../../test/harness/upstream-server.ts';
import { type MadeDistribution, makeSdist, makeWheel } from '../../../test/harness/wheels.ts';
import type { Distribution } from '../../domain/distribution.ts';
import type { Source } from '../../domain/upstream.ts';
import { createFetch } from '../../platform/fetch/index.ts';
import type { UpstreamReader } from '../contract.ts';
import { createPypiUpstream } from './upstream.ts';

let index: UpstreamServer;
let extra: UpstreamServer;
let wheel: MadeDistribution;
const made = () => ({ name: 'made-here', version: '1.0', requires: ['other'] });

beforeAll(async () => {
  wheel = await makeWheel(made());
});
afterEach(() => Promise.all([index.close(), extra.close()]));

async function open(more: readonly Source[] = [], reserved: readonly string[] = []): Promise<UpstreamReader> {
  const sources = [source('index', index.indexUrl), ...more];
  const limits = { attempts: 1, headersMs: 200, documentMs: 1_000 };
  const powers = { sources, now: () => new Date(0) };
  const fetch = createFetch({ ...powers, version: '0', random: () => 0, limits });
  onTestFinished(() => fetch.close());
  return createPypiUpstream({ ...powers, reserved, fetch });
}

function source(name: string, url: string, only?: readonly string[]): Source {
  return { name, kind: name.startsWith('find') ? 'find-links' : 'index', url, only, caFile: undefined };
}

async function found(reader: UpstreamReader, name = 'made-here') {
  const answer = await reader.readPackage(name);
  if (answer.status !== 'found') throw new Error(JSON.stringify(answer));
  return answer.package;
}

async function onlyFile(reader: UpstreamReader): Promise<Distribution> {
  const file = (await found(reader)).releases[0]?.distributions[0];
  if (file === undefined) throw new Error('no file');
  return file;
}

async function start(listed: readonly MadeDistribution[] = [wheel]): Promise<void> {
  [index, extra] = await Promise.all([startUpstream(listed), startUpstream()]);
}

describe('one index', () => {
  it('reads releases and metadata, one request each for twelve readers', async () => {
    await start([wheel, makeSdist(made()), await makeWheel({ name: 'made-here', version: '1.1.0' })]);
    const reader = await open();
    const answers = await Promise.all(Array.from({ length: 12 }, () => reader.readPackage('Made.Here')));
    expect(index.requests()).toHaveLength(1);
    const [first] = answers;
    if (first?.status !== 'found') throw new Error(first?.status);
    expect(first.bytes).toBeGreaterThan(100);
    expect(first.package.releases.map((each) => [each.version, each.distributions.length])).toEqual([
      ['1.0', 2],
      ['1.1.0', 1],
    ]);
    expect(first.package.warnings).toEqual([]);
    const file = await onlyFile(reader);
    const texts = await Promise.all(Array.from({ length: 12 }, () => reader.readMetadata(file)));
    expect(texts).toEqual(texts.map(() => ({ text: wheel.metadataText })));
    expect(index.requests(`/files/${wheel.filename}.metadata`)).toHaveLength(1);
  });

  it('reads the same from HTML', async () => {
    await start();
    index.htmlOnly(true);
    const reader = await open();
    const file = await onlyFile(reader);
    expect(file).toMatchObject({ sha256: wheel.sha256, uploadedAt: undefined, size: undefined });
    expect(await reader.readMetadata(file)).toEqual({ text: wheel.metadataText });
  });

  it('knows unknown from unreadable', async () => {
    await start();
    const reader = await open();
    expect(await reader.readPackage('nothing')).toEqual({ status: 'unknown', warnings: [] });
    expect((await reader.readPackage('not a name')).status).toBe('unknown');
    for (const how of [
      { kind: 'status', status: 500 },
      { kind: 'hang' },
      { kind: 'body', body: '{"files": [' },
      { kind: 'content-type', contentType: 'image/png' },
      { kind: 'truncated', contentLength: true },
    ] as const) {
      index.misbehave('/simple/made-here/', how);
      const answer = await (await open()).readPackage('made-here');
      expect(answer.status, how.kind).toBe('unreadable');
      expect(answer.status === 'unreadable' && answer.reason).toContain('source index did not answer about made-here');
    }
  });

  it('leaves out what lies about its name, and passes yanked and missing times on', async () => {
    await start([]);
    index.add(wheel, { yanked: 'broken', uploadedAt: undefined });
    index.add(await makeWheel({ name: 'evil', version: '9' }), { under: 'made-here' });
    index.add(makeSdist(made()), { stated: { filename: 'made_here-not.a.version.tar.gz' } });
    const { releases, warnings } = await found(await open());
    expect(releases).toHaveLength(1);
    expect(releases[0]?.distributions[0]).toMatchObject({ yanked: 'broken', uploadedAt: undefined });
    expect(warnings).toEqual([
      {
        kind: 'left-out',
        source: 'index',
        what: 'evil-9-py3-none-any.whl is left out: its name belongs to evil; and 1 more files are left out',
      },
    ]);
  });
});

describe('metadata', () => {
  it('refuses a sidecar that is not what the index states', async () => {
    await start([]);
    index.add(wheel, { sidecar: 'Metadata-Version: 2.1\nName: made-here\nVersion: 1.0\n' });
    const reader = await open();
    const answer = await reader.readMetadata(await onlyFile(reader));
    expect(answer).toEqual({
      ...{ unreadable: expect.stringContaining('sha256 differs'), disowned: expect.stringContaining('Name: ') },
    });
  });

  it('refuses a sidecar of another release where the index states no digest of it', async () => {
    await start();
    const text = wheel.metadataText.replace('Version: 1.0', 'Version: 2.0');
    index.misbehave(`/files/${wheel.filename}.metadata`, { kind: 'body', body: text });
    const reader = await open();
    const file = await onlyFile(reader);
    const unstated = { url: file.metadata?.url ?? '', sha256: undefined };
    const answer = await reader.readMetadata({ ...file, metadata: unstated });
    expect(answer).toEqual({ unreadable: expect.stringContaining('is that of made-here 2.0') });
  });

  it('reads the wheel by ranges where there is no sidecar', async () => {
    const large = await makeWheel({
      ...made(),
      files: { 'made_here/data.bin': noise(300_000), 'made_here/__init__.py': '' },
    });
    await start([]);
    index.add(large, { sidecar: false });
    index.htmlOnly(true);
    const reader = await open();
    expect(await reader.readMetadata(await onlyFile(reader))).toEqual({ text: large.metadataText });
    const ranges = index.requests(`/files/${large.filename}`).map((each) => each.headers.range);
    expect(ranges).toEqual(['bytes=-65557']);
    index.misbehave(`/files/${large.filename}`, { kind: 'no-suffix-ranges' });
    const second = await open();
    expect(await second.readMetadata(await onlyFile(second))).toEqual({ text: large.metadataText });
  });

  it.each([
    ['no ranges', { kind: 'no-ranges' }, 'does not answer ranges'],
    ['a wrong range', { kind: 'wrong-range' }, 'does not answer ranges'],
    ['an error', { kind: 'status', status: 500 }, 'answers 500'],
  ] as const)('says unreadable for %s', async (_what, how, words) => {
    await start([]);
    index.add(wheel, { sidecar: false });
    index.misbehave(`/files/${wheel.filename}`, how);
    const reader = await open();
    expect(await reader.readMetadata(await onlyFile(reader))).toEqual({ unreadable: expect.stringContaining(words) });
  });

  it('says unreadable for a size that lies, and for a wheel that holds another project', async () => {
    const other = await makeWheel({ name: 'other', version: '2.0' });
    for (const stated of [{ size: 17 }, { filename: 'made_here-1.0-py3-none-any.whl' }]) {
      await start([]);
      index.add('size' in stated ? wheel : other, { sidecar: false, stated, under: 'made-here' });
      const reader = await open();
      expect(await reader.readMetadata(await onlyFile(reader))).toHaveProperty('unreadable');
    }
  });
});

describe('several sources', () => {
  it('merges them; one that does not answer is a warning, never fewer releases in silence', async () => {
    await start();
    extra.add(await makeWheel({ name: 'made-here', version: '2.0' }));
    const both = await found(await open([source('extra', extra.indexUrl)]));
    expect(both.releases.map((each) => each.version)).toEqual(['1.0', '2.0']);
    extra.misbehave('/simple/made-here/', { kind: 'status', status: 503 });
    const one = await found(await open([source('extra', extra.indexUrl)]));
    expect(one.releases.map((each) => each.version)).toEqual(['1.0']);
    expect(one.warnings).toEqual([
      { kind: 'no-answer', source: 'extra', what: expect.stringContaining('did not answer about made-here') },
    ]);
  });

  it('is unreadable, not unknown, where one failed and the others have none', async () => {
    await start();
    extra.misbehave('/simple/nothing/', { kind: 'status', status: 500 });
    const reader = await open([source('extra', extra.indexUrl)]);
    expect((await reader.readPackage('nothing')).status).toBe('unreadable');
  });

  it('leaves out a file that two sources list with different contents', async () => {
    await start();
    extra.add(wheel, { stated: { sha256Hex: 'b'.repeat(64) } });
    const { releases, warnings } = await found(await open([source('extra', extra.indexUrl)]));
    expect(releases).toEqual([]);
    expect(warnings).toEqual([
      { kind: 'left-out', source: 'index', what: expect.stringContaining('different contents') },
    ]);
  });

  it('asks only the source that holds a name alone', async () => {
    await start();
    extra.add(await makeWheel({ name: 'acme-tool', version: '1' }));
    index.add(await makeWheel({ name: 'acme-tool', version: '99' }));
    const reader = await open([source('inside', extra.indexUrl, ['acme-*'])]);
    expect((await found(reader, 'acme-tool')).releases.map((each) => each.version)).toEqual(['1']);
    expect((await reader.readPackage('acme-none')).status).toBe('unknown');
    await found(reader);
    expect(index.requests().map((each) => each.path)).toEqual(['/simple/made-here/']);
    expect(extra.requests('/simple/made-here/')).toHaveLength(0);
  });

  it('asks nobody for a reserved name that no source holds alone', async () => {
    await start();
    index.add(await makeWheel({ name: 'acme-tool', version: '99' }));
    const reader = await open([], ['acme-*']);
    expect((await reader.readPackage('Acme_Tool')).status).toBe('unreadable');
    expect(index.requests()).toEqual([]);
    const inside = await open([source('inside', extra.indexUrl, ['acme-tool'])], ['acme-*']);
    expect((await inside.readPackage('acme-tool')).status).toBe('unknown');
    expect(index.requests()).toEqual([]);
  });

  it('reads folders: find-links, and an index on disk', async () => {
    await start([]);
    const root = await mkdtemp(join(tmpdir(), 'folder-'));
    onTestFinished(() => rm(root, { recursive: true }));
    await mkdir(join(root, 'simple', 'made-here'), { recursive: true });
    await writeFile(join(root, wheel.filename), wheel.bytes);
    await writeFile(join(root, 'simple', 'made-here', 'index.html'), `<a href="../../${wheel.filename}">x</a>`);
    for (const each of [
      source('find-links', pathToFileURL(root).href),
      source('mirror', pathToFileURL(`${root}/simple/`).href),
    ]) {
      const reader = await open([each, source('find-root', pathToFileURL(root).href)]);
      const file = await onlyFile(reader);
      expect(file.url).toBe(pathToFileURL(join(root, wheel.filename)).href);
      expect(await reader.readMetadata(file)).toEqual({ text: wheel.metadataText });
    }
    const empty = join(root, 'simple');
    expect((await (await open([source('find-links', pathToFileURL(empty).href)])).readPackage('x')).status).toBe(
      'unknown',
    );
    index.add(wheel);
    const missing = await found(await open([source('find-links', pathToFileURL(`${root}/gone`).href)]), 'made-here');
    expect(missing.warnings).toEqual([
      { kind: 'no-answer', source: 'find-links', what: expect.stringContaining('does not exist') },
    ]);
  });

  it('never shows credentials', async () => {
    await start();
    index.misbehave('/simple/broken/', { kind: 'status', status: 403 });
    const reader = await open([
      source('private', index.indexUrl.replace('//', '//me:s3cret@'), ['made-here', 'broken']),
    ]);
    const answers = JSON.stringify([await reader.readPackage('made-here'), await reader.readPackage('broken')]);
    expect(answers).not.toContain('s3cret');
    expect(index.requests('/simple/made-here/')[0]?.headers.authorization).toMatch(/^Basic /);
  });
});

/** Bytes that do not compress, the same each time. */
function noise(length: number): Uint8Array {
  let state = 1;
  return Uint8Array.from({ length }, () => {
    state = (state * 48_271) % 2_147_483_647;
    return state & 0xff;
  });
}

afterAll(() => Promise.all([index.close(), extra.close()]));
