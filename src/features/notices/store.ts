/** Rows of the notices room. */
import { sql } from 'kysely';
import type { Queryable, Transaction } from '../../platform/db/port.ts';

/** When a notice goes out by mail: at once, with a digest, or not at all. It stands in the inbox in any case. */
export type Timing = 'now' | 'daily' | 'weekly' | 'inbox';
/** What a person wants of the mail that may be chosen. */
export type MailWish = 'as-it-happens' | 'daily' | 'none';

export type NoticeRow = {
  id: number;
  /** Row of the ledger that it tells of. */
  sequence: number;
  person: string;
  kind: string;
  channel: string | null;
  subject: string;
  lines: string[];
  /** Request, quarantine or other id that it is about. */
  about: string | null;
  at: Date;
  timing: Timing;
  read_at: Date | null;
  digested_at: Date | null;
};

export type NoticeTables = {
  notices: NoticeRow;
  notice_settings: { person: string; mail: MailWish };
  notice_digests: { period: 'daily' | 'weekly'; day: string };
  awaited_releases: { request: string; channel: string; since: Date };
};

const tables = (db: Queryable) => db.withTables<NoticeTables>();

export type NewNotice = Omit<NoticeRow, 'id' | 'read_at' | 'digested_at'>;

/** Those that are new: a fact is told to a person once. */
export async function insertNotices(db: Transaction, notices: readonly NewNotice[]): Promise<readonly NoticeRow[]> {
  if (notices.length === 0) return [];
  return tables(db)
    .insertInto('notices')
    .values(
      notices.map((notice) => ({
        id: sql<number>`default`,
        ...notice,
        lines: [...notice.lines],
        read_at: null,
        digested_at: null,
      })),
    )
    .onConflict((conflict) => conflict.columns(['sequence', 'person']).doNothing())
    .returningAll()
    .execute();
}

export interface NoticeFilter {
  readonly person: string;
  readonly unread?: boolean | undefined;
  /** Only notices of facts before this row of the ledger: the last one of the page before. */
  readonly before?: number | undefined;
  readonly limit: number;
}

/** Newest first, in the order of the ledger: facts are told side by side. */
export async function noticesOf(db: Queryable, filter: NoticeFilter): Promise<readonly NoticeRow[]> {
  let query = tables(db).selectFrom('notices').selectAll().where('person', '=', filter.person);
  if (filter.unread === true) query = query.where('read_at', 'is', null);
  if (filter.before !== undefined) query = query.where('sequence', '<', filter.before);
  return query.orderBy('sequence', 'desc').limit(filter.limit).execute();
}

export async function countUnread(db: Queryable, person: string): Promise<number> {
  const row = await tables(db)
    .selectFrom('notices')
    .select((of) => of.fn.countAll<number>().as('count'))
    .where('person', '=', person)
    .where('read_at', 'is', null)
    .executeTakeFirstOrThrow();
  return row.count;
}

/** Marks a person's own notices as read: the given ones, or all up to now. How many were unread. */
export async function markRead(
  db: Queryable,
  person: string,
  { ids, at }: { readonly ids: readonly number[] | 'all'; readonly at: Date },
): Promise<number> {
  let query = tables(db)
    .updateTable('notices')
    .set({ read_at: at })
    .where('person', '=', person)
    .where('read_at', 'is', null);
  if (ids !== 'all') query = query.where('id', 'in', ids.length === 0 ? [-1] : [...ids]);
  return Number((await query.executeTakeFirst()).numUpdatedRows);
}

/** Notices that wait for a digest, by person and oldest first; held until the transaction ends. */
export async function lockForDigest(db: Transaction, timing: 'daily' | 'weekly'): Promise<readonly NoticeRow[]> {
  return tables(db)
    .selectFrom('notices')
    .selectAll()
    .where('timing', '=', timing)
    .where('digested_at', 'is', null)
    .orderBy('person')
    .orderBy('id')
    .forUpdate()
    .execute();
}

export async function markDigested(db: Transaction, ids: readonly number[], at: Date): Promise<void> {
  if (ids.length === 0) return;
  await tables(db)
    .updateTable('notices')
    .set({ digested_at: at })
    .where('id', 'in', [...ids])
    .execute();
}

/** Whether this day's digest was not begun before. */
export async function beginDigest(db: Transaction, digest: NoticeTables['notice_digests']): Promise<boolean> {
  const result = await tables(db)
    .insertInto('notice_digests')
    .values(digest)
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  return result.numInsertedOrUpdatedRows === 1n;
}

/** The wishes of people; who is not in it wants mail as it happens. */
export async function wishesOf(db: Queryable, people: readonly string[]): Promise<ReadonlyMap<string, MailWish>> {
  if (people.length === 0) return new Map();
  const rows = await tables(db)
    .selectFrom('notice_settings')
    .selectAll()
    .where('person', 'in', [...people])
    .execute();
  return new Map(rows.map(({ person, mail }) => [person, mail]));
}

export async function setWish(db: Transaction, person: string, mail: MailWish): Promise<void> {
  await tables(db)
    .insertInto('notice_settings')
    .values({ person, mail })
    .onConflict((conflict) => conflict.column('person').doUpdateSet({ mail }))
    .execute();
}

/** From now on somebody waits for the release of a request to be there. */
export async function awaitRelease(db: Transaction, row: NoticeTables['awaited_releases']): Promise<void> {
  await tables(db)
    .insertInto('awaited_releases')
    .values(row)
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

export async function awaitedIn(db: Queryable, channel: string): Promise<readonly string[]> {
  const rows = await tables(db)
    .selectFrom('awaited_releases')
    .select('request')
    .where('channel', '=', channel)
    .orderBy('since')
    .execute();
  return rows.map(({ request }) => request);
}

/** Whether it was still awaited. */
export async function endAwaiting(db: Transaction, request: string): Promise<boolean> {
  const result = await tables(db).deleteFrom('awaited_releases').where('request', '=', request).executeTakeFirst();
  return result.numDeletedRows === 1n;
}
