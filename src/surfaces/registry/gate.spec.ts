import { get, type IncomingHttpHeaders } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { olga } from '../../../test/harness/people.ts';
import { openTestRegistry, type TestRegistry } from '../../../test/harness/registry.ts';
import type { Actor } from '../../domain/people.ts';
import { createAccounts } from '../../features/accounts/index.ts';
import { resolveActor } from '../../features/accounts/read.ts';
import { type Channels, createChannels } from '../../features/channels/index.ts';
import { createTokens, type MadeToken, type NewToken, type Tokens } from '../../features/tokens/index.ts';
import { networkOf } from '../../platform/fetch/networks.ts';

const PAGE = '/tier3/pypi/simple/app/';
const HAVEN = '10.20.0.0/16';
const INSIDE = { 'x-forwarded-for': '10.20.1.2' };
const OUTSIDE = { 'x-forwarded-for': '203.0.113.9' };
/** After so many wrong ones an address is slowed down here. */
const FEW = 3;

let registry: TestRegistry;
let channels: Channels;
let tokens: Tokens;
let rosa: Actor;
let wrongOnes = 0;
let slowed = false;
const used: string[] = [];

beforeAll(async () => {
  registry = await openTestRegistry(undefined, {
    trustedProxies: ['127.0.0.1'],
    tokenUsed: (id) => void used.push(id),
    takeWrongToken: () => {
      wrongOnes += 1;
      return { isAllowed: !slowed || wrongOnes <= FEW, seconds: 17 };
    },
  });
  const { db, ledger, clock } = registry;
  const accounts = createAccounts({ ledger });
  channels = createChannels({ ledger, targets: [], network: networkOf });
  const noIssuer = { publishers: [], issuerOf: () => undefined, verifyIdentity: async () => ({}) };
  tokens = createTokens({ ...{ db, ledger, clock }, ecosystemIds: ['pypi', 'npm'], ...noIssuer });
  await accounts.claimFirstOperator({ name: 'olga', code: (await accounts.makeOperatorCode()) ?? '' });
  await accounts.add(olga, { name: 'rosa', roles: ['researcher'] });
  rosa = await resolveActor(db, 'rosa');
  await registry.accept([{ name: 'app', version: '1.0' }]);
  await registry.snapshots.publish({ channel: 'tier3', ecosystem: 'pypi', names: [] });
  await registry.serving.refresh();
}, 120_000);
afterAll(() => registry.close());

interface Got {
  readonly status: number;
  readonly phrase: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

function ask(path: string, headers: Record<string, string> = {}, method = 'GET') {
  return new Promise<Got>((resolve, reject) => {
    const asked = { host: '127.0.0.1', port: registry.port, path, headers, method };
    get(asked, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () =>
        resolve({
          ...{ status: response.statusCode ?? 0, phrase: response.statusMessage ?? '', headers: response.headers },
          body: Buffer.concat(chunks).toString(),
        }),
      );
    }).on('error', reject);
  });
}

async function open(...allow: readonly string[]): Promise<void> {
  await channels.changeAccess(olga, 'tier3', { allow, reason: 'A test.' });
  await registry.serving.refresh();
}

async function made(scope: NewToken['scope'] = { actions: ['install'] }, seconds?: number): Promise<MadeToken> {
  const one = await tokens.create(rosa, { label: 'installs', scope, seconds });
  await registry.serving.refresh();
  return one;
}

const basic = (token: string) => ({ authorization: `Basic ${Buffer.from(`any:${token}`).toString('base64')}` });
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const statusWith = async (headers: Record<string, string>, path = PAGE) => (await ask(path, headers)).status;

describe('a channel that takes a token', () => {
  it('says how to show one, in every place that clients print', async () => {
    await open('token');
    const { status, phrase, headers, body } = await ask(PAGE);
    expect(status).toBe(401);
    expect(headers['www-authenticate']).toBe('Basic realm="pratique", charset="UTF-8"');
    expect(phrase).toContain('A TOKEN IS NEEDED for channel tier3');
    expect(phrase).toContain('pratique token create --label TEXT --action install --channel tier3');
    expect(headers['npm-notice']).toBe(phrase);
    expect(headers['cache-control']).toBe('no-store');
    expect(JSON.parse(body)).toMatchObject({ status: 401, error: phrase });
  });

  it('is open to a right one, as a password or a bearer token, and not to a wrong one', async () => {
    await open('token');
    const { token } = await made();
    expect(await statusWith(basic(token))).toBe(200);
    expect(await statusWith(bearer(token))).toBe(200);
    const wrong = await ask(PAGE, basic('hunter2'));
    expect(wrong.status).toBe(401);
    expect(wrong.phrase).toContain('THIS TOKEN DOES NOT OPEN channel tier3');
    expect(`${wrong.body}${wrong.phrase}${JSON.stringify(wrong.headers)}`).not.toContain('hunter2');
  });

  it('closes to a token that is revoked, at once, also where the answer was prepared', async () => {
    await open('token');
    const { token, listing } = await made();
    expect(await statusWith(basic(token))).toBe(200);
    await tokens.revoke(rosa, listing.id);
    await registry.serving.refresh();
    expect(await statusWith(basic(token))).toBe(401);
  });

  it('closes to who is not to install any more: their account is closed, or their role is in another channel', async () => {
    await open('token');
    const accounts = createAccounts({ ledger: registry.ledger });
    await accounts.add(olga, { name: 'tess', roles: ['researcher'] });
    const tess = await resolveActor(registry.db, 'tess');
    const { token } = await tokens.create(tess, { label: 'installs', scope: { actions: ['install'] } });
    await registry.serving.refresh();
    expect(await statusWith(basic(token))).toBe(200);
    await accounts.setRoles(olga, { name: 'tess', roles: [] });
    await registry.serving.refresh();
    expect(await statusWith(basic(token))).toBe(401);
    await accounts.setRoles(olga, { name: 'tess', roles: ['researcher'] });
    await registry.serving.refresh();
    expect(await statusWith(basic(token))).toBe(200);
    await accounts.disable(olga, 'tess', 'Left.');
    await registry.serving.refresh();
    expect(await statusWith(basic(token))).toBe(401);
  });

  it('closes to a token that expires', async () => {
    await open('token');
    const { token } = await made(undefined, 60);
    expect(await statusWith(basic(token))).toBe(200);
    registry.clock.advance(59);
    await registry.serving.refresh();
    expect(await statusWith(basic(token))).toBe(200);
    registry.clock.advance(2);
    expect(await statusWith(basic(token))).toBe(401);
  });

  it.each<[string, NewToken['scope'], number]>([
    ['without limits', {}, 401],
    ['for another action', { actions: ['read'] }, 401],
    ['for another ecosystem', { actions: ['install'], ecosystems: ['npm'] }, 401],
    ['for this channel and ecosystem', { actions: ['install'], channels: ['tier3'], ecosystems: ['pypi'] }, 200],
  ])('a token %s', async (_what, scope, status) => {
    await open('token');
    const { token } = await made(scope);
    expect(await statusWith(basic(token))).toBe(status);
  });

  it('asks at every path: index, file, sidecar, pinned snapshot, refusal, search, audit', async () => {
    await open('token');
    const { token } = await made();
    const { body } = await ask(PAGE, { ...basic(token), accept: 'application/vnd.pypi.simple.v1+json' });
    const file = new URL(JSON.parse(body).files[0].url, `http://localhost${PAGE}`).pathname;
    for (const path of [PAGE, file, `${file}.metadata`, '/tier3@2/pypi/simple/app/', '/tier3--2/pypi/simple/']) {
      expect([path, await statusWith(basic(token), path)]).toEqual([path, 200]);
      expect([path, await statusWith({}, path)]).toEqual([path, 401]);
    }
    for (const path of ['/tier3/pypi/simple/other/', '/tier3/pypi/nonsense', '/tier3/pypi/simple/App/'])
      expect([path, await statusWith({}, path)]).toEqual([path, 401]);
    expect((await ask(PAGE, {}, 'POST')).status).toBe(401);
    const head = await ask(PAGE, {}, 'HEAD');
    expect([head.status, head.body]).toEqual([401, '']);
  });

  it('keeps what it answers out of shared caches', async () => {
    const { token } = await made();
    await open('everyone');
    expect((await ask(PAGE)).headers['cache-control']).toBe('no-cache');
    await open('token');
    for (const path of [PAGE, '/tier3/pypi/simple/App/'])
      expect((await ask(path, basic(token))).headers['cache-control']).toBe('private, no-cache');
    const etag = (await ask(PAGE, basic(token))).headers.etag ?? '';
    const again = await ask(PAGE, { ...basic(token), 'if-none-match': etag });
    expect([again.status, again.headers['cache-control']]).toEqual([304, 'private, no-cache']);
    expect(await statusWith({ 'if-none-match': etag })).toBe(401);
  });

  it('redirects within itself, without the token', async () => {
    await open('token');
    const { token } = await made();
    const { status, headers } = await ask('/tier3/pypi/simple/App/', basic(token));
    expect([status, headers.location]).toEqual([307, '/tier3/pypi/simple/app/']);
  });

  it('slows down who shows wrong ones, and nobody else', async () => {
    await open('token');
    const { token } = await made();
    [wrongOnes, slowed] = [0, true];
    for (let count = 0; count < FEW; count += 1) expect(await statusWith(basic('guess'))).toBe(401);
    const { status, headers } = await ask(PAGE, basic('guess'));
    expect([status, headers['retry-after']]).toEqual([429, '17']);
    expect(await statusWith(basic(token))).toBe(200);
    expect(await statusWith({})).toBe(401);
    expect(wrongOnes).toBe(FEW + 1);
    slowed = false;
  });

  it('says which token was used, each time, to who writes it down', async () => {
    await open('token');
    const { token, listing } = await made();
    used.length = 0;
    await statusWith(basic(token));
    await statusWith(basic('guess'));
    expect(used).toEqual([listing.id]);
  });
});

describe('a channel of networks', () => {
  it('is open from them, and says to others that no token helps', async () => {
    await open(HAVEN);
    expect(await statusWith(INSIDE)).toBe(200);
    const { status, phrase, headers } = await ask(PAGE, OUTSIDE);
    expect([status, headers['www-authenticate']]).toEqual([403, undefined]);
    expect(phrase).toContain('NOT FROM THIS NETWORK');
    expect(phrase).toContain('203.0.113.9');
    const { token } = await made();
    expect(await statusWith({ ...OUTSIDE, ...basic(token) })).toBe(403);
  });

  it('believes the last address that our own proxy wrote, not what a client made up', async () => {
    await open(HAVEN);
    expect(await statusWith({ 'x-forwarded-for': '10.20.1.2, 203.0.113.9' })).toBe(403);
    expect(await statusWith({ 'x-forwarded-for': '203.0.113.9, 10.20.1.2' })).toBe(200);
    expect(await statusWith({ 'x-forwarded-for': '10.20.1.2, nonsense' })).toBe(403);
  });

  it('with a token, takes both; with a token beside it, either', async () => {
    const { token } = await made();
    await open(`${HAVEN}+token`);
    expect(await statusWith(INSIDE)).toBe(401);
    expect(await statusWith({ ...INSIDE, ...basic(token) })).toBe(200);
    expect(await statusWith({ ...OUTSIDE, ...basic(token) })).toBe(403);
    await open(HAVEN, 'token');
    expect(await statusWith(INSIDE)).toBe(200);
    expect(await statusWith(OUTSIDE)).toBe(401);
    expect(await statusWith({ ...OUTSIDE, ...basic(token) })).toBe(200);
  });
});

describe('a channel that is open to everybody', () => {
  it('asks for nothing, and takes any header', async () => {
    await open('everyone');
    expect(await statusWith({})).toBe(200);
    expect(await statusWith(basic('guess'))).toBe(200);
  });
});

describe('pages of a channel that is not open to everybody', () => {
  it('say nothing of it to who is not let in', async () => {
    const { token } = await made();
    await open('everyone');
    const open200 = await ask('/b/pypi/other?channel=tier3');
    expect(open200.body).toContain('[tier3]');
    await open('token');
    for (const path of ['/b/pypi/other', '/b/pypi/other?channel=tier3']) {
      const stranger = await ask(path);
      expect(stranger.status).toBe(404);
      expect(stranger.body).toBe((await ask('/b/pypi/other?channel=nowhere')).body);
      expect((await ask(path, basic(token))).body).toContain('[tier3]');
    }
  });
  it('slow down whoever shows wrong tokens there, and never who shows a right one or none', async () => {
    const { token } = await made();
    await open('token');
    [wrongOnes, slowed] = [0, true];
    for (let guess = 0; guess < FEW; guess += 1)
      expect((await ask('/b/pypi/other', basic(`guess-${guess}`))).status).toBe(404);
    const refused = await ask('/b/pypi/other', basic('one-more'));
    expect(refused.status).toBe(429);
    expect(refused.headers['retry-after']).toBe('17');
    expect((await ask('/b/pypi/other', basic(token))).status).toBe(200);
    expect((await ask('/b/pypi/other')).status).toBe(404);
    slowed = false;
    await open('everyone');
    expect((await ask('/b/pypi/other', basic('guess'))).status).toBe(200);
  });
});
