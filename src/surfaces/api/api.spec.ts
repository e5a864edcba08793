import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Caller, openTestHome, type TestHome, tokenOf } from '../../../test/harness/home.ts';

let home: TestHome;
let rosa: Caller;
let operator: string;
beforeAll(async () => {
  home = await openTestHome();
  rosa = await home.person('rosa', 'researcher');
  operator = await tokenOf(home.app, home.operator);
});
afterAll(() => home.close());

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, unknown>;
}

async function call(
  method: string,
  path: string,
  ask: { token?: string; headers?: object; body?: unknown } = {},
): Promise<Answer> {
  const { token, headers = {}, body } = ask;
  const response = await fetch(`${home.url}/api/v1${path}`, {
    method,
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text === '' ? {} : JSON.parse(text) };
}
const channel = (name: string) => ({ name, tier: 3, mode: 'cleared', window: 'none', undo: 'none' });

describe('the API as a whole', () => {
  it('describes itself to anybody, as OpenAPI 3.1 that names an answer for everything it may refuse', async () => {
    const { status, body } = await call('GET', '/openapi.json');
    expect(status).toBe(200);
    expect(body).toMatchObject({
      openapi: '3.1.0',
      paths: { '/api/v1/channels': { get: { operationId: 'listChannels' } } },
    });
    const { body: overview } = await call('GET', '');
    expect(overview['addresses']).toContain('/api/v1/channels');
  });
  it('asks who is calling, and says how they can tell', async () => {
    const { status, headers, body } = await call('GET', '/channels');
    expect({ status, code: body['code'] }).toEqual({ status: 401, code: 'sign-in-needed' });
    expect(headers.get('www-authenticate')).toContain('Bearer');
    expect(headers.get('content-type')).toBe('application/problem+json');
    expect((await call('GET', '/channels', { token: 'wrong' })).status).toBe(401);
    expect((await call('GET', '/openapi.json', { token: 'wrong' })).status).toBe(401);
  });
  it('refuses the wrong role with the problem of the room', async () => {
    const { status, body } = await call('POST', '/channels', { token: rosa.token, body: channel('a') });
    expect(status).toBe(403);
    expect(body).toMatchObject({
      code: 'wrong-role',
      type: 'urn:problem-type:pratique:wrong-role',
      instance: expect.stringMatching(/^urn:uuid:/),
    });
  });
  it.each([
    ['an address that is none', 'GET', '/nothing', 404, 'no-such-address'],
    ['a method that is not taken', 'DELETE', '/channels', 405, 'method-not-allowed'],
    ['a question that nobody knows', 'GET', '/channels?color=red', 400, 'invalid'],
    ['a page that is too long', 'GET', '/channels?limit=201', 400, 'invalid'],
    ['a cursor of something else', 'GET', '/channels?cursor=AAAA', 400, 'bad-cursor'],
    ['a NUL in a question', 'GET', '/requests?name=a%00b', 400, 'invalid'],
    ['a NUL in the name of a question', 'GET', '/requests?a%00b=1', 400, 'invalid'],
    ['a NUL in a path', 'GET', '/lists/tier3/extra?name=%00', 400, 'invalid'],
    ['a NUL within a path', 'GET', '/requests/R%00', 400, 'invalid'],
    ['a name that cannot be', 'GET', '/channels/UPPER', 400, 'invalid'],
    ['a name that is not there', 'GET', '/channels/nowhere', 404, 'unknown-channel'],
  ])('answers %s', async (_, method, path, status, code) => {
    expect(await call(method, path, { token: rosa.token })).toMatchObject({ status, body: { code } });
  });
  it.each([
    ['what is no JSON', '{"name":', 400, 'not-json'],
    ['a body that is nested without end', '['.repeat(100_000), 400, 'not-json'],
    ['half a character', '{"name":"\\ud800"}', 400, 'not-json'],
    ['a field that is not in the schema', JSON.stringify({ ...channel('b'), color: 'red' }), 400, 'invalid'],
    ['a prototype', '{"__proto__":{"a":1}}', 400, 'invalid'],
    ['more than is taken', JSON.stringify({ name: 'x'.repeat(300_000) }), 413, 'too-large'],
  ])('refuses %s', async (_, body, status, code) => {
    expect(await call('POST', '/channels', { token: operator, body })).toMatchObject({ status, body: { code } });
  });
  it('takes JSON alone, and answers JSON alone', async () => {
    const form = { headers: { 'content-type': 'application/x-www-form-urlencoded' }, token: operator, body: 'name=x' };
    expect(await call('POST', '/channels', form)).toMatchObject({ status: 415, body: { code: 'not-json' } });
    const asked = { token: rosa.token, headers: { accept: 'text/html' } };
    expect(await call('GET', '/channels', asked)).toMatchObject({ status: 406 });
  });
  it('lets nothing be kept, guessed or framed', async () => {
    const { headers } = await call('GET', '/channels', { token: rosa.token });
    expect(Object.fromEntries(headers)).toMatchObject({
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'content-security-policy': expect.stringContaining("frame-ancestors 'none'"),
    });
    expect(headers.get('access-control-allow-origin')).toBeNull();
  });
});

describe('pages', () => {
  it('walk a whole list, each row once, by the Link header', async () => {
    for (const name of ['page-a', 'page-b', 'page-c'])
      await call('POST', '/channels', { token: operator, body: channel(name) });
    const seen: unknown[] = [];
    let path: string | undefined = '/channels?limit=2';
    while (path !== undefined) {
      const { body, headers }: Answer = await call('GET', path, { token: rosa.token });
      if (Array.isArray(body['results'])) seen.push(...body['results'].map((one: { name: string }) => one.name));
      path = /^<\/api\/v1(.*)>; rel="next"$/.exec(headers.get('link') ?? '')?.[1];
    }
    expect(seen).toEqual(['page-a', 'page-b', 'page-c', 'tier2', 'tier3']);
  });
});

describe('a key for what is done once', () => {
  it('gives the same answer to the same call, and does it once', async () => {
    const ask = { token: operator, headers: { 'idempotency-key': 'k-1' }, body: channel('once') };
    const first = await call('POST', '/channels', ask);
    const again = await call('POST', '/channels', ask);
    expect([first.status, again.status]).toEqual([201, 201]);
    expect(again.body).toEqual(first.body);
    expect(again.headers.get('location')).toBe('/api/v1/channels/once');
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    const without = await call('POST', '/channels', { ...ask, headers: {} });
    expect(without).toMatchObject({ status: 409 });
  });
  it('refuses the key for another call', async () => {
    const ask = { token: operator, headers: { 'idempotency-key': 'k-1' }, body: channel('twice') };
    expect(await call('POST', '/channels', ask)).toMatchObject({ status: 422, body: { code: 'key-used' } });
  });
  it('tells another token of the same person nothing of what the first was answered', async () => {
    const token = await tokenOf(home.app, home.operator);
    const ask = { token, headers: { 'idempotency-key': 'k-1' }, body: channel('once') };
    expect(await call('POST', '/channels', ask)).toMatchObject({ status: 409 });
  });
  it('frees the key when nothing was done', async () => {
    const headers = { 'idempotency-key': 'k-2' };
    const wrong = { token: operator, headers, body: { ...channel('zone'), timezone: 'Nowhere/None' } };
    expect((await call('POST', '/channels', wrong)).status).toBe(400);
    expect((await call('POST', '/channels', { ...wrong, body: channel('zone') })).status).toBe(201);
  });
  it('answers a hundred calls at once with one deed', async () => {
    const ask = { token: operator, headers: { 'idempotency-key': 'k-3' }, body: channel('rush') };
    const answers = await Promise.all(Array.from({ length: 100 }, () => call('POST', '/channels', ask)));
    const statuses = new Set(answers.map(({ status }) => status));
    expect([...statuses].toSorted()).toSatisfy(
      (all: number[]) => all.includes(201) && all.every((one) => one === 201 || one === 409),
    );
    expect(
      answers.filter(({ headers, status }) => status === 201 && !headers.has('idempotency-replayed')),
    ).toHaveLength(1);
  });
});

describe('what is decided about', () => {
  it('must have been seen as it is', async () => {
    await call('POST', '/channels', { token: operator, body: channel('decided') });
    const seen = (await call('GET', '/channels/decided', { token: operator })).headers.get('etag') ?? '';
    const change = (headers: object) =>
      call('PUT', '/channels/decided', { token: operator, headers, body: { tier: 2 } });
    expect(await change({})).toMatchObject({ status: 428, body: { code: 'match-needed' } });
    expect(await change({ 'if-match': seen })).toMatchObject({ status: 200, body: { tier: 2 } });
    const stale = await change({ 'if-match': seen });
    expect(stale).toMatchObject({ status: 412, body: { code: 'changed-meanwhile' } });
    expect(stale.headers.get('etag')).not.toBe(seen);
  });
  it('is not sent again to who has it', async () => {
    const { headers } = await call('GET', '/channels/tier3', { token: rosa.token });
    const again = await call('GET', '/channels/tier3', {
      token: rosa.token,
      headers: { 'if-none-match': headers.get('etag') },
    });
    expect(again.status).toBe(304);
  });
});

describe('a surprise', () => {
  it('tells the caller an id and nothing else', async () => {
    const { channels } = home.app.rooms;
    const create = channels.create;
    Object.assign(channels, {
      create: async () => {
        throw new Error('secret in a stack');
      },
    });
    const { status, body } = await call('POST', '/channels', { token: operator, body: channel('boom') });
    Object.assign(channels, { create });
    expect(status).toBe(500);
    expect(JSON.stringify(body)).not.toContain('secret');
    expect(body).toMatchObject({ code: 'unexpected', instance: expect.stringMatching(/^urn:uuid:/) });
  });
});
