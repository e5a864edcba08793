import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestDatabase, type TestDatabase } from '../../../test/harness/database.ts';
import { may } from '../../domain/authority.ts';
import type { Actor, Role } from '../../domain/people.ts';
import { networkOf } from '../../platform/fetch/networks.ts';
import { createAccounts } from '../accounts/index.ts';
import { resolveActor } from '../accounts/read.ts';
import { createChannels } from '../channels/index.ts';
import { isToken, newToken } from './format.ts';
import { createTokens, createTokenUses, type Tokens } from './index.ts';
import { listTokens } from './read.ts';

const HOUR = 3600;
const DAY = 24 * HOUR;
let test: TestDatabase;
let tokens: Tokens;
const people: Record<string, Actor> = {};
const as = (name: string): Actor => people[name] ?? { kind: 'system' };

beforeAll(async () => {
  test = await openTestDatabase();
  await createChannels({ ledger: test.ledger, targets: [], network: networkOf }).ensureDefaults();
  const accounts = createAccounts({ ledger: test.ledger });
  await accounts.claimFirstOperator({ name: 'olga', code: (await accounts.makeOperatorCode()) ?? '' });
  people.olga = await resolveActor(test.db, 'olga');
  const roles: readonly (readonly [string, Role])[] = [
    ['vera', 'reviewer'],
    ['rosa', 'researcher'],
  ];
  for (const [name, role] of roles) {
    await accounts.add(as('olga'), { name, roles: [role] });
    people[name] = await resolveActor(test.db, name);
  }
  const { db, ledger, clock } = test;
  const noIssuer = { publishers: [], issuerOf: () => undefined, verifyIdentity: async () => ({}) };
  tokens = createTokens({ ...{ db, ledger, clock }, ecosystemIds: ['pypi', 'npm'], ...noIssuer });
});
afterAll(() => test.close());
const make = (name: string, scope = {}, seconds?: number) =>
  tokens.create(as(name), { label: 'nightly build', scope, seconds });

describe('the form of a token', () => {
  it('has a prefix and a checksum, by which a scanner knows it and a typing mistake shows', () => {
    const all = Array.from({ length: 200 }, newToken);
    for (const token of all) expect(token).toMatch(/^prtq_[0-9A-Za-z]{49}$/);
    expect(new Set(all).size).toBe(200);
    expect(all.every(isToken)).toBe(true);
    const [token = ''] = all;
    const changed = `${token.slice(0, 10)}${token[10] === 'a' ? 'b' : 'a'}${token.slice(11)}`;
    expect([changed, token.slice(1), `${token}a`, ''].some(isToken)).toBe(false);
  });
});

describe('the day of the last use', () => {
  it('is written some time after, once for each day, and nothing but the day', async () => {
    const { listing } = await make('rosa', { actions: ['install'] });
    const warned: string[] = [];
    const log = {
      debug: () => undefined,
      info: () => undefined,
      warn: (what: string) => void warned.push(what),
      error: () => undefined,
    };
    const uses = createTokenUses({ db: test.db, clock: test.clock, log });
    const lastUsed = async () =>
      (await listTokens(test.db, { person: 'rosa', now: test.clock.now() })).find(({ id }) => id === listing.id)
        ?.lastUsedOn;
    uses.note(listing.id);
    uses.note(listing.id);
    expect(await lastUsed()).toBeNull();
    await uses.flush();
    const today = test.clock.now().toISOString().slice(0, 10);
    expect(await lastUsed()).toBe(today);
    await test.pool.query('update tokens set last_used_on = null where id = $1', [listing.id]);
    uses.note(listing.id);
    await uses.flush();
    expect(await lastUsed()).toBeNull();
    test.clock.advance(DAY);
    uses.note(listing.id);
    await uses.stop();
    expect(await lastUsed()).toBe(test.clock.now().toISOString().slice(0, 10));
    expect(warned).toEqual([]);
  });
});

describe('a token', () => {
  it('lets its holder act as its person, within its scope', async () => {
    const { token } = await make('rosa', { channels: ['tier2'], ecosystems: ['pypi'], actions: ['file-request'] });
    const actor = await tokens.authenticate(token);
    expect(actor).toMatchObject({ kind: 'person', name: 'rosa' });
    expect(may(actor, 'file-request', { channel: 'tier2', ecosystem: 'pypi' })).toBe(true);
    expect(may(actor, 'file-request', { channel: 'tier3', ecosystem: 'pypi' })).toBe(false);
    expect(may(actor, 'read', { channel: 'tier2', ecosystem: 'pypi' })).toBe(false);
  });
  it('is stored as a hash alone', async () => {
    const { token } = await make('rosa');
    const stored = await test.pool.query('select t::text as row from tokens t');
    const facts = await test.pool.query('select fact::text as row from ledger');
    for (const { row } of [...stored.rows, ...facts.rows]) expect(row).not.toContain(token.slice(5, 25));
  });
  it('ends at its time, and lives no longer than a year', async () => {
    const { token } = await make('rosa', {}, HOUR);
    await tokens.authenticate(token);
    test.clock.advance(HOUR);
    await expect(tokens.authenticate(token)).rejects.toMatchObject({ code: 'bad-token', kind: 'sign-in' });
    for (const seconds of [0, 1.5, 367 * DAY, Number.POSITIVE_INFINITY, Number.NaN])
      await expect(make('rosa', {}, seconds)).rejects.toMatchObject({ code: 'token-life' });
  });
  it('proves what its maker had proved for twelve hours, and after that one factor, which decides nothing', async () => {
    const { token } = await make('vera');
    expect(may(await tokens.authenticate(token), 'decide')).toBe(true);
    test.clock.advance(12 * HOUR);
    const later = await tokens.authenticate(token);
    expect(may(later, 'decide')).toBe(false);
    expect(may(later, 'read')).toBe(true);
  });
  it('makes no further tokens', async () => {
    const { token } = await make('vera');
    const actor = await tokens.authenticate(token);
    await expect(tokens.create(actor, { label: 'more', scope: {} })).rejects.toMatchObject({ code: 'not-by-token' });
  });
  it('keeps the day of its last use, nothing finer', async () => {
    const { token, listing } = await make('rosa');
    expect(listing.lastUsedOn).toBeNull();
    await tokens.authenticate(token);
    const day = test.clock.now().toISOString().slice(0, 10);
    const used = await listTokens(test.db, { person: 'rosa', now: test.clock.now() });
    expect(used.find((one) => one.id === listing.id)?.lastUsedOn).toBe(day);
  });
  it('follows the roles of its person at once', async () => {
    const { token } = await make('vera');
    const accounts = createAccounts({ ledger: test.ledger });
    await accounts.setRoles(as('olga'), { name: 'vera', roles: ['researcher'] });
    expect(may(await tokens.authenticate(token), 'decide')).toBe(false);
    await accounts.setRoles(as('olga'), { name: 'vera', roles: ['reviewer'] });
  });
  it.each([
    [{ channels: ['tier9'] }, 'unknown-channel'],
    [{ ecosystems: ['cargo'] }, 'unknown-ecosystem'],
    [{ actions: ['everything'] }, 'unknown-action'],
  ])('refuses a scope that names what is not there: %j', async (scope, code) => {
    await expect(make('rosa', scope)).rejects.toMatchObject({ code });
  });
});

describe('the end of a token', () => {
  it('comes at once, from its person or an operator, and from nobody else', async () => {
    const first = await make('rosa');
    const second = await make('rosa');
    await expect(tokens.revoke(as('vera'), first.listing.id)).rejects.toMatchObject({ code: 'unknown-token' });
    expect(await tokens.revoke(as('rosa'), first.listing.id)).toMatchObject({ state: 'revoked' });
    expect(await tokens.revoke(as('olga'), second.listing.id)).toMatchObject({ state: 'revoked' });
    for (const { token } of [first, second])
      await expect(tokens.authenticate(token)).rejects.toMatchObject({ code: 'bad-token' });
  });
  it('comes from whoever reports it as leaked, once, with a fact for its person', async () => {
    const { token, listing } = await make('rosa');
    expect(await tokens.revokeLeaked(token)).toBe(true);
    expect(await tokens.revokeLeaked(token)).toBe(false);
    expect(await tokens.revokeLeaked(newToken())).toBe(false);
    expect(await tokens.revokeLeaked('prtq_none')).toBe(false);
    await expect(tokens.authenticate(token)).rejects.toMatchObject({ code: 'bad-token' });
    const { rows } = await test.pool.query(
      "select fact from ledger where kind = 'token-revoked' and fact->>'token' = $1",
      [listing.id],
    );
    expect(rows.map(({ fact }) => fact)).toEqual([
      { kind: 'token-revoked', token: listing.id, person: 'rosa', label: 'nightly build', reason: 'leaked' },
    ]);
  });
});
