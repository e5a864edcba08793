import { randomBytes } from 'node:crypto';
import { exportJWK, generateKeyPair } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Craft, type CraftedProvider, openCraftedProvider } from '../../../test/harness/crafted-provider.ts';
import { openTestDatabase, type TestDatabase } from '../../../test/harness/database.ts';
import type { Actor } from '../../domain/people.ts';
import { networkOf } from '../../platform/fetch/networks.ts';
import { createIdentityProvider } from '../../platform/oidc/provider.ts';
import { sealOf } from '../../platform/signing/seal.ts';
import { createAccounts } from '../accounts/index.ts';
import { createChannels } from '../channels/index.ts';
import { createSignIn, type MappedProvider, type SignIn, type StartedSession } from './index.ts';
import { listSessions } from './read.ts';

const CLIENT = 'pratique';
const SECRET = 'a secret of thirty-two characters';
const MINUTE = 60;
const HOUR = 3600;
const site = { origin: 'https://pratique.example' };
const caller = { address: '192.0.2.1', device: 'test' };

let test: TestDatabase;
let signIn: SignIn;
let north: CraftedProvider;
let south: CraftedProvider;
let east: CraftedProvider;
let west: CraftedProvider;
let impostor: CraftedProvider;

function mapped({ issuer }: { issuer: string }, more: Partial<MappedProvider> = {}): MappedProvider {
  const settings = { issuer, clientId: CLIENT, clientSecret: SECRET, scopes: 'openid profile' };
  return {
    provider: createIdentityProvider(settings),
    ...{ oldestProofS: 12 * HOUR, sharesRedirect: false, nameClaim: 'preferred_username', rolesClaim: 'groups' },
    ...{ roles: [{ value: 'users', role: 'researcher' }], saysOperators: false, multi: ['mfa'], phishingResistant: [] },
    ...more,
  };
}

beforeAll(async () => {
  test = await openTestDatabase();
  const { db, ledger, clock } = test;
  // What providers sign is of now.
  clock.advance((Date.now() - clock.now().getTime()) / 1000);
  await createChannels({ ledger, targets: [], network: networkOf }).ensureDefaults();
  const accounts = createAccounts({ ledger });
  const client = { clientId: CLIENT };
  north = await openCraftedProvider(client);
  south = await openCraftedProvider(client);
  east = await openCraftedProvider({ ...client, saysIssuer: false });
  west = await openCraftedProvider({ ...client, saysIssuer: false });
  impostor = await openCraftedProvider({ ...client, poses: north.issuer });
  const providers = new Map([
    ['north', mapped(north)],
    ['south', mapped(south)],
    ['east', mapped(east, { sharesRedirect: true })],
    ['west', mapped(west, { sharesRedirect: true })],
    ['impostor', mapped(impostor)],
    ['silent', mapped(north, { oldestProofS: null })],
    ['odd', mapped({ issuer: 'no address at all' })],
  ]);
  const seal = sealOf(randomBytes(32));
  const isBreached = async () => false;
  const endTokens = async () => undefined;
  const { followProvider } = accounts;
  const deps = { ...{ db, ledger, clock, seal, isBreached, endTokens, followProvider, providers }, outbox: undefined };
  signIn = createSignIn({ ...deps, totpSuffices: false });
});
afterAll(async () => {
  for (const one of [north, south, east, west, impostor]) await one?.close();
  await test?.close();
});
beforeEach(() => {
  for (const one of [north, south, east, west]) one.craft({ claims: person('rosa') });
});

const person = (name: string) => ({ preferred_username: name, groups: ['users'] });

async function begin(provider: string, recent = false) {
  return signIn.beginProvider({ provider, recent, site }, caller);
}

/** Signs in by a provider as a browser that follows it does. */
async function come(provider: CraftedProvider, name: string, recent = false): Promise<StartedSession> {
  const { ticket, address } = await begin(name, recent);
  const page = new URL(new URL(address).searchParams.get('redirect_uri') ?? '').pathname.split('/')[3];
  return signIn.withProvider({ ticket, provider: page, query: provider.answerTo(address), site }, caller);
}
const refusal = { code: 'sign-in-refused' };
const now = () => Math.floor(Date.now() / 1000);

/** That north's token, crafted so, signs nobody in, where the same one without the fault does. */
async function expectRefused(craft: Craft): Promise<void> {
  north.craft({ claims: person('rosa') });
  await come(north, 'north');
  north.craft({ ...craft, claims: { ...person('rosa'), ...craft.claims } });
  await expect(come(north, 'north')).rejects.toMatchObject(refusal);
}

describe('an identity token', () => {
  it('without a signature, or with one that does not hold, signs nobody in, although the provider itself handed it over', async () => {
    const { privateKey } = await generateKeyPair('ES256');
    await expectRefused({ key: privateKey });
    await expectRefused({ key: 'none' });
    await expectRefused({ key: new TextEncoder().encode(SECRET), header: { alg: 'HS256' } });
  });
  it('is held against the keys of its provider and no others, whatever keys it brings along or points to', async () => {
    const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true });
    const jwk = { ...(await exportJWK(publicKey)), kid: 'one' };
    await expectRefused({ key: privateKey, header: { jwk } });
    south.craft({ claims: { ...person('sol'), sub: 'u-9' } });
    await come(south, 'south');
    south.asked.length = 0;
    await expectRefused({ key: privateKey, header: { jku: `${south.issuer}/keys` } });
    await expectRefused({ key: privateKey, header: { x5u: `${south.issuer}/keys` } });
    expect(south.asked).toEqual([]);
  });
  it('counts within its time alone: not once it has ended, and not before it begins', async () => {
    await expectRefused({ claims: { exp: now() - 5 * MINUTE } });
    await expectRefused({ claims: { nbf: now() + 5 * MINUTE } });
    await expectRefused({ claims: { exp: undefined } });
  });
  it('must be one: an access token or a token that signs out is none', async () => {
    await expectRefused({ header: { typ: 'at+jwt' } });
    await expectRefused({ header: { typ: 'logout+jwt' } });
    north.craft({ header: { typ: 'JWT' }, claims: person('rosa') });
    expect(await come(north, 'north')).toMatchObject({ person: 'rosa' });
  });
  it('answers the sign-in that was begun: one of an earlier sign-in, or without its nonce, is refused', async () => {
    const earlier = new URL((await begin('north')).address).searchParams.get('nonce');
    await expectRefused({ claims: { nonce: earlier } });
    await expectRefused({ claims: { nonce: undefined } });
  });
  it('for another client is refused, and one of another issuer', async () => {
    await expectRefused({ claims: { aud: 'elsewhere' } });
    await expectRefused({ claims: { aud: [CLIENT, 'elsewhere'], azp: 'elsewhere' } });
    await expectRefused({ claims: { aud: undefined } });
    await expectRefused({ claims: { iss: south.issuer } });
  });
});

describe('an identity provider among several', () => {
  it('cannot speak for the people of another: neither by their subject, their name nor their mail address', async () => {
    const mail = { email: 'rosa@haven.example', email_verified: true };
    north.craft({ claims: { ...person('rosa'), ...mail } });
    expect(await come(north, 'north')).toMatchObject({ person: 'rosa' });
    south.craft({ claims: { ...person('rosa'), ...mail } });
    await expect(come(south, 'south')).rejects.toMatchObject({ code: 'no-account' });
    south.craft({ claims: { ...person('rosa-of-south'), ...mail } });
    expect(await come(south, 'south')).toMatchObject({ person: 'rosa-of-south' });
    expect(await come(north, 'north')).toMatchObject({ person: 'rosa' });
  });
  it('is not taken for another one: its answer names it, and comes to the page of the one that was asked', async () => {
    const asked = await begin('north');
    north.asked.length = 0;
    const mixed = {
      ticket: asked.ticket,
      provider: 'north',
      query: north.answerTo(asked.address, { iss: south.issuer }),
    };
    await expect(signIn.withProvider({ ...mixed, site }, caller)).rejects.toMatchObject(refusal);
    const nameless = await begin('north');
    const query = north.answerTo(nameless.address, { iss: null });
    await expect(
      signIn.withProvider({ ticket: nameless.ticket, provider: 'north', query, site }, caller),
    ).rejects.toMatchObject(refusal);
    for (const provider of ['south', undefined]) {
      const other = await begin('north');
      const to = { ticket: other.ticket, provider, query: north.answerTo(other.address), site };
      await expect(signIn.withProvider(to, caller)).rejects.toMatchObject({ ...refusal, why: expect.any(String) });
    }
    // No code was handed to anybody.
    expect(north.asked.filter(({ path }) => path === '/token')).toEqual([]);
  });
  it('may share the address that browsers come back to only with providers that name themselves in their answers', async () => {
    const asked = await begin('east');
    expect(new URL(asked.address).searchParams.get('redirect_uri')).toBe(`${site.origin}/sign-in/oidc`);
    const nameless = { ticket: asked.ticket, provider: undefined, query: east.answerTo(asked.address), site };
    await expect(signIn.withProvider(nameless, caller)).rejects.toMatchObject(refusal);
    const named = await begin('east');
    east.craft({ claims: person('ewa') });
    const query = east.answerTo(named.address, { iss: east.issuer });
    expect(await signIn.withProvider({ ticket: named.ticket, provider: undefined, query, site }, caller)).toMatchObject(
      {
        person: 'ewa',
      },
    );
  });
  it('is refused where its description names another issuer than the one that was written down', async () => {
    await expect(begin('impostor')).rejects.toMatchObject({ code: 'provider-away' });
  });
  it('fails by name where its address is none', async () => {
    await expect(begin('odd')).rejects.toMatchObject({ code: 'provider-away', why: expect.stringContaining('URL') });
  });
});

describe('the code of a provider', () => {
  it('is worth nothing without the verifier, which no browser sees', async () => {
    const { address, ticket } = await begin('north');
    const challenge = new URL(address).searchParams.get('code_challenge');
    north.asked.length = 0;
    const other = await begin('north');
    const stolen = new URLSearchParams(north.answerTo(address));
    stolen.set('state', new URL(other.address).searchParams.get('state') ?? '');
    const query = `?${stolen}`;
    await expect(
      signIn.withProvider({ ticket: other.ticket, provider: 'north', query, site }, caller),
    ).rejects.toMatchObject(refusal);
    await signIn.withProvider({ ticket, provider: 'north', query: north.answerTo(address), site }, caller);
    const [, right] = north.asked
      .filter(({ path }) => path === '/token')
      .map(({ posted }) => posted.get('code_verifier'));
    expect(right).toMatch(/^.{43,}$/);
    expect(address).not.toContain(right);
    expect(challenge).not.toBe(right);
  });
});

describe('a session that began at a provider', () => {
  it('takes a proof there of the last twelve hours, which the provider must date', async () => {
    const { address } = await begin('north');
    expect(new URL(address).searchParams.get('max_age')).toBe(String(12 * HOUR));
    await expectRefused({ claims: { auth_time: now() - 13 * HOUR } });
    await expectRefused({ claims: { auth_time: undefined } });
    north.craft({ claims: { ...person('rosa'), auth_time: undefined } });
    expect(await come(north, 'silent')).toMatchObject({ person: 'rosa' });
  });
  it('is a recent proof only where the provider has just asked: not by a sign-in of the morning, and not where it does not say', async () => {
    const recent = { code: 'prove-again' };
    north.craft({ claims: { ...person('rosa'), auth_time: 1 + now() - 11 * HOUR } });
    await expect(signIn.beginApp(await actorOf(await come(north, 'north')))).rejects.toMatchObject(recent);
    await expect(come(north, 'north', true)).rejects.toMatchObject(refusal);
    north.craft({ claims: { ...person('rosa'), auth_time: undefined } });
    await expect(signIn.beginApp(await actorOf(await come(north, 'silent')))).rejects.toMatchObject(recent);
    north.craft({ claims: person('rosa') });
    expect(new URL((await begin('north', true)).address).searchParams.get('prompt')).toBe('login');
    expect(await signIn.beginApp(await actorOf(await come(north, 'north', true)))).toMatchObject({
      secret: expect.any(String),
    });
  });
  it('ends here by its own clock and by signing out, and tells the provider nothing', async () => {
    const open = await come(north, 'north');
    const other = await come(north, 'north');
    north.asked.length = 0;
    await signIn.endSession(await actorOf(open), open.id);
    await expect(signIn.authenticate(open.secret)).rejects.toMatchObject({ code: 'no-session' });
    expect(await signIn.authenticate(other.secret)).toMatchObject({ name: 'rosa' });
    for (let spent = 0; spent < 8 * HOUR; spent += 20 * MINUTE) {
      test.clock.advance(20 * MINUTE);
      if (spent < 7 * HOUR) await signIn.authenticate(other.secret);
    }
    await expect(signIn.authenticate(other.secret)).rejects.toMatchObject({ code: 'no-session' });
    expect(await listSessions(test.db, 'rosa', test.clock.now())).toEqual([]);
    expect(north.asked).toEqual([]);
  });
});

async function actorOf({ secret }: StartedSession): Promise<Actor> {
  return signIn.authenticate(secret);
}
