/** Rows of the reports room. */
import { sql } from 'kysely';
import type { Queryable } from '../../platform/db/port.ts';

export type ReportRow = {
  id: string;
  ecosystem: string;
  name: string;
  version: string | null;
  reason: string;
  reported_by: string;
  reported_at: Date;
  closed_by: string | null;
  closed_reason: string | null;
  closed_at: Date | null;
};
const tables = (db: Queryable) => db.withTables<{ reports: ReportRow }>();

export async function nextId(db: Queryable): Promise<string> {
  const { rows } = await sql<{ id: string }>`select 'P-' || nextval('report_ids') as id`.execute(db);
  return rows[0]?.id ?? 'P-0';
}

export async function insertRow(db: Queryable, row: ReportRow): Promise<void> {
  await tables(db).insertInto('reports').values(row).execute();
}

export interface ReportPage {
  /** Those that are closed too. */
  readonly closed: boolean;
  readonly ecosystems?: readonly string[] | undefined;
  /** Only what this person reported. */
  readonly by?: string | undefined;
  /** When the last one of the page before was reported, and its id. */
  readonly after?: { readonly at: Date; readonly id: string } | undefined;
  readonly limit: number;
}

/** Oldest first. */
export async function rowsAfter(
  db: Queryable,
  { closed, ecosystems, by, after, limit }: ReportPage,
): Promise<readonly ReportRow[]> {
  let query = tables(db).selectFrom('reports').selectAll();
  if (!closed) query = query.where('closed_at', 'is', null);
  if (ecosystems !== undefined) query = query.where('ecosystem', 'in', ecosystems);
  if (by !== undefined) query = query.where('reported_by', '=', by);
  if (after !== undefined) query = query.where(sql<boolean>`(reported_at, id) > (${after.at}, ${after.id})`);
  return query.orderBy('reported_at').orderBy('id').limit(limit).execute();
}

export async function findRow(db: Queryable, id: string, lock = false): Promise<ReportRow | undefined> {
  const query = tables(db).selectFrom('reports').selectAll().where('id', '=', id);
  return (lock ? query.forUpdate() : query).executeTakeFirst();
}

/** The report, if it was open until now. */
export async function closeRow(
  db: Queryable,
  id: string,
  closed: { readonly by: string; readonly reason: string; readonly at: Date },
): Promise<ReportRow | undefined> {
  return tables(db)
    .updateTable('reports')
    .set({ closed_at: closed.at, closed_by: closed.by, closed_reason: closed.reason })
    .where('id', '=', id)
    .where('closed_at', 'is', null)
    .returningAll()
    .executeTakeFirst();
}
