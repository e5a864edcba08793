/** Rows of the quarantine room. */
import { sql } from 'kysely';
import type { Queryable } from '../../platform/db/port.ts';

export type QuarantineRow = {
  id: string;
  ecosystem: string;
  name: string;
  versions: string | null;
  reason: string;
  advisory: string | null;
  started_by: string;
  started_at: Date;
  ended_by: string | null;
  ended_reason: string | null;
  ended_at: Date | null;
};
const tables = (db: Queryable) => db.withTables<{ quarantines: QuarantineRow }>();

export async function nextId(db: Queryable): Promise<string> {
  const { rows } = await sql<{ id: string }>`select 'Q-' || nextval('quarantine_ids') as id`.execute(db);
  return rows[0]?.id ?? 'Q-0';
}

export async function insertRow(db: Queryable, row: QuarantineRow): Promise<void> {
  await tables(db).insertInto('quarantines').values(row).execute();
}

export async function rowsOf(db: Queryable, { ended }: { ended: boolean }): Promise<readonly QuarantineRow[]> {
  const query = tables(db).selectFrom('quarantines').selectAll().orderBy('started_at').orderBy('id');
  return (ended ? query : query.where('ended_at', 'is', null)).execute();
}

export interface QuarantinePage {
  /** Those of the past too. */
  readonly ended: boolean;
  readonly ecosystem?: string | undefined;
  /** When the last one of the page before was started, and its id. */
  readonly after?: { readonly at: Date; readonly id: string } | undefined;
  readonly limit: number;
}

/** Oldest first. */
export async function rowsAfter(
  db: Queryable,
  { ended, ecosystem, after, limit }: QuarantinePage,
): Promise<readonly QuarantineRow[]> {
  let query = tables(db).selectFrom('quarantines').selectAll();
  if (!ended) query = query.where('ended_at', 'is', null);
  if (ecosystem !== undefined) query = query.where('ecosystem', '=', ecosystem);
  if (after !== undefined) query = query.where(sql<boolean>`(started_at, id) > (${after.at}, ${after.id})`);
  return query.orderBy('started_at').orderBy('id').limit(limit).execute();
}

export async function findRow(db: Queryable, id: string, lock = false): Promise<QuarantineRow | undefined> {
  const query = tables(db).selectFrom('quarantines').selectAll().where('id', '=', id);
  return (lock ? query.forUpdate() : query).executeTakeFirst();
}

/** The quarantine, if it was in force until now. */
export async function endRow(
  db: Queryable,
  id: string,
  ended: { readonly by: string; readonly reason: string; readonly at: Date },
): Promise<QuarantineRow | undefined> {
  return tables(db)
    .updateTable('quarantines')
    .set({ ended_at: ended.at, ended_by: ended.by, ended_reason: ended.reason })
    .where('id', '=', id)
    .where('ended_at', 'is', null)
    .returningAll()
    .executeTakeFirst();
}
