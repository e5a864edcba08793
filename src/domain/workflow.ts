/**
 * The workflow in three tables: of a request, of a decision, and of a data provider's clock in an objection window. Each line is
 * a move, with who may make it and where it leads from each state. What is not in a table is refused: `wrong-role` for who is
 * not named, `wrong-state` for where it does not lead. States after the software approval policy: submitted, under review,
 * circulated, questioned, overturned, on the list, denied.
 */
import type { Action } from './authority.ts';

/** Whoever may do the action; `facts`: the program alone, when evidence, a decision or the clock says so. */
export type Mover = Action | 'facts';

/** From any of these states to one, or to where it was. */
interface Lead<S extends string> {
  readonly from: readonly S[];
  readonly to: S | 'same';
}
interface Move<S extends string> {
  readonly by: Mover;
  readonly leads: readonly Lead<S>[];
}
type Workflow<S extends string, M extends string> = Readonly<Record<M, Move<S>>>;

/** Where a move leads, or `undefined` where it is not possible from there. Pure. */
export function next<S extends string, M extends string>(table: Workflow<S, M>, state: S, move: M): S | undefined {
  const lead = table[move].leads.find(({ from }) => from.includes(state));
  return lead?.to === 'same' ? state : lead?.to;
}

export const REQUEST_STATES = [
  'submitted',
  'in-review',
  'needs-answer',
  'in-window',
  'accepted',
  'rejected',
  'overturned',
  'withdrawn',
  'denied',
  'failed',
] as const;
export type RequestState = (typeof REQUEST_STATES)[number];

export const REQUEST_MOVES = [
  'join',
  'evidence',
  'evidence-failed',
  'retry',
  'ask',
  'answer',
  'accept',
  'reject',
  'deny',
  'undo',
  'settle',
  'overturn',
  'withdraw',
] as const;
export type RequestMove = (typeof REQUEST_MOVES)[number];

/** Somebody still has a move: one request per package may be in these. */
export const OPEN_STATES = [
  'submitted',
  'in-review',
  'needs-answer',
  'in-window',
  'failed',
] as const satisfies readonly RequestState[];

/** Nobody has decided yet: it may still be decided on, or be withdrawn. */
const UNDECIDED = ['submitted', 'failed', 'in-review', 'needs-answer'] as const;

export const REQUEST_WORKFLOW: Workflow<RequestState, RequestMove> = {
  join: { by: 'file-request', leads: [{ from: OPEN_STATES, to: 'same' }] },
  // Evidence that comes in later changes nothing but what is known; a collection that fails takes no evidence away.
  evidence: {
    by: 'facts',
    leads: [
      { from: ['submitted', 'failed'], to: 'in-review' },
      { from: ['in-review', 'needs-answer', 'in-window'], to: 'same' },
    ],
  },
  'evidence-failed': {
    by: 'facts',
    leads: [
      { from: ['submitted'], to: 'failed' },
      { from: ['failed', 'in-review', 'needs-answer', 'in-window'], to: 'same' },
    ],
  },
  retry: {
    by: 'retry-request',
    leads: [
      { from: ['failed'], to: 'submitted' },
      // Answered before anything was collected, and then the collection failed.
      { from: ['in-review'], to: 'same' },
    ],
  },
  ask: { by: 'decide', leads: [{ from: UNDECIDED, to: 'needs-answer' }] },
  answer: { by: 'answer-request', leads: [{ from: ['needs-answer'], to: 'in-review' }] },
  // A decision on evidence may overtake the fact that the evidence is there.
  accept: { by: 'decide', leads: [{ from: ['submitted', 'in-review'], to: 'in-window' }] },
  reject: { by: 'decide', leads: [{ from: UNDECIDED, to: 'rejected' }] },
  deny: { by: 'decide', leads: [{ from: UNDECIDED, to: 'denied' }] },
  undo: {
    by: 'decide',
    leads: [
      { from: ['needs-answer', 'in-window', 'rejected'], to: 'in-review' },
      // The request has not followed the decision yet.
      { from: ['submitted', 'failed', 'in-review'], to: 'same' },
    ],
  },
  settle: { by: 'facts', leads: [{ from: ['in-window'], to: 'accepted' }] },
  overturn: { by: 'facts', leads: [{ from: ['in-window'], to: 'overturned' }] },
  // By the last of those who ask; the others only stop asking.
  withdraw: { by: 'withdraw-request', leads: [{ from: UNDECIDED, to: 'withdrawn' }] },
};

export const DECISION_STATES = ['approved', 'made', 'settled', 'overturned', 'undone', 'expired'] as const;
/** `approved`: one of two approvals that an acceptance takes. `made`: it holds, but may still be undone or objected to. */
export type DecisionState = (typeof DECISION_STATES)[number];
export const DECISION_MOVES = ['second', 'undo', 'settle', 'overturn', 'expire'] as const;
export type DecisionMove = (typeof DECISION_MOVES)[number];

export const DECISION_WORKFLOW: Workflow<DecisionState, DecisionMove> = {
  second: { by: 'decide', leads: [{ from: ['approved'], to: 'made' }] },
  undo: { by: 'decide', leads: [{ from: ['approved', 'made'], to: 'undone' }] },
  settle: { by: 'facts', leads: [{ from: ['made'], to: 'settled' }] },
  overturn: { by: 'object', leads: [{ from: ['made'], to: 'overturned' }] },
  expire: { by: 'facts', leads: [{ from: ['settled'], to: 'expired' }] },
};

export const CLOCK_STATES = ['running', 'questioned', 'agreed', 'passed', 'overturned', 'undone'] as const;
/** `agreed`: this provider said that it does not object. `passed`: its time ran out, which is taken for the same. */
export type ClockState = (typeof CLOCK_STATES)[number];
export const CLOCK_MOVES = ['question', 'answer', 'none', 'overturn', 'pass', 'undo'] as const;
export type ClockMove = (typeof CLOCK_MOVES)[number];

export const CLOCK_WORKFLOW: Workflow<ClockState, ClockMove> = {
  question: { by: 'object', leads: [{ from: ['running', 'agreed'], to: 'questioned' }] },
  answer: { by: 'answer-objection', leads: [{ from: ['questioned'], to: 'running' }] },
  none: { by: 'object', leads: [{ from: ['running', 'questioned', 'agreed'], to: 'agreed' }] },
  overturn: { by: 'object', leads: [{ from: ['running', 'questioned', 'agreed'], to: 'overturned' }] },
  pass: { by: 'facts', leads: [{ from: ['running'], to: 'passed' }] },
  // Once a provider has said something, people have acted on the decision: it can no longer be undone.
  undo: { by: 'decide', leads: [{ from: ['running'], to: 'undone' }] },
};

export const WINDOW_STATES = [
  'waiting-for-provider',
  'running',
  'questioned',
  'settled',
  'overturned',
  'undone',
] as const;
export type WindowState = (typeof WINDOW_STATES)[number];

/** What the clocks of its data providers make of a window: each objection counts, and all have to be over. Pure. */
export function windowStateOf(clocks: readonly ClockState[]): WindowState {
  const some = (state: ClockState) => clocks.includes(state);
  if (clocks.length === 0) return 'waiting-for-provider';
  if (some('overturned')) return 'overturned';
  if (some('undone')) return 'undone';
  if (some('questioned')) return 'questioned';
  return some('running') ? 'running' : 'settled';
}
