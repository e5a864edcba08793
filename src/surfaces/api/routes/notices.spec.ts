import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Caller, openTestHome, type TestHome, tokenOf } from '../../../../test/harness/home.ts';

let home: TestHome;
let rosa: Caller;
let operator: string;
beforeAll(async () => {
  home = await openTestHome();
  rosa = await home.person('rosa', 'researcher');
  operator = await tokenOf(home.app, home.operator);
  for (const roles of [['researcher', 'auditor'], ['researcher']])
    await home.app.rooms.accounts.setRoles(home.operator, { name: 'rosa', roles });
  await home.settle();
});
afterAll(() => home.close());

async function call(token: string, method: string, path: string, body?: unknown) {
  const response = await fetch(`${home.url}/api/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

describe('the inbox by the API', () => {
  it('is read a page at a time, newest first, and is marked as read', async () => {
    const first = await call(rosa.token, 'GET', '/notices?limit=1');
    expect(first.body).toMatchObject({ results: [{ subject: 'Your roles changed: researcher', readAt: null }] });
    const second = await call(rosa.token, 'GET', `/notices?limit=1&cursor=${first.body['next']}`);
    expect(second.body).toMatchObject({
      results: [{ subject: 'Your roles changed: researcher, auditor' }],
    });
    const third = await call(rosa.token, 'GET', `/notices?limit=1&cursor=${second.body['next']}`);
    expect(third.body).toMatchObject({ results: [{ subject: 'New token T-1' }], next: null });
    expect((await call(rosa.token, 'GET', '/notices/unread')).body).toEqual({ unread: 3 });
    expect((await call(rosa.token, 'POST', '/notices/read', { all: true })).body).toEqual({ marked: 3 });
    expect((await call(rosa.token, 'GET', '/notices?unread=true')).body).toEqual({ results: [], next: null });
  });
  it('is nobody else’s', async () => {
    const { body } = await call(operator, 'GET', '/notices');
    expect(body).toMatchObject({ results: [{ subject: 'New token T-2' }], next: null });
  });
  it('is closed to a token with limits, as is all that concerns its person alone', async () => {
    const scope = { actions: ['install'] };
    const { token, listing } = await home.app.rooms.tokens.create(rosa.actor, { label: 'clients', scope });
    for (const [method, path, body] of [
      ['GET', '/notices'],
      ['PUT', '/notices/settings', { mail: 'none' }],
      ['GET', '/account'],
      ['GET', '/sessions'],
      ['DELETE', '/sessions'],
      ['GET', '/tokens'],
      ['DELETE', `/tokens/${listing.id}`],
      ['GET', '/drafts'],
    ] as const)
      expect(await call(token, method, path, body)).toMatchObject({ status: 403, body: { code: 'token-scope' } });
  });
  it('has settings of its own', async () => {
    expect((await call(rosa.token, 'PUT', '/notices/settings', { mail: 'none' })).status).toBe(200);
    expect((await call(rosa.token, 'GET', '/notices/settings')).body).toEqual({ mail: 'none' });
    expect((await call(rosa.token, 'PUT', '/notices/settings', { mail: 'never' })).status).toBe(400);
  });
  it('shows letters that wait to operators alone', async () => {
    expect((await call(operator, 'GET', '/notices/outbox')).body).toEqual({ results: [], next: null });
    expect((await call(rosa.token, 'GET', '/notices/outbox')).status).toBe(403);
    expect((await call(rosa.token, 'POST', '/notices/outbox/retry')).status).toBe(403);
  });
});
