/** The notices room: tells people what concerns them, once, in their inbox and by mail. */

import { type Actor, actorName } from '../../domain/people.ts';
import { Problem } from '../../domain/problem.ts';
import { type AvailableDeps, awaitSettled, tellAvailable } from './available.ts';
import { type DigestPeriod, sendDigests } from './digest.ts';
import { type MailWish, markRead, setWish } from './store.ts';
import { isUndone, type Told, tell } from './tell.ts';
import { callDue, noteCalls, type WebhookDeps } from './webhooks.ts';

export type { Affected, Stopping } from './concern.ts';
export type { DigestPeriod } from './digest.ts';
export type { Webhook } from './webhooks.ts';

export type NoticesDeps = AvailableDeps & { readonly webhooks: WebhookDeps };

export interface Notices {
  /** Tells those whom a fact concerns, and the webhooks; nobody where it was undone meanwhile. Idempotent. */
  tell(told: Told): Promise<void>;
  /** Queues the digests of everyone for whom something waits; once for each day (`2026-11-30`). */
  sendDigests(period: DigestPeriod, day: string): Promise<void>;
  /** Calls the webhooks that are due; how many were taken. One process at a time does this. */
  callWebhooks(): Promise<number>;
  /** Marks one's own notices as read; how many were unread. */
  markRead(actor: Actor, ids: readonly number[] | 'all'): Promise<number>;
  /** What mail one wants oneself; changes of one's account are mailed in any case. */
  wish(actor: Actor, mail: MailWish): Promise<void>;
}

export function createNotices(deps: NoticesDeps): Notices {
  return {
    async tell({ fact, actor, sequence }) {
      if (await isUndone(deps, fact)) return;
      await tell(deps, { fact, actor, sequence });
      if (fact.kind === 'decision-settled') await awaitSettled(deps, fact);
      if (fact.kind === 'snapshot-published') await tellAvailable(deps, { fact, actor, sequence });
      await noteCalls(deps.webhooks, { fact, sequence });
    },
    sendDigests: (period, day) => sendDigests(deps, period, day),
    callWebhooks: () => callDue(deps.webhooks),
    markRead: (actor, ids) =>
      deps.ledger.change(actor, ({ db, now }) => markRead(db, personOf(actor), { ids, at: now })),
    wish: (actor, mail) => deps.ledger.change(actor, ({ db }) => setWish(db, personOf(actor), mail)),
  };
}

function personOf(actor: Actor): string {
  if (actor.kind === 'person') return actorName(actor);
  throw new Problem({ kind: 'not-allowed', code: 'no-inbox', what: 'The system has no inbox' });
}
