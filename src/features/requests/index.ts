/** The requests room: people ask, join, answer and withdraw; facts about evidence and decisions move a request on. */
import { requireMay } from '../../domain/authority.ts';
import type { FactOf } from '../../domain/fact.ts';
import { freeText } from '../../domain/free-text.ts';
import { type Actor, actorName, SYSTEM } from '../../domain/people.ts';
import { Problem } from '../../domain/problem.ts';
import type { Ecosystem } from '../../ecosystems/contract.ts';
import type { Database } from '../../platform/db/port.ts';
import type { Change, Ledger } from '../../platform/ledger/port.ts';
import { fileRequest } from './file.ts';
import { follow } from './follow.ts';
import { type Request, requestOf, unknownRequest } from './read.ts';
import { nextState, type RequestMove } from './states.ts';
import { findRow, insertMessage, type RequestRow, requestersOf, updateRequest, withdrawRequester } from './store.ts';

/** What vetting says before a request is filed (`Vetting.preflight`). */
export type PreflightAnswer =
  | { readonly status: 'ok' }
  | {
      readonly status: 'refused';
      readonly code: string;
      readonly what: string;
      readonly why: string;
      readonly next: string;
    };

export interface RequestsDeps {
  readonly db: Database;
  readonly ledger: Ledger;
  ecosystem(id: string): Ecosystem | undefined;
  preflight(ask: {
    channel: string;
    ecosystem: string;
    name: string;
    version: string | null;
  }): Promise<PreflightAnswer>;
}

export interface RequestForm {
  readonly channel: string;
  readonly ecosystem: string;
  /** May carry extras: `fastapi[standard]`. */
  readonly name: string;
  readonly version?: string | undefined;
  readonly q1: string;
  readonly q2: string;
  /** May be `unknown`. */
  readonly q3: string;
  /** What answers the concern of an earlier rejection or objection. */
  readonly answersConcern?: string | undefined;
}

export type Filed = { readonly request: Request; readonly outcome: 'filed' | 'joined' };
export type FollowedFact =
  | FactOf<'evidence-collected'>
  | FactOf<'evidence-failed'>
  | FactOf<'decision-made'>
  | FactOf<'decision-settled'>
  | FactOf<'decision-overturned'>;

export interface Requests {
  /** Files, or joins the open request for the same thing. Throws `denied`, `already-available`, `concern-unanswered` and what preflight refuses. */
  file(actor: Actor, form: RequestForm): Promise<Filed>;
  join(actor: Actor, id: string, answers: Pick<RequestForm, 'q1' | 'q2' | 'q3'>): Promise<Request>;
  /** The requesters' answer to a question. */
  answer(actor: Actor, id: string, text: string): Promise<Request>;
  /** By a requester; the last one ends the request. */
  withdraw(actor: Actor, id: string): Promise<Request>;
  /** Collects evidence again for a request that could not be checked. */
  retry(actor: Actor, id: string): Promise<Request>;
  /** Reaction on facts about evidence and decisions. Idempotent. */
  follow(fact: FollowedFact): Promise<void>;
  /** Ready forms for what the ecosystem's client itself needs; people file them. */
  bootstrapDraft(channel: string, ecosystem: string): readonly RequestForm[];
}

export function createRequests(deps: RequestsDeps): Requests {
  return {
    file: (actor, form) => fileRequest(deps, actor, form),
    async join(actor, id, answers) {
      const row = await findRow(deps.db, id);
      if (row === undefined) throw unknownRequest(id);
      const extras = row.extras.length === 0 ? '' : `[${row.extras.join(',')}]`;
      const form = { ...answers, channel: row.channel, ecosystem: row.ecosystem, name: `${row.name}${extras}` };
      return (await fileRequest(deps, actor, { ...form, version: row.version ?? undefined, joins: id })).request;
    },
    async answer(actor, id, raw) {
      requireMay(actor, 'answer-request');
      const text = freeText('The answer', raw);
      return change(deps, actor, id, async (edit, row) => {
        await requireRequester(edit, row, actor);
        await insertMessage(edit.db, {
          request: id,
          at: edit.now,
          person: actorName(actor),
          kind: 'answer',
          text,
          decision: null,
        });
        edit.append({ kind: 'request-answered', request: id, channel: row.channel });
        return 'answer';
      });
    },
    withdraw: (actor, id) =>
      change(deps, actor, id, async (edit, row) => {
        await requireRequester(edit, row, actor);
        requireMove(row, 'withdraw');
        await withdrawRequester(edit.db, id, { person: actorName(actor), at: edit.now });
        edit.append({ kind: 'request-withdrawn', request: id, channel: row.channel });
        const left = (await requestersOf(edit.db, id)).some((one) => one.withdrawn_at === null);
        return left ? undefined : 'withdraw';
      }),
    retry(actor, id) {
      requireMay(actor, 'retry-request');
      return change(deps, actor, id, async ({ append }, row) => {
        const { channel, ecosystem, name, version, extras } = row;
        append({ kind: 'request-filed', request: id, channel, ecosystem, name, version, extras });
        return 'retry';
      });
    },
    follow: (fact) => follow(deps, fact),
    bootstrapDraft(channel, ecosystem) {
      const names = deps.ecosystem(ecosystem)?.bootstrap ?? [];
      return names.map((name) => ({
        channel,
        ecosystem,
        name,
        q1: `Install packages at all: the client itself needs ${name}.`,
        q2: 'It is the official tool; there is no alternative.',
        q3: 'unknown',
      }));
    },
  };
}

type Edit = (edit: Change, row: RequestRow) => Promise<RequestMove | undefined>;

function change({ ledger }: RequestsDeps, actor: Actor, ...[id, edit]: [string, Edit]): Promise<Request> {
  return ledger.change(actor, async (open) => {
    const row = await findRow(open.db, id, true);
    if (row === undefined) throw unknownRequest(id);
    const move = await edit(open, row);
    if (move === undefined) return requestOf(row);
    const state = requireMove(row, move);
    await updateRequest(open.db, id, { state, moved_at: open.now });
    return requestOf({ ...row, state, moved_at: open.now });
  });
}

function requireMove(row: RequestRow, move: RequestMove) {
  const state = nextState(row.state, move);
  if (state !== undefined) return state;
  throw new Problem({
    kind: 'conflict',
    code: 'wrong-state',
    what: `${row.id} is ${row.state}, so it cannot be changed this way (${move})`,
    next:
      row.state === 'rejected'
        ? 'File it again with --answers-concern TEXT.'
        : `See \`pratique request show ${row.id}\`.`,
  });
}

async function requireRequester({ db }: Change, row: RequestRow, actor: Actor): Promise<void> {
  const all = await requestersOf(db, row.id);
  if (actor !== SYSTEM && all.some((one) => one.person === actorName(actor) && one.withdrawn_at === null)) return;
  throw new Problem({
    kind: 'not-allowed',
    code: 'not-a-requester',
    what: `${actorName(actor)} did not ask for ${row.id}`,
    next: `Join it with \`pratique request join ${row.id}\`, or ask ${row.filed_by}.`,
  });
}
