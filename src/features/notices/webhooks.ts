/**
 * Signed webhooks: other programs are told of facts. Headers and signature as the Standard Webhooks specification has them
 * (webhook-id, webhook-timestamp, webhook-signature: HMAC-SHA256 over `id.timestamp.body`), so that its libraries verify them.
 */
import { createHmac } from 'node:crypto';
import { sql } from 'kysely';
import type { Fact, FactKind } from '../../domain/fact.ts';
import { nextTry, type Patience } from '../../domain/patience.ts';
import { SYSTEM } from '../../domain/people.ts';
import type { Database, Queryable } from '../../platform/db/port.ts';
import type { Poster } from '../../platform/fetch/port.ts';
import type { Ledger } from '../../platform/ledger/port.ts';

/** An address that the operator wants to be told. */
export interface Webhook {
  /** In the configuration; calls are remembered by it. */
  readonly name: string;
  readonly url: string;
  readonly secret: Uint8Array;
  /** Kinds of facts; all that have a call where `undefined`. */
  readonly kinds: readonly string[] | undefined;
}

export interface WebhookDeps {
  readonly db: Database;
  readonly ledger: Ledger;
  readonly poster: Poster;
  /** Those that the configuration names. */
  hooks(): Promise<readonly Webhook[]>;
  now(): Date;
  readonly onFailure: (failure: { readonly hook: string; readonly reason: string; readonly stuck: boolean }) => void;
}

export type WebhookCall = {
  id: number;
  sequence: number;
  hook: string;
  body: string;
  state: 'due' | 'done' | 'stuck';
  attempts: number;
  due_at: Date;
  ended_at: Date | null;
  last_error: string | null;
};

/** Calls of one turn, so that a turn ends. */
const CALLS_A_TURN = 20;
/** Twelve tries, the pause doubled from 5 seconds to 6 hours, reach over more than a day: a receiver may be down overnight. */
const PATIENCE: Patience = { mostAttempts: 12, firstPauseS: 5, longestPauseS: 6 * 3600 };

/** Words that people wrote in confidence do not leave: a receiver that may read them asks the API for the id. */
const CONFIDENTIAL: ReadonlySet<string> = new Set(['reason', 'question']);

/** Notes that the hooks have to be called about a fact: once each. */
export async function noteCalls(
  deps: WebhookDeps,
  { fact, sequence }: { readonly fact: Fact; readonly sequence: number },
): Promise<void> {
  const hooks = (await deps.hooks()).filter(({ kinds }) => kinds === undefined || kinds.includes(fact.kind));
  if (hooks.length === 0) return;
  await deps.ledger.change(SYSTEM, async ({ db, now }) => {
    const body = JSON.stringify(bodyOf(fact, sequence, now));
    const rows = hooks.map(({ name }) => ({ id: sql<number>`default`, sequence, hook: name, body }));
    const fresh = { state: 'due', attempts: 0, due_at: now, ended_at: null, last_error: null } as const;
    await tables(db)
      .insertInto('webhook_calls')
      .values(rows.map((row) => ({ ...row, ...fresh })))
      .onConflict((conflict) => conflict.columns(['sequence', 'hook']).doNothing())
      .execute();
  });
}

function bodyOf({ kind, ...fact }: Fact, sequence: number, now: Date) {
  const data = Object.fromEntries(Object.entries(fact).filter(([key]) => !CONFIDENTIAL.has(key)));
  return { type: kind satisfies FactKind, timestamp: now.toISOString(), data: { sequence, ...data } };
}

/** Makes the calls that are due; one process at a time does this. How many were taken. */
export async function callDue(deps: WebhookDeps): Promise<number> {
  const due = await tables(deps.db)
    .selectFrom('webhook_calls')
    .selectAll()
    .where('state', '=', 'due')
    .where('due_at', '<=', deps.now())
    .orderBy('id')
    .limit(CALLS_A_TURN)
    .execute();
  let taken = 0;
  for (const call of due) if (await callOne(deps, call)) taken += 1;
  return taken;
}

async function callOne(deps: WebhookDeps, { id, hook: name, body, attempts: before }: WebhookCall): Promise<boolean> {
  const hook = (await deps.hooks()).find((one) => one.name === name);
  const now = deps.now();
  const attempts = before + 1;
  const answer =
    hook === undefined
      ? { status: 'failed' as const, reason: 'the configuration names it no more', final: true }
      : await deps.poster.post(hook.url, body, headersOf(hook, { id, body, now }));
  if (answer.status === 'taken') {
    await change(deps.db, id, { state: 'done', attempts, ended_at: now, last_error: null });
    return true;
  }
  const again = answer.final ? undefined : nextTry(PATIENCE, attempts, now);
  const next = again === undefined ? ({ state: 'stuck' } as const) : ({ state: 'due', due_at: again } as const);
  await change(deps.db, id, { ...next, attempts, last_error: answer.reason });
  deps.onFailure({ hook: name, reason: answer.reason, stuck: again === undefined });
  return false;
}

/** The same call has the same id however often it is tried: a receiver knows a second one by it. */
function headersOf({ secret }: Webhook, { id, body, now }: { id: number; body: string; now: Date }) {
  const callId = `pratique-${id}`;
  const seconds = Math.floor(now.getTime() / 1000);
  const signature = createHmac('sha256', secret).update(`${callId}.${seconds}.${body}`).digest('base64');
  return {
    'content-type': 'application/json',
    'webhook-id': callId,
    'webhook-timestamp': String(seconds),
    'webhook-signature': `v1,${signature}`,
  };
}

async function change(db: Database, id: number, to: Partial<WebhookCall>): Promise<void> {
  await tables(db).updateTable('webhook_calls').set(to).where('id', '=', id).execute();
}

function tables(db: Queryable) {
  return db.withTables<{ webhook_calls: WebhookCall }>();
}
