/** Rows of the lists room: entries of core and extra, and denials. */
import { sql } from 'kysely';
import type { Queryable } from '../../platform/db/port.ts';

export type ListName = 'core' | 'extra';
type EntryRow = {
  id: string;
  channel: string;
  ecosystem: string;
  list: ListName;
  name: string;
  version: string;
  extras: string[];
  evidence: string;
  decision: string;
  added_at: Date;
  removed_at: Date | null;
  removed_by: string | null;
  removed_reason: string | null;
};
type DenialRow = {
  id: string;
  channel: string | null;
  ecosystem: string;
  name: string;
  versions: string | null;
  reason: string;
  created_by: string;
  created_at: Date;
  lifted_by: string | null;
  lifted_reason: string | null;
  lifted_at: Date | null;
};
type ListTables = { list_entries: EntryRow; denials: DenialRow };

export type { DenialRow, EntryRow };

const tables = (db: Queryable) => db.withTables<ListTables>();

export async function nextId(db: Queryable, prefix: 'L' | 'D'): Promise<string> {
  const sequence = prefix === 'L' ? 'entry_ids' : 'denial_ids';
  const { rows } = await sql<{ id: string }>`select ${prefix} || '-' || nextval(${sequence}) as id`.execute(db);
  return rows[0]?.id ?? `${prefix}-0`;
}

/** Whether it is new: a decision adds one entry, however often it is applied. */
export async function insertEntry(
  db: Queryable,
  entry: Omit<EntryRow, 'removed_at' | 'removed_by' | 'removed_reason'>,
): Promise<boolean> {
  const result = await tables(db)
    .insertInto('list_entries')
    .values({ ...entry, removed_at: null, removed_by: null, removed_reason: null })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  return result.numInsertedOrUpdatedRows === 1n;
}

export interface EntryFilter {
  readonly channel?: string | undefined;
  readonly ecosystem?: string | undefined;
  readonly name?: string | undefined;
  readonly list?: ListName | undefined;
}

/** Entries in force, by name and then by number. */
export async function currentEntries(db: Queryable, filter: EntryFilter): Promise<readonly EntryRow[]> {
  let query = tables(db).selectFrom('list_entries').selectAll().where('removed_at', 'is', null);
  if (filter.channel !== undefined) query = query.where('channel', '=', filter.channel);
  if (filter.ecosystem !== undefined) query = query.where('ecosystem', '=', filter.ecosystem);
  if (filter.name !== undefined) query = query.where('name', '=', filter.name);
  if (filter.list !== undefined) query = query.where('list', '=', filter.list);
  return query.orderBy('ecosystem').orderBy('name').orderBy('added_at').orderBy('id').execute();
}

/** Entries of one list in force, by ecosystem, name and id: those after the last one of the page before. */
export async function entriesAfter(
  db: Queryable,
  { after, limit, ...filter }: EntryFilter & EntryPage,
): Promise<readonly EntryRow[]> {
  let query = tables(db).selectFrom('list_entries').selectAll().where('removed_at', 'is', null);
  const { channel, ecosystem, name, list } = filter;
  if (channel !== undefined) query = query.where('channel', '=', channel);
  if (ecosystem !== undefined) query = query.where('ecosystem', '=', ecosystem);
  if (name !== undefined) query = query.where('name', '=', name);
  if (list !== undefined) query = query.where('list', '=', list);
  if (after !== undefined)
    query = query.where(sql<boolean>`(ecosystem, name, id) > (${after[0]}, ${after[1]}, ${after[2]})`);
  return query.orderBy('ecosystem').orderBy('name').orderBy('id').limit(limit).execute();
}

export interface EntryPage {
  /** Ecosystem, name and id. */
  readonly after?: readonly [string, string, string] | undefined;
  readonly limit: number;
}

export async function entryById(db: Queryable, id: string, lock = false): Promise<EntryRow | undefined> {
  const query = tables(db).selectFrom('list_entries').selectAll().where('id', '=', id).where('removed_at', 'is', null);
  return (lock ? query.forUpdate() : query).executeTakeFirst();
}

export async function denialById(db: Queryable, id: string, lock = false): Promise<DenialRow | undefined> {
  const query = tables(db).selectFrom('denials').selectAll().where('id', '=', id).where('lifted_at', 'is', null);
  return (lock ? query.forUpdate() : query).executeTakeFirst();
}

/** Entries of one list, in force or not, newest first; `before` is where the last page ended. */
export async function everyEntry(
  db: Queryable,
  filter: EntryFilter & { readonly before?: HistoryMark | undefined; readonly limit: number },
): Promise<readonly EntryRow[]> {
  const { channel, ecosystem, name, list, before, limit } = filter;
  let query = tables(db).selectFrom('list_entries').selectAll();
  if (channel !== undefined) query = query.where('channel', '=', channel);
  if (ecosystem !== undefined) query = query.where('ecosystem', '=', ecosystem);
  if (name !== undefined) query = query.where('name', '=', name);
  if (list !== undefined) query = query.where('list', '=', list);
  if (before !== undefined) query = query.where(sql<boolean>`(added_at, id) < (${before.at}, ${before.id})`);
  return query.orderBy('added_at', 'desc').orderBy('id', 'desc').limit(limit).execute();
}

export interface HistoryMark {
  readonly at: Date;
  readonly id: string;
}

/** Denials that reach a channel, in force or not, newest first. */
export async function everyDenial(
  db: Queryable,
  filter: {
    readonly channel: string;
    readonly name?: string | undefined;
    readonly before?: HistoryMark | undefined;
    readonly limit: number;
  },
): Promise<readonly DenialRow[]> {
  const { channel, name, before, limit } = filter;
  let query = tables(db)
    .selectFrom('denials')
    .selectAll()
    .where((is) => is.or([is('channel', '=', channel), is('channel', 'is', null)]));
  if (name !== undefined) query = query.where('name', '=', name);
  if (before !== undefined) query = query.where(sql<boolean>`(created_at, id) < (${before.at}, ${before.id})`);
  return query.orderBy('created_at', 'desc').orderBy('id', 'desc').limit(limit).execute();
}

/** The entry, if it was in force until now. */
export async function removeEntry(
  db: Queryable,
  where: { readonly id: string } | { readonly decision: string },
  removed: { readonly by: string; readonly reason: string; readonly at: Date },
): Promise<EntryRow | undefined> {
  const set = { removed_at: removed.at, removed_by: removed.by, removed_reason: removed.reason };
  const query = tables(db).updateTable('list_entries').set(set).where('removed_at', 'is', null);
  const narrowed = 'id' in where ? query.where('id', '=', where.id) : query.where('decision', '=', where.decision);
  return narrowed.returningAll().executeTakeFirst();
}

export async function insertDenial(db: Queryable, row: DenialRow): Promise<void> {
  await tables(db).insertInto('denials').values(row).execute();
}

/** Denials in force. */
export async function currentDenials(db: Queryable): Promise<readonly DenialRow[]> {
  return tables(db)
    .selectFrom('denials')
    .selectAll()
    .where('lifted_at', 'is', null)
    .orderBy('created_at')
    .orderBy('id')
    .execute();
}

/** Denials in force that reach a channel, oldest first: those after the last one of the page before. */
export async function denialsAfter(db: Queryable, asked: DenialPage): Promise<readonly DenialRow[]> {
  const { channel, ecosystem, name, after, limit } = asked;
  let query = tables(db)
    .selectFrom('denials')
    .selectAll()
    .where('lifted_at', 'is', null)
    .where((is) => is.or([is('channel', '=', channel), is('channel', 'is', null)]));
  if (ecosystem !== undefined) query = query.where('ecosystem', '=', ecosystem);
  if (name !== undefined) query = query.where('name', '=', name);
  if (after !== undefined) query = query.where(sql<boolean>`(created_at, id) > (${after.at}, ${after.id})`);
  return query.orderBy('created_at').orderBy('id').limit(limit).execute();
}

export interface DenialPage {
  readonly channel: string;
  readonly ecosystem?: string | undefined;
  readonly name?: string | undefined;
  readonly after?: HistoryMark | undefined;
  readonly limit: number;
}

/** The denial, if it was in force until now. */
export async function liftDenial(
  db: Queryable,
  id: string,
  lifted: { readonly by: string; readonly reason: string; readonly at: Date },
): Promise<DenialRow | undefined> {
  return tables(db)
    .updateTable('denials')
    .set({ lifted_at: lifted.at, lifted_by: lifted.by, lifted_reason: lifted.reason })
    .where('id', '=', id)
    .where('lifted_at', 'is', null)
    .returningAll()
    .executeTakeFirst();
}
