/** Rows of the decisions room: decisions, and what was seen for the first time in open channels. */
import { sql } from 'kysely';
import type { Queryable } from '../../platform/db/port.ts';

/** `approved`: the first of two approvals that an acceptance takes in the channel. */
export type DecisionOutcome = 'accepted' | 'rejected' | 'denied' | 'asked' | 'approved';
export type DecisionRow = {
  id: string;
  number: number;
  request: string | null;
  channel: string;
  ecosystem: string;
  name: string;
  version: string | null;
  extras: string[];
  outcome: DecisionOutcome;
  list: 'core' | 'extra' | null;
  evidence: string | null;
  dossier: string | null;
  policy: string | null;
  verdict: string | null;
  decided_by: string;
  decided_at: Date;
  reason: string;
  concern: string | null;
  criterion: number | null;
  note: string | null;
  until: Date | null;
  expired_at: Date | null;
  undo_until: Date | null;
  undone_at: Date | null;
  approved_with: string | null;
  review_again_at: Date | null;
  reminded_at: Date | null;
};
type SeenRow = { request: string; person: string; evidence: string; seen_at: Date };
export type FirstUseRow = {
  channel: string;
  ecosystem: string;
  name: string;
  evidence: string;
  verdict: string;
  seen_at: Date;
};
type DecisionTables = { decisions: DecisionRow; first_uses: FirstUseRow; evidence_seen: SeenRow };
const tables = (db: Queryable) => db.withTables<DecisionTables>();

export async function nextNumber(db: Queryable): Promise<number> {
  const { rows } = await sql<{ number: string }>`select nextval('decision_ids')::text as number`.execute(db);
  return Number(rows[0]?.number ?? 0);
}

/** Whether it is new: a request is decided once, and evidence of first use once. */
export async function insertDecision(db: Queryable, row: DecisionRow): Promise<boolean> {
  const result = await tables(db)
    .insertInto('decisions')
    .values(row)
    .onConflict((c) => c.doNothing())
    .executeTakeFirst();
  return result.numInsertedOrUpdatedRows === 1n;
}

export async function findRow(db: Queryable, id: string, lock = false): Promise<DecisionRow | undefined> {
  const query = tables(db).selectFrom('decisions').selectAll().where('id', '=', id);
  return (lock ? query.forUpdate() : query).executeTakeFirst();
}

export async function allRows(db: Queryable): Promise<readonly DecisionRow[]> {
  return tables(db).selectFrom('decisions').selectAll().orderBy('number').execute();
}

export interface DecisionPage {
  /** Any of these; every one where it is left out. */
  readonly channels?: readonly string[] | undefined;
  readonly ecosystems?: readonly string[] | undefined;
  readonly name?: string | undefined;
  readonly outcome?: DecisionOutcome | undefined;
  /** Only those numbered below this one: the next page. */
  readonly before?: number | undefined;
  readonly limit: number;
}

/** Newest first. */
export async function pageOfRows(db: Queryable, asked: DecisionPage): Promise<readonly DecisionRow[]> {
  const { channels, ecosystems, name, outcome, before, limit } = asked;
  let query = tables(db).selectFrom('decisions').selectAll();
  if (channels !== undefined) query = query.where('channel', 'in', [...channels]);
  if (ecosystems !== undefined) query = query.where('ecosystem', 'in', [...ecosystems]);
  if (name !== undefined) query = query.where('name', '=', name);
  if (outcome !== undefined) query = query.where('outcome', '=', outcome);
  if (before !== undefined) query = query.where('number', '<', before);
  return query.orderBy('number', 'desc').limit(limit).execute();
}

export async function rowsOfRequest(db: Queryable, request: string): Promise<readonly DecisionRow[]> {
  return tables(db).selectFrom('decisions').selectAll().where('request', '=', request).orderBy('number').execute();
}

/** Those that end the requests, of many requests at once. */
export async function finalRows(db: Queryable, requests: readonly string[]): Promise<readonly DecisionRow[]> {
  if (requests.length === 0) return [];
  return tables(db)
    .selectFrom('decisions')
    .selectAll()
    .where('request', 'in', [...requests])
    .where('outcome', 'in', ['accepted', 'rejected', 'denied'])
    .where('undone_at', 'is', null)
    .execute();
}

export async function rowsOfIds(db: Queryable, ids: readonly string[]): Promise<readonly DecisionRow[]> {
  return ids.length === 0
    ? []
    : tables(db)
        .selectFrom('decisions')
        .selectAll()
        .where('id', 'in', [...ids])
        .execute();
}

/** Everything that was ever decided about a package in a channel. */
export async function rowsOfPackage(
  db: Queryable,
  asked: { channel: string; ecosystem: string; name: string },
): Promise<readonly DecisionRow[]> {
  return tables(db)
    .selectFrom('decisions')
    .selectAll()
    .where('channel', '=', asked.channel)
    .where('ecosystem', '=', asked.ecosystem)
    .where('name', '=', asked.name)
    .orderBy('number')
    .execute();
}

export async function dueRows(db: Queryable, now: Date): Promise<readonly DecisionRow[]> {
  return tables(db)
    .selectFrom('decisions')
    .selectAll()
    .where('until', '<=', now)
    .where('expired_at', 'is', null)
    .where('undone_at', 'is', null)
    .orderBy('number')
    .execute();
}

/** Whether it was not expired before. */
export async function expireRow(db: Queryable, id: string, now: Date): Promise<boolean> {
  const result = await tables(db)
    .updateTable('decisions')
    .set({ expired_at: now })
    .where('id', '=', id)
    .where('expired_at', 'is', null)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

export async function undoRow(db: Queryable, id: string, now: Date): Promise<void> {
  await tables(db).updateTable('decisions').set({ undone_at: now }).where('id', '=', id).execute();
}

/** Acceptances of which one date has come since the last reminder: to look again, or `soon`, an exception's end. */
export async function rowsToRemind(db: Queryable, now: Date, soon: Date): Promise<readonly DecisionRow[]> {
  return tables(db)
    .selectFrom('decisions')
    .selectAll()
    .where('outcome', '=', 'accepted')
    .where('undone_at', 'is', null)
    .where('expired_at', 'is', null)
    .where((is) =>
      is.or([
        is.and([
          is('review_again_at', '<=', now),
          is.or([is('reminded_at', 'is', null), is('reminded_at', '<', is.ref('review_again_at'))]),
        ]),
        is.and([
          is('until', '<=', soon),
          is.or([
            is('reminded_at', 'is', null),
            sql<boolean>`reminded_at < until - ${soon.getTime() - now.getTime()} * interval '1 millisecond'`,
          ]),
        ]),
      ]),
    )
    .orderBy('number')
    .execute();
}

/** Whether nobody else reminded meanwhile. */
export async function remindRow(db: Queryable, row: DecisionRow, now: Date): Promise<boolean> {
  const query = tables(db).updateTable('decisions').set({ reminded_at: now }).where('id', '=', row.id);
  const before = row.reminded_at;
  const mine = before === null ? query.where('reminded_at', 'is', null) : query.where('reminded_at', '=', before);
  return (await mine.executeTakeFirst()).numUpdatedRows === 1n;
}

export async function saveSeen(db: Queryable, row: SeenRow): Promise<void> {
  const { evidence, seen_at } = row;
  await tables(db)
    .insertInto('evidence_seen')
    .values(row)
    .onConflict((c) => c.columns(['request', 'person']).doUpdateSet({ evidence, seen_at }))
    .execute();
}

export async function seenRow(db: Queryable, request: string, person: string): Promise<SeenRow | undefined> {
  return tables(db)
    .selectFrom('evidence_seen')
    .selectAll()
    .where('request', '=', request)
    .where('person', '=', person)
    .executeTakeFirst();
}

export async function saveFirstUse(db: Queryable, row: FirstUseRow): Promise<void> {
  const { evidence, verdict } = row;
  await tables(db)
    .insertInto('first_uses')
    .values(row)
    .onConflict((c) => c.columns(['channel', 'ecosystem', 'name']).doUpdateSet({ evidence, verdict }))
    .execute();
}

export async function firstUseRow(
  db: Queryable,
  { channel, ecosystem, name }: Pick<FirstUseRow, 'channel' | 'ecosystem' | 'name'>,
): Promise<FirstUseRow | undefined> {
  return tables(db)
    .selectFrom('first_uses')
    .selectAll()
    .where('channel', '=', channel)
    .where('ecosystem', '=', ecosystem)
    .where('name', '=', name)
    .executeTakeFirst();
}

export async function firstUses(db: Queryable, channel: string | undefined): Promise<readonly FirstUseRow[]> {
  const query = tables(db).selectFrom('first_uses').selectAll().where('verdict', '!=', 'admit').orderBy('seen_at');
  return (channel === undefined ? query : query.where('channel', '=', channel)).execute();
}
