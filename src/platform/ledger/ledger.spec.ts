import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestDatabase, type TestDatabase } from '../../../test/harness/database.ts';
import type { Fact } from '../../domain/fact.ts';
import { type Actor, SYSTEM } from '../../domain/people.ts';
import { createLedger } from './ledger.ts';
import { asLedgerRow, GENESIS, type LedgerTables, rowHash } from './rows.ts';

const ada: Actor = { kind: 'person', name: 'ada', roles: ['researcher'], organisation: null };
const fact = (request: string): Fact => ({ kind: 'request-joined', request, channel: 'main' });

describe('change', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await openTestDatabase();
    await sql`create table things (name text primary key)`.execute(database.db);
  });
  afterAll(() => database.close());

  async function rows() {
    const all = await database.db
      .withTables<LedgerTables>()
      .selectFrom('ledger')
      .selectAll()
      .orderBy('sequence')
      .execute();
    return all.map(asLedgerRow);
  }

  it('commits the work and its facts together, chained', async () => {
    const result = await database.ledger.change(ada, async ({ db, now, append }) => {
      await sql`insert into things values ('one')`.execute(db);
      append(fact('R-1'));
      append(fact('R-2'));
      return now.toISOString();
    });
    expect(result).toBe('2026-01-01T00:00:00.000Z');
    const [first, second] = await rows();
    expect(first).toMatchObject({ sequence: 1, actor: 'ada', fact: fact('R-1'), previous: GENESIS, at: result });
    expect(second).toMatchObject({ sequence: 2, previous: first?.hash });
    expect(first && rowHash(first)).toBe(first?.hash);
    expect(second && rowHash(second)).toBe(second?.hash);
  });

  it('leaves nothing of a change that threw', async () => {
    const before = (await rows()).length;
    const failing = database.ledger.change(SYSTEM, async ({ db, append }) => {
      await sql`insert into things values ('two')`.execute(db);
      append(fact('R-3'));
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    expect((await rows()).length).toBe(before);
    const found = await sql`select 1 from things where name = 'two'`.execute(database.db);
    expect(found.rows).toEqual([]);
  });

  it('keeps one chain under concurrent changes', async () => {
    const before = (await rows()).length;
    await Promise.all(
      Array.from({ length: 40 }, (_, index) =>
        database.ledger.change(ada, async ({ append }) => append(fact(`R-${index}`))),
      ),
    );
    const all = await rows();
    expect(all.length).toBe(before + 40);
    all.forEach((row, index) => {
      expect(row.sequence).toBe(index + 1);
      expect(row.previous).toBe(all[index - 1]?.hash ?? GENESIS);
    });
  });

  it('makes a delivery for each reaction in the same transaction', async () => {
    const ledger = createLedger({
      db: database.db,
      clock: database.clock,
      reactionsTo: (kind) => (kind === 'request-joined' ? ['tell', 'count'] : []),
    });
    await ledger.change(ada, async ({ append }) => {
      append(fact('R-9'));
      append({ kind: 'backup-made', head: GENESIS });
    });
    const deliveries = await database.db
      .withTables<LedgerTables>()
      .selectFrom('deliveries')
      .select(['reaction', 'state', 'attempts'])
      .orderBy('reaction')
      .execute();
    expect(deliveries).toEqual([
      { reaction: 'count', state: 'due', attempts: 0 },
      { reaction: 'tell', state: 'due', attempts: 0 },
    ]);
  });
});
