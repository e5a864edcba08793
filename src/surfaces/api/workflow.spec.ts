/** Role x move x state by direct calls: what the tables of the workflow do not allow is refused with its code. */
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callApi, openTestHome, type TestHome, tokenOf } from '../../../test/harness/home.ts';
import { may } from '../../domain/authority.ts';
import { type Actor, ROLES, type Role } from '../../domain/people.ts';
import {
  CLOCK_STATES,
  CLOCK_WORKFLOW,
  type ClockState,
  type Mover,
  REQUEST_STATES,
  REQUEST_WORKFLOW,
  type RequestState,
} from '../../domain/workflow.ts';

let home: TestHome;
const tokens = new Map<Role, string>();
let made = 0;
beforeAll(async () => {
  const config = (text: string) => text.replaceAll(/calls_per_minute(?:_and_address)?: +\d+/g, unlimited);
  home = await openTestHome({ index: 'http://127.0.0.1:9/simple/', config });
  for (const role of ROLES) tokens.set(role, (await home.person(`a-${role}`, role, 'Trust')).token);
  const channel = { name: 'lab', tier: 2, mode: 'cleared', window: '3d', providers: ['Trust'] };
  const token = await tokenOf(home.app, home.operator);
  expect(await callApi(home, token, { method: 'POST', path: '/channels', body: channel })).toMatchObject({
    status: 201,
  });
}, 60_000);
afterAll(() => home.close());

const unlimited = (line: string) => line.replace(/\d+/, '1000000');

/** What is wrong with a call, or that nothing is. With the ETag of what it decides on, as this person reads it. */
async function outcome(role: Role, ask: { path: string; reads?: string | undefined; body?: unknown }): Promise<string> {
  const token = tokens.get(role);
  const read = ask.reads === undefined ? undefined : await callApi(home, token, { method: 'GET', path: ask.reads });
  const headers = { 'if-match': read?.headers.get('etag') ?? '*' };
  const { status, body } = await callApi(home, token, { ...ask, method: 'POST', headers });
  return status < 300 ? 'made' : String(body['code']);
}

function expected(role: Role, by: Mover, to: string | undefined): string {
  const actor: Actor = { kind: 'person', name: 'otto', roles: [role], organisation: 'Trust' };
  if (by === 'facts' || !may(actor, by)) return 'wrong-role';
  return to === undefined ? 'wrong-state' : 'made';
}

/** A request in a state, that a person asks for. */
async function requestIn(state: RequestState, asks: string): Promise<string> {
  made += 1;
  const { rows } = await sql<{ id: string }>`
    insert into requests (id, number, channel, ecosystem, name, extras, state, filed_by, filed_at, moved_at)
    select 'R-' || n, n, 'lab', 'pypi', ${`made-${made}`}, '{}', ${state}, ${asks}, now(), now()
    from nextval('request_ids') as n returning id`.execute(home.app.db);
  const id = rows[0]?.id ?? '';
  await sql`insert into requesters (request, person, q1, q2, q3, joined_at)
    values (${id}, ${asks}, 'a', 'b', 'c', now())`.execute(home.app.db);
  return id;
}

const answers = { q1: 'Fit.', q2: 'Yes.', q3: 'unknown' };
const decide = (choice: unknown) => ({
  to: 'decisions',
  body: { choice, reason: 'Because.', concern: 'A test.' },
  isDecision: true,
});
const MOVES = {
  join: { to: 'requesters', body: answers, isDecision: false },
  retry: { to: 'collection', body: undefined, isDecision: false },
  answer: { to: 'answers', body: { text: 'So.' }, isDecision: false },
  withdraw: { to: 'withdrawal', body: undefined, isDecision: false },
  ask: decide({ kind: 'ask' }),
  accept: decide({ kind: 'accept', list: 'extra' }),
  reject: decide({ kind: 'reject' }),
  deny: decide({ kind: 'deny' }),
} as const;
const byRole = <M extends string>(moves: readonly M[]) =>
  moves.flatMap((move) => ROLES.map((role) => ({ move, role })));

describe('a request, by calls', () => {
  it.each(byRole(['join', 'retry', 'answer', 'withdraw', 'ask', 'accept', 'reject', 'deny'] as const))(
    '$move by a $role, in every state',
    async ({ move, role }) => {
      const { to, body, isDecision } = MOVES[move];
      for (const state of REQUEST_STATES) {
        const id = await requestIn(state, isDecision ? 'anna' : `a-${role}`);
        const reads = isDecision ? `/requests/${id}` : undefined;
        const found = await outcome(role, { path: `/requests/${id}/${to}`, body, reads });
        const { by, leads } = REQUEST_WORKFLOW[move];
        const wanted = expected(role, by, leads.find(({ from }) => from.some((one) => one === state))?.to);
        // Nothing is accepted unseen; here nobody collects evidence.
        const allowed = move === 'accept' && wanted === 'made' ? 'no-evidence' : wanted;
        expect(found, `${move} by a ${role}, of a request that is ${state}`).toBe(allowed);
      }
    },
  );
});

async function windowIn(state: ClockState, asks: string): Promise<string> {
  const request = await requestIn('in-window', asks);
  const window = state === 'running' || state === 'agreed' ? 'running' : state === 'questioned' ? state : 'settled';
  const { rows } = await sql<{ id: string }>`
    with decision as (
      insert into decisions (id, number, request, channel, ecosystem, name, extras, outcome, list, decided_by, decided_at, reason)
      select 'A-' || n, n, ${request}, 'lab', 'pypi', 'any', '{}', 'accepted', 'extra', 'vera', now(), 'r'
      from nextval('decision_ids') as n returning id)
    insert into objection_windows (id, decision, channel, providers, state, opened_at, closes_at, ended_at)
    select 'W-' || nextval('window_ids'), id, 'lab', '{Trust}', ${window}, now(),
      case when ${window} <> 'settled' then timestamptz '2100-01-01' end, case when ${window} = 'settled' then now() end
    from decision returning id`.execute(home.app.db);
  const id = rows[0]?.id ?? '';
  await sql`insert into objection_clocks (objection_window, provider, state, closes_at, remaining_ms)
    values (${id}, 'Trust', ${state}, case when ${state} in ('running', 'agreed') then timestamptz '2100-01-01' end, 1000)`.execute(
    home.app.db,
  );
  return id;
}

const SAYINGS = {
  question: { to: 'questions', body: { text: 'Why?' } },
  answer: { to: 'answers', body: { text: 'So.' } },
  none: { to: 'none', body: undefined },
  overturn: { to: 'overturn', body: { text: 'No.' } },
} as const;

describe('the clock of a data provider, by calls', () => {
  it.each(byRole(['question', 'answer', 'none', 'overturn'] as const))(
    '$move by a $role, in every state',
    async ({ move, role }) => {
      const { to, body } = SAYINGS[move];
      for (const state of CLOCK_STATES) {
        // Researchers answer what is asked about a package that they asked for.
        const id = await windowIn(state, role === 'researcher' ? 'a-researcher' : 'anna');
        const found = await outcome(role, { path: `/objections/${id}/${to}`, body, reads: `/objections/${id}` });
        const { by, leads } = CLOCK_WORKFLOW[move];
        const wanted = expected(role, by, leads.find(({ from }) => from.some((one) => one === state))?.to);
        expect(found, `${move} by a ${role}, of a clock that is ${state}`).toBe(wanted);
      }
    },
  );
});
