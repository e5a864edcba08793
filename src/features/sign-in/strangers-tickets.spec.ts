import { sql } from 'kysely';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { openTestDatabase, type TestDatabase } from '../../../test/harness/database.ts';
import {
  MOST_TICKETS_OF_A_NETWORK,
  MOST_TICKETS_OF_A_SITE,
  MOST_TICKETS_OF_STRANGERS,
  SECOND_STEP_S,
} from './limits.ts';
import { hashOf } from './secrets.ts';
import { issueToStranger } from './strangers-tickets.ts';
import { takeTicket } from './tickets.ts';

let test: TestDatabase | undefined;
beforeEach(async () => {
  await test?.close();
  test = await openTestDatabase();
});
afterAll(() => test?.close());

const opened = (): TestDatabase => {
  if (test === undefined) throw new Error('no database');
  return test;
};

function ask(address: string): Promise<string> {
  const { db, clock } = opened();
  return issueToStranger(db, { kind: 'passkey-sign-in', data: { challenge: 'c' }, now: clock.now(), address });
}

async function rows(): Promise<number> {
  const { rows: found } = await sql<{ n: number }>`select count(*)::int as n from sign_in_tickets`.execute(opened().db);
  return found[0]?.n ?? -1;
}

const take = (secret: string) => {
  const { db, clock } = opened();
  return takeTicket(db, { kind: 'passkey-sign-in', hash: hashOf(secret), now: clock.now() });
};

/** So many tickets of one network, each a moment younger than the one before. */
async function fill(network: string, many: number): Promise<void> {
  const { db, clock } = opened();
  await sql`insert into sign_in_tickets (hash, kind, data, expires_at, network)
    select ${`${network} `} || n, 'oidc', '{}', ${clock.now()}::timestamptz + n * interval '1 millisecond', ${network}
    from generate_series(1, ${many}::int) as n`.execute(db);
}

describe('sign-ins that strangers begin', () => {
  it('are so many from one network, at once too, and more when these are finished or over', async () => {
    const asked = await Promise.allSettled(
      Array.from({ length: MOST_TICKETS_OF_A_NETWORK + 40 }, (_, host) => ask(`2001:db8:1:1::${host.toString(16)}`)),
    );
    const secrets = asked.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    expect(secrets).toHaveLength(MOST_TICKETS_OF_A_NETWORK);
    expect(await rows()).toBe(MOST_TICKETS_OF_A_NETWORK);
    await expect(ask('2001:db8:1:1::ffff')).rejects.toMatchObject({
      code: 'too-many-attempts',
      retryAfterSeconds: SECOND_STEP_S,
    });
    expect(await ask('2001:db8:1:2::1')).toBeTruthy();
    expect(await take(secrets[0] ?? '')).toBeDefined();
    expect(await ask('2001:db8:1:1::ffff')).toBeTruthy();
    opened().clock.advance(SECOND_STEP_S + 1);
    expect(await ask('2001:db8:1:1::ffff')).toBeTruthy();
    expect(await rows()).toBe(1);
  }, 60_000);

  it('are so many from all networks: the one with the most gives way, and nobody else', async () => {
    await fill('many', 300);
    for (let network = 0; network < 97; network += 1) await fill(`some ${network}`, 100);
    expect(await rows()).toBe(MOST_TICKETS_OF_STRANGERS);
    const mine = await ask('192.0.2.7');
    const next = await ask('192.0.2.8');
    expect(await rows()).toBe(MOST_TICKETS_OF_STRANGERS);
    const { rows: left } = await sql<{ network: string; n: number }>`
      select network, count(*)::int as n from sign_in_tickets where network = 'many' or network like 'some%'
      group by network having count(*) <> 100`.execute(opened().db);
    expect(left).toEqual([{ network: 'many', n: 298 }]);
    expect(await take(mine)).toBeDefined();
    expect(await take(next)).toBeDefined();
  }, 60_000);

  it('are so many from all networks of one IPv6 site, whose owner has 65,536 of them', async () => {
    await ask('2001:db8:1:1::1');
    await sql`insert into sign_in_tickets (hash, kind, data, expires_at, network, site)
      select 'h' || n, kind, data, expires_at, 'n' || n, site
      from sign_in_tickets, generate_series(2, ${MOST_TICKETS_OF_A_SITE}::int) as n`.execute(opened().db);
    await expect(ask('2001:db8:1:ffff::1')).rejects.toMatchObject({ code: 'too-many-attempts' });
    expect(await ask('2001:db8:2:1::1')).toBeTruthy();
  });

  it('give way where they are of the site with the most, though none of its networks has more than others', async () => {
    await ask('2001:db8:1:1::1');
    await sql`insert into sign_in_tickets (hash, kind, data, expires_at, network, site)
      select 'h' || n, kind, data, expires_at + interval '1 minute', 'n' || n, site
      from sign_in_tickets, generate_series(2, 200) as n`.execute(opened().db);
    for (let network = 0; network < 98; network += 1) await fill(`some ${network}`, 100);
    await ask('192.0.2.7');
    const { rows: left } = await sql<{ n: number }>`
      select count(*)::int as n from sign_in_tickets where network like 'some%'`.execute(opened().db);
    expect([await rows(), left[0]?.n]).toEqual([MOST_TICKETS_OF_STRANGERS, 9800]);
  }, 60_000);
});
