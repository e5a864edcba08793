/** Rows of the accounts room: people, and the one-time code for the first operator. */
import { sql } from 'kysely';
import type { ChannelRole, Role } from '../../domain/people.ts';
import type { Queryable } from '../../platform/db/port.ts';

type AccountTables = {
  people: {
    name: string;
    organisation: string | null;
    roles: Role[];
    channel_roles: ChannelRole[];
    added_at: Date;
    disabled_at: Date | null;
  };
  operator_codes: { hash: string; made_at: Date; claimed_by: string | null; claimed_at: Date | null };
};

const tables = (db: Queryable) => db.withTables<AccountTables>();

/** A person as stored. */
export interface PersonRow {
  readonly name: string;
  readonly organisation: string | null;
  readonly roles: readonly Role[];
  readonly channel_roles: readonly ChannelRole[];
  readonly added_at: Date;
  readonly disabled_at: Date | null;
}

export async function findRow(db: Queryable, name: string): Promise<PersonRow | undefined> {
  return tables(db).selectFrom('people').selectAll().where('name', '=', name).executeTakeFirst();
}

export async function allRows(db: Queryable): Promise<readonly PersonRow[]> {
  return tables(db).selectFrom('people').selectAll().orderBy('name').execute();
}

/** Whether the row is new; a taken name changes nothing. */
export async function insertPerson(db: Queryable, row: PersonRow): Promise<boolean> {
  const result = await tables(db)
    .insertInto('people')
    .values({ ...row, roles: [...row.roles], channel_roles: jsonOf(row.channel_roles) })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  return result.numInsertedOrUpdatedRows === 1n;
}

export async function setRoles(
  db: Queryable,
  name: string,
  { roles, channelRoles }: { readonly roles: readonly Role[]; readonly channelRoles: readonly ChannelRole[] },
): Promise<void> {
  await tables(db)
    .updateTable('people')
    .set({ roles: [...roles], channel_roles: jsonOf(channelRoles) })
    .where('name', '=', name)
    .execute();
}

export async function setDisabled(db: Queryable, name: string, at: Date | null): Promise<void> {
  await tables(db).updateTable('people').set({ disabled_at: at }).where('name', '=', name).execute();
}

/** Everyone's rows, locked until the transaction ends: two operators cannot step down at once. */
export async function lockPeople(db: Queryable): Promise<readonly PersonRow[]> {
  return tables(db).selectFrom('people').selectAll().orderBy('name').forUpdate().execute();
}

export async function codeState(db: Queryable): Promise<'none' | 'open' | 'claimed'> {
  const rows = await tables(db).selectFrom('operator_codes').select('claimed_at').execute();
  if (rows.some((row) => row.claimed_at !== null)) return 'claimed';
  return rows.length === 0 ? 'none' : 'open';
}

/** The newest code is the only one. */
export async function replaceCode(db: Queryable, hash: string, now: Date): Promise<void> {
  await tables(db).deleteFrom('operator_codes').where('claimed_at', 'is', null).execute();
  await tables(db)
    .insertInto('operator_codes')
    .values({ hash, made_at: now, claimed_by: null, claimed_at: null })
    .execute();
}

/** Whether the code was there and unclaimed; it is claimed now. */
export async function claimCode(db: Queryable, hash: string, by: { name: string; at: Date }): Promise<boolean> {
  const result = await tables(db)
    .updateTable('operator_codes')
    .set({ claimed_by: by.name, claimed_at: by.at })
    .where('hash', '=', hash)
    .where('claimed_at', 'is', null)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

function jsonOf(roles: readonly ChannelRole[]) {
  return sql<ChannelRole[]>`${JSON.stringify(roles)}::jsonb`;
}
