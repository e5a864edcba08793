import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Caller, callApi, openTestHome, type TestHome, tokenOf } from '../../../../test/harness/home.ts';

let home: TestHome;
let operator: string;
let rosa: Caller;
const ACCESS = '/channels/tier3/access';

beforeAll(async () => {
  home = await openTestHome();
  operator = await tokenOf(home.app, home.operator);
  rosa = await home.person('rosa', 'researcher');
}, 60_000);
afterAll(() => home.close());

async function allow(...ways: readonly string[]): Promise<number> {
  const { headers } = await callApi(home, operator, { method: 'GET', path: ACCESS });
  const { status } = await callApi(home, operator, {
    ...{ method: 'PUT', path: ACCESS, headers: { 'if-match': headers.get('etag') ?? '' } },
    body: { allow: ways, reason: 'Laptops install from outside.' },
  });
  return status;
}

const installing = (token?: string) =>
  fetch(`${home.url}/tier3/pypi/simple/`, token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } });

/** The registry hears of a change by itself, from the database; a minute is for a machine that is busy. */
async function answers(status: number, token?: string): Promise<number> {
  for (let tries = 0; tries < 600 && (await installing(token)).status !== status; tries += 1) await sleep(100);
  return (await installing(token)).status;
}

describe('who may install from a channel, over the API', () => {
  it('is everybody, until an operator says otherwise; the registry follows by itself', async () => {
    const before = await callApi(home, rosa.token, { method: 'GET', path: ACCESS });
    expect(before).toMatchObject({ status: 200, body: { access: null } });
    expect((await installing()).status).toBe(200);
    expect(await allow('token')).toBe(200);
    expect(await answers(401)).toBe(401);
    expect((await callApi(home, rosa.token, { method: 'GET', path: ACCESS })).body).toEqual({
      access: [{ network: null, token: true }],
    });
  });

  it('follows a token that is made and one that is revoked', async () => {
    const made = await home.app.rooms.tokens.create(rosa.actor, { label: 'pip', scope: { actions: ['install'] } });
    expect(await answers(200, made.token)).toBe(200);
    expect(await answers(401, rosa.token)).toBe(401);
    await home.app.rooms.tokens.revoke(rosa.actor, made.listing.id);
    expect(await answers(401, made.token)).toBe(401);
  });

  it('names the channel to nobody who could not install from it', async () => {
    const welcome = await (await fetch(home.url)).text();
    expect(welcome).toContain('tier2');
    expect(welcome).not.toContain('tier3');
    const path = '/refusals/pypi/whatever';
    expect(JSON.stringify((await callApi(home, undefined, { method: 'GET', path })).body)).not.toContain('tier3');
    expect(JSON.stringify((await callApi(home, rosa.token, { method: 'GET', path })).body)).toContain('tier3');
    for (const scope of [{ channels: ['tier2'] }, { actions: ['install'] }, { ecosystems: ['npm'] }]) {
      const { token } = await home.app.rooms.tokens.create(rosa.actor, { label: 'limited', scope });
      const heard = JSON.stringify((await callApi(home, token, { method: 'GET', path })).body);
      expect(heard).not.toContain('tier3');
      expect(heard).toContain('tier2');
    }
  });

  it('takes the address of the client for networks', async () => {
    expect(await allow('127.0.0.0/8')).toBe(200);
    expect(await answers(200)).toBe(200);
    expect(await allow('10.20.0.0/16')).toBe(200);
    expect(await answers(403)).toBe(403);
    expect(await allow('everyone')).toBe(200);
    expect(await answers(200)).toBe(200);
  });

  it.each([
    ['a word that is no way in', ['somebody'], 400],
    ['no way at all', [], 400],
  ])('refuses %s', async (_what, ways, status) => {
    expect(await allow(...ways)).toBe(status);
  });

  it('is changed by operators alone, on what they have read', async () => {
    const body = { allow: ['everyone'], reason: 'Why not.' };
    expect((await callApi(home, operator, { method: 'PUT', path: ACCESS, body })).status).toBe(428);
    const headers = { 'if-match': '*' };
    expect((await callApi(home, rosa.token, { method: 'PUT', path: ACCESS, headers, body })).status).toBe(403);
  });
});
