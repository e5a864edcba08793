/** The states of a request and every move between them: what is not in the table is refused. */
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
  'evidence',
  'evidence-failed',
  'retry',
  'ask',
  'answer',
  'accept',
  'reject',
  'deny',
  'settle',
  'overturn',
  'withdraw',
] as const;
export type RequestMove = (typeof REQUEST_MOVES)[number];

/** Somebody still has a move: one request per package may be in these. */
export const OPEN_STATES: readonly RequestState[] = ['submitted', 'in-review', 'needs-answer', 'in-window', 'failed'];

const ENDS = { reject: 'rejected', deny: 'denied', withdraw: 'withdrawn' } as const;
type Row = Readonly<Partial<Record<RequestMove, RequestState>>>;

const TABLE: Readonly<Record<RequestState, Row>> = {
  submitted: { ...ENDS, evidence: 'in-review', 'evidence-failed': 'failed', ask: 'needs-answer' },
  failed: { ...ENDS, evidence: 'in-review', 'evidence-failed': 'failed', retry: 'submitted', ask: 'needs-answer' },
  // A later collection that fails takes no evidence away: the older set stands, with its age.
  'in-review': {
    ...ENDS,
    evidence: 'in-review',
    'evidence-failed': 'in-review',
    // Answered before anything was collected, and then the collection failed.
    retry: 'in-review',
    ask: 'needs-answer',
    accept: 'in-window',
  },
  'needs-answer': { ...ENDS, evidence: 'needs-answer', 'evidence-failed': 'needs-answer', answer: 'in-review' },
  'in-window': { evidence: 'in-window', 'evidence-failed': 'in-window', settle: 'accepted', overturn: 'overturned' },
  accepted: {},
  rejected: {},
  overturned: {},
  withdrawn: {},
  denied: {},
};

/** Where the move leads, or `undefined` where it is not possible from there. */
export function nextState(state: RequestState, move: RequestMove): RequestState | undefined {
  return TABLE[state][move];
}
