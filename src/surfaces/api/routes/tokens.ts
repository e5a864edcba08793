/** `/tokens`: what scripts and builds show instead of a password. */
import { z } from 'zod';
import { may } from '../../../domain/authority.ts';
import { actorName } from '../../../domain/people.ts';
import { listTokens } from '../../../features/tokens/read.ts';
import { label, personName, strength, time } from '../account-fields.ts';
import { channelName, ecosystemId, page, pageQuery } from '../fields.ts';
import { data, operation } from '../operation.ts';
import { pageOfAll } from '../pages.ts';

const limits = {
  channels: z.array(channelName).max(50).nullable(),
  ecosystems: z.array(ecosystemId).max(20).nullable(),
  actions: z.array(z.string().max(40)).max(50).nullable(),
};
/** An empty list would be no limit, or one that nothing fits: whoever means either says so. */
const asked = {
  channels: limits.channels.unwrap().min(1).nullable(),
  ecosystems: limits.ecosystems.unwrap().min(1).nullable(),
  actions: limits.actions.unwrap().min(1).nullable(),
};
const token = z
  .object({
    id: z.string().meta({ examples: ['T-1'] }),
    person: personName,
    label: z.string(),
    scope: z.object(limits).meta({ description: 'null: no limit beside what its person may do.' }),
    strength,
    strongUntil: time.meta({ description: 'Until when what its maker proved counts; one factor after that.' }),
    publisher: z.string().nullable().meta({ description: 'The trusted publisher it was exchanged for.' }),
    madeAt: time,
    expiresAt: time,
    lastUsedOn: z.string().nullable().meta({ description: 'A day, UTC; null: never.' }),
    state: z.enum(['valid', 'expired', 'revoked']),
  })
  .meta({ id: 'Token' });
const secret = z.string().min(1).max(200);

export const tokens = [
  operation({
    method: 'get',
    path: '/tokens',
    id: 'listTokens',
    summary: 'My tokens, the newest last; an operator sees everybody’s',
    access: 'oneself',
    query: z.strictObject(pageQuery),
    answer: page(token),
    async work({ app, actor, query, url }) {
      const person = may(actor, 'manage-tokens') ? undefined : actorName(actor);
      const all = await listTokens(app.db, { person, now: app.now() });
      return pageOfAll(all, { ...query, url, key: ({ madeAt, id }) => `${madeAt} ${id}` });
    },
  }),
  operation({
    method: 'post',
    path: '/tokens',
    id: 'createToken',
    summary: 'Make a token for myself, soon after signing in; it is shown once',
    access: 'signed-in',
    answersSecret: true,
    body: z.strictObject({
      label,
      scope: z.strictObject(asked).partial().default({}),
      seconds: z.int().min(60).optional().meta({ description: 'Its life; thirty days where nothing is said.' }),
    }),
    answer: z.object({ token: z.string(), listing: token }),
    status: 201,
    problems: ['not-by-token', 'prove-again', 'unknown-action', 'unknown-channel', 'unknown-ecosystem', 'token-life'],
    work: async ({ app, actor, body }) => data(await app.rooms.tokens.create(actor, body)),
  }),
  operation({
    method: 'post',
    path: '/tokens/exchange',
    id: 'exchangeIdentity',
    summary: 'A token of some minutes for a build, in exchange for the identity token of its issuer',
    access: 'public',
    answersSecret: true,
    body: z.strictObject({ identity: z.string().min(1).max(16_000) }),
    answer: z.object({ token: z.string(), listing: token }),
    status: 201,
    problems: ['bad-identity', 'issuer-away'],
    work: async ({ app, body }) => data(await app.rooms.tokens.exchange(body.identity)),
  }),
  operation({
    method: 'post',
    path: '/tokens/revoke-leaked',
    id: 'revokeLeakedToken',
    summary: 'Report a token that is not secret any more: it ends. The answer says nothing about it',
    access: 'public',
    answersSecret: true,
    body: z.strictObject({ token: secret }),
    answer: z.object({ reported: z.literal(true) }),
    status: 202,
    async work({ app, body }) {
      await app.rooms.tokens.revokeLeaked(body.token);
      return data({ reported: true as const });
    },
  }),
  operation({
    method: 'delete',
    path: '/tokens/{token}',
    id: 'revokeToken',
    summary: 'End a token at once: one of mine, or (operators) anybody’s',
    access: 'oneself',
    params: z.strictObject({ token: z.string().regex(/^T-[0-9]{1,15}$/) }),
    answer: token,
    problems: ['unknown-token'],
    work: async ({ app, actor, params }) => data(await app.rooms.tokens.revoke(actor, params.token)),
  }),
];
