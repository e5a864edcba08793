import { existsSync } from 'node:fs';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { openTestHome, type TestHome, tokenOf } from '../../../test/harness/home.ts';

/** Debian's; other systems have it elsewhere. */
const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser'].find((path) => existsSync(path));
const GOOD = 'seven marmots hum over granite';
const title = CHROMIUM === undefined ? 'passkeys in Chromium (skipped: no chromium here)' : 'passkeys in Chromium';

interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

/** What the page's own script does: the browser asks its authenticator. */
function asked(page: Page, how: 'create' | 'get', options: unknown): Promise<unknown> {
  const parse = how === 'create' ? 'parseCreationOptionsFromJSON' : 'parseRequestOptionsFromJSON';
  return page.evaluate(`(async () => {
    const publicKey = PublicKeyCredential.${parse}(${JSON.stringify(options)});
    return (await navigator.credentials.${how}({ publicKey })).toJSON();
  })()`);
}

const answerSchema = z.object({ status: z.number(), body: z.record(z.string(), z.unknown()) });

describe.skipIf(CHROMIUM === undefined)(title, () => {
  let home: TestHome;
  let browser: Browser;
  let site: string;
  let operator: string;
  beforeAll(async () => {
    home = await openTestHome();
    operator = await tokenOf(home.app, home.operator);
    // A passkey belongs to a name: browsers take "localhost", and no address in digits.
    site = home.url.replace('127.0.0.1', 'localhost');
    browser = await chromium.launch({ executablePath: CHROMIUM ?? '', args: ['--no-sandbox'] });
  });
  afterAll(async () => {
    await browser?.close();
    await home?.close();
  });

  interface Device {
    readonly page: Page;
    call(method: string, path: string, body?: unknown): Promise<Answer>;
    /** Adds a passkey by the browser's own means. */
    add(label: string): Promise<Answer>;
    signIn(): Promise<Answer>;
    /** Whether the device finds that it is its user who touches it. */
    verifies(user: boolean): Promise<void>;
  }

  /** A browser with an authenticator in it, as a laptop has. */
  async function device(): Promise<Device> {
    const context = await browser.newContext();
    const page = await context.newPage();
    const cdp = await context.newCDPSession(page);
    await cdp.send('WebAuthn.enable');
    const { authenticatorId } = await cdp.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        ...({ protocol: 'ctap2', transport: 'internal' } as const),
        ...{ hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true },
      },
    });
    await page.goto(`${site}/healthz`);
    const call = async (method: string, path: string, body?: unknown): Promise<Answer> => {
      const sent = body === undefined ? '' : `, body: ${JSON.stringify(JSON.stringify(body))}`;
      const headers = "{ 'pratique-csrf': '1', 'content-type': 'application/json' }";
      const answer: unknown = await page.evaluate(`(async () => {
        const response = await fetch('/api/v1${path}', { method: '${method}', headers: ${headers}${sent} });
        return { status: response.status, body: await response.json() };
      })()`);
      return answerSchema.parse(answer);
    };
    return {
      page,
      call,
      async add(label) {
        const { body, status } = await call('POST', '/passkeys/options');
        if (status !== 200) return { body, status };
        const response = await asked(page, 'create', body['options']);
        return call('POST', '/passkeys', { ticket: body['ticket'], label, response });
      },
      async signIn() {
        const { body } = await call('POST', '/sign-in/passkey/options', undefined);
        const response = await asked(page, 'get', body['options']);
        return call('POST', '/sign-in/passkey', { ticket: body['ticket'], response });
      },
      async verifies(isUserVerified) {
        await cdp.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified });
      },
    };
  }

  let people = 0;
  async function joined(role: string): Promise<{ name: string; laptop: Device }> {
    people += 1;
    const name = `${role}-${people}`;
    const headers = { authorization: `Bearer ${operator}`, 'content-type': 'application/json' };
    const ask = async (path: string, body: object): Promise<unknown> =>
      (await fetch(`${home.url}/api/v1${path}`, { method: 'POST', headers, body: JSON.stringify(body) })).json();
    await ask('/users', { name, roles: [role] });
    const { code } = z.object({ code: z.string() }).parse(await ask('/invitations', { name }));
    const laptop = await device();
    expect((await laptop.call('POST', '/invitations/accept', { name, code, password: GOOD })).status).toBe(200);
    return { name, laptop };
  }

  it('is added, signs in without a name or a password, and proves what nothing else does', async () => {
    const { name, laptop } = await joined('operator');
    expect(await laptop.call('POST', '/users', { name: 'too-early', roles: ['auditor'] })).toMatchObject({
      status: 403,
      body: { code: 'stronger-sign-in' },
    });
    const added = await laptop.add('laptop');
    expect(added).toMatchObject({ status: 201, body: { recoveryCodes: expect.any(Array) } });
    const { body } = await laptop.signIn();
    expect(body).toMatchObject({ session: { person: name, strength: 'phishing-resistant', method: 'passkey' } });
    expect(await laptop.call('POST', '/users', { name: `by-${name}`, roles: ['auditor'] })).toMatchObject({
      status: 201,
    });
    const account = await laptop.call('GET', '/account');
    expect(account.body).toMatchObject({ passkeys: [{ label: 'laptop', lastUsedAt: expect.any(String) }] });
  });
  it('steps an open session up, which gets a new cookie; the one before it ends', async () => {
    const { laptop } = await joined('reviewer');
    await laptop.add('laptop');
    const [before] = await laptop.page.context().cookies();
    await laptop.signIn();
    const [after] = await laptop.page.context().cookies();
    expect(after?.value).not.toBe(before?.value);
    expect(after).toMatchObject({ httpOnly: true, sameSite: 'Lax' });
    const { body } = await laptop.call('GET', '/sessions');
    expect(body['results']).toHaveLength(1);
  });
  it('opens nothing where the device did not verify its user', async () => {
    const { laptop } = await joined('reviewer');
    await laptop.add('laptop');
    await laptop.verifies(false);
    await expect(laptop.signIn()).rejects.toThrow(/NotAllowedError/);
  });
  it('answers one question once', async () => {
    const { laptop } = await joined('reviewer');
    await laptop.add('laptop');
    const { body } = await laptop.call('POST', '/sign-in/passkey/options');
    const response = await asked(laptop.page, 'get', body['options']);
    const answer = { ticket: body['ticket'], response };
    expect((await laptop.call('POST', '/sign-in/passkey', answer)).status).toBe(200);
    expect(await laptop.call('POST', '/sign-in/passkey', answer)).toMatchObject({
      status: 401,
      body: { code: 'wrong-credentials' },
    });
    const { body: other } = await laptop.call('POST', '/sign-in/passkey/options');
    expect((await laptop.call('POST', '/sign-in/passkey', { ...answer, ticket: other['ticket'] })).status).toBe(401);
  });
  it('is renamed and removed, but not the last one of somebody who decides', async () => {
    const { laptop } = await joined('reviewer');
    await laptop.add('laptop');
    const list = async () => {
      const { body } = await laptop.call('GET', '/account');
      return z.array(z.object({ id: z.string(), label: z.string() })).parse(body['passkeys']);
    };
    const [first] = await list();
    expect((await laptop.call('PUT', `/passkeys/${first?.id}`, { label: 'old laptop' })).status).toBe(200);
    expect(await list()).toMatchObject([{ label: 'old laptop' }]);
    expect(await laptop.call('DELETE', `/passkeys/${first?.id}`)).toMatchObject({ body: { code: 'last-factor' } });
    const stranger = await joined('reviewer');
    expect(await stranger.laptop.call('DELETE', `/passkeys/${first?.id}`)).toMatchObject({
      status: 404,
      body: { code: 'unknown-passkey' },
    });
  });
  it('is not asked for by another site: the origin is part of what is signed', async () => {
    const { laptop } = await joined('reviewer');
    await laptop.add('laptop');
    const before = await laptop.call('POST', '/sign-in/passkey/options');
    const response = await asked(laptop.page, 'get', before.body['options']);
    const sent = JSON.stringify({ ticket: before.body['ticket'], response });
    // The same answer, as if it had been collected at the address in digits.
    const answer = await fetch(`${home.url}/api/v1/sign-in/passkey`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: sent,
    });
    expect(answer.status).toBe(401);
  });
});
