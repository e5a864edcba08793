/** Undoing a decision: by whoever made it, within the channel's time, as long as nobody has acted on it. */
import { requireMay } from '../../domain/authority.ts';
import { type Actor, actorName } from '../../domain/people.ts';
import { Problem } from '../../domain/problem.ts';
import { DECISION_WORKFLOW, type DecisionState, next, OPEN_STATES } from '../../domain/workflow.ts';
import type { Change } from '../../platform/ledger/port.ts';
import { findWindow, type ObjectionDetails } from '../objections/read.ts';
import { listRequests, showRequest } from '../requests/read.ts';
import type { DecisionsDeps } from './deps.ts';
import { type Decision, decisionsOf, lockDecision } from './read.ts';
import { undoRow } from './store.ts';

/** The caller has checked that the actor decides anywhere at all. Throws `not-yours`, `wrong-state`, `too-late`, `acted-on` and `asked-again`. */
export function undo(deps: DecisionsDeps, actor: Actor, id: string): Promise<Decision> {
  return deps.ledger.change(actor, async (change) => {
    const { db, now, append } = change;
    const decision = await lockDecision(db, id);
    if (decision === undefined) throw unknownDecision(id);
    requireMay(actor, 'decide', decision);
    if (decision.decidedBy !== actorName(actor))
      throw refusal('not-allowed', 'not-yours', `${id} was made by ${decision.decidedBy}`, 'They alone can undo it.');
    const window = await findWindow(db, id);
    const state = await stateOf(change, decision, window);
    if (next(DECISION_WORKFLOW, state, 'undo') === undefined)
      throw refusal('conflict', 'wrong-state', ...whyNot(id, state));
    // By the time at which the lock was given: whoever held it may have told people that it stands.
    if (decision.undoUntil === null || decision.undoUntil <= deps.clock.now().toISOString())
      throw refusal('conflict', 'too-late', `The time to undo ${id} is over`, WAYS_ON);
    await requireNobodyActed(change, decision, window);
    await undoRow(db, id, now);
    append({ kind: 'decision-undone', decision: id, request: decision.request, channel: decision.channel });
    return { ...decision, undoneAt: now.toISOString() };
  });
}

const WAYS_ON =
  'Decide anew: list remove takes an entry off, list lift ends a denial, and a rejection can be answered.';

/** What is the matter, and what to do. */
function whyNot(id: string, state: DecisionState): readonly [string, string] {
  return state === 'undone'
    ? [`${id} is undone already`, 'Nothing is left to do here: what it decided is open again.']
    : [`${id} is ${state}, so it cannot be undone`, WAYS_ON];
}

/** Where a decision stands (`DECISION_WORKFLOW`). */
async function stateOf(
  { db }: Change,
  decision: Decision,
  window: ObjectionDetails | undefined,
): Promise<DecisionState> {
  const { id, request, outcome, undoneAt, expiredAt } = decision;
  if (undoneAt !== null) return 'undone';
  if (expiredAt !== null) return 'expired';
  if (outcome === 'approved') {
    const later = request === null ? [] : await decisionsOf(db, request);
    return later.some((one) => one.approvedWith === id && one.undoneAt === null) ? 'made' : 'approved';
  }
  return window?.state === 'settled' || window?.state === 'overturned' ? window.state : 'made';
}

async function requireNobodyActed(
  { db }: Change,
  { id, request, outcome, channel, ecosystem, name, decidedAt }: Decision,
  window: ObjectionDetails | undefined,
): Promise<void> {
  if ((window?.said.length ?? 0) > 0) throw actedOn(id, 'a data provider has said something about it');
  if (request === null) return;
  const { messages } = await showRequest(db, request);
  if (outcome === 'asked' && messages.some((one) => one.kind === 'answer' && one.at > decidedAt))
    throw actedOn(id, 'the question was answered');
  if (outcome === 'approved' && (await decisionsOf(db, request)).some((one) => one.approvedWith === id))
    throw actedOn(id, 'a second person has approved, too');
  // The request would be open again, beside another one for the same package.
  const open = await listRequests(db, { channel, ecosystem, name, states: OPEN_STATES });
  const other = outcome === 'rejected' ? open.find((one) => one.id !== request) : undefined;
  if (other !== undefined)
    throw refusal(
      'conflict',
      'asked-again',
      `${name} was asked for again meanwhile (${other.id})`,
      'Decide on that one.',
    );
}

function actedOn(id: string, why: string): Problem {
  return refusal('conflict', 'acted-on', `${id} cannot be undone any more: ${why}`, WAYS_ON);
}

function unknownDecision(id: string): Problem {
  return refusal(
    'not-found',
    'unknown-decision',
    `There is no decision ${JSON.stringify(id.slice(0, 40))}`,
    'See `pratique review show` for the decisions about a request.',
  );
}

function refusal(kind: 'not-allowed' | 'not-found' | 'conflict', code: string, what: string, ahead: string): Problem {
  return new Problem({ kind, code, what, next: ahead });
}
