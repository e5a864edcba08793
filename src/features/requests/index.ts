/** The requests room: people ask, join, answer and withdraw; facts about evidence and decisions move a request on. */
import { requireMay, requireMaySomewhere } from '../../domain/authority.ts';
import { freeText } from '../../domain/free-text.ts';
import { type Actor, actorName, SYSTEM } from '../../domain/people.ts';
import { Problem } from '../../domain/problem.ts';
import { next, REQUEST_WORKFLOW, type RequestMove } from '../../domain/workflow.ts';
import type { Change } from '../../platform/ledger/port.ts';
import { decisionsOf, finalDecision } from '../decisions/read.ts';
import { type BundleForm, type FiledBundle, fileBundle } from './bundle.ts';
import type { Filed, FollowedFact, RequestForm, RequestsDeps } from './deps.ts';
import type { Draft } from './draft-store.ts';
import { type DraftForm, discardDraft, saveDraft } from './drafts.ts';
import { fileRequest } from './file.ts';
import { follow } from './follow.ts';
import { type Request, requestOf, unknownRequest } from './read.ts';
import { findRow, insertMessage, type RequestRow, requestersOf, updateRequest, withdrawRequester } from './store.ts';

export type { BundleForm, BundleLine, FiledBundle } from './bundle.ts';
export type { Filed, FollowedFact, PreflightAnswer, RequestForm, RequestsDeps } from './deps.ts';
export type { DraftForm } from './drafts.ts';

export interface Requests {
  /** Files, or joins the open request for the same thing. Throws `denied`, `already-available`, `concern-unanswered` and what preflight refuses. */
  file(actor: Actor, form: RequestForm): Promise<Filed>;
  /** A request for each package of a project's files that is not available yet. */
  fileBundle(actor: Actor, form: BundleForm): Promise<FiledBundle>;
  /** Keeps a form that is not finished, for whoever writes it. */
  saveDraft(actor: Actor, form: DraftForm): Promise<Draft>;
  discardDraft(actor: Actor, id: string): Promise<void>;
  join(
    actor: Actor,
    id: string,
    answers: Pick<RequestForm, 'q1' | 'q2' | 'q3' | 'project' | 'contact'>,
  ): Promise<Request>;
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
    fileBundle: (actor, form) => fileBundle(deps, actor, form),
    saveDraft: (actor, form) => saveDraft(deps, actor, form),
    discardDraft: (actor, id) => discardDraft(deps, actor, id),
    async join(actor, id, answers) {
      const row = await findRow(deps.db, id);
      if (row === undefined) throw unknownRequest(id);
      requireMay(actor, 'file-request', row);
      requireMove(row, 'join');
      const extras = row.extras.length === 0 ? '' : `[${row.extras.join(',')}]`;
      const form = { ...answers, channel: row.channel, ecosystem: row.ecosystem, name: `${row.name}${extras}` };
      return (await fileRequest(deps, actor, { ...form, version: row.version ?? undefined, joins: id })).request;
    },
    answer: (actor, id, text) => answer(deps, actor, { id, text }),
    async withdraw(actor, id) {
      requireMaySomewhere(actor, 'withdraw-request');
      return change(deps, actor, id, async (edit, row) => {
        requireMay(actor, 'withdraw-request', row);
        await requireRequester(edit, row, actor);
        requireMove(row, 'withdraw');
        await requireUndecided(edit, row);
        await withdrawRequester(edit.db, id, { person: actorName(actor), at: edit.now });
        edit.append({ kind: 'request-withdrawn', request: id, channel: row.channel });
        const left = (await requestersOf(edit.db, id)).some((one) => one.withdrawn_at === null);
        return left ? undefined : 'withdraw';
      });
    },
    async retry(actor, id) {
      return change(deps, actor, id, async ({ append }, row) => {
        requireMay(actor, 'retry-request', row);
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

async function answer(deps: RequestsDeps, actor: Actor, said: { id: string; text: string }): Promise<Request> {
  requireMaySomewhere(actor, 'answer-request');
  const { id } = said;
  const text = freeText('The answer', said.text);
  return change(deps, actor, id, async (edit, row) => {
    requireMay(actor, 'answer-request', row);
    await requireRequester(edit, row, actor);
    const person = actorName(actor);
    await insertMessage(edit.db, { request: id, at: edit.now, person, kind: 'answer', text, decision: null });
    edit.append({ kind: 'request-answered', request: id, channel: row.channel });
    return 'answer';
  });
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
  const state = next(REQUEST_WORKFLOW, row.state, move);
  if (state !== undefined) return state;
  throw new Problem({
    kind: 'conflict',
    code: 'wrong-state',
    what: `${row.id} is ${row.state}, so it cannot be changed this way (${move})`,
    next: row.state === 'rejected' ? 'File it again with --answers TEXT.' : `See \`pratique request show ${row.id}\`.`,
  });
}

/** A decision binds from the moment it is made; the request follows it a little later. */
async function requireUndecided({ db }: Change, row: RequestRow): Promise<void> {
  const made = finalDecision(await decisionsOf(db, row.id));
  if (made === undefined) return;
  throw new Problem({
    kind: 'conflict',
    code: 'already-decided',
    what: `${row.id} is ${made.outcome} by ${made.id}`,
    next: `See \`pratique request show ${row.id}\`.`,
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
