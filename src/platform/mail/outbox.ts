/** Letters wait in the database until the mail server has them: a restart loses none. */
import { sql } from 'kysely';
import { nextTry, type Patience } from '../../domain/patience.ts';
import type { Clock } from '../clock/port.ts';
import type { Database, Queryable, Transaction } from '../db/port.ts';
import type { Letter, MailServer, Outbox, WaitingLetter } from './port.ts';
import type { MailTables } from './rows.ts';

export interface SendingDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly server: MailServer;
  /** The part after the @ of message ids: the sender's domain. */
  readonly domain: string;
  /** Hears of every letter that did not go out. */
  readonly onFailure: (failure: { readonly id: number; readonly reason: string; readonly stuck: boolean }) => void;
}

/** What one turn sends at most, so that a turn ends. */
const LETTERS_A_TURN = 20;
/** RFC 5321, 4.5.4.1 asks senders to try for four to five days: 16 tries, the last of them 12 hours apart, are five days. */
const PATIENCE: Patience = { mostAttempts: 16, firstPauseS: 30, longestPauseS: 12 * 3600 };

/** The outbox of a database. */
export function createOutbox(clock: Clock): Outbox {
  return { queue: (db, letter) => queue(db, letter, clock.now()) };
}

async function queue(db: Transaction, { key, to, subject, text }: Letter, now: Date): Promise<void> {
  await tables(db)
    .insertInto('outgoing_mail')
    .values({
      id: sql<number>`default`,
      ...{ key, recipient: to, subject, body: text, state: 'due', attempts: 0 },
      ...{ queued_at: now, due_at: now, sent_at: null, last_error: null },
    })
    .onConflict((conflict) => conflict.column('key').doNothing())
    .execute();
}

/**
 * Sends what is due; how many the server took. One process at a time does this (the schedule sees to it), so a letter that is
 * found in the middle was left there by a process that ended: it was not the server's yet and goes out again, or its last line
 * was under way and it goes out again under the same Message-ID, by which mail servers know a second copy.
 */
export async function sendDue(deps: SendingDeps): Promise<number> {
  await tables(deps.db)
    .updateTable('outgoing_mail')
    .set({ state: 'due' })
    .where('state', 'in', ['sending', 'handing-over'])
    .execute();
  const due = await tables(deps.db)
    .selectFrom('outgoing_mail')
    .selectAll()
    .where('state', '=', 'due')
    .where('due_at', '<=', deps.clock.now())
    .orderBy('id')
    .limit(LETTERS_A_TURN)
    .execute();
  let taken = 0;
  for (const row of due) if (await sendOne(deps, row)) taken += 1;
  return taken;
}

async function sendOne(deps: SendingDeps, row: MailTables['outgoing_mail']): Promise<boolean> {
  const { id, key, recipient: to, subject, body: text, queued_at: at } = row;
  const attempts = row.attempts + 1;
  await change(deps.db, id, { state: 'sending', attempts });
  const messageId = `<pratique-${id}-${at.getTime()}@${deps.domain}>`;
  const handed = await deps.server.hand({ key, to, subject, text, messageId, at }, () =>
    change(deps.db, id, { state: 'handing-over' }),
  );
  const now = deps.clock.now();
  if (handed.status === 'taken') {
    // What was said is in the inbox; codes and links of a sent letter are nobody's business any more.
    await change(deps.db, id, { state: 'sent', sent_at: now, body: '', last_error: null });
    return true;
  }
  const again = handed.status === 'refused' ? undefined : nextTry(PATIENCE, attempts, now);
  const next = again === undefined ? ({ state: 'stuck' } as const) : ({ state: 'due', due_at: again } as const);
  await change(deps.db, id, { ...next, last_error: handed.reason });
  deps.onFailure({ id, reason: handed.reason, stuck: again === undefined });
  return false;
}

async function change(db: Database, id: number, to: Partial<MailTables['outgoing_mail']>): Promise<void> {
  await tables(db).updateTable('outgoing_mail').set(to).where('id', '=', id).execute();
}

/** What has not gone out, oldest first. */
export async function waitingLetters(db: Queryable): Promise<readonly WaitingLetter[]> {
  const rows = await tables(db)
    .selectFrom('outgoing_mail')
    .selectAll()
    .where('state', '!=', 'sent')
    .orderBy('id')
    .limit(1000)
    .execute();
  return rows.map(({ id, recipient, subject, state, attempts, queued_at, last_error }) => ({
    ...{ id, to: recipient, subject, state, attempts },
    ...{ queuedAt: queued_at.toISOString(), error: last_error },
  }));
}

/** Makes stuck letters due again, after the cause was mended: how many. */
export async function retryLetters(db: Queryable, now: Date): Promise<number> {
  const result = await tables(db)
    .updateTable('outgoing_mail')
    .set({ state: 'due', attempts: 0, due_at: now })
    .where('state', '=', 'stuck')
    .executeTakeFirst();
  return Number(result.numUpdatedRows);
}

function tables(db: Queryable) {
  return db.withTables<MailTables>();
}
