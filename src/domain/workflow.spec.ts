import { describe, expect, it } from 'vitest';
import { may } from './authority.ts';
import { type Actor, ROLES, SYSTEM } from './people.ts';
import {
  CLOCK_MOVES,
  CLOCK_STATES,
  CLOCK_WORKFLOW,
  type ClockState,
  DECISION_MOVES,
  DECISION_STATES,
  DECISION_WORKFLOW,
  type DecisionState,
  type Mover,
  next,
  REQUEST_MOVES,
  REQUEST_STATES,
  REQUEST_WORKFLOW,
  type RequestState,
  WINDOW_STATES,
  windowStateOf,
} from './workflow.ts';

/** Every allowed move, written out a second time: a slip in the table shows here. */
const REQUEST: Readonly<Record<RequestState, string>> = {
  submitted:
    'join>submitted evidence>in-review evidence-failed>failed ask>needs-answer accept>in-window reject>rejected deny>denied undo>submitted withdraw>withdrawn',
  failed:
    'join>failed evidence>in-review evidence-failed>failed retry>submitted ask>needs-answer reject>rejected deny>denied undo>failed withdraw>withdrawn',
  'in-review':
    'join>in-review evidence>in-review evidence-failed>in-review retry>in-review ask>needs-answer accept>in-window reject>rejected deny>denied undo>in-review withdraw>withdrawn',
  'needs-answer':
    'join>needs-answer evidence>needs-answer evidence-failed>needs-answer ask>needs-answer answer>in-review reject>rejected deny>denied undo>in-review withdraw>withdrawn',
  'in-window':
    'join>in-window evidence>in-window evidence-failed>in-window undo>in-review settle>accepted overturn>overturned',
  accepted: '',
  rejected: 'undo>in-review',
  overturned: '',
  withdrawn: '',
  denied: '',
};
const DECISION: Readonly<Record<DecisionState, string>> = {
  approved: 'second>made undo>undone',
  made: 'undo>undone settle>settled overturn>overturned',
  settled: 'expire>expired',
  overturned: '',
  undone: '',
  expired: '',
};
const CLOCK: Readonly<Record<ClockState, string>> = {
  running: 'question>questioned none>agreed overturn>overturned pass>passed undo>undone',
  questioned: 'answer>running none>agreed overturn>overturned',
  agreed: 'question>questioned none>agreed overturn>overturned',
  passed: '',
  overturned: '',
  undone: '',
};

function pairs<S extends string, M extends string>(states: readonly S[], moves: readonly M[]) {
  return states.flatMap((from) => moves.map((move) => [from, move] as const));
}
const written = (text: string, move: string) =>
  text
    .split(' ')
    .find((one) => one.startsWith(`${move}>`))
    ?.slice(move.length + 1);

describe('where moves lead', () => {
  it.each(pairs(REQUEST_STATES, REQUEST_MOVES))('a request that is %s: %s', (from, move) => {
    expect(next(REQUEST_WORKFLOW, from, move)).toBe(written(REQUEST[from], move));
  });
  it.each(pairs(DECISION_STATES, DECISION_MOVES))('a decision that is %s: %s', (from, move) => {
    expect(next(DECISION_WORKFLOW, from, move)).toBe(written(DECISION[from], move));
  });
  it.each(pairs(CLOCK_STATES, CLOCK_MOVES))('a clock that is %s: %s', (from, move) => {
    expect(next(CLOCK_WORKFLOW, from, move)).toBe(written(CLOCK[from], move));
  });
  it('a window is what its clocks make of it', () => {
    const found = CLOCK_STATES.flatMap((a) => CLOCK_STATES.map((b) => windowStateOf([a, b])));
    expect(new Set([...found, windowStateOf([])])).toEqual(new Set(WINDOW_STATES));
    expect(windowStateOf(['agreed', 'passed'])).toBe('settled');
    expect(windowStateOf(['agreed', 'running'])).toBe('running');
    expect(windowStateOf(['questioned', 'running'])).toBe('questioned');
    expect(windowStateOf(['overturned', 'agreed'])).toBe('overturned');
  });
});

/** Who makes which moves, written out a second time. */
const BY: Readonly<Record<string, string>> = {
  join: 'researcher reviewer operator',
  retry: 'researcher reviewer operator system',
  answer: 'researcher reviewer operator',
  withdraw: 'researcher reviewer operator',
  ...Object.fromEntries(['ask', 'accept', 'reject', 'deny', 'undo', 'second'].map((move) => [move, 'reviewer'])),
  question: 'provider',
  none: 'provider',
  'clock answer': 'researcher reviewer',
  'clock overturn': 'provider',
  'decision overturn': 'provider',
};
const MOVES: readonly (readonly [string, Mover])[] = [
  ...REQUEST_MOVES.map((move) => [move, REQUEST_WORKFLOW[move].by] as const),
  ...DECISION_MOVES.map(
    (move) => [move === 'overturn' ? 'decision overturn' : move, DECISION_WORKFLOW[move].by] as const,
  ),
  ...CLOCK_MOVES.map((move) => {
    const shared = move === 'answer' || move === 'overturn';
    return [shared ? `clock ${move}` : move, CLOCK_WORKFLOW[move].by] as const;
  }),
];

describe('who makes a move', () => {
  it.each(MOVES)('%s', (move, by) => {
    const people = ROLES.map((role): Actor => ({ kind: 'person', name: 'otto', roles: [role], organisation: null }));
    const allowed = by === 'facts' ? [] : [...people, SYSTEM].filter((actor) => may(actor, by));
    const names = allowed.map((actor) => (actor.kind === 'person' ? (actor.roles[0] ?? '') : 'system'));
    expect(names.toSorted()).toEqual(
      (BY[move] ?? '')
        .split(' ')
        .filter((one) => one !== '')
        .toSorted(),
    );
  });
});
