/** Ways to upstream that an operator's network has: proxies and passwords kept by host. */
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, get, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { startGitServer } from '../../../test/harness/git-server.ts';
import { startUpstream, type UpstreamServer } from '../../../test/harness/upstream-server.ts';
import { makeWheel } from '../../../test/harness/wheels.ts';
import type { Source } from '../../domain/upstream.ts';
import { createFetch, type FetchSettings } from './index.ts';
import { parseNetrc } from './netrc.ts';
import { proxyFor } from './proxies.ts';

const PAGE = '/simple/made-here/';
const options = { accept: 'application/vnd.pypi.simple.v1+json', maxBytes: 1_000_000 };

let server: UpstreamServer;
let other: UpstreamServer;
beforeAll(async () => {
  const wheel = await makeWheel({ name: 'made-here', version: '1.0' });
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

function open(settings: Partial<FetchSettings> = {}) {
  const now = () => new Date(0);
  const limits = { headersMs: 1000, documentMs: 2_000, backoffMs: 2 };
  const fetch = createFetch({
    sources: [source(server.indexUrl)],
    version: '0',
    now,
    random: () => 0,
    limits,
    ...settings,
  });
  onTestFinished(() => fetch.close());
  return fetch;
}

async function reasonOf(answer: Promise<{ status: string; reason?: string }>): Promise<string> {
  const { status, reason } = await answer;
  expect(status).toBe('failed');
  return reason ?? '';
}

/** A proxy that forwards `http:` and tunnels the rest, and notes what it is asked; or answers everything with one status. */
async function startProxy(status?: number) {
  const seen: { url: string | undefined; authorization: string | undefined }[] = [];
  const proxy = createServer((asked, answer) => {
    seen.push({ url: asked.url, authorization: asked.headers['proxy-authorization'] });
    if (status !== undefined) {
      answer.writeHead(status).end();
      return;
    }
    const { 'proxy-authorization': _, ...headers } = asked.headers;
    get(asked.url ?? '', { headers }, (good) => {
      answer.writeHead(good.statusCode ?? 502, good.headers);
      good.pipe(answer);
    });
  });
  proxy.on('connect', (asked: IncomingMessage, client: Duplex) => {
    seen.push({ url: asked.url, authorization: asked.headers['proxy-authorization'] });
    if (status !== undefined) {
      client.end(`HTTP/1.1 ${status} No\r\n\r\n`);
      return;
    }
    const far = connect(Number(asked.url?.split(':')[1]), '127.0.0.1', () => {
      client.write('HTTP/1.1 200 OK\r\n\r\n');
      far.pipe(client).pipe(far);
    });
    for (const end of [far, client]) end.on('error', () => undefined);
  });
  await new Promise<void>((resolve) => void proxy.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    proxy.closeAllConnections();
    proxy.close();
  });
  const address = proxy.address();
  return { seen, url: `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}` };
}

describe('through a proxy', () => {
  it('asks through that of the environment or of the source, and directly where the environment says so', async () => {
    const proxy = await startProxy();
    const proxies = { http: proxy.url.replace('//', '//me:s3cret@'), https: undefined, none: [] as string[] };
    expect((await open({ proxies }).document(`${server.url}${PAGE}`, options)).status).toBe('found');
    const sent = `Basic ${Buffer.from('me:s3cret').toString('base64')}`;
    expect(proxy.seen).toEqual([{ url: `${server.url}${PAGE}`, authorization: sent }]);
    const none = [`127.0.0.1:${new URL(server.url).port}`];
    await open({ proxies: { ...proxies, none } }).document(`${server.url}${PAGE}`, options);
    expect(proxy.seen.length).toBe(1);
    const own = source(server.indexUrl, { proxy: proxy.url.slice('http://'.length) });
    await open({ sources: [own] }).document(`${server.url}${PAGE}`, options);
    expect(proxy.seen[1]).toEqual({ url: `${server.url}${PAGE}`, authorization: undefined });
  });

  it("asks an encrypted source through a tunnel, whose sign-in is the proxy's alone", async () => {
    const folder = await mkdtemp(join(tmpdir(), 'ways-'));
    const secure = await startGitServer(folder);
    secure.answer((_asked, answer) => {
      answer.end('{}');
      return true;
    });
    onTestFinished(async () => {
      await secure.close();
      await rm(folder, { recursive: true });
    });
    const proxy = await startProxy();
    const proxies = { http: undefined, https: proxy.url.replace('//', '//me:s3cret@'), none: [] };
    const fetch = open({ proxies, sources: [source(`${secure.url}simple/`, { caFile: secure.caFile })] });
    expect((await fetch.document(`${secure.url}simple/a/`, options)).status).toBe('found');
    const sent = `Basic ${Buffer.from('me:s3cret').toString('base64')}`;
    expect(proxy.seen).toEqual([{ url: secure.host, authorization: sent }]);
    expect(secure.asked).toEqual(['/simple/a/']);
    const closed = { ...proxies, https: (await startProxy(407)).url };
    const sources = [source(`${secure.url}simple/`, { caFile: secure.caFile })];
    expect(await reasonOf(open({ proxies: closed, sources }).document(`${secure.url}simple/a/`, options))).toContain(
      `The proxy ${closed.https} asks for a sign-in`,
    );
  });

  it('says what the proxy refuses, and shows no credentials', async () => {
    const proxy = await startProxy(407);
    const proxies = { http: proxy.url.replace('//', '//me:s3cret@'), https: undefined, none: [] };
    const reason = await reasonOf(open({ proxies }).document(`${server.url}${PAGE}`, options));
    expect(reason).toContain(`The proxy ${proxy.url} asks for a sign-in`);
    const dead = { http: 'http://me:s3cret@127.0.0.1:1', https: undefined, none: [] };
    const second = await reasonOf(open({ proxies: dead }).document(`${server.url}${PAGE}`, options));
    expect(second).toContain('(through the proxy http://127.0.0.1:1)');
    expect(reason + second).not.toMatch(/s3cret|me:/);
    const odd = { http: 'socks5://me:s3cret@127.0.0.1:1', https: undefined, none: [] };
    const third = await reasonOf(open({ proxies: odd }).document(`${server.url}${PAGE}`, options));
    expect(third).toMatch(/speaks SOCKS, which is not supported; name one that speaks HTTP/);
    const nonsense = { http: 'ftp://127.0.0.1:1', https: undefined, none: [] };
    const fourth = await reasonOf(open({ proxies: nonsense }).document(`${server.url}${PAGE}`, options));
    expect(fourth).toMatch(/starts with http: or https:/);
    expect(third).not.toMatch(/s3cret/);
  });

  it.each([
    ['https://a.upstream.example/x', ['upstream.example'], false],
    ['https://a.upstream.example/x', ['.upstream.example'], false],
    ['https://aupstream.example/x', ['upstream.example'], true],
    ['https://upstream.example/x', ['upstream.example:8443'], true],
    ['https://upstream.example:8443/x', ['upstream.example:8443'], false],
    ['http://[::1]/x', ['::1'], false],
    ['http://upstream.example/x', ['*'], false],
  ])('%s with NO_PROXY %s', (url, none, isProxied) => {
    const proxies = { http: 'proxy.example:3128', https: 'http://proxy.example:3128', none };
    expect(proxyFor(new URL(url), undefined, proxies)).toBe(isProxied ? 'http://proxy.example:3128' : undefined);
    expect(proxyFor(new URL(url), null, proxies)).toBeUndefined();
  });
});

describe('credentials of a netrc file', () => {
  const text =
    'machine 127.0.0.1 login someone password "a \\"b\\""\nmacdef init\nmachine trap login x password y\n\n' +
    '# machine off login x password y\nmachine b.example\n  login me\n  account z\n  password t0p\ndefault login any password thing\n';

  it('are read by host; defaults are not taken', () => {
    expect([...parseNetrc(text)]).toEqual([
      ['127.0.0.1', { login: 'someone', password: 'a "b"' }],
      ['b.example', { login: 'me', password: 't0p' }],
    ]);
  });

  it('go to their host where the address holds none, and nowhere after a redirect', async () => {
    const credentials = new Map([['127.0.0.1', { login: 'someone', password: 'deep' }]]);
    const elsewhere = source(`http://localhost:${new URL(other.url).port}/simple/`, { name: 'second' });
    const fetch = open({ credentials, sources: [source(server.indexUrl), elsewhere] });
    await fetch.document(`${server.url}${PAGE}`, options);
    const sent = Buffer.from('someone:deep').toString('base64');
    expect(server.requests(PAGE)[0]?.headers.authorization).toBe(`Basic ${sent}`);
    server.misbehave('/simple/b/', { kind: 'redirect', to: `${elsewhere.url}made-here/` });
    await fetch.document(`${server.url}/simple/b/`, options);
    expect(other.requests(PAGE).map(({ headers }) => headers.authorization)).toEqual([undefined]);
    const own = open({ credentials, sources: [source(server.indexUrl.replace('//', '//me:own@'))] });
    server.forgetRequests();
    await own.document(`${server.url}${PAGE}`, options);
    const first = Buffer.from('me:own').toString('base64');
    expect(server.requests(PAGE)[0]?.headers.authorization).toBe(`Basic ${first}`);
  });
});
