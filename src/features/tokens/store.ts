/** Rows of the tokens room. */
import { sql } from 'kysely';
import type { Strength } from '../../domain/credential.ts';
import type { Queryable } from '../../platform/db/port.ts';

export interface TokenRow {
  readonly id: string;
  readonly person: string;
  readonly label: string;
  readonly hash: string;
  readonly channels: string[] | null;
  readonly ecosystems: string[] | null;
  readonly actions: string[] | null;
  readonly strength: Strength;
  readonly strong_until: Date;
  readonly publisher: string | null;
  readonly made_at: Date;
  readonly expires_at: Date;
  /** `YYYY-MM-DD`, UTC. */
  readonly last_used_on: string | null;
  readonly revoked_at: Date | null;
  readonly revoked_by: string | null;
  readonly revoked_for: 'revoked' | 'leaked' | null;
}

type TokenTables = { tokens: TokenRow; exchanged_identities: { hash: string; until: Date } };
const tables = (db: Queryable) => db.withTables<TokenTables>();
const LAST_USED = sql<string | null>`to_char(last_used_on, 'YYYY-MM-DD')`.as('last_used_on');

export async function nextId(db: Queryable): Promise<string> {
  const { rows } = await sql<{ id: string }>`select nextval('token_ids') as id`.execute(db);
  return `T-${rows[0]?.id ?? '0'}`;
}

export async function insertToken(db: Queryable, row: TokenRow): Promise<void> {
  await tables(db).insertInto('tokens').values(row).execute();
}

export async function rowByHash(db: Queryable, hash: string): Promise<TokenRow | undefined> {
  return tables(db).selectFrom('tokens').selectAll().select(LAST_USED).where('hash', '=', hash).executeTakeFirst();
}

export async function rowById(db: Queryable, id: string): Promise<TokenRow | undefined> {
  return tables(db).selectFrom('tokens').selectAll().select(LAST_USED).where('id', '=', id).executeTakeFirst();
}

/** Newest first; of one person, or of all. */
export async function rowsOf(db: Queryable, person: string | undefined): Promise<readonly TokenRow[]> {
  const all = tables(db).selectFrom('tokens').selectAll().select(LAST_USED).orderBy('made_at', 'desc').orderBy('id');
  return (person === undefined ? all : all.where('person', '=', person)).execute();
}

/** Those in force whose scope names the action `install`. */
export async function installRows(db: Queryable, now: Date): Promise<readonly TokenRow[]> {
  const all = tables(db).selectFrom('tokens').selectAll().select(LAST_USED);
  return all
    .where('revoked_at', 'is', null)
    .where('expires_at', '>', now)
    .where(sql<boolean>`'install' = any(actions)`)
    .execute();
}

/** Whether it was in force until now. */
export async function revokeRow(
  db: Queryable,
  id: string,
  end: { readonly at: Date; readonly by: string; readonly reason: 'revoked' | 'leaked' },
): Promise<boolean> {
  const result = await tables(db)
    .updateTable('tokens')
    .set({ revoked_at: end.at, revoked_by: end.by, revoked_for: end.reason })
    .where('id', '=', id)
    .where('revoked_at', 'is', null)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/** Keeps the day alone, and writes it once: who worked when is nobody's business. */
export async function noteUse(db: Queryable, id: string, day: string): Promise<void> {
  await sql`update tokens set last_used_on = ${day}::date where id = ${id} and last_used_on is distinct from ${day}::date`.execute(
    db,
  );
}

/** Whether it is the first time; what has expired is forgotten, since it is refused by its date. */
export async function noteIdentity(
  db: Queryable,
  { hash, until, now }: { readonly hash: string; readonly until: Date; readonly now: Date },
): Promise<boolean> {
  // Clocks may be off: kept for a while beyond the date.
  const before = new Date(now.getTime() - KEPT_BEYOND_MS);
  await tables(db).deleteFrom('exchanged_identities').where('until', '<', before).execute();
  const noted = await tables(db)
    .insertInto('exchanged_identities')
    .values({ hash, until })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  return noted.numInsertedOrUpdatedRows === 1n;
}

const KEPT_BEYOND_MS = 3_600_000;
