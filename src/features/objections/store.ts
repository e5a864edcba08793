/** Rows of the objections room: one window per accepted decision, a clock for each data provider, and what was said. */
import { sql } from 'kysely';
import type { ClockState, WindowState } from '../../domain/workflow.ts';
import type { Queryable } from '../../platform/db/port.ts';

export type WindowRow = {
  id: string;
  decision: string;
  channel: string;
  providers: string[];
  state: WindowState;
  opened_at: Date;
  /** When the last of its clocks runs out; `null` while one stands still. */
  closes_at: Date | null;
  remaining_ms: number | null;
  ended_at: Date | null;
  /** Whether its clocks count working days. */
  working_days: boolean;
};
export type ClockRow = {
  objection_window: string;
  provider: string;
  state: ClockState;
  closes_at: Date | null;
  /** Of the time that the clock counts: elapsed, or working time. */
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
type ObjectionTables = { objection_windows: WindowRow; objection_clocks: ClockRow; objections: ObjectionRow };
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

export interface WindowFilter {
  readonly channel?: string | undefined;
  /** Any of these; every one where it is left out. */
  readonly channels?: readonly string[] | undefined;
  readonly states?: readonly WindowState[] | undefined;
  /** Only the windows of these decisions. */
  readonly decisions?: readonly string[] | undefined;
  /** One of its data providers. */
  readonly provider?: string | undefined;
  readonly limit?: number | undefined;
  /** Windows after this one, as the last page ended: the next page. */
  readonly after?: { readonly openedAt: Date; readonly id: string } | undefined;
}

/** By opening time; a state narrows. */
export async function rowsOf(db: Queryable, filter: WindowFilter): Promise<readonly WindowRow[]> {
  let query = tables(db).selectFrom('objection_windows').selectAll();
  const { channel, channels, states, decisions, provider, limit, after } = filter;
  if (decisions?.length === 0) return [];
  if (channel !== undefined) query = query.where('channel', '=', channel);
  if (channels !== undefined) query = query.where('channel', 'in', [...channels]);
  if (states !== undefined) query = query.where('state', 'in', [...states]);
  if (decisions !== undefined) query = query.where('decision', 'in', [...decisions]);
  if (provider !== undefined) query = query.where(sql<boolean>`${provider} = any(providers)`);
  if (after !== undefined) query = query.where(sql<boolean>`(opened_at, id) > (${after.openedAt}, ${after.id})`);
  const ordered = query.orderBy('opened_at').orderBy('id');
  return (limit === undefined ? ordered : ordered.limit(limit)).execute();
}

/** Windows in which a clock, or with no clock the window itself, has run out. */
export async function dueWindows(db: Queryable, now: Date): Promise<readonly string[]> {
  const rows = await tables(db)
    .selectFrom('objection_windows')
    .select('id')
    .where('state', 'in', ['running', 'questioned'])
    .where((is) =>
      is.or([
        is('closes_at', '<=', now),
        is.exists(
          is
            .selectFrom('objection_clocks')
            .select('provider')
            .whereRef('objection_window', '=', 'objection_windows.id')
            .where('objection_clocks.state', '=', 'running')
            .where('objection_clocks.closes_at', '<=', now),
        ),
      ]),
    )
    .orderBy('opened_at')
    .orderBy('id')
    .execute();
  return rows.map(({ id }) => id);
}

export async function insertClocks(db: Queryable, rows: readonly ClockRow[]): Promise<void> {
  await tables(db)
    .insertInto('objection_clocks')
    .values([...rows])
    .execute();
}

/** By provider. */
export async function clocksOf(db: Queryable, windows: readonly string[]): Promise<readonly ClockRow[]> {
  if (windows.length === 0) return [];
  return tables(db)
    .selectFrom('objection_clocks')
    .selectAll()
    .where('objection_window', 'in', [...windows])
    .orderBy('objection_window')
    .orderBy('provider')
    .execute();
}

export async function updateClock(db: Queryable, { objection_window, provider, ...set }: ClockRow): Promise<void> {
  await tables(db)
    .updateTable('objection_clocks')
    .set(set)
    .where('objection_window', '=', objection_window)
    .where('provider', '=', provider)
    .execute();
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
