import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openTestDatabase, type TestDatabase } from '../../../test/harness/database.ts';
import { type Actor, SYSTEM } from '../../domain/people.ts';
import { signerOf, verifier } from '../signing/keys.ts';
import { createHeads, type Heads } from './heads.ts';
import { exportLedger, listLedger, verifyLedger } from './history.ts';
import { createLedger } from './ledger.ts';

const ada: Actor = { kind: 'person', name: 'ada', roles: ['reviewer'], organisation: null };
const root = mkdtempSync(join(tmpdir(), 'pratique-heads-'));
const file = join(root, 'ledger-heads.jsonl');
const signer = signerOf(generateKeyPairSync('ed25519').privateKey);
const publicKeys = new Map([[signer.keyId, signer.publicKey]]);

let database: TestDatabase;
let heads: Heads;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(async () => {
  await database.close();
  rmSync(root, { recursive: true });
});
/** Ten rows, the head signed at the tenth. */
beforeEach(async () => {
  await sql`truncate ledger, ledger_heads`.execute(database.db);
  rmSync(file, { force: true });
  heads = createHeads({ db: database.db, clock: database.clock, signer, file });
  for (let index = 1; index <= 10; index += 1) await append(index);
  await heads.sign();
});

function append(index: number): Promise<void> {
  return database.ledger.change(index % 2 === 0 ? ada : SYSTEM, async (change) => {
    change.append({ kind: 'channel-changed', channel: `c${index}`, what: 'window "länger" \u2028' });
  });
}

const verify = (headsFile: string | undefined = file) =>
  verifyLedger({ db: database.db, verifier, publicKeys, headsFile });

describe('verify', () => {
  it('finds a ledger whole, also after more was appended', async () => {
    expect(await verify()).toMatchObject({ status: 'whole', rows: 10 });
    await append(11);
    expect(await verify()).toMatchObject({ status: 'whole', rows: 11 });
  });

  it.each([
    ['a changed fact', sql`update ledger set fact = jsonb_set(fact, '{channel}', '"x"') where sequence = 4`, 4],
    ['a changed actor', sql`update ledger set actor = 'eve' where sequence = 4`, 4],
    [
      'changed roles',
      sql`update ledger set acting = jsonb_set(acting, '{roles}', '["operator"]') where sequence = 4`,
      4,
    ],
    ['roles taken away', sql`update ledger set acting = null where sequence = 4`, 4],
    ['roles added', sql`update ledger set acting = '{"roles": []}' where sequence = 5`, 5],
    ['a changed time', sql`update ledger set at = at + interval '1 second' where sequence = 4`, 4],
    ['a changed kind', sql`update ledger set kind = 'backup-made' where sequence = 4`, 4],
    ['a deleted row', sql`delete from ledger where sequence = 5`, 5],
    ['a deleted first row', sql`delete from ledger where sequence = 1`, 1],
    ['a deleted last row', sql`delete from ledger where sequence = 10`, 10],
    ['a cut-off tail', sql`delete from ledger where sequence > 7`, 8],
    ['everything deleted', sql`delete from ledger`, 1],
    [
      'an inserted row',
      sql`insert into ledger select 0, at, actor, kind, fact, previous, hash, acting from ledger where sequence = 1`,
      1,
    ],
    [
      'two rows exchanged',
      sql`update ledger set sequence = case sequence when 3 then -4 else -3 end where sequence in (3, 4)`,
      1,
    ],
  ])('finds %s', async (_, tampering, sequence) => {
    await tampering.execute(database.db);
    await sql`update ledger set sequence = -sequence where sequence < 0`.execute(database.db);
    const check = await verify();
    expect(check.status).toBe('broken');
    if (check.status === 'broken' && sequence > 1) expect(check.sequence).toBe(sequence);
  });

  it('finds a chain that was computed anew, by the head that was signed', async () => {
    await sql`delete from ledger where sequence >= 9`.execute(database.db);
    await append(99);
    await append(98);
    expect(await verify()).toMatchObject({ status: 'broken', sequence: 10 });
  });

  it('finds a cut-off tail by the file when the heads in the database were cut off too', async () => {
    await sql`delete from ledger where sequence > 7`.execute(database.db);
    await sql`delete from ledger_heads`.execute(database.db);
    expect(await verify()).toMatchObject({ status: 'broken', sequence: 8 });
    expect(await verifyLedger({ db: database.db, verifier, publicKeys })).toMatchObject({ status: 'whole' });
    expect(
      await verifyLedger({ db: database.db, verifier, publicKeys, expected: { sequence: 10, hash: 'x' } }),
    ).toMatchObject({ status: 'broken' });
  });

  it('does not believe a head that was changed or signed by somebody else', async () => {
    writeFileSync(file, readFileSync(file, 'utf8').replace('"sequence":10', '"sequence":7'));
    expect(await verify()).toMatchObject({ status: 'broken' });
    writeFileSync(file, 'nonsense\n');
    expect(await verify()).toMatchObject({ status: 'broken' });
    const check = await verifyLedger({ db: database.db, verifier, publicKeys: new Map() });
    expect(check.status).toBe('broken');
  });
});

describe('heads', () => {
  it('are signed by themselves after enough rows', async () => {
    const ledger = createLedger({
      db: database.db,
      clock: database.clock,
      reactionsTo: () => [],
      afterAppend: (sequence) => heads.signIfDue(sequence),
    });
    for (let index = 0; index < 6; index += 1) {
      await ledger.change(SYSTEM, async (change) => {
        for (let row = 0; row < 10; row += 1) change.append({ kind: 'backup-made', head: String(row) });
      });
    }
    expect(readFileSync(file, 'utf8').trim().split('\n')).toHaveLength(2);
    expect(await verify()).toMatchObject({ status: 'whole', rows: 70 });
  });
});

describe('list', () => {
  it('goes through pages in both directions', async () => {
    const first = await listLedger(database.db, { limit: 6 });
    expect(first.rows.map((row) => row.sequence)).toEqual([1, 2, 3, 4, 5, 6]);
    const second = await listLedger(database.db, { limit: 6, after: first.next });
    expect(second.rows.map((row) => row.sequence)).toEqual([7, 8, 9, 10]);
    expect(second.next).toBeUndefined();
    const newest = await listLedger(database.db, { limit: 2, order: 'newest-first', after: 9 });
    expect(newest.rows.map((row) => row.sequence)).toEqual([8, 7]);
  });

  it('filters by actor, kind and time', async () => {
    database.clock.advance(60);
    await database.ledger.change(ada, async (change) => change.append({ kind: 'backup-made', head: 'x' }));
    const since = database.clock.now();
    expect((await listLedger(database.db, { since })).rows.map((row) => row.sequence)).toEqual([11]);
    expect((await listLedger(database.db, { kinds: ['backup-made'] })).rows).toHaveLength(1);
    expect((await listLedger(database.db, { actor: 'ada', until: since })).rows).toHaveLength(5);
  });

  it('finds what facts name: a channel, or the id of what they are about', async () => {
    await database.ledger.change(ada, async ({ append: add }) => {
      add({ kind: 'request-answered', request: 'R-7', channel: 'c2' });
      add({ kind: 'decision-settled', decision: 'A-3', request: 'R-7', channel: 'c3' });
    });
    const sequences = async (filter: object) => (await listLedger(database.db, filter)).rows.map((row) => row.sequence);
    expect(await sequences({ channel: 'c2' })).toEqual([2, 11]);
    expect(await sequences({ about: 'R-7' })).toEqual([11, 12]);
    expect(await sequences({ about: 'A-3', channel: 'c3' })).toEqual([12]);
    expect(await sequences({ about: '") or true --' })).toEqual([]);
  });

  it('exports JSON Lines', async () => {
    const lines: string[] = [];
    for await (const line of exportLedger(database.db)) lines.push(line);
    expect(lines).toHaveLength(10);
    expect(JSON.parse(lines[9] ?? '')).toMatchObject({ sequence: 10, actor: 'ada', fact: { channel: 'c10' } });
  });
});
