/** What facts about evidence and decisions do to a request. Each may come twice and out of order. */
import type { FactOf } from '../../domain/fact.ts';
import { actorName, SYSTEM } from '../../domain/people.ts';
import { next, OPEN_STATES, REQUEST_WORKFLOW, type RequestMove } from '../../domain/workflow.ts';
import type { Change } from '../../platform/ledger/port.ts';
import { decisionsOf, finalDecision, findDecision } from '../decisions/read.ts';
import type { FollowedFact, RequestsDeps } from './deps.ts';
import { findRow, insertMessage, messagesOf, type RequestRow, updateRequest } from './store.ts';

const DECIDED = { accepted: 'accept', rejected: 'reject', denied: 'deny', asked: 'ask' } as const;

/** Moves the request as far as the table allows; a move that is not possible any more was made before. */
export async function follow({ ledger }: RequestsDeps, fact: FollowedFact): Promise<void> {
  const id = fact.request;
  if (id === null) return;
  await ledger.change(SYSTEM, async ({ db, now }) => {
    const row = await findRow(db, id, true);
    if (row === undefined) return;
    if (fact.kind === 'decision-undone') return takeBack({ db, now }, row);
    // What ended stays as it was.
    if (!OPEN_STATES.some((one) => one === row.state)) return;
    if (fact.kind === 'decision-made' && !(await counts({ db, now }, id, fact))) return;
    let state = row.state;
    for (const move of movesOf(fact)) state = next(REQUEST_WORKFLOW, state, move) ?? state;
    const seen =
      fact.kind === 'evidence-collected' ? { evidence: fact.evidence, verdict: fact.verdict, failure: null } : {};
    const failed = fact.kind === 'evidence-failed' ? { failure: fact.reason } : {};
    const moved = state === row.state ? {} : { state, moved_at: now };
    const set = { ...seen, ...failed, ...moved };
    if (Object.keys(set).length > 0) await updateRequest(db, id, set);
  });
}

/** Whether a decision moves the request: one that was undone meanwhile does not, nor a question that was heard before. */
async function counts(
  edit: Pick<Change, 'db' | 'now'>,
  request: string,
  fact: FactOf<'decision-made'>,
): Promise<boolean> {
  if (((await findDecision(edit.db, fact.decision))?.undoneAt ?? null) !== null) return false;
  return fact.outcome !== 'asked' || (await hear(edit, request, fact));
}

/** Back in review, or to a question that still waits for its answer, unless another decision holds by now. */
async function takeBack({ db, now }: Pick<Change, 'db' | 'now'>, row: RequestRow): Promise<void> {
  const decisions = await decisionsOf(db, row.id);
  if (finalDecision(decisions) !== undefined) return;
  const undone = new Set(decisions.flatMap((one) => (one.undoneAt === null ? [] : [one.id])));
  const standing = (await messagesOf(db, row.id)).findLast((one) => one.decision === null || !undone.has(one.decision));
  const reviewed = next(REQUEST_WORKFLOW, row.state, 'undo');
  if (reviewed === undefined) return;
  const state = standing?.kind === 'question' ? (next(REQUEST_WORKFLOW, reviewed, 'ask') ?? reviewed) : reviewed;
  if (state !== row.state) await updateRequest(db, row.id, { state, moved_at: now });
}

/** Writes the question down, once; whether the request now waits for its answer. */
async function hear(
  { db, now }: Pick<Change, 'db' | 'now'>,
  request: string,
  fact: FactOf<'decision-made'>,
): Promise<boolean> {
  const person = (await findDecision(db, fact.decision))?.decidedBy ?? actorName(SYSTEM);
  const said = { request, at: now, person, kind: 'question' as const, text: fact.reason, decision: fact.decision };
  if (!(await insertMessage(db, said))) return false;
  // A question that a decision has overtaken waits for nobody.
  return finalDecision(await decisionsOf(db, request)) === undefined;
}

function movesOf(fact: FollowedFact): readonly RequestMove[] {
  switch (fact.kind) {
    case 'evidence-collected':
      return ['evidence'];
    case 'evidence-failed':
      return ['evidence-failed'];
    case 'decision-made':
      // A decision on evidence may overtake the fact that the evidence is there.
      return fact.outcome === 'accepted' ? ['evidence', 'accept'] : [DECIDED[fact.outcome]];
    case 'decision-undone':
      return ['undo'];
    case 'decision-settled':
      return ['evidence', 'accept', 'settle'];
    case 'decision-overturned':
      return ['evidence', 'accept', 'overturn'];
  }
}
