/** Rows of the objections room: one window per accepted decision, and what was said in it. */
import { sql } from 'kysely';
import type { Queryable } from '../../platform/db/port.ts';

export type WindowState = 'waiting-for-provider' | 'running' | 'questioned' | 'settled' | 'overturned';
export type WindowRow = {
  id: string;
  decision: string;
  channel: string;
  providers: string[];
  state: WindowState;
  opened_at: Date;
  closes_at: Date | null;
  remaining_ms: number | null;
  ended_at: Date | null;
};
export type ObjectionRow = {
  objection_window: string;
  kind: 'question' | 'answer' | 'none' | 'overturn';
  person: string;
  organisation: string | null;
  text: string;
  at: Date;
};
type ObjectionTables = { objection_windows: WindowRow; objections: ObjectionRow };
const tables = (db: Queryable) => db.withTables<ObjectionTables & { objections: ObjectionRow & { id: never } }>();
const said = (db: Queryable) => db.withTables<{ objections: ObjectionRow }>();

export async function nextId(db: Queryable): Promise<string> {
  const { rows } = await sql<{ id: string }>`select 'W-' || nextval('window_ids') as id`.execute(db);
  return rows[0]?.id ?? 'W-0';
}

/** Whether it is new: a decision has one window. */
export async function insertWindow(db: Queryable, row: WindowRow): Promise<boolean> {
  const result = await tables(db)
    .insertInto('objection_windows')
    .values(row)
    .onConflict((c) => c.doNothing())
    .executeTakeFirst();
  return result.numInsertedOrUpdatedRows === 1n;
}

/** By window or by decision. */
export async function findRow(db: Queryable, id: string, lock = false): Promise<WindowRow | undefined> {
  const query = tables(db)
    .selectFrom('objection_windows')
    .selectAll()
    .where((is) => is.or([is('id', '=', id), is('decision', '=', id)]));
  return (lock ? query.forUpdate() : query).executeTakeFirst();
}

export async function updateWindow(
  db: Queryable,
  id: string,
  set: Partial<Omit<WindowRow, 'id' | 'decision' | 'channel'>>,
): Promise<void> {
  await tables(db).updateTable('objection_windows').set(set).where('id', '=', id).execute();
}

/** By opening time; a state narrows. */
export async function rowsOf(
  db: Queryable,
  filter: { channel?: string | undefined; states?: readonly WindowState[] | undefined },
): Promise<readonly WindowRow[]> {
  let query = tables(db).selectFrom('objection_windows').selectAll();
  if (filter.channel !== undefined) query = query.where('channel', '=', filter.channel);
  if (filter.states !== undefined) query = query.where('state', 'in', [...filter.states]);
  return query.orderBy('opened_at').orderBy('id').execute();
}

export async function insertObjection(db: Queryable, row: ObjectionRow): Promise<void> {
  await said(db).insertInto('objections').values(row).execute();
}

export async function objectionsOf(db: Queryable, window: string): Promise<readonly ObjectionRow[]> {
  return tables(db)
    .selectFrom('objections')
    .select(['objection_window', 'kind', 'person', 'organisation', 'text', 'at'])
    .where('objection_window', '=', window)
    .orderBy('id')
    .execute();
}
