import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { apiBrowser } from '../../../test/harness/api-browser.ts';
import { openTestHome, type TestHome, tokenOf } from '../../../test/harness/home.ts';
import { openIdentityProvider, type TestProvider } from '../../../test/harness/identity-provider.ts';

const CLIENT = { id: 'pratique', secret: 'a secret between the two of them' };
let provider: TestProvider;
let builder: Builder;
let home: TestHome;
let site: string;
let folder: string;

type Key = Awaited<ReturnType<typeof generateKeyPair>>['privateKey'];

interface Builder {
  readonly issuer: string;
  sign(
    claims: Readonly<Record<string, unknown>>,
    about?: { audience?: string; expires?: string; key?: Key },
  ): Promise<string>;
  readonly server: Server;
}

/** The issuer of builds: its keys, and tokens that it signs. */
async function openBuilder(): Promise<Builder> {
  const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true });
  const jwk: JWK = { ...(await exportJWK(publicKey)), alg: 'ES256', kid: 'one', use: 'sig' };
  const server = createServer((request, response) => {
    response.setHeader('content-type', 'application/json');
    const keys = JSON.stringify({ keys: [jwk] });
    const described = JSON.stringify({ issuer, jwks_uri: `${issuer}/keys`, authorization_endpoint: `${issuer}/none` });
    response.end(request.url === '/keys' ? keys : described);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const issuer = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  return {
    ...{ issuer, server },
    sign: (claims, { audience = 'pratique', expires = '5m', key = privateKey } = {}) =>
      new SignJWT({ ...claims })
        .setProtectedHeader({ alg: 'ES256', kid: 'one' })
        .setIssuer(issuer)
        .setAudience(audience)
        .setSubject('build')
        .setIssuedAt()
        .setExpirationTime(expires)
        .sign(key),
  };
}

const providers = () => `  providers:
    - name: haven
      issuer: ${provider.issuer}
      client_id: ${CLIENT.id}
      client_secret_file: ${join(folder, 'secret')}
      roles: { tre-reviewers: reviewer, tre-users: researcher }
      phishing_resistant: [phr]
      multi: [mfa]`;
const publishers = () => `  publishers:
    - name: nightly
      issuer: ${builder.issuer}
      audience: pratique
      claims: { repository_owner_id: "42" }
      person: nightly-bot
      channels: [tier2]
      actions: [read]
      minutes: 10`;

beforeAll(async () => {
  provider = await openIdentityProvider(CLIENT);
  builder = await openBuilder();
  folder = await mkdtemp(join(tmpdir(), 'pratique-secret-'));
  await writeFile(join(folder, 'secret'), `${CLIENT.secret}\n`);
  home = await openTestHome({
    config: (text) => text.replace('  providers: []', providers()).replace('  publishers: []', publishers()),
  });
  site = home.url;
  provider.register(`${site}/sign-in/oidc/haven`);
  await home.app.rooms.accounts.add(home.operator, { name: 'nightly-bot', roles: ['researcher'] });
});
afterAll(async () => {
  await home?.close();
  await provider?.close();
  builder?.server.close();
  await rm(folder, { recursive: true, force: true });
});

/** What the page that the provider sent the browser back to hands over. */
function answerTo(ticket: unknown, back: URL) {
  return { ticket, provider: back.pathname.split('/').at(-1), query: back.search };
}

async function signIn(browser = apiBrowser(home.url)) {
  const begun = await browser.call('POST', '/sign-in/oidc/haven');
  const { ticket, address } = begun.body;
  const back = await provider.visit(String(address));
  return { browser, back, ticket, answer: await browser.call('POST', '/sign-in/oidc', answerTo(ticket, back)) };
}
const rosa = { sub: 'u-1', claims: { preferred_username: 'rosa', groups: ['tre-users', 'others'] } };

describe('an identity provider', () => {
  it('signs people in: the first time with a new account, with the roles that its groups map to', async () => {
    provider.become({ ...rosa, claims: { ...rosa.claims, email: 'rosa@haven.example', email_verified: true } });
    const { browser, answer } = await signIn();
    expect(answer).toMatchObject({ status: 200, body: { session: { person: 'rosa', strength: 'single' } } });
    expect((await browser.call('GET', '/account')).body).toMatchObject({
      person: { roles: ['researcher'] },
      mail: { address: 'rosa@haven.example', isConfirmed: true },
      issuers: [provider.issuer],
    });
  });
  it('is followed when the groups change', async () => {
    provider.become({ ...rosa, claims: { ...rosa.claims, groups: ['tre-reviewers'] } });
    const { browser } = await signIn();
    expect((await browser.call('GET', '/account')).body).toMatchObject({ person: { roles: ['reviewer'] } });
    provider.become({ ...rosa, claims: { preferred_username: 'rosa', groups: [] } });
    const without = await signIn();
    expect((await without.browser.call('GET', '/account')).body).toMatchObject({ person: { roles: [] } });
  });
  it('proves as much as it says that it asked for', async () => {
    provider.become({ ...rosa, acr: 'phr' });
    expect((await signIn()).answer.body).toMatchObject({ session: { strength: 'phishing-resistant' } });
    provider.become({ ...rosa, amr: ['pwd', 'mfa'] });
    expect((await signIn()).answer.body).toMatchObject({ session: { strength: 'multi' } });
    provider.become({ ...rosa, acr: 'bronze' });
    expect((await signIn()).answer.body).toMatchObject({ session: { strength: 'single' } });
  });
  it('takes over no account that is there, and makes none for who has no role', async () => {
    provider.become({ sub: 'u-2', claims: { preferred_username: 'olga', groups: ['tre-users'] } });
    expect((await signIn()).answer).toMatchObject({ status: 403, body: { code: 'no-account' } });
    provider.become({ sub: 'u-3', claims: { preferred_username: 'ivan', groups: ['others'] } });
    expect((await signIn()).answer).toMatchObject({ status: 403, body: { code: 'no-account' } });
  });
  it('signs in by its subject, whatever name it gives later', async () => {
    provider.become({ ...rosa, claims: { preferred_username: 'olga', groups: ['tre-users'] } });
    expect((await signIn()).answer.body).toMatchObject({ session: { person: 'rosa' } });
  });
  it('does not confirm an address that it does not vouch for', async () => {
    provider.become({
      sub: 'u-4',
      claims: { preferred_username: 'nora', groups: ['tre-users'], email: 'olga@haven.example', email_verified: false },
    });
    const { browser } = await signIn();
    expect((await browser.call('GET', '/account')).body).toMatchObject({ mail: null });
  });
  it('refuses another state, another ticket, a code twice, and an error', async () => {
    provider.become(rosa);
    const done = await signIn();
    const again = answerTo(done.ticket, done.back);
    expect(await done.browser.call('POST', '/sign-in/oidc', again)).toMatchObject({ status: 401 });
    const browser = apiBrowser(home.url);
    const { body } = await browser.call('POST', '/sign-in/oidc/haven');
    const back = await provider.visit(String(body['address']));
    const other = await browser.call('POST', '/sign-in/oidc/haven');
    expect(await browser.call('POST', '/sign-in/oidc', answerTo(other.body['ticket'], back))).toMatchObject({
      status: 401,
      body: { code: 'sign-in-refused' },
    });
    const denied = new URL(back);
    denied.search = '?error=access_denied';
    const refused = await browser.call('POST', '/sign-in/oidc', answerTo(body['ticket'], denied));
    expect(refused).toMatchObject({ status: 401, body: { code: 'sign-in-refused' } });
    expect(browser.cookie).toBeUndefined();
  });
  it('asks by authorization code and PKCE alone', async () => {
    const { body } = await apiBrowser(home.url).call('POST', '/sign-in/oidc/haven');
    const asked = Object.fromEntries(new URL(String(body['address'])).searchParams);
    expect(asked).toMatchObject({
      response_type: 'code',
      code_challenge_method: 'S256',
      redirect_uri: `${site}/sign-in/oidc/haven`,
    });
    expect(asked).toMatchObject({ state: expect.stringMatching(/.{32,}/), nonce: expect.stringMatching(/.{32,}/) });
    expect(JSON.stringify(asked)).not.toContain(CLIENT.secret);
  });
  it('is asked anew where what follows takes a recent proof, and says when it asked', async () => {
    const { body } = await apiBrowser(home.url).call('POST', '/sign-in/oidc/haven?recent=true');
    const asked = Object.fromEntries(new URL(String(body['address'])).searchParams);
    expect(asked).toMatchObject({ prompt: 'login', max_age: '600' });
    provider.become({ ...rosa, claims: { ...rosa.claims, preferred_username: 'rosa' }, amr: ['mfa'] });
    const { browser } = await signIn();
    expect((await browser.call('POST', '/tokens', { label: 'fresh' })).status).toBe(201);
  });
  it('is named to whoever wants to sign in; another one is not there', async () => {
    const browser = apiBrowser(home.url);
    expect((await browser.call('GET', '/sign-in')).body).toEqual({ providers: ['haven'] });
    expect((await browser.call('POST', '/sign-in/oidc/elsewhere')).status).toBe(404);
  });
});

/** The order of the curve P-256 (SEC 2, 2.4.2). */
const P256_ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

/** The other signature that holds. */
function mirrored(signature: string): string {
  const bytes = Buffer.from(signature, 'base64url');
  const s = P256_ORDER - BigInt(`0x${bytes.subarray(32).toString('hex')}`);
  return Buffer.concat([bytes.subarray(0, 32), Buffer.from(s.toString(16).padStart(64, '0'), 'hex')]).toString(
    'base64url',
  );
}

describe('a build', () => {
  const exchange = (identity: string) => apiBrowser(home.url).call('POST', '/tokens/exchange', { identity });
  const owner = { repository_owner_id: '42' };

  it('exchanges its identity for a token of some minutes, with the limits of its publisher', async () => {
    const { status, body } = await exchange(await builder.sign({ ...owner, jti: 'a' }));
    expect(status).toBe(201);
    expect(body['listing']).toMatchObject({
      person: 'nightly-bot',
      publisher: 'nightly',
      strength: 'single',
      scope: { channels: ['tier2'], ecosystems: null, actions: ['read'] },
    });
    const actor = await home.app.rooms.tokens.authenticate(String(body['token']));
    expect(actor).toMatchObject({ name: 'nightly-bot', credential: { kind: 'token', scope: { channels: ['tier2'] } } });
  });
  it('does so once with each token', async () => {
    const identity = await builder.sign({ ...owner, jti: 'b' });
    expect((await exchange(identity)).status).toBe(201);
    expect(await exchange(identity)).toMatchObject({ status: 401, body: { code: 'bad-identity' } });
    const without = await builder.sign({ ...owner });
    expect((await exchange(without)).status).toBe(201);
    expect((await exchange(without)).status).toBe(401);
    // ECDSA (FIPS 186-5): with s, n - s is a signature of the same. It is the same token all the same.
    const [header, claims, signature = ''] = without.split('.');
    expect(await exchange(`${header}.${claims}.${mirrored(signature)}`)).toMatchObject({
      status: 401,
      body: { detail: expect.stringContaining('exchanged before') },
    });
  });
  it.each([
    ['another audience', () => builder.sign(owner, { audience: 'elsewhere' })],
    ['another owner', () => builder.sign({ repository_owner_id: '43' })],
    ['an owner of another type', () => builder.sign({ repository_owner_id: 42 })],
    ['no owner', () => builder.sign({})],
    ['a time that has passed', () => builder.sign(owner, { expires: '-5m' })],
    ['another key', async () => builder.sign(owner, { key: (await generateKeyPair('ES256')).privateKey })],
    [
      'a signature with a shared secret',
      async () =>
        new SignJWT(owner)
          .setProtectedHeader({ alg: 'HS256' })
          .setIssuer(builder.issuer)
          .setAudience('pratique')
          .setSubject('x')
          .setIssuedAt()
          .setExpirationTime('5m')
          .sign(new TextEncoder().encode('x'.repeat(32))),
    ],
    [
      'no signature',
      async () => {
        const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
        const now = Math.floor(Date.now() / 1000);
        return `${part({ alg: 'none' })}.${part({ ...owner, iss: builder.issuer, aud: 'pratique', sub: 'x', iat: now, exp: now + 300 })}.`;
      },
    ],
    [
      'an unknown issuer',
      async () =>
        new SignJWT(owner)
          .setProtectedHeader({ alg: 'HS256' })
          .setIssuer('http://127.0.0.1:1')
          .sign(new TextEncoder().encode('x'.repeat(32))),
    ],
    ['what is no token', async () => 'prtq_something'],
  ] satisfies readonly (readonly [string, () => Promise<string>])[])('gets nothing for %s', async (_, identity) => {
    expect(await exchange(await identity())).toMatchObject({ status: 401, body: { code: 'bad-identity' } });
  });
  it('gets nothing for an account that is closed', async () => {
    const operator = await tokenOf(home.app, home.operator);
    const headers = { authorization: `Bearer ${operator}` };
    await apiBrowser(home.url).call('POST', '/users/nightly-bot/close', { reason: 'over' }, headers);
    expect((await exchange(await builder.sign({ ...owner, jti: 'z' }))).status).toBe(401);
  });
});
