/** Kept answers in the database: they survive a restart, and two servers see the same. */
import type { Clock } from '../clock/port.ts';
import type { Database } from '../db/port.ts';
import type { Beginning, IdempotentAnswers, KeyedCall } from './port.ts';

type Tables = {
  idempotent_answers: {
    caller: string;
    key: string;
    digest: string;
    status: number | null;
    headers: Record<string, string>;
    body: string;
    begun_at: Date;
  };
};

/** A day: a client that repeats a call does so within minutes (draft-ietf-httpapi-idempotency-key-header, 2.3). */
export const KEPT_MS = 86_400_000;
/** No call takes longer; one that has no answer by then was interrupted. Milliseconds. */
export const LONGEST_CALL_MS = 120_000;

/** The kept answers of a database. */
export function createIdempotentAnswers({
  db,
  clock,
}: {
  readonly db: Database;
  readonly clock: Clock;
}): IdempotentAnswers {
  const tables = db.withTables<Tables>();
  return {
    async begin(call) {
      const now = clock.now();
      const expired = new Date(now.getTime() - KEPT_MS);
      await tables.deleteFrom('idempotent_answers').where('begun_at', '<', expired).execute();
      const { numInsertedOrUpdatedRows } = await tables
        .insertInto('idempotent_answers')
        .values({ ...call, status: null, headers: {}, body: '', begun_at: now })
        .onConflict((conflict) => conflict.doNothing())
        .executeTakeFirst();
      return numInsertedOrUpdatedRows === 1n ? { status: 'begun' } : found(call, now);
    },
    async finish({ caller, key }, { status, headers, body }) {
      await tables
        .updateTable('idempotent_answers')
        .set({ status, headers: { ...headers }, body })
        .where('caller', '=', caller)
        .where('key', '=', key)
        .execute();
    },
    async abandon({ caller, key }) {
      await tables
        .deleteFrom('idempotent_answers')
        .where('caller', '=', caller)
        .where('key', '=', key)
        .where('status', 'is', null)
        .execute();
    },
  };

  async function found({ caller, key, digest }: KeyedCall, now: Date): Promise<Beginning> {
    const row = await tables
      .selectFrom('idempotent_answers')
      .selectAll()
      .where('caller', '=', caller)
      .where('key', '=', key)
      .executeTakeFirst();
    if (row === undefined) return { status: 'running' };
    if (row.digest !== digest) return { status: 'other-call' };
    if (row.status !== null)
      return { status: 'answered', answer: { status: row.status, headers: row.headers, body: row.body } };
    return { status: now.getTime() - row.begun_at.getTime() < LONGEST_CALL_MS ? 'running' : 'unknown' };
  }
}
