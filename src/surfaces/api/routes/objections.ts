/** `/objections`: data providers question or overturn an acceptance before it takes effect. */
import { z } from 'zod';
import { type Action, requireMay } from '../../../domain/authority.ts';
import type { Actor } from '../../../domain/people.ts';
import { WINDOW_STATES } from '../../../domain/workflow.ts';
import {
  listWindows,
  lockWindow,
  type ObjectionDetails,
  type ObjectionWindow,
  showWindow,
  silenceRule,
} from '../../../features/objections/read.ts';
import type { ApiRooms } from '../app.ts';
import { channelName, page, pageQuery, time, windowId, words } from '../fields.ts';
import { data, type Operation, operation } from '../operation.ts';
import { pageReply, readCursor } from '../pages.ts';
import { mayReadDetails, readableIn } from '../reading.ts';

const clock = z.object({ provider: z.string(), state: z.string(), closesAt: time.nullable() });
const window = z
  .object({
    id: z.string(),
    decision: z.string(),
    channel: z.string(),
    providers: z.array(z.string()),
    state: z.enum(WINDOW_STATES),
    openedAt: time,
    closesAt: time.nullable().meta({ description: 'When the last clock runs out; null while one stands still.' }),
    endedAt: time.nullable(),
    clocks: z.array(clock).meta({ description: 'Each data provider’s own.' }),
    workingDays: z.boolean().meta({ description: 'Whether the clocks count working days of the channel.' }),
  })
  .meta({ id: 'ObjectionWindow' });
const said = z.object({
  kind: z.enum(['question', 'answer', 'none', 'overturn']),
  person: z.string(),
  organisation: z.string().nullable(),
  text: z.string(),
  at: time,
});
const details = window
  .extend({
    said: z.array(said).meta({ description: 'Empty where you may not read details.' }),
    silence: z.string().meta({ description: 'What it means that nobody says anything.' }),
  })
  .meta({ id: 'ObjectionDetails' });
const one = z.strictObject({ id: windowId });

const showObjection = operation({
  method: 'get',
  path: '/objections/{id}',
  id: 'showObjection',
  summary: 'One objection window, what was said, and what silence means',
  access: 'signed-in',
  params: one,
  answer: details,
  lock: async (db, { id }) => void (await lockWindow(db, id)),
  async work({ app, actor, params }) {
    const found = await showWindow(app.db, params.id);
    requireMay(actor, 'read', found);
    const shown = { ...found, said: saidTo(actor, found), silence: await silenceRule(app.db, found) };
    const { id, channel } = found;
    return shown.said.length === 0 ? data(shown) : { ...data(shown), noted: { what: 'objection', id, channel } };
  },
});

export const objections: readonly Operation[] = [
  operation({
    method: 'get',
    path: '/objections',
    id: 'listObjections',
    summary: 'Objection windows, oldest first',
    access: 'signed-in',
    query: z.strictObject({
      ...pageQuery,
      channel: channelName.optional(),
      state: z.enum(WINDOW_STATES).optional(),
      provider: z.string().min(1).max(80).optional().meta({ description: 'One of its data providers.' }),
    }),
    answer: page(window),
    async work({ app, actor, query, url }) {
      const { limit, state, provider } = query;
      const last = readCursor(query.cursor, z.tuple([time, windowId]));
      const rows = await listWindows(app.db, {
        channels: (await readableIn(app.db, actor, query)).channels,
        states: state === undefined ? undefined : [state],
        provider,
        after: last === undefined ? undefined : { openedAt: new Date(last[0]), id: last[1] },
        limit: limit + 1,
      });
      return pageReply(rows, { limit, url, key: ({ openedAt, id }) => [openedAt, id] });
    },
  }),
  showObjection,
  saying({
    path: '/objections/{id}/questions',
    id: 'questionAcceptance',
    summary: 'Ask; your clock stands still until it is answered',
    access: 'object',
    words: 'The question.',
    work: (room, actor, asked) => room.question(actor, asked.id, asked.text),
  }),
  operation({
    method: 'post',
    path: '/objections/{id}/answers',
    id: 'answerObjection',
    summary: 'Answer a data provider’s question; its clock goes on',
    access: 'answer-objection',
    params: one,
    body: z.strictObject({
      text: words('The answer.'),
      provider: z.string().min(1).max(80).optional().meta({ description: 'Whose question, where several asked.' }),
    }),
    answer: window,
    decidesOn: showObjection,
    work: async ({ app, actor, params, body }) =>
      data(await app.rooms.objections.answer(actor, params.id, body.text, body.provider)),
  }),
  saying({
    path: '/objections/{id}/overturn',
    id: 'overturnAcceptance',
    summary: 'End the acceptance, with the reason',
    access: 'object',
    words: 'The reason.',
    work: (room, actor, asked) => room.overturn(actor, asked.id, asked.text),
  }),
  operation({
    method: 'post',
    path: '/objections/{id}/none',
    id: 'giveNoObjection',
    summary: 'No objection; when every provider has said so, the window closes early',
    access: 'object',
    params: one,
    answer: window,
    decidesOn: showObjection,
    work: async ({ app, actor, params }) => data(await app.rooms.objections.none(actor, params.id)),
  }),
];

interface Saying {
  readonly path: `/${string}`;
  readonly id: string;
  readonly summary: string;
  readonly access: Action;
  readonly words: string;
  work(
    room: ApiRooms['objections'],
    actor: Actor,
    asked: { readonly id: string; readonly text: string },
  ): Promise<ObjectionWindow>;
}

function saying({ words: what, work, ...about }: Saying): Operation {
  return operation({
    ...about,
    method: 'post',
    params: one,
    body: z.strictObject({ text: words(what) }),
    answer: window,
    decidesOn: showObjection,
    problems: ['not-a-provider', 'wrong-state'],
    work: async ({ app, actor, params, body }) =>
      data(await work(app.rooms.objections, actor, { id: params.id, text: body.text })),
  });
}

/** What was said, to whom it concerns. */
function saidTo(actor: Actor, { said: all, channel }: ObjectionDetails): ObjectionDetails['said'] {
  return mayReadDetails(actor, { channel }) ? all : [];
}
