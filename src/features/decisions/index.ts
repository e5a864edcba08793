/** The decisions room: people decide, pinned to what they saw; policy decides only first use in open channels. */
import { may, requireMaySomewhere } from '../../domain/authority.ts';
import { isDigest } from '../../domain/digest.ts';
import type { FactOf } from '../../domain/fact.ts';
import { type Actor, actorName, SYSTEM } from '../../domain/people.ts';
import { parsePurl } from '../../domain/purl.ts';
import { findChannel } from '../channels/read.ts';
import { listRequests, type Move, movesOf, type Request, showRequest } from '../requests/read.ts';
import { decide } from './decide.ts';
import type { DecisionForm, DecisionsDeps } from './deps.ts';
import { type Decision, type FirstUse, firstUsesOf } from './read.ts';
import { dueReminders } from './remind.ts';
import { dueRows, expireRow, insertDecision, nextNumber, saveFirstUse, saveSeen, seenRow } from './store.ts';
import { undo } from './undo.ts';

export type { Choice, DecisionForm, DecisionsDeps } from './deps.ts';

export type QueueItem =
  | {
      readonly kind: 'request';
      readonly request: Request;
      /** When a reviewer is to have moved. */
      readonly move: Move | null;
    }
  | ({ readonly kind: 'first-use' } & FirstUse);

export interface Decisions {
  decide(actor: Actor, form: DecisionForm): Promise<Decision>;
  /** Reaction on `evidence-collected`: first use in an open channel; a request is moved by `requests.follow`. */
  applyPolicy(fact: FactOf<'evidence-collected'>): Promise<void>;
  /** Requests in review, what is due first, then first uses that policy did not admit. */
  queue(filter?: { readonly channel?: string | undefined }): Promise<readonly QueueItem[]>;
  /** Takes a decision back within the channel's time, by whoever made it. Throws `too-late` and `acted-on`. */
  undo(actor: Actor, decision: string): Promise<Decision>;
  /** Notes which evidence somebody who may decide was shown; what they decide without naming evidence is about that. */
  noteShown(actor: Actor, shown: { readonly request: string; readonly evidence: string }): Promise<void>;
  /** Appends `review-due` for acceptances whose date has come; ids of their decisions. Idempotent. */
  dueReminders(now: Date): Promise<readonly string[]>;
  /** Ends exceptions past their date and takes their entries off. Ids of the decisions that ended; idempotent. */
  dueExpiries(now: Date): Promise<readonly string[]>;
}

export function createDecisions(deps: DecisionsDeps): Decisions {
  return {
    async decide(actor, form) {
      requireMaySomewhere(actor, 'decide');
      return decide(deps, actor, form);
    },
    async undo(actor, id) {
      requireMaySomewhere(actor, 'decide');
      return undo(deps, actor, id);
    },
    noteShown: (actor, shown) => noteShown(deps, actor, shown),
    dueReminders: (now) => dueReminders(deps, now),
    applyPolicy: (fact) => applyPolicy(deps, fact),
    async queue({ channel } = {}) {
      const requests = await listRequests(deps.db, { channel, states: ['in-review'] });
      const moves = await movesOf(deps.db, requests, deps.clock.now());
      const uses = await firstUsesOf(deps.db, channel);
      return [
        ...requests
          .map((request) => ({ kind: 'request' as const, request, move: moves.get(request.id) ?? null }))
          .toSorted((a, b) => (a.move?.due ?? '').localeCompare(b.move?.due ?? '')),
        ...uses.map((use) => ({ kind: 'first-use' as const, ...use })),
      ];
    },
    async dueExpiries(now) {
      const ended: string[] = [];
      for (const { id } of await dueRows(deps.db, now))
        await deps.ledger.change(SYSTEM, async (change) => {
          if (!(await expireRow(change.db, id, now))) return;
          await deps.removeEntry(change, id, 'The exception reached its end date');
          ended.push(id);
        });
      return ended;
    },
  };
}

/** Only for who may decide: what others read is no one's basis for a decision. */
async function noteShown(
  deps: DecisionsDeps,
  actor: Actor,
  { request, evidence }: { readonly request: string; readonly evidence: string },
): Promise<void> {
  const { channel, ecosystem } = await showRequest(deps.db, request);
  if (!may(actor, 'decide', { channel, ecosystem })) return;
  const person = actorName(actor);
  if ((await seenRow(deps.db, request, person))?.evidence === evidence) return;
  await deps.ledger.change(actor, async ({ db, now, append }) => {
    await saveSeen(db, { request, person, evidence, seen_at: now });
    append({ kind: 'evidence-shown', request, channel, evidence });
  });
}

async function applyPolicy(deps: DecisionsDeps, fact: FactOf<'evidence-collected'>): Promise<void> {
  const { channel, ecosystem, name, evidence, verdict } = fact;
  if (fact.request !== null || (await findChannel(deps.db, channel))?.mode !== 'open') return;
  const set = await deps.evidence(evidence);
  const version = parsePurl(set.root)?.version;
  await deps.ledger.change(SYSTEM, async ({ db, now, append }) => {
    // What the set says counts, not what the fact repeats of it.
    const outcome = isDigest(evidence) ? set.verdict.outcome : verdict;
    await saveFirstUse(db, { channel, ecosystem, name, evidence, verdict: outcome, seen_at: now });
    if (outcome !== 'admit' || version === undefined) return;
    const number = await nextNumber(db);
    const id = `A-${number}`;
    const reason = 'Admitted by policy on first use in an open channel';
    const dossier = await deps.keepDossier({ set, evidence, request: null, at: now });
    const isNew = await insertDecision(db, {
      id,
      number,
      request: null,
      channel,
      ecosystem,
      name,
      version,
      extras: [...set.asked.extras],
      outcome: 'accepted',
      list: 'extra',
      evidence,
      dossier,
      policy: set.policy,
      verdict: outcome,
      decided_by: actorName(SYSTEM),
      decided_at: now,
      reason,
      concern: null,
      criterion: null,
      note: null,
      until: null,
      expired_at: null,
      undo_until: null,
      undone_at: null,
      approved_with: null,
      review_again_at: null,
      reminded_at: null,
    });
    if (!isNew) return;
    append({
      kind: 'decision-made',
      decision: id,
      request: null,
      channel,
      outcome: 'accepted',
      list: 'extra',
      evidence,
      dossier,
      reason,
    });
    append({ kind: 'decision-settled', decision: id, request: null, channel });
  });
}
