/** Role x move x state, against the rooms: every move that the tables allow is made, and every other one refused by its code. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { form, olga, openPeopleBench, type PeopleBench, person } from '../../../test/harness/people.ts';
import { may } from '../../domain/authority.ts';
import { type Actor, actorName, ROLES } from '../../domain/people.ts';
import {
  CLOCK_STATES,
  CLOCK_WORKFLOW,
  type ClockMove,
  type ClockState,
  DECISION_STATES,
  DECISION_WORKFLOW,
  type DecisionState,
  type Mover,
  next,
  REQUEST_STATES,
  REQUEST_WORKFLOW,
  type RequestMove,
  type RequestState,
} from '../../domain/workflow.ts';
import type { Choice } from '../decisions/index.ts';
import { showRequest } from './read.ts';

let bench: PeopleBench;
let made = 0;
beforeAll(async () => {
  bench = await openPeopleBench();
  const channel = { tier: 3, mode: 'cleared', window: '3d', providers: ['Trust'] };
  await bench.channels.create(olga, { ...channel, name: 'lab' });
});
afterAll(() => bench.close());

/** `made` where the tables allow the move, else the code that it is refused with. */
function expected(actor: Actor, by: Mover, to: string | undefined): string {
  if (by === 'facts' || !may(actor, by)) return 'wrong-role';
  return to === undefined ? 'wrong-state' : 'made';
}

async function outcomeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return 'made';
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : String(error);
  }
}

/** A request in a state, with evidence, that `asks` for. */
async function requestIn(state: RequestState, asks: Actor): Promise<string> {
  made += 1;
  const name = `made-${made}`;
  const by = actorName(asks);
  const { rows } = await bench.pool.query<{ id: string }>(
    `insert into requests (id, number, channel, ecosystem, name, extras, state, filed_by, filed_at, moved_at)
      select 'R-' || n, n, 'lab', 'pypi', $1, '{}', $2, $3, now(), now() from nextval('request_ids') as n returning id`,
    [name, state, by],
  );
  const id = rows[0]?.id ?? '';
  await bench.pool.query(
    "insert into requesters (request, person, q1, q2, q3, joined_at) values ($1, $2, 'a', 'b', 'c', now())",
    [id, by],
  );
  await bench.collect({ channel: 'lab', name, request: id });
  return id;
}

const decide = (choice: Choice) => (actor: Actor, request: string) =>
  bench.decisions.decide(actor, { request, choice, reason: 'Because.', concern: 'A test.' });
const ANSWERS = form('lab', 'any');
const REQUEST_BY_HAND: Readonly<Partial<Record<RequestMove, (actor: Actor, id: string) => Promise<unknown>>>> = {
  join: (actor, id) => bench.requests.join(actor, id, ANSWERS),
  retry: (actor, id) => bench.requests.retry(actor, id),
  answer: (actor, id) => bench.requests.answer(actor, id, 'So.'),
  withdraw: (actor, id) => bench.requests.withdraw(actor, id),
  ask: decide({ kind: 'ask' }),
  accept: decide({ kind: 'accept', list: 'extra' }),
  reject: decide({ kind: 'reject' }),
  deny: decide({ kind: 'deny' }),
};
/** Moves of whoever asked; the others are made by somebody else. */
const OWN: readonly string[] = ['answer', 'withdraw', 'join'];

describe('a request', () => {
  const moves = Object.entries(REQUEST_BY_HAND).flatMap(([move, run]) => ROLES.map((role) => ({ move, run, role })));
  it.each(moves)('$move by a $role, in every state', async ({ move, run, role }) => {
    const actor = person('otto', role, 'Trust');
    const line = Object.entries(REQUEST_WORKFLOW).find(([name]) => name === move)?.[1];
    for (const state of REQUEST_STATES) {
      const id = await requestIn(state, OWN.includes(move) ? actor : person('anna', 'researcher'));
      const to = line?.leads.find(({ from }) => from.includes(state))?.to;
      const what = `${move} by a ${role}, of a request that is ${state}`;
      expect(await outcomeOf(run(actor, id)), what).toBe(expected(actor, line?.by ?? 'facts', to));
    }
  });
  it.each(REQUEST_STATES)('that is %s is where the table says after the move of its last requester', async (state) => {
    const rosa = person('rosa', 'researcher');
    for (const move of ['answer', 'withdraw'] as const) {
      const id = await requestIn(state, rosa);
      await outcomeOf(REQUEST_BY_HAND[move]?.(rosa, id) ?? Promise.resolve());
      expect((await showRequest(bench.db, id)).state).toBe(next(REQUEST_WORKFLOW, state, move) ?? state);
    }
  });
});

/** A decision of `by` in a state, with the window that it has then. */
async function decisionIn(state: DecisionState, by: Actor): Promise<string> {
  const request = await requestIn('in-review', person('anna', 'researcher'));
  const { rows } = await bench.pool.query<{ id: string }>(
    `insert into decisions (id, number, request, channel, ecosystem, name, extras, outcome, list, decided_by, decided_at,
        reason, undo_until, undone_at, expired_at)
      select 'A-' || n, n, $1, 'lab', 'pypi', 'any', '{}', $2, 'extra', $3, now(), 'r', '2100-01-01',
        case when $4 = 'undone' then now() end, case when $4 = 'expired' then now() end
      from nextval('decision_ids') as n returning id`,
    [request, state === 'approved' ? 'approved' : 'accepted', actorName(by), state],
  );
  const id = rows[0]?.id ?? '';
  if (state === 'settled' || state === 'overturned') await windowOf(id, state, 'agreed');
  return id;
}

async function windowOf(decision: string, state: string, clock: ClockState): Promise<void> {
  const isOver = !['running', 'questioned'].includes(state);
  await bench.pool.query(
    `insert into objection_windows (id, decision, channel, providers, state, opened_at, closes_at, ended_at)
      values ('W' || $1, $1, 'lab', '{Trust}', $2, now(), case when not $3 then timestamptz '2100-01-01' end,
        case when $3 then now() end)`,
    [decision, state, isOver],
  );
  await bench.pool.query(
    `insert into objection_clocks (objection_window, provider, state, closes_at, remaining_ms)
      values ('W' || $1, 'Trust', $2, case when $2 in ('running', 'agreed') then timestamptz '2100-01-01' end, 1000)`,
    [decision, clock],
  );
}

describe('a decision', () => {
  it.each(ROLES)('undone by a %s, in every state', async (role) => {
    const actor = person('otto', role, 'Trust');
    for (const state of DECISION_STATES) {
      const id = await decisionIn(state, actor);
      const to = next(DECISION_WORKFLOW, state, 'undo');
      const wanted = expected(actor, DECISION_WORKFLOW.undo.by, to);
      expect(await outcomeOf(bench.decisions.undo(actor, id)), `${state}, ${role}`).toBe(wanted);
    }
  });
});

const CLOCK_BY_HAND: Readonly<Partial<Record<ClockMove, (actor: Actor, id: string) => Promise<unknown>>>> = {
  question: (actor, id) => bench.objections.question(actor, id, 'Why?'),
  answer: (actor, id) => bench.objections.answer(actor, id, 'So.'),
  none: (actor, id) => bench.objections.none(actor, id),
  overturn: (actor, id) => bench.objections.overturn(actor, id, 'No.'),
};
/** What a window with one clock is by it. */
const WINDOW_BY: Readonly<Record<ClockState, string>> = {
  running: 'running',
  questioned: 'questioned',
  agreed: 'settled',
  passed: 'settled',
  overturned: 'overturned',
  undone: 'undone',
};

describe('the clock of a data provider', () => {
  const moves = Object.entries(CLOCK_BY_HAND).flatMap(([move, run]) => ROLES.map((role) => ({ move, run, role })));
  it.each(moves)('$move by a $role, in every state', async ({ move, run, role }) => {
    const actor = person('otto', role, 'Trust');
    const line = Object.entries(CLOCK_WORKFLOW).find(([name]) => name === move)?.[1];
    for (const state of CLOCK_STATES) {
      const decision = await decisionIn('made', person('vera', 'reviewer'));
      // With other clocks still running, a provider that agreed may think again.
      await windowOf(decision, state === 'agreed' ? 'running' : WINDOW_BY[state], state);
      if (role === 'researcher') await joined(decision, actor);
      const to = line?.leads.find(({ from }) => from.includes(state))?.to;
      const what = `${move} by a ${role}, of a clock that is ${state}`;
      expect(await outcomeOf(run(actor, decision)), what).toBe(expected(actor, line?.by ?? 'facts', to));
    }
  });
});

/** Researchers answer what is asked about a package that they asked for. */
async function joined(decision: string, actor: Actor): Promise<void> {
  await bench.pool.query(
    `insert into requesters (request, person, q1, q2, q3, joined_at)
      select request, $2, 'a', 'b', 'c', now() from decisions where id = $1`,
    [decision, actorName(actor)],
  );
}
