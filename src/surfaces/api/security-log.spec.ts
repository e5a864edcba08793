/** Every kind of security event, made by real calls of a real server, and read from the file that its operator reads. */
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { Secret, TOTP } from 'otpauth';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type ApiBrowser, apiBrowser } from '../../../test/harness/api-browser.ts';
import { type Caller, callApi, openTestHome, type TestHome, tokenOf } from '../../../test/harness/home.ts';
import { SECURITY_EVENTS } from '../../platform/log/port.ts';

const GOOD = 'seven marmots hum over granite';
const WRONG = 'lanterns drift past the quiet mill';
const CALLS_A_MINUTE = 20;
const ROOT = join(import.meta.dirname, '..', '..', '..');
let home: TestHome;
let operator: string;
let rosa: Caller;
beforeAll(async () => {
  home = await openTestHome({
    config: (text) =>
      text
        .replace('calls_per_minute: 600', `calls_per_minute: ${CALLS_A_MINUTE}`)
        .replace('trusted_proxies: []', 'trusted_proxies: [127.0.0.1]'),
  });
  operator = await tokenOf(home.app, home.operator);
  rosa = await home.person('rosa', 'researcher');
});
afterAll(() => home.close());

const text = () => readFileSync(join(home.app.foundation.home.logs, 'security.jsonl'), 'utf8');
const lines = (): Record<string, unknown>[] =>
  text()
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
let read = 0;
/** Lines since the last time. */
function since(): Record<string, unknown>[] {
  const fresh = lines().slice(read);
  read += fresh.length;
  return fresh;
}
/** Each test calls from a network of its own, since one network is written ten times a minute. */
let networks = 0;
function from() {
  networks += 1;
  return { 'x-forwarded-for': `2001:db8:0:${networks}::7` };
}
const network = () => `2001:db8:0:${networks.toString(16)}::/64`;

const invited = z.object({ code: z.string() });
let people = 0;
/** A person who signed in with a password just now. */
async function joined(): Promise<{ name: string; browser: ApiBrowser }> {
  people += 1;
  const name = `person-${people}`;
  await home.app.rooms.accounts.add(home.operator, { name, roles: ['researcher'] });
  const { code } = invited.parse(await home.app.rooms.signIn.invite(home.operator, { name }));
  const browser = apiBrowser(home.url);
  await browser.call('POST', '/invitations/accept', { name, code, password: GOOD });
  return { name, browser };
}

describe('a failed sign-in', () => {
  it('is written with whose account it was, and never with what was typed', async () => {
    const { name, browser } = await joined();
    await browser.call('POST', '/sign-in/password', { name, password: WRONG }, from());
    await browser.call('POST', '/sign-in/password', { name: 'my-very-own-password', password: WRONG }, from());
    expect(since()).toEqual([
      expect.objectContaining({ event: 'sign-in-failed', person: name, operation: 'signInWithPassword', status: 401 }),
      expect.objectContaining({ event: 'sign-in-failed', code: 'wrong-credentials', address: network() }),
    ]);
    for (const secret of [WRONG, 'my-very-own-password']) expect(text()).not.toContain(secret);
  });
  it('is told apart by what failed: the second factor, or the ticket between two steps', async () => {
    const { name, browser } = await joined();
    const { secret } = z.object({ secret: z.string() }).parse((await browser.call('POST', '/totp')).body);
    const totp = new TOTP({ secret: Secret.fromBase32(secret) });
    await browser.call('POST', '/totp/confirm', { code: totp.generate() });
    const { body } = await browser.call('POST', '/sign-in/password', { name, password: GOOD });
    await browser.call('POST', '/sign-in/code', { ticket: body['ticket'], code: 'not a code' }, from());
    await browser.call('POST', '/sign-in/code', { ticket: 'n'.repeat(43), code: totp.generate() }, from());
    expect(since()).toEqual([
      expect.objectContaining({ event: 'second-factor-failed', person: name }),
      expect.not.objectContaining({ person: name }),
    ]);
    expect(lines().at(-1)).toMatchObject({ event: 'ticket-rejected', code: 'wrong-credentials' });
    expect(text()).not.toContain(String(body['ticket']));
  });
  it('that comes too early after others is written as slowed', async () => {
    const { name, browser } = await joined();
    const headers = from();
    for (let tries = 0; tries < 5; tries += 1)
      await browser.call('POST', '/sign-in/password', { name, password: WRONG }, headers);
    const fresh = since();
    expect(fresh).toHaveLength(5);
    expect(fresh.at(-1)).toMatchObject({ event: 'sign-in-slowed', person: name, status: 429, address: network() });
  });
  it('of a build whose identity is not taken is a rejected signature', async () => {
    const identity = `${Buffer.from('{"alg":"none"}').toString('base64url')}.e30.`;
    await callApi(home, undefined, { method: 'POST', path: '/tokens/exchange', headers: from(), body: { identity } });
    expect(since()).toMatchObject([{ event: 'signature-rejected', code: 'bad-identity' }]);
  });
});

describe('what is shown and does not hold', () => {
  it('is a rejected token, with its id and person where it was one of ours, and a rejected session', async () => {
    const made = await home.app.rooms.tokens.create(rosa.actor, { label: 'old', scope: {} });
    await home.app.rooms.tokens.revoke(rosa.actor, made.listing.id);
    const ask = { method: 'GET', path: '/account', headers: from() };
    await callApi(home, made.token, ask);
    await callApi(home, 'prtq_guessed', ask);
    await callApi(home, undefined, { ...ask, headers: { ...ask.headers, cookie: 'pratique=made-up' } });
    await callApi(home, undefined, ask);
    const fresh = since();
    expect(fresh.map(({ event }) => event)).toEqual([
      ...['token-rejected', 'token-rejected', 'session-rejected', 'not-signed-in'],
    ]);
    expect(fresh[0]).toMatchObject({ person: 'rosa', credential: `token ${made.listing.id}` });
    expect(fresh[1]).not.toHaveProperty('person');
    for (const secret of [made.token, 'prtq_guessed', 'made-up']) expect(text()).not.toContain(secret);
  });
});

describe('a refused authorisation', () => {
  it('names who acted, by what, and what for; also where the caller hears that there is no such thing', async () => {
    const own = await home.app.rooms.tokens.create(home.operator, { label: 'operator’s', scope: {} });
    await callApi(home, rosa.token, {
      method: 'POST',
      path: '/users',
      headers: from(),
      body: { name: 'x', roles: [] },
    });
    const concealed = { method: 'DELETE', path: `/tokens/${own.listing.id}`, headers: from() };
    expect((await callApi(home, rosa.token, concealed)).status).toBe(404);
    await callApi(home, rosa.token, { method: 'DELETE', path: '/tokens/T-99999', headers: from() });
    const known = { event: 'access-refused', actor: 'rosa', credential: expect.stringMatching(/^token T-\d+$/) };
    expect(since()).toEqual([
      expect.objectContaining({ ...known, status: 403, code: 'wrong-role', operation: 'createUser' }),
      expect.objectContaining({ ...known, status: 404, code: 'unknown-token', operation: 'revokeToken' }),
    ]);
  });
  it('of a package client at a channel is written, but not that it was asked for a token', async () => {
    const path = '/channels/tier3/access';
    const { headers } = await callApi(home, operator, { method: 'GET', path });
    const allow = async (ways: string[], match: string) =>
      callApi(home, operator, {
        ...{ method: 'PUT', path },
        headers: { 'if-match': match },
        body: { allow: ways, reason: 'x' },
      });
    const next = await allow(['token'], headers.get('etag') ?? '');
    const shown = { ...from(), authorization: 'Bearer prtq_none' };
    const asks = async (sent: Record<string, string>) =>
      (await fetch(`${home.url}/tier3/pypi/simple/`, { headers: sent })).status;
    for (let tries = 0; tries < 600 && (await asks({})) !== 401; tries += 1) await sleep(100);
    expect(await asks(shown)).toBe(401);
    expect(next.status).toBe(200);
    expect(since()).toEqual([
      expect.objectContaining({ event: 'token-rejected', code: 'token-wrong', channel: 'tier3', operation: 'install' }),
    ]);
  });
  it('of a page of another site is one of its own', async () => {
    const { browser } = await joined();
    await browser.call('DELETE', '/sessions', undefined, { ...from(), origin: 'https://elsewhere.example' });
    expect(since()).toMatchObject([{ event: 'cross-site-refused', code: 'cross-site', status: 403 }]);
  });
});

describe('too much of anything', () => {
  it('is written where calls come too often, and summed when they go on', async () => {
    const { actor, token } = await home.person('rita', 'researcher');
    const headers = from();
    for (let calls = 0; calls < CALLS_A_MINUTE + 30; calls += 1)
      await callApi(home, token, { method: 'GET', path: '/channels', headers });
    const fresh = since();
    expect(fresh).toHaveLength(10);
    expect(fresh[0]).toMatchObject({ event: 'rate-limited', actor: actor.kind === 'person' ? actor.name : '' });
  });
  it('is written where input is too large or malformed, by whoever refuses it', async () => {
    const body = { name: 'x'.repeat(300_000), password: WRONG };
    const headers = from();
    await callApi(home, undefined, { method: 'POST', path: '/sign-in/password', headers, body });
    await callApi(home, undefined, { method: 'POST', path: '/sign-in/password', headers, body: { nobody: 1 } });
    await fetch(`${home.url}/tier2@1@2/pypi/simple/`);
    const { port } = new URL(home.url);
    await new Promise<void>((resolve) => {
      const socket = connect(Number(port), '127.0.0.1', () =>
        socket.write(`GET / HTTP/1.1\r\nX: ${'y'.repeat(40_000)}\r\n\r\n`),
      );
      socket
        .resume()
        .once('close', () => resolve())
        .once('error', () => resolve());
    });
    const fresh = since();
    expect(fresh.every(({ event }) => event === 'input-refused')).toBe(true);
    expect(fresh.map(({ code, status }) => [code, status])).toEqual([
      ['too-large', 413],
      ['invalid', 400],
      ['ambiguous-address', 400],
      ['headers-too-large', 431],
    ]);
  });
});

describe('what should not fail', () => {
  it('is written with the id under which the ordinary log has more', async () => {
    await sql`alter table reports rename to reports_away`.execute(home.app.db);
    const answer = await callApi(home, rosa.token, { method: 'GET', path: '/reports', headers: from() });
    await sql`alter table reports_away rename to reports`.execute(home.app.db);
    expect(answer.status).toBe(500);
    expect(since()).toMatchObject([{ event: 'unexpected-error', instance: answer.body['instance'], actor: 'rosa' }]);
  });
});

describe('the kinds of events', () => {
  it('were all written above, and every line has its time, kind and network', () => {
    expect(new Set(lines().map(({ event }) => event))).toEqual(new Set(Object.keys(SECURITY_EVENTS)));
    for (const line of lines())
      expect(line).toMatchObject({
        time: expect.stringMatching(/Z$/),
        address: expect.any(String),
        code: expect.any(String),
      });
  });
  it('are all described in docs/security-log.md', () => {
    const rows = Object.entries(SECURITY_EVENTS).map(([event, means]) => `| \`${event}\` | ${means} |`);
    const written = readFileSync(join(ROOT, 'docs', 'security-log.md'), 'utf8').split('\n');
    expect(written.filter((row) => /^\| `[a-z]+-[a-z-]+` \|/.test(row))).toEqual(rows);
  });
});
