/** `/decisions`: reviewers decide, pinned to the evidence that they saw. */
import { z } from 'zod';
import { requireMay } from '../../../domain/authority.ts';
import { Problem } from '../../../domain/problem.ts';
import { decisionsOf, findDecision, pageOfDecisions } from '../../../features/decisions/read.ts';
import { showRequest as findRequest } from '../../../features/requests/read.ts';
import {
  channelName,
  decisionId,
  digest,
  ecosystemId,
  packageName,
  page,
  pageQuery,
  range,
  requestId,
  words,
} from '../fields.ts';
import { created, data, operation } from '../operation.ts';
import { numberKey, pageReply, readCursor } from '../pages.ts';
import { readableIn } from '../reading.ts';
import { decision, decisionFor, decisionsFor } from './request-view.ts';
import { showRequest } from './requests.ts';

const date = z
  .string()
  .max(30)
  .meta({ description: 'A date (00:00 UTC of that day) or an RFC 3339 time in UTC.', examples: ['2027-01-31'] });

const choice = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('accept'), list: z.enum(['core', 'extra']) }),
  z.strictObject({ kind: z.literal('reject') }),
  z.strictObject({ kind: z.literal('ask') }),
  z.strictObject({
    kind: z.literal('deny'),
    versions: range.optional().meta({ description: 'Every version where nothing is said.' }),
    everywhere: z.boolean().optional().meta({ description: 'In every channel, not in this one alone.' }),
  }),
]);

export const decisionWords = {
  choice,
  reason: words('Why; the question where you ask.'),
  concern: words('What would change our mind; a must where you reject.').optional(),
  criterion: z.int().min(1).max(5).optional().meta({ description: 'For core: which of the five criteria.' }),
  note: words('What is done about the risk; a must over a verdict of `review`.').optional(),
  until: date.optional().meta({ description: 'When the acceptance ends; a must over a verdict of `refuse`.' }),
  reviewAgain: date.optional().meta({ description: 'When somebody is reminded to look again.' }),
};
const form = z.strictObject({
  evidence: digest.meta({ description: 'The evidence set that you saw: a decision is pinned to it.' }).optional(),
  ...decisionWords,
});

const showDecision = operation({
  method: 'get',
  path: '/decisions/{id}',
  id: 'showDecision',
  summary: 'One decision',
  access: 'signed-in',
  params: z.strictObject({ id: decisionId }),
  answer: decision,
  async work({ app, actor, params }) {
    const found = await findDecision(app.db, params.id);
    if (found === undefined) throw unknownDecision(params.id);
    requireMay(actor, 'read', found);
    const [shown = decisionFor(actor, found)] = await decisionsFor(app.db, actor, [found]);
    return data(shown);
  },
});

export const decisions = [
  operation({
    method: 'get',
    path: '/decisions',
    id: 'listDecisions',
    summary: 'Decisions, newest first',
    access: 'signed-in',
    query: z.strictObject({
      ...pageQuery,
      channel: channelName.optional(),
      ecosystem: ecosystemId.optional(),
      name: packageName.optional(),
      outcome: z.enum(['accepted', 'approved', 'rejected', 'denied', 'asked']).optional(),
    }),
    answer: page(decision),
    async work({ app, actor, query, url }) {
      const { limit, name, outcome } = query;
      const before = readCursor(query.cursor, numberKey);
      const narrowed = await readableIn(app.db, actor, query);
      const asked = { ...narrowed, name, outcome, before, limit: limit + 1 };
      const rows = await decisionsFor(app.db, actor, await pageOfDecisions(app.db, asked));
      return pageReply(rows, { limit, url, key: ({ id }) => Number(id.slice('A-'.length)) });
    },
  }),
  showDecision,
  operation({
    method: 'post',
    path: '/decisions/{id}/undo',
    id: 'undoDecision',
    summary: 'Take back a decision of yours, as long as the channel lets you and nobody has acted on it',
    access: 'decide',
    params: z.strictObject({ id: decisionId }),
    answer: decision,
    problems: ['too-late', 'acted-on'],
    work: async ({ app, actor, params }) => data(decisionFor(actor, await app.rooms.decisions.undo(actor, params.id))),
  }),
  operation({
    method: 'get',
    path: '/requests/{id}/decisions',
    id: 'listDecisionsOfRequest',
    summary: 'What was decided about a request, oldest first',
    access: 'signed-in',
    params: z.strictObject({ id: requestId }),
    answer: z.object({ results: z.array(decision) }),
    async work({ app, actor, params }) {
      requireMay(actor, 'read', await findRequest(app.db, params.id));
      return data({ results: await decisionsFor(app.db, actor, await decisionsOf(app.db, params.id)) });
    },
  }),
  operation({
    method: 'post',
    path: '/requests/{id}/decisions',
    id: 'decide',
    summary: 'Accept, reject, ask back or deny; nobody decides their own request',
    access: 'decide',
    params: z.strictObject({ id: requestId }),
    body: form,
    answer: decision,
    status: 201,
    decidesOn: showRequest,
    problems: [
      'own-request',
      'newer-evidence',
      'already-decided',
      'note-needed',
      'exception-needed',
      'stronger-sign-in',
    ],
    async work({ app, actor, params, body }) {
      const made = await app.rooms.decisions.decide(actor, { ...body, request: params.id });
      return created(`/decisions/${made.id}`, decisionFor(actor, made));
    },
  }),
];

function unknownDecision(id: string): Problem {
  return new Problem({ kind: 'not-found', code: 'unknown-decision', what: `There is no decision ${id}` });
}
