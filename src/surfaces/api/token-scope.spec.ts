import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callApi, openTestHome, type TestHome } from '../../../test/harness/home.ts';
import type { Scope } from '../../domain/credential.ts';
import type { Actor } from '../../domain/people.ts';

let home: TestHome;
let rita: Actor;
const tokens = new Map<string, string>();

const SCOPES: Readonly<Record<string, Partial<Scope>>> = {
  whole: {},
  channel: { channels: ['tier2'] },
  ecosystem: { ecosystems: ['pypi'] },
  reading: { actions: ['read'] },
  filing: { actions: ['file-request'] },
};

beforeAll(async () => {
  home = await openTestHome();
  rita = (await home.person('rita', 'reviewer')).actor;
  for (const [name, scope] of Object.entries(SCOPES))
    tokens.set(name, (await home.app.rooms.tokens.create(rita, { label: name, scope })).token);
});
afterAll(() => home?.close());

const rehearsal = { ecosystem: 'pypi', name: 'left-pad' };
const elsewhere = { ecosystem: 'npm', name: 'left-pad' };

/** What each token is answered: 200, or 403 where it does not reach so far. */
const ROUTES: readonly (readonly [method: string, path: string, body: unknown, reach: readonly string[]])[] = [
  ['GET', '/channels', undefined, ['whole', 'channel', 'ecosystem', 'reading', 'filing']],
  ['GET', '/channels/tier2', undefined, ['whole', 'channel', 'ecosystem', 'reading']],
  ['GET', '/channels/tier3', undefined, ['whole', 'ecosystem', 'reading']],
  ['GET', '/channels/tier3/access', undefined, ['whole', 'ecosystem', 'reading']],
  ['GET', '/channels/tier3/practice', undefined, ['whole', 'ecosystem', 'reading']],
  ['GET', '/channels/tier3/clients', undefined, ['whole', 'ecosystem', 'reading']],
  ['GET', '/users', undefined, ['whole', 'reading']],
  ['GET', '/users/olga', undefined, ['whole', 'reading']],
  ['GET', '/quarantines', undefined, ['whole', 'channel', 'reading']],
  ['GET', '/quarantines?ecosystem=pypi', undefined, ['whole', 'channel', 'ecosystem', 'reading']],
  ['GET', '/quarantines?ecosystem=npm', undefined, ['whole', 'channel', 'reading']],
  ['POST', '/quarantines/rehearsal', rehearsal, ['whole', 'channel', 'ecosystem']],
  ['POST', '/quarantines/rehearsal', elsewhere, ['whole', 'channel']],
  ['POST', '/quarantines', { ...elsewhere, reason: 'x' }, ['whole']],
  ['GET', '/feeds', undefined, ['whole', 'channel', 'ecosystem', 'reading']],
  ['GET', '/advisories', undefined, ['whole', 'channel', 'ecosystem', 'reading']],
  ['GET', '/advisories/npm/left-pad', undefined, ['whole', 'channel', 'reading']],
  ['GET', '/policy', undefined, ['whole', 'channel', 'ecosystem', 'reading']],
  ['POST', '/policy/test', undefined, ['whole', 'channel', 'ecosystem']],
];

describe('the limits of a token', () => {
  it.each(ROUTES)('hold at %s %s', async (method, path, body, reach) => {
    for (const name of Object.keys(SCOPES)) {
      const { status, body: said } = await callApi(home, tokens.get(name), { method, path, body });
      const isReached = reach.includes(name);
      expect([name, status < 300, said['code']]).toEqual([name, isReached, isReached ? undefined : 'token-scope']);
    }
  });
  it('leave the other channels out of the list', async () => {
    const named = async (token: string) => {
      const { body } = await callApi(home, tokens.get(token), { method: 'GET', path: '/channels' });
      return Array.isArray(body['results']) ? body['results'].map(({ name }) => name) : [];
    };
    expect(await named('channel')).toEqual(['tier2']);
    expect(await named('filing')).toEqual([]);
    expect((await named('whole')).length).toBeGreaterThan(1);
  });
});
