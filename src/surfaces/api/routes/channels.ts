/** `/channels`: what package clients point at. */
import { z } from 'zod';
import { MOST_WAYS } from '../../../domain/access.ts';
import { isInReach, requireReach } from '../../../domain/authority.ts';
import { accessTo, listChannels, lockChannel, practiceOf, requireChannel } from '../../../features/channels/read.ts';
import { channelName, ecosystemId, page, pageQuery, words } from '../fields.ts';
import { created, data, operation } from '../operation.ts';
import { pageOfAll } from '../pages.ts';

const target = z.object({ ecosystem: ecosystemId, id: z.string(), settings: z.record(z.string(), z.string()) });
const channel = z
  .object({
    name: channelName,
    tier: z.int().meta({ description: 'Sensitivity of the data behind it, 0 to 4.' }),
    mode: z.enum(['open', 'cleared', 'closed']),
    providers: z.array(z.string()).meta({ description: 'Data providers who may object.' }),
    windowSeconds: z.int().nullable().meta({ description: 'How long they may; null: there is no window.' }),
    timezone: z.string(),
    targets: z.array(target).meta({ description: 'Environments that trees are resolved for.' }),
  })
  .meta({ id: 'Channel' });

const changes = {
  tier: z.int().min(0).max(4),
  mode: z.enum(['open', 'cleared', 'closed']),
  providers: z.array(z.string().min(1).max(80)).max(50).optional(),
  window: z
    .string()
    .max(20)
    .optional()
    .meta({ description: 'How long providers may object.', examples: ['5wd', '3d', '12h', 'none'] }),
  replyWithin: z
    .string()
    .max(10)
    .optional()
    .meta({ description: 'Within how many working days a reviewer is to have moved.', examples: ['3wd'] }),
  approvers: z.int().min(1).max(2).optional().meta({ description: 'People that an acceptance takes.' }),
  undo: z
    .string()
    .max(20)
    .optional()
    .meta({ description: 'How long a decision can be undone.', examples: ['60s', 'none', 'default'] }),
  workingDays: z
    .string()
    .max(40)
    .optional()
    .meta({ description: 'Weekdays that count.', examples: ['mon,tue,wed,thu,fri'] }),
  holidays: z
    .string()
    .max(500_000)
    .optional()
    .meta({ description: 'Days that do not count: an iCalendar text, or a line for each day; empty for none.' }),
  timezone: z
    .string()
    .max(64)
    .optional()
    .meta({ description: 'IANA name.', examples: ['Europe/London'] }),
  targets: z.array(z.string().max(64)).max(50).optional(),
};
const ways = z
  .array(z.string().min(1).max(64))
  .min(1)
  .max(MOST_WAYS)
  .meta({ description: 'Ways in, any of which is enough.', examples: [['10.20.0.0/16', 'token'], ['everyone']] });
const named = z.strictObject({ channel: channelName });

const showChannel = operation({
  method: 'get',
  path: '/channels/{channel}',
  id: 'showChannel',
  summary: 'One channel',
  access: 'signed-in',
  params: named,
  answer: channel,
  lock: (db, { channel: name }) => lockChannel(db, name),
  async work({ app, actor, params }) {
    requireReach(actor, 'read', params);
    return data(await requireChannel(app.db, params.channel));
  },
});

const practice = z
  .object({
    windowWorkingDays: z.int().nullable().meta({ description: 'null: the window counts elapsed time.' }),
    replyWorkingDays: z.int(),
    approvers: z.int(),
    undoSeconds: z.int().nullable().meta({ description: 'null: the default.' }),
    workingDays: z.array(z.int()).meta({ description: '1 is Monday, 7 is Sunday.' }),
    holidays: z.array(z.object({ day: z.iso.date(), name: z.string() })),
  })
  .meta({ id: 'Practice', description: 'How people work in a channel.' });

const access = z
  .object({
    access: z
      .array(z.object({ network: z.string().nullable(), token: z.boolean() }))
      .nullable()
      .meta({ description: 'The ways in, any of which is enough; null: everybody. A network of null is any address.' }),
  })
  .meta({ id: 'Access', description: 'Who may install from a channel.' });

const showAccess = operation({
  method: 'get',
  path: '/channels/{channel}/access',
  id: 'showAccess',
  summary: 'Who may install from a channel',
  access: 'signed-in',
  params: named,
  answer: access,
  lock: (db, { channel: name }) => lockChannel(db, name),
  async work({ app, actor, params }) {
    requireReach(actor, 'read', params);
    return data({ access: await accessTo(app.db, params.channel) });
  },
});

export const channels = [
  showAccess,
  operation({
    method: 'put',
    path: '/channels/{channel}/access',
    id: 'changeAccess',
    summary: 'Change who may install from a channel; holds at once',
    access: 'manage-channels',
    params: named,
    body: z.strictObject({
      allow: ways,
      reason: words('Why it changes.'),
    }),
    answer: access,
    decidesOn: showAccess,
    work: async ({ app, actor, params, body }) =>
      data({ access: await app.rooms.channels.changeAccess(actor, params.channel, body) }),
  }),
  operation({
    method: 'get',
    path: '/channels',
    id: 'listChannels',
    summary: 'All channels that the caller reaches, by name',
    access: 'signed-in',
    query: z.strictObject(pageQuery),
    answer: page(channel),
    async work({ app, actor, query, url }) {
      const all = await listChannels(app.db);
      const seen = all.filter(({ name }) => isInReach(actor, 'read', { channel: name }));
      return pageOfAll(seen, { ...query, url, key: ({ name }) => name });
    },
  }),
  operation({
    method: 'post',
    path: '/channels',
    id: 'createChannel',
    summary: 'Add a channel',
    access: 'manage-channels',
    body: z.strictObject({ name: channelName, ...changes, allow: ways.optional() }),
    answer: channel,
    status: 201,
    problems: ['channel-exists', 'not-a-way'],
    async work({ app, actor, body }) {
      const made = await app.rooms.channels.create(actor, body);
      return created(`/channels/${made.name}`, made);
    },
  }),
  showChannel,
  operation({
    method: 'put',
    path: '/channels/{channel}',
    id: 'changeChannel',
    summary: 'Change settings of a channel; what is not given stays',
    access: 'manage-channels',
    params: named,
    body: z.strictObject({ ...changes, tier: changes.tier.optional(), mode: changes.mode.optional() }),
    answer: channel,
    decidesOn: showChannel,
    work: async ({ app, actor, params, body }) => data(await app.rooms.channels.change(actor, params.channel, body)),
  }),
  operation({
    method: 'get',
    path: '/channels/{channel}/practice',
    id: 'showPractice',
    summary: 'How people work in a channel: working days, promise, approvers, time to undo',
    access: 'signed-in',
    params: named,
    answer: practice,
    async work({ app, actor, params }) {
      requireReach(actor, 'read', params);
      const { name } = await requireChannel(app.db, params.channel);
      return data(await practiceOf(app.db, name));
    },
  }),
  operation({
    method: 'get',
    path: '/channels/{channel}/clients',
    id: 'showClientSettings',
    summary: 'Ready settings for package clients of a channel',
    access: 'signed-in',
    params: named,
    answer: z.object({
      results: z.array(z.object({ ecosystem: z.string(), client: z.string(), text: z.string() })),
    }),
    async work({ app, actor, params }) {
      requireReach(actor, 'read', params);
      const { name } = await requireChannel(app.db, params.channel);
      const results = app.ecosystems
        .filter(({ id }) => isInReach(actor, 'read', { ecosystem: id }))
        .flatMap(({ id, protocol }) =>
          protocol
            .clientSettings(`${app.publicUrl()}/${name}/${id}/`)
            .map(({ client, text }) => ({ ecosystem: id, client, text })),
        );
      return data({ results });
    },
  }),
];
