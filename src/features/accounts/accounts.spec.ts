import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestDatabase, type TestDatabase } from '../../../test/harness/database.ts';
import { type Actor, type Role, SYSTEM } from '../../domain/people.ts';
import { networkOf } from '../../platform/fetch/networks.ts';
import { createAccounts } from '../accounts/index.ts';
import { resolveActor } from '../accounts/read.ts';
import { createChannels } from '../channels/index.ts';

let test: TestDatabase;
beforeAll(async () => {
  test = await openTestDatabase();
});
afterAll(() => test.close());
const person = (name: string, role: Role): Actor => ({ kind: 'person', name, roles: [role], organisation: null });

describe('people and channels', () => {
  it('makes the default channels once', async () => {
    const channels = createChannels({ ledger: test.ledger, targets: [], network: networkOf });
    expect(await channels.ensureDefaults()).toEqual(['tier2', 'tier3']);
    expect(await channels.ensureDefaults()).toEqual([]);
  });
  it('lets the first operator claim the code once', async () => {
    const accounts = createAccounts({ ledger: test.ledger });
    const code = (await accounts.makeOperatorCode()) ?? '';
    await accounts.claimFirstOperator({ name: 'olga', code });
    await expect(accounts.claimFirstOperator({ name: 'eve', code })).rejects.toMatchObject({ code: 'wrong-code' });
    expect(await resolveActor(test.db, 'olga')).toMatchObject({ roles: ['operator'] });
  });
  it('refuses the wrong role and says who could do it', async () => {
    const channels = createChannels({ ledger: test.ledger, targets: [], network: networkOf });
    await expect(
      channels.create(person('rita', 'researcher'), { name: 'x', tier: 3, mode: 'cleared' }),
    ).rejects.toMatchObject({ code: 'wrong-role', next: expect.stringContaining('operator') });
  });
  it('gives a role in one channel, beside those of every channel', async () => {
    const accounts = createAccounts({ ledger: test.ledger });
    const olga = await resolveActor(test.db, 'olga');
    await accounts.add(olga, { name: 'rosa', roles: ['researcher'] });
    await accounts.setRoles(olga, { name: 'rosa', roles: ['reviewer'], channel: 'tier2' });
    const rosa = await resolveActor(test.db, 'rosa');
    expect(rosa).toMatchObject({ roles: ['researcher'], channelRoles: [{ channel: 'tier2', role: 'reviewer' }] });
    await accounts.setRoles(olga, { name: 'rosa', roles: [], channel: 'tier2' });
    expect(await resolveActor(test.db, 'rosa')).toMatchObject({ roles: ['researcher'], channelRoles: [] });
    await expect(
      accounts.setRoles(olga, { name: 'rosa', roles: ['operator'], channel: 'tier2' }),
    ).rejects.toMatchObject({ code: 'no-channel-role' });
  });
  it('keeps managing people apart from deciding: nobody changes their own roles', async () => {
    const accounts = createAccounts({ ledger: test.ledger });
    const olga = await resolveActor(test.db, 'olga');
    await expect(accounts.setRoles(olga, { name: 'olga', roles: ['operator', 'reviewer'] })).rejects.toMatchObject({
      code: 'own-roles',
    });
  });
  it('makes no operator, and takes none away, by a provider that does not say who operates', async () => {
    const accounts = createAccounts({ ledger: test.ledger });
    const follow = (name: string, roles: readonly Role[], saysOperators: boolean) =>
      test.ledger.change(SYSTEM, (change) => accounts.followProvider(change, { name, roles, saysOperators }));
    await follow('nora', ['operator', 'researcher'], false);
    expect(await resolveActor(test.db, 'nora')).toMatchObject({ roles: ['researcher'] });
    await follow('olga', ['reviewer'], false);
    expect(await resolveActor(test.db, 'olga')).toMatchObject({ roles: ['reviewer', 'operator'] });
    await follow('nora', ['operator'], true);
    expect(await resolveActor(test.db, 'nora')).toMatchObject({ roles: ['operator'] });
    await follow('nora', [], true);
    expect(await resolveActor(test.db, 'nora')).toMatchObject({ roles: [] });
  });
  it('keeps the last operator, whatever a provider says', async () => {
    const accounts = createAccounts({ ledger: test.ledger });
    const follow = (roles: readonly Role[]) =>
      test.ledger.change(SYSTEM, (change) =>
        accounts.followProvider(change, { name: 'olga', roles, saysOperators: true }),
      );
    await expect(follow(['researcher'])).rejects.toMatchObject({ code: 'last-operator' });
    expect(await resolveActor(test.db, 'olga')).toMatchObject({ roles: ['reviewer', 'operator'] });
    await expect(follow(['provider', 'operator'])).rejects.toMatchObject({ code: 'no-organisation' });
  });
});
