import { Secret, TOTP } from 'otpauth';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type ApiBrowser, apiBrowser } from '../../../test/harness/api-browser.ts';
import { openTestHome, type TestHome, tokenOf } from '../../../test/harness/home.ts';

const GOOD = 'seven marmots hum over granite';
const OTHER = 'lanterns drift past the quiet mill';
let home: TestHome;
let operator: string;
beforeAll(async () => {
  home = await openTestHome();
  operator = await tokenOf(home.app, home.operator);
});
afterAll(() => home.close());

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
/** A call by token alone: no cookie. */
const byToken = (token: string, method: string, path: string, body?: unknown) =>
  apiBrowser(home.url).call(method, path, body, bearer(token));
let people = 0;

/** A new person of a role whose browser has just accepted an invitation. */
async function joined(role: string): Promise<{ name: string; browser: ApiBrowser }> {
  people += 1;
  const name = `${role}-${people}`;
  const made = await byToken(operator, 'POST', '/users', { name, roles: [role] });
  expect(made.status).toBe(201);
  const { body } = await byToken(operator, 'POST', '/invitations', { name });
  const browser = apiBrowser(home.url);
  const { status } = await browser.call('POST', '/invitations/accept', { name, code: body['code'], password: GOOD });
  expect(status).toBe(200);
  return { name, browser };
}

describe('the first operator', () => {
  it('cannot be claimed again: the code that init printed was used', async () => {
    const answer = await apiBrowser(home.url).call('POST', '/sign-in/first-operator', { name: 'eve', code: 'ABCD' });
    expect(answer).toMatchObject({ status: 403, body: { code: 'wrong-code' } });
  });
});

describe('people', () => {
  it('are added, given roles in one channel, closed and opened again by an operator', async () => {
    const { name, browser } = await joined('researcher');
    const roles = { roles: ['reviewer'], channel: 'tier2' };
    expect(await byToken(operator, 'PUT', `/users/${name}/roles`, roles)).toMatchObject({ status: 428 });
    const seen = (await byToken(operator, 'GET', `/users/${name}`)).headers.get('etag') ?? '';
    const setRoles = (asked: object) =>
      apiBrowser(home.url).call('PUT', `/users/${name}/roles`, asked, { ...bearer(operator), 'if-match': seen });
    expect(await setRoles(roles)).toMatchObject({
      status: 200,
      body: { roles: ['researcher'], channelRoles: [{ channel: 'tier2', role: 'reviewer' }] },
    });
    expect(await setRoles({ roles: ['auditor'] })).toMatchObject({ status: 412, body: { code: 'changed-meanwhile' } });
    expect((await byToken(operator, 'POST', `/users/${name}/close`, { reason: 'left' })).status).toBe(200);
    expect((await browser.call('GET', '/account')).status).toBe(401);
    const wrong = await apiBrowser(home.url).call('POST', '/sign-in/password', { name, password: GOOD });
    expect(wrong).toMatchObject({ status: 401, body: { code: 'wrong-credentials' } });
    expect((await byToken(operator, 'POST', `/users/${name}/open`)).body).toMatchObject({ disabledAt: null });
  });
  it('change neither their own roles nor, as researchers, anybody’s', async () => {
    const any = { ...bearer(operator), 'if-match': '*' };
    const own = await apiBrowser(home.url).call('PUT', '/users/olga/roles', { roles: ['operator', 'reviewer'] }, any);
    expect(own).toMatchObject({ status: 403, body: { code: 'own-roles' } });
    const { browser } = await joined('researcher');
    expect(await browser.call('PUT', '/users/olga/roles', { roles: [] })).toMatchObject({ status: 403 });
    expect(await browser.call('POST', '/users', { name: 'x', roles: ['operator'] })).toMatchObject({ status: 403 });
    expect(await browser.call('POST', '/invitations', { name: 'olga' })).toMatchObject({ status: 403 });
  });
});

describe('a session over HTTP', () => {
  it('is a cookie that scripts cannot read and other sites do not send; its secret stands nowhere else', async () => {
    const { name } = await joined('researcher');
    const browser = apiBrowser(home.url);
    const { headers, body } = await browser.call('POST', '/sign-in/password', { name, password: GOOD });
    const cookie = headers.get('set-cookie') ?? '';
    expect(cookie).toMatch(/^pratique=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax$/);
    expect(JSON.stringify(body)).not.toContain(/=([\w-]+);/.exec(cookie)?.[1]);
    expect(headers.get('cache-control')).toBe('no-store');
  });
  it('is rotated at sign-in, listed, and ended', async () => {
    const { name, browser } = await joined('researcher');
    const before = browser.cookie ?? '';
    await browser.call('POST', '/sign-in/password', { name, password: GOOD });
    expect(browser.cookie).not.toBe(before);
    const old = await fetch(`${home.url}/api/v1/account`, { headers: { cookie: before } });
    expect(old.status).toBe(401);
    const other = apiBrowser(home.url, 'other browser');
    await other.call('POST', '/sign-in/password', { name, password: GOOD });
    const listed = await browser.call('GET', '/sessions');
    expect(listed.body['results']).toMatchObject([{ device: 'other browser' }, { device: 'test browser' }]);
    expect((await browser.call('DELETE', '/sessions')).body).toEqual({ ended: 1 });
    expect((await other.call('GET', '/account')).status).toBe(401);
    const current = (await browser.call('GET', '/sessions')).body['current'];
    expect((await browser.call('DELETE', `/sessions/${current}`)).status).toBe(200);
    expect(browser.cookie).toBeUndefined();
  });
  it('does not change anything for another site’s page', async () => {
    const { browser } = await joined('researcher');
    const headers = { origin: 'https://elsewhere.example' };
    const answer = await browser.call('DELETE', '/sessions', undefined, headers);
    expect(answer).toMatchObject({ status: 403, body: { code: 'cross-site' } });
  });
  it('that ended does not keep a browser from signing in', async () => {
    const { name, browser } = await joined('researcher');
    await byToken(operator, 'DELETE', `/users/${name}/sessions`);
    expect((await browser.call('GET', '/account')).status).toBe(401);
    expect((await browser.call('POST', '/sign-in/password', { name, password: GOOD })).status).toBe(200);
  });
});

describe('two factors over HTTP', () => {
  const confirmed = z.object({ recoveryCodes: z.array(z.string()) });
  it('an app and recovery codes are shown once, asked for at each sign-in, and let a reviewer decide', async () => {
    const { name, browser } = await joined('reviewer');
    const { secret } = z
      .object({ secret: z.string(), uri: z.string() })
      .parse((await browser.call('POST', '/totp')).body);
    const totp = new TOTP({ secret: Secret.fromBase32(secret) });
    const answer = await browser.call('POST', '/totp/confirm', { code: totp.generate() });
    const { recoveryCodes } = confirmed.parse(answer.body);
    const account = await browser.call('GET', '/account');
    expect(account.body).toMatchObject({ authenticatorApp: true, recoveryCodesLeft: 10 });
    expect(JSON.stringify(account.body)).not.toContain(secret);
    const next = apiBrowser(home.url);
    const first = await next.call('POST', '/sign-in/password', { name, password: GOOD });
    expect(first.body).toMatchObject({ step: 'second-factor', session: null });
    expect(next.cookie).toBeUndefined();
    const second = await next.call('POST', '/sign-in/code', { ticket: first.body['ticket'], code: recoveryCodes[0] });
    expect(second.body).toMatchObject({ session: { strength: 'multi', person: name } });
  });
  it('are what a reviewer’s password alone is not', async () => {
    const { browser } = await joined('reviewer');
    const made = await browser.call('POST', '/tokens', { label: 'x' });
    const { token } = z.object({ token: z.string() }).parse(made.body);
    expect(made.body['listing']).toMatchObject({ strength: 'single' });
    expect((await byToken(token, 'GET', '/account')).status).toBe(200);
  });
  it('slow down with 429 and say how long', async () => {
    const { name } = await joined('researcher');
    const guesser = apiBrowser(home.url);
    const from = { 'x-forwarded-for': '203.0.113.9' };
    let answer = await guesser.call('POST', '/sign-in/password', { name, password: OTHER }, from);
    for (let tries = 0; tries < 6 && answer.status === 401; tries += 1)
      answer = await guesser.call('POST', '/sign-in/password', { name, password: OTHER }, from);
    expect(answer).toMatchObject({ status: 429, body: { code: 'too-many-attempts' } });
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
  });
});

describe('tokens over HTTP', () => {
  it('are made by a session, listed, revoked, and reported as leaked by anybody', async () => {
    const { browser } = await joined('researcher');
    const asked = { label: 'nightly', scope: { channels: ['tier2'], actions: ['read'] }, seconds: 3600 };
    const made = await browser.call('POST', '/tokens', asked, { 'idempotency-key': 'same' });
    expect(made.status).toBe(201);
    const { token, listing } = z.object({ token: z.string(), listing: z.object({ id: z.string() }) }).parse(made.body);
    expect((await byToken(token, 'POST', '/tokens', asked)).body).toMatchObject({ code: 'not-by-token' });
    expect((await byToken(token, 'POST', '/totp')).body).toMatchObject({ code: 'token-scope' });
    const listed = await browser.call('GET', '/tokens');
    expect(JSON.stringify(listed.body)).not.toContain(token);
    expect(listed.body['results']).toMatchObject([{ id: listing.id, label: 'nightly', state: 'valid' }]);
    const report = await apiBrowser(home.url).call('POST', '/tokens/revoke-leaked', { token });
    const unknown = await apiBrowser(home.url).call('POST', '/tokens/revoke-leaked', { token: 'prtq_nothing' });
    expect([report.status, report.body]).toEqual([unknown.status, unknown.body]);
    expect(await byToken(token, 'GET', '/account')).toMatchObject({ status: 401, body: { code: 'bad-token' } });
  });
  it('change nothing about how their person signs in, even without limits', async () => {
    const { browser } = await joined('researcher');
    const { token } = z
      .object({ token: z.string() })
      .parse((await browser.call('POST', '/tokens', { label: 'x' })).body);
    expect((await byToken(token, 'GET', '/account')).status).toBe(200);
    expect((await byToken(token, 'POST', '/totp')).body).toMatchObject({ code: 'not-by-token' });
  });
  it('are not kept in plain to be repeated under an Idempotency-Key', async () => {
    const { browser } = await joined('researcher');
    const call = () => browser.call('POST', '/tokens', { label: 'x' }, { 'idempotency-key': 'k' });
    const [first, second] = [await call(), await call()];
    expect(first.body['token']).not.toBe(second.body['token']);
  });
});

describe('what strangers may ask', () => {
  it('tells nothing about who has an account', async () => {
    const { name } = await joined('researcher');
    const ask = (who: string) => apiBrowser(home.url).call('POST', '/recovery', { name: who });
    const [known, unknown] = [await ask(name), await ask('nobody-here')];
    expect([known.status, known.body]).toEqual([unknown.status, unknown.body]);
  });
});
