/** How requests and decisions are shown: names and words only to whom they concern. */
import { z } from 'zod';
import { type Actor, actorName } from '../../../domain/people.ts';
import { RELEASE_STATES } from '../../../domain/states.ts';
import type { Decision } from '../../../features/decisions/read.ts';
import { listRequests, type Move, REQUEST_STATES, type RequestDetails } from '../../../features/requests/read.ts';
import type { Database } from '../../../platform/db/port.ts';
import { time } from '../fields.ts';
import { mayReadDetails, nameFor } from '../reading.ts';

export const requestState = z.enum(REQUEST_STATES);

const summaryFields = {
  id: z.string(),
  channel: z.string(),
  ecosystem: z.string(),
  name: z.string(),
  version: z.string().nullable(),
  extras: z.array(z.string()),
  state: requestState,
  filedAt: time,
  movedAt: time,
  evidence: z.string().nullable().meta({ description: 'Digest of the newest evidence set.' }),
  verdict: z.string().nullable().meta({ description: 'What policy says of it.' }),
  failure: z.string().nullable().meta({ description: 'Why evidence could not be collected.' }),
  answersRequest: z.string().nullable(),
};

/** A newer release of what was asked for that was not taken, and what keeps it away. */
export const passedOver = z.object({
  version: z.string(),
  reason: z.enum(['cooling-down', 'stopped', 'not-installable']),
  until: z.string().nullable(),
  cause: z.string().optional(),
});

/** Whose move it is, and what is promised. */
export const move = z
  .object({
    whose: z.enum(['system', 'reviewer', 'requester', 'provider', 'nobody']),
    since: time,
    due: time.nullable().meta({ description: 'By when a move is promised, or the objection window closes.' }),
    isLate: z.boolean(),
  })
  .meta({ id: 'Move' });

/** In lists: nothing that says who asked. */
export const requestSummary = z.object(summaryFields).meta({ id: 'RequestSummary' });

const requester = z.object({
  person: z.string(),
  q1: z.string(),
  q2: z.string(),
  q3: z.string(),
  project: z.string().nullable(),
  contact: z.string().nullable(),
  joinedAt: time,
  withdrawnAt: time.nullable(),
});
const message = z.object({ at: time, person: z.string(), kind: z.enum(['question', 'answer']), text: z.string() });

export const requestDetails = z
  .object({
    ...summaryFields,
    details: z
      .boolean()
      .meta({ description: 'Whether you may see everything. If not, you see your own words and no other names.' }),
    filedBy: z.string().nullable(),
    answersConcern: z.string().nullable(),
    now: z
      .object({ state: z.enum(RELEASE_STATES), reason: z.string().nullable() })
      .nullable()
      .meta({ description: 'Why installs do not get what was accepted; null where they do, or where it was not.' }),
    unavailableTargets: z
      .array(z.object({ target: z.string(), reason: z.string() }))
      .meta({ description: 'Where installs get what was accepted: the targets that have none of it, and why.' }),
    resolved: z
      .object({ version: z.string(), passedOver: passedOver.nullable() })
      .nullable()
      .meta({ description: 'What the newest evidence is about, and a newer release that was not taken; null before.' }),
    asking: z.int().meta({ description: 'How many people ask for it.' }),
    move: move.nullable(),
    decisions: z.int().meta({
      description: 'How many decisions stand, questions and approvals among them: at once, before the state follows.',
    }),
    requesters: z.array(requester),
    messages: z.array(message),
  })
  .meta({ id: 'Request' });

/** What the caller may see of a request, and whether that is everything. */
export function requestFor(actor: Actor, request: RequestDetails, moves: ReadonlyMap<string, Move>) {
  const me = actorName(actor);
  const asks = request.requesters.some(({ person }) => person === me);
  const details = mayReadDetails(actor, request);
  return {
    ...request,
    details,
    filedBy: nameFor(actor, request.filedBy, request),
    answersConcern: details || asks ? request.answersConcern : null,
    move: moves.get(request.id) ?? null,
    asking: request.requesters.filter(({ withdrawnAt }) => withdrawnAt === null).length,
    requesters: request.requesters.filter(({ person }) => details || person === me),
    messages: details || asks ? request.messages : [],
  };
}

/** The note of a read that showed what others said; none where somebody reads their own. */
export function notedRead(actor: Actor, request: RequestDetails, what: 'request' | 'dossier') {
  const me = actorName(actor);
  const isOwn = request.requesters.every(({ person }) => person === me);
  if (isOwn || !mayReadDetails(actor, request)) return {};
  return { noted: { what, id: request.id, channel: request.channel } };
}

export const decisionReason = z
  .string()
  .nullable()
  .meta({ description: 'null: a question to those who asked for the package, and you are not among them.' });

export const decision = z
  .object({
    id: z.string(),
    request: z.string().nullable(),
    channel: z.string(),
    ecosystem: z.string(),
    name: z.string(),
    version: z.string().nullable(),
    outcome: z.string(),
    list: z.enum(['core', 'extra']).nullable(),
    evidence: z.string().nullable(),
    dossier: z.string().nullable().meta({ description: 'Digest of the dossier that it was made on.' }),
    policy: z.string().nullable(),
    verdict: z.string().nullable(),
    reason: decisionReason,
    concern: z.string().nullable().meta({ description: 'What would change our mind.' }),
    criterion: z.int().nullable().meta({ description: 'For core: which of the five criteria.' }),
    note: z.string().nullable(),
    decidedBy: z.string().nullable(),
    decidedAt: time,
    until: time.nullable(),
    expiredAt: time.nullable(),
    undoUntil: time.nullable(),
    undoneAt: time.nullable(),
    approvedWith: z.string().nullable(),
    reviewAgainAt: time.nullable(),
  })
  .meta({ id: 'Decision' });

/** A decision as the actor may see it, who made it. */
export function decisionFor(actor: Actor, made: Decision) {
  return { ...made, decidedBy: nameFor(actor, made.decidedBy, made) };
}

/** Decisions as the actor may see them. A question is for those who asked: no other researcher reads it. */
export async function decisionsFor(db: Database, actor: Actor, all: readonly Decision[]) {
  const isHidden = (made: Decision) => made.outcome === 'asked' && !mayReadDetails(actor, made);
  const about = all.filter(isHidden).flatMap(({ request }) => (request === null ? [] : [request]));
  const own = await listRequests(db, { ids: about, requester: actorName(actor) });
  const asksFor = new Set(own.map(({ id }) => id));
  return all.map((made) => ({
    ...decisionFor(actor, made),
    reason: isHidden(made) && !asksFor.has(made.request ?? '') ? null : made.reason,
  }));
}
