import { appendFile, mkdir, mkdtemp, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { startUpstream, type UpstreamServer } from '../../../test/harness/upstream-server.ts';
import { type MadeDistribution, makeWheel } from '../../../test/harness/wheels.ts';
import type { Source } from '../../domain/upstream.ts';
import { createFetch, type FetchSettings } from './index.ts';

const JSON_TYPE = 'application/vnd.pypi.simple.v1+json';
const PAGE = '/simple/made-here/';
const options = { accept: JSON_TYPE, maxBytes: 1_000_000 };

let server: UpstreamServer;
let other: UpstreamServer;
let wheel: MadeDistribution;
let clock = 0;

beforeAll(async () => {
  wheel = await makeWheel({ name: 'made-here', version: '1.0' });
  [server, other] = await Promise.all([startUpstream([wheel]), startUpstream([wheel])]);
});
afterAll(() => Promise.all([server.close(), other.close()]));
afterEach(() => {
  for (const each of [server, other]) {
    each.behave();
    each.forgetRequests();
  }
});

function source(url: string, more: Partial<Source> = {}): Source {
  return { name: 'index', kind: 'index', url, only: undefined, caFile: undefined, ...more };
}

/** Small times, no jitter to wait for, and a clock the test moves. */
function open(settings: Partial<FetchSettings> = {}) {
  const fetch = createFetch({
    sources: [source(server.indexUrl)],
    version: '0.0.0',
    now: () => new Date(clock),
    random: () => 0.5,
    ...settings,
    limits: { headersMs: 150, idleMs: 150, documentMs: 2_000, downloadMs: 2_000, backoffMs: 2, ...settings.limits },
  });
  onTestFinished(() => fetch.close());
  return fetch;
}

async function reasonOf(answer: Promise<{ status: string; reason?: string }>): Promise<string> {
  const { status, reason } = await answer;
  expect(status).toBe('failed');
  return reason ?? '';
}

async function all(body: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of body) pieces.push(piece);
  return Buffer.concat(pieces);
}

describe('documents', () => {
  it('asks once for twelve at the same moment, and not again while fresh', async () => {
    const fetch = open();
    const answers = await Promise.all(Array.from({ length: 12 }, () => fetch.document(server.url + PAGE, options)));
    expect(answers.every((answer) => answer.status === 'found')).toBe(true);
    await fetch.document(server.url + PAGE, options);
    expect(server.requests(PAGE)).toHaveLength(1);
    expect(server.requests(PAGE)[0]?.headers['user-agent']).toBe('pratique/0.0.0');
  });

  it('holds no more memory for a document than it is long', async () => {
    const answer = await open().document(server.url + PAGE, options);
    const body = answer.status === 'found' ? answer.body : new Uint8Array(0);
    expect(body.byteLength).toBeGreaterThan(100);
    expect(body.buffer.byteLength).toBe(body.byteLength);
  });

  it('asks with the validator when no longer fresh, and keeps the body on 304', async () => {
    const fetch = open();
    const first = await fetch.document(server.url + PAGE, options);
    clock += 6 * 60_000;
    expect(await fetch.document(server.url + PAGE, options)).toEqual(first);
    expect(server.requests(PAGE).map((each) => each.status)).toEqual([200, 304]);
  });

  it('says failed, not the old document, when it is no longer fresh and upstream is down', async () => {
    const fetch = open();
    await fetch.document(server.url + PAGE, options);
    clock += 6 * 60_000;
    server.misbehave(PAGE, { kind: 'status', status: 503 });
    expect(await reasonOf(fetch.document(server.url + PAGE, options))).toContain('503');
  });

  it('keeps documents in a folder between runs, and does not believe a damaged one', async () => {
    const cacheFolder = await mkdtemp(join(tmpdir(), 'fetch-'));
    onTestFinished(() => rm(cacheFolder, { recursive: true }));
    await open({ cacheFolder }).document(server.url + PAGE, options);
    expect((await open({ cacheFolder }).document(server.url + PAGE, options)).status).toBe('found');
    expect(server.requests(PAGE)).toHaveLength(1);
    for (const name of await readdir(cacheFolder)) await appendFile(join(cacheFolder, name), 'x');
    await open({ cacheFolder }).document(server.url + PAGE, options);
    expect(server.requests(PAGE)).toHaveLength(2);
  });

  it('keeps a document that did not change as it is, with the moment when upstream said so', async () => {
    const cacheFolder = await mkdtemp(join(tmpdir(), 'fetch-'));
    onTestFinished(() => rm(cacheFolder, { recursive: true }));
    const fetch = open({ cacheFolder });
    const ask = (by = fetch) => by.document(server.url + PAGE, options);
    const statuses = () => server.requests(PAGE).map(({ status }) => status);
    const first = await ask();
    const [name = ''] = await readdir(cacheFolder);
    const { ino } = await stat(join(cacheFolder, name));
    clock += 6 * 60_000;
    await ask();
    expect(statuses()).toEqual([200, 304]);
    expect((await stat(join(cacheFolder, name))).ino).toBe(ino);
    clock += 4 * 60_000;
    expect(await ask(open({ cacheFolder }))).toEqual(first);
    expect(statuses()).toEqual([200, 304]);
    clock += 2 * 60_000;
    expect(await ask(open({ cacheFolder }))).toEqual(first);
    expect(statuses()).toEqual([200, 304, 304]);
    await rm(join(cacheFolder, name));
    clock += 6 * 60_000;
    await ask();
    expect(await ask(open({ cacheFolder }))).toEqual(first);
    expect(statuses()).toEqual([200, 304, 304, 304]);
  });

  it('remembers for a minute that there is none', async () => {
    const fetch = open();
    const url = `${server.indexUrl}nothing/`;
    expect(await fetch.document(url, options)).toEqual({ status: 'absent' });
    await fetch.document(url, options);
    expect(server.requests('/simple/nothing/')).toHaveLength(1);
    clock += 61_000;
    await fetch.document(url, options);
    expect(server.requests('/simple/nothing/')).toHaveLength(2);
  });

  it('tries again on 500 and 429, and on a connection that breaks', async () => {
    for (const how of [
      { kind: 'status', status: 500, times: 2 } as const,
      { kind: 'status', status: 429, retryAfter: '0', times: 2 } as const,
      { kind: 'truncated', contentLength: true, times: 2 } as const,
      { kind: 'truncated', contentLength: false, times: 2 } as const,
      { kind: 'reset', times: 2 } as const,
      { kind: 'hang', times: 1 } as const,
    ]) {
      server.forgetRequests();
      server.misbehave(PAGE, how);
      expect((await open().document(server.url + PAGE, options)).status, how.kind).toBe('found');
      expect(server.requests(PAGE)).toHaveLength(how.times + 1);
    }
  });

  it.each([
    ['500 for ever', { kind: 'status', status: 500 }, /answers 500; try again later/, 4],
    ['403', { kind: 'status', status: 403 }, /refuses us \(403\)/, 1],
    ['401', { kind: 'status', status: 401 }, /asks for a sign-in \(401\)/, 1],
    ['a long Retry-After', { kind: 'status', status: 429, retryAfter: '3600' }, /asks us to wait 3600 s/, 1],
    ['endless', { kind: 'endless' }, /larger than the limit of 1000000 bytes/, 1],
    ['a bomb', { kind: 'body', body: gzipSync(Buffer.alloc(5_000_000)), encoding: 'gzip' }, /larger than the limit/, 1],
    ['bad gzip', { kind: 'body', body: 'no gzip', encoding: 'gzip' }, /compressed data that cannot be read/, 4],
    ['odd packing', { kind: 'body', body: 'x', encoding: 'rot13' }, /packed as rot13/, 1],
    ['a redirect loop', { kind: 'redirect', to: PAGE }, /redirects more than 5 times/, 6],
  ] as const)('gives one clear reason for %s', async (_what, how, words, requests) => {
    server.misbehave(PAGE, how);
    expect(await reasonOf(open().document(server.url + PAGE, options))).toMatch(words);
    expect(server.requests(PAGE)).toHaveLength(requests);
  });

  it('ends a hang', async () => {
    server.misbehave(PAGE, { kind: 'hang' });
    const fetch = open({ limits: { attempts: 2, documentMs: 10_000 } });
    expect(await reasonOf(fetch.document(server.url + PAGE, options))).toMatch(/did not answer within 0.15 s/);
    expect(server.requests(PAGE)).toHaveLength(2);
  });

  it('ends a slow drip by the time of the whole', async () => {
    server.misbehave(PAGE, { kind: 'drip', everyMs: 20 });
    const fetch = open({ limits: { documentMs: 250 } });
    expect(await reasonOf(fetch.document(server.url + PAGE, options))).toContain('not read to its end within 0.25 s');
  });

  it('leaves an origin alone that failed three times in a row, and asks again later', async () => {
    const fetch = open({ limits: { attempts: 1 } });
    for (const name of ['a', 'b', 'c', 'd']) {
      server.misbehave(`/simple/${name}/`, { kind: 'status', status: 500 });
      await fetch.document(`${server.indexUrl}${name}/`, options);
    }
    expect(server.requests()).toHaveLength(3);
    clock += 11_000;
    expect((await fetch.document(server.url + PAGE, options)).status).toBe('found');
  });
});

describe('whom it contacts', () => {
  it('follows a redirect within the origin and to another named one, and says where it ended', async () => {
    const fetch = open({ alsoAllow: [other.url] });
    server.misbehave('/simple/Made-Here/', { kind: 'redirect', to: PAGE });
    const within = await fetch.document(`${server.indexUrl}Made-Here/`, options);
    expect(within.status === 'found' && within.url).toBe(server.url + PAGE);
    server.misbehave(PAGE, { kind: 'redirect', to: other.url + PAGE });
    expect((await open({ alsoAllow: [other.url] }).document(server.url + PAGE, options)).status).toBe('found');
  });

  it('refuses a redirect to a host that nobody named, without asking it', async () => {
    server.misbehave(PAGE, { kind: 'redirect', to: other.url + PAGE });
    expect(await reasonOf(open().document(server.url + PAGE, options))).toContain('which no source names');
    expect(other.requests()).toHaveLength(0);
  });

  it('refuses unnamed hosts, inside addresses and metadata services that an index links to', async () => {
    const fetch = open();
    expect(await reasonOf(fetch.document(other.url + PAGE, options))).toContain('not the host of any source');
    const linked = { ...options, linkedBy: 'index' };
    for (const url of [
      other.url,
      'http://169.254.169.254/latest',
      'http://[fe80::1]/',
      'http://[::ffff:169.254.169.254]/',
      'http://10.0.0.1/',
      'http://localhost:1/',
    ])
      expect(await reasonOf(fetch.document(url, linked)), url).toContain('inside the local network');
    expect(await reasonOf(fetch.document('ftp://upstream.example/', linked))).toContain('is not asked');
    expect(other.requests()).toHaveLength(0);
  });

  it('sends credentials to their own origin only, and shows them nowhere', async () => {
    const url = server.indexUrl.replace('//', '//someone:s3cr%3At@');
    const fetch = open({ sources: [source(url), source(other.indexUrl, { name: 'second' })] });
    await fetch.document(`${url}made-here/`, options);
    const sent = Buffer.from('someone:s3cr:t').toString('base64');
    expect(server.requests(PAGE)[0]?.headers.authorization).toBe(`Basic ${sent}`);
    server.misbehave('/simple/b/', { kind: 'redirect', to: `${other.url}${PAGE}` });
    await fetch.document(`${url}b/`, options);
    expect(other.requests(PAGE)[0]?.headers.authorization).toBeUndefined();
    server.misbehave('/simple/c/', { kind: 'status', status: 403 });
    const reason = await reasonOf(fetch.document(`${url}c/?token=s3cr`, options));
    expect(reason).not.toMatch(/s3cr|someone/);
  });
});

describe('files', () => {
  const file = () => `${server.url}/files/${wheel.filename}`;

  it('streams a file and reads ranges of it', async () => {
    const fetch = open();
    const found = await fetch.download(file(), { maxBytes: 10_000 });
    if (found.status !== 'found') throw new Error(found.status);
    expect(found.size).toBe(wheel.bytes.length);
    expect(await all(found.body)).toEqual(Buffer.from(wheel.bytes));
    const part = await fetch.range(file(), 2, 9, {});
    expect(part?.total).toBe(wheel.bytes.length);
    expect(Buffer.from(part?.bytes ?? [])).toEqual(Buffer.from(wheel.bytes.subarray(2, 10)));
    expect(Buffer.from((await fetch.range(file(), -4, -1, {}))?.bytes ?? [])).toEqual(
      Buffer.from(wheel.bytes.slice(-4)),
    );
    for (const kind of ['no-ranges', 'wrong-range'] as const) {
      server.misbehave(`/files/${wheel.filename}`, { kind });
      expect(await fetch.range(file(), 2, 9, {})).toBeUndefined();
    }
  });

  it('goes on where a download broke off, and only with the same file', async () => {
    const path = `/files/${wheel.filename}`;
    server.misbehave(path, { kind: 'truncated', contentLength: true, times: 2 });
    const found = await open().download(file(), { maxBytes: 10_000 });
    if (found.status !== 'found') throw new Error(found.status);
    expect(await all(found.body)).toEqual(Buffer.from(wheel.bytes));
    const asked = server.requests(path).map(({ headers }) => headers.range);
    const half = Math.floor(wheel.bytes.length / 2);
    expect(asked.slice(0, 2)).toEqual([undefined, `bytes=${half}-`]);
    expect(server.requests(path)[1]?.headers['if-range']).toMatch(/^"/);
    // A server that answers with the whole, or from elsewhere, may have another file by now.
    for (const kind of ['no-ranges', 'wrong-range'] as const) {
      server.misbehave(path, { kind: 'truncated', contentLength: true, times: 1 });
      const again = await open().download(file(), { maxBytes: 10_000 });
      server.misbehave(path, { kind });
      if (again.status !== 'found') throw new Error(again.status);
      await expect(all(again.body)).rejects.toMatchObject({ why: expect.stringContaining('broke off') });
    }
  });

  it('rejects the stream when it breaks, hangs, or grows past the limit', async () => {
    for (const [how, words] of [
      [{ kind: 'truncated', contentLength: true }, /broke off/],
      [{ kind: 'endless' }, /larger than the limit/],
      [{ kind: 'drip', everyMs: 3_000 }, /stopped in the middle/],
    ] as const) {
      server.misbehave(`/files/${wheel.filename}`, how);
      const found = await open().download(file(), { maxBytes: 10_000 });
      if (found.status !== 'found') throw new Error(found.status);
      await expect(all(found.body)).rejects.toMatchObject({
        kind: 'could-not-check',
        why: expect.stringMatching(words),
      });
    }
    server.behave();
    expect(await reasonOf(open().download(file(), { maxBytes: 10 }))).toContain('larger than the limit of 10 bytes');
  });
});

describe('file folders', () => {
  it('lists and reads below the root, and nothing outside it', async () => {
    const base = await mkdtemp(join(tmpdir(), 'folders-'));
    onTestFinished(() => rm(base, { recursive: true }));
    const root = join(base, 'wheels');
    await mkdir(root);
    await writeFile(join(root, wheel.filename), wheel.bytes);
    await writeFile(join(base, 'secret'), 'outside');
    await symlink(join(base, 'secret'), join(root, 'link'));
    const url = pathToFileURL(root).href;
    const fetch = open({ sources: [source(url, { kind: 'find-links' })] });
    const listing = await fetch.document(url, { ...options, accept: 'application/vnd.pratique.folder+json' });
    expect(listing.status === 'found' && JSON.parse(Buffer.from(listing.body).toString())).toMatchObject({
      files: [{ filename: 'link' }, { filename: wheel.filename, size: wheel.bytes.length }],
    });
    const found = await fetch.download(`${url}/${wheel.filename}`, { maxBytes: 10_000 });
    expect(found.status === 'found' && (await all(found.body)).length).toBe(wheel.bytes.length);
    expect((await fetch.range(`${url}/${wheel.filename}`, 0, 1, {}))?.total).toBe(wheel.bytes.length);
    expect((await fetch.document(`${url}/none.whl`, options)).status).toBe('absent');
    for (const path of ['/link', '/../secret', '/%2e%2e/secret'])
      expect(await reasonOf(fetch.document(url + path, options)), path).toContain(
        'not inside the folder of any source',
      );
    const missing = open({ sources: [source(`${url}-missing`)] });
    expect(await reasonOf(missing.document(`${url}-missing/x/`, options))).toContain('does not exist');
  });
});
