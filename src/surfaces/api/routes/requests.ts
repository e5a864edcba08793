/** `/requests`: researchers ask. */

import { z } from 'zod';
import { requireMay } from '../../../domain/authority.ts';
import { actorName } from '../../../domain/people.ts';
import { sinceAccepted, stopsAmong } from '../../../features/availability/read.ts';
import { requireChannel } from '../../../features/channels/read.ts';
import { decisionsOf } from '../../../features/decisions/read.ts';
import {
  findRequest,
  showRequest as findShown,
  listRequests,
  lockRequest,
  movesOf,
  unknownRequest,
} from '../../../features/requests/read.ts';
import { resolvedRelease, VETTING_STEPS, vettingProgress } from '../../../features/vetting/read.ts';
import {
  channelName,
  ecosystemId,
  packageName,
  page,
  pageQuery,
  requestId,
  time,
  versionText,
  words,
} from '../fields.ts';
import { created, data, operation } from '../operation.ts';
import { numberKey, pageReply, readCursor } from '../pages.ts';
import { readableIn } from '../reading.ts';
import { move, notedRead, requestDetails, requestFor, requestState, requestSummary } from './request-view.ts';

export const answers = {
  q1: words('What will you be able to do with this package that you cannot do now?'),
  q2: words('Is it the most widely supported package for the purpose, and what alternatives are there?'),
  q3: words('What risks to data integrity or security might arise? `unknown` where you do not know.'),
  project: z.string().max(80).optional().meta({ description: 'The project that it is for.' }),
  contact: z.string().max(80).optional().meta({ description: 'How you are reached.' }),
};
const one = z.strictObject({ id: requestId });

export const showRequest = operation({
  method: 'get',
  path: '/requests/{id}',
  id: 'showRequest',
  summary: 'One request: its state, who asks and why, and what was said',
  access: 'signed-in',
  params: one,
  answer: requestDetails,
  lock: (db, { id }) => lockRequest(db, id),
  async work({ app, actor, params }) {
    const request = await findShown(app.db, params.id);
    requireMay(actor, 'read', request);
    const moves = await movesOf(app.db, [request], app.now());
    const { now, unavailable } = await sinceAccepted(app, request, app.ecosystems);
    const made = (await decisionsOf(app.db, request.id)).filter(({ undoneAt }) => undoneAt === null);
    const resolved = await resolvedRelease(app.blobs, request.evidence);
    const since = { now, unavailableTargets: unavailable };
    const shown = { ...requestFor(actor, request, moves), ...since, resolved, decisions: made.length };
    return { ...data(shown), ...notedRead(actor, request, 'request') };
  },
});

const showProgress = operation({
  method: 'get',
  path: '/requests/{id}/progress',
  id: 'showRequestProgress',
  summary: 'How far the collection of evidence for a request is, to be asked again and again while it runs',
  access: 'signed-in',
  params: one,
  answer: z.object({
    state: requestState,
    vetting: z
      .object({ step: z.enum(VETTING_STEPS), done: z.int(), total: z.int(), at: time })
      .nullable()
      .meta({ description: 'The step, how much of it is done, and when that was noted; null while none runs.' }),
  }),
  async work({ app, actor, params }) {
    const found = await findRequest(app.db, params.id);
    if (found === undefined) throw unknownRequest(params.id);
    requireMay(actor, 'read', found);
    return data({ state: found.state, vetting: (await vettingProgress(app.db, params.id)) ?? null });
  },
});

export const requests = [
  operation({
    method: 'get',
    path: '/requests',
    id: 'listRequests',
    summary: 'Requests, oldest first',
    access: 'signed-in',
    query: z.strictObject({
      ...pageQuery,
      channel: channelName.optional(),
      ecosystem: ecosystemId.optional(),
      name: packageName.optional(),
      state: requestState.optional(),
      mine: z.enum(['true', 'false']).default('false').meta({ description: 'Only what you ask for.' }),
    }),
    answer: page(
      requestSummary.extend({
        move: move.nullable(),
        now: z.enum(['denied', 'quarantined']).nullable().meta({
          description: 'What stopped since what was accepted. One request says all of why installs do not get it.',
        }),
      }),
    ),
    async work({ app, actor, query, url }) {
      const { limit, name, state, mine } = query;
      const rows = await listRequests(app.db, {
        ...(await readableIn(app.db, actor, query)),
        name,
        states: state === undefined ? undefined : [state],
        requester: mine === 'true' ? actorName(actor) : undefined,
        after: readCursor(query.cursor, numberKey),
        limit: limit + 1,
      });
      const moves = await movesOf(app.db, rows, app.now());
      const stops = await stopsAmong(app.db, rows, app.ecosystems);
      const shown = rows.map((request) => ({
        ...request,
        move: moves.get(request.id) ?? null,
        now: stops.get(request.id) ?? null,
      }));
      return pageReply(shown, { limit, url, key: ({ number }) => number });
    },
  }),
  operation({
    method: 'post',
    path: '/requests',
    id: 'fileRequest',
    summary: 'Ask for a package with everything it needs; joins the open request for the same',
    access: 'file-request',
    body: z.strictObject({
      channel: channelName.default('tier3'),
      ecosystem: ecosystemId,
      name: packageName.meta({ description: 'May carry extras.', examples: ['fastapi[standard]'] }),
      version: versionText.optional().meta({ description: 'The newest that policy prefers, where nothing is said.' }),
      ...answers,
      answersConcern: words('What answers the concern of an earlier rejection.').optional(),
    }),
    answer: z.object({ outcome: z.enum(['filed', 'joined']), request: requestSummary }),
    status: 201,
    problems: ['denied', 'already-available', 'concern-unanswered'],
    async work({ app, actor, body }) {
      const filed = await app.rooms.requests.file(actor, body);
      return created(`/requests/${filed.request.id}`, filed);
    },
  }),
  operation({
    method: 'get',
    path: '/requests/bootstrap/{ecosystem}',
    id: 'listBootstrapRequests',
    summary:
      'Ready requests for what the package client of an ecosystem itself needs; filed like any other, by whoever wants it',
    access: 'file-request',
    params: z.strictObject({ ecosystem: ecosystemId }),
    query: z.strictObject({ channel: channelName.default('tier3') }),
    answer: z.object({
      results: z.array(
        z.object({
          ...{ channel: z.string(), ecosystem: z.string(), name: z.string() },
          ...{ q1: z.string(), q2: z.string(), q3: z.string() },
        }),
      ),
    }),
    async work({ app, actor, params: { ecosystem }, query: { channel } }) {
      requireMay(actor, 'file-request', { channel, ecosystem });
      await requireChannel(app.db, channel);
      return data({ results: app.rooms.requests.bootstrapDraft(channel, ecosystem) });
    },
  }),
  showRequest,
  showProgress,
  operation({
    method: 'post',
    path: '/requests/{id}/requesters',
    id: 'joinRequest',
    summary: 'Ask for the same as somebody else',
    access: 'file-request',
    params: one,
    body: z.strictObject(answers),
    answer: requestSummary,
    work: async ({ app, actor, params, body }) => data(await app.rooms.requests.join(actor, params.id, body)),
  }),
  operation({
    method: 'post',
    path: '/requests/{id}/answers',
    id: 'answerRequest',
    summary: 'Answer the reviewer’s question',
    access: 'answer-request',
    params: one,
    body: z.strictObject({ text: words('The answer.') }),
    answer: requestSummary,
    problems: ['not-a-requester', 'wrong-state'],
    work: async ({ app, actor, params, body }) => data(await app.rooms.requests.answer(actor, params.id, body.text)),
  }),
  operation({
    method: 'post',
    path: '/requests/{id}/withdrawal',
    id: 'withdrawRequest',
    summary: 'Do not ask any more; the last one who asks ends the request',
    access: 'withdraw-request',
    params: one,
    answer: requestSummary,
    problems: ['not-a-requester', 'already-decided', 'wrong-state'],
    work: async ({ app, actor, params }) => data(await app.rooms.requests.withdraw(actor, params.id)),
  }),
  operation({
    method: 'post',
    path: '/requests/{id}/collection',
    id: 'retryRequest',
    summary: 'Collect evidence again for a request that could not be checked',
    access: 'retry-request',
    params: one,
    answer: requestSummary,
    status: 202,
    problems: ['wrong-state'],
    work: async ({ app, actor, params }) => data(await app.rooms.requests.retry(actor, params.id)),
  }),
];
