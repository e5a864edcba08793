/** Rows of the decisions room: decisions, and what was seen for the first time in open channels. */
import { sql } from 'kysely';
import type { Queryable } from '../../platform/db/port.ts';

export type DecisionOutcome = 'accepted' | 'rejected' | 'denied' | 'asked';
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
};
export type FirstUseRow = {
  channel: string;
  ecosystem: string;
  name: string;
  evidence: string;
  verdict: string;
  seen_at: Date;
};
type DecisionTables = { decisions: DecisionRow; first_uses: FirstUseRow };
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

export async function findRow(db: Queryable, id: string): Promise<DecisionRow | undefined> {
  return tables(db).selectFrom('decisions').selectAll().where('id', '=', id).executeTakeFirst();
}

export async function allRows(db: Queryable): Promise<readonly DecisionRow[]> {
  return tables(db).selectFrom('decisions').selectAll().orderBy('number').execute();
}

export async function rowsOfRequest(db: Queryable, request: string): Promise<readonly DecisionRow[]> {
  return tables(db).selectFrom('decisions').selectAll().where('request', '=', request).orderBy('number').execute();
}

/** The newest rejection or denial of a package by people in a channel. */
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

export async function saveFirstUse(db: Queryable, row: FirstUseRow): Promise<void> {
  const { evidence, verdict } = row;
  await tables(db)
    .insertInto('first_uses')
    .values(row)
    .onConflict((c) => c.columns(['channel', 'ecosystem', 'name']).doUpdateSet({ evidence, verdict }))
    .execute();
}

export async function firstUses(db: Queryable, channel: string | undefined): Promise<readonly FirstUseRow[]> {
  const query = tables(db).selectFrom('first_uses').selectAll().where('verdict', '!=', 'admit').orderBy('seen_at');
  return (channel === undefined ? query : query.where('channel', '=', channel)).execute();
}
