/** `/users`: people and their roles. */
import { z } from 'zod';
import { requireReachEverywhere } from '../../../domain/authority.ts';
import { listPeople, lockRoles, requirePerson } from '../../../features/accounts/read.ts';
import { person, personName, role } from '../account-fields.ts';
import { channelName, page, pageQuery } from '../fields.ts';
import { created, data, operation } from '../operation.ts';
import { pageOfAll } from '../pages.ts';

const named = z.strictObject({ user: personName });
const channel = channelName
  .optional()
  .meta({ description: 'The one channel in which they hold; in every one without.' });

const showUser = operation({
  method: 'get',
  path: '/users/{user}',
  id: 'showUser',
  summary: 'One person',
  access: 'signed-in',
  params: named,
  answer: person,
  problems: ['unknown-person'],
  lock: (db) => lockRoles(db),
  async work({ app, actor, params }) {
    requireReachEverywhere(actor, 'read');
    return data(await requirePerson(app.db, params.user));
  },
});

export const users = [
  operation({
    method: 'get',
    path: '/users',
    id: 'listUsers',
    summary: 'Everybody, by name',
    access: 'signed-in',
    query: z.strictObject(pageQuery),
    answer: page(person),
    async work({ app, actor, query, url }) {
      requireReachEverywhere(actor, 'read');
      return pageOfAll(await listPeople(app.db), { ...query, url, key: ({ name }) => name });
    },
  }),
  operation({
    method: 'post',
    path: '/users',
    id: 'createUser',
    summary: 'Add a person; an invitation lets them sign in',
    access: 'manage-people',
    body: z.strictObject({
      name: personName,
      roles: z.array(role).min(1).max(5),
      organisation: z.string().min(1).max(80).optional(),
      channel,
    }),
    answer: person,
    status: 201,
    problems: ['person-exists', 'no-organisation', 'no-channel-role', 'unknown-channel'],
    async work({ app, actor, body }) {
      const made = await app.rooms.accounts.add(actor, body);
      return created(`/users/${encodeURIComponent(made.name)}`, made);
    },
  }),
  showUser,
  operation({
    method: 'put',
    path: '/users/{user}/roles',
    id: 'setRoles',
    summary: 'All roles of a person from now on, in a channel or in every one; never one’s own',
    access: 'manage-people',
    params: named,
    body: z.strictObject({ roles: z.array(role).max(5), channel }),
    answer: person,
    decidesOn: showUser,
    problems: ['unknown-person', 'own-roles', 'last-operator', 'no-organisation', 'no-channel-role'],
    work: async ({ app, actor, params, body }) =>
      data(await app.rooms.accounts.setRoles(actor, { name: params.user, ...body })),
  }),
  operation({
    method: 'post',
    path: '/users/{user}/close',
    id: 'closeAccount',
    summary: 'Close an account: its sessions and tokens are refused from now on',
    access: 'manage-people',
    params: named,
    body: z.strictObject({ reason: z.string().min(1).max(500) }),
    answer: person,
    problems: ['unknown-person', 'own-roles', 'last-operator'],
    async work({ app, actor, params, body }) {
      const closed = await app.rooms.accounts.disable(actor, params.user, body.reason);
      await app.rooms.signIn.endAllOf(actor, params.user);
      return data(closed);
    },
  }),
  operation({
    method: 'post',
    path: '/users/{user}/open',
    id: 'openAccount',
    summary: 'Open a closed account again',
    access: 'manage-people',
    params: named,
    answer: person,
    problems: ['unknown-person', 'own-roles'],
    work: async ({ app, actor, params }) => data(await app.rooms.accounts.enable(actor, params.user)),
  }),
  operation({
    method: 'delete',
    path: '/users/{user}/sessions',
    id: 'endSessionsOf',
    summary: 'End all sessions of a person',
    access: 'manage-people',
    params: named,
    answer: z.object({ ended: z.int() }),
    work: async ({ app, actor, params }) => data({ ended: await app.rooms.signIn.endAllOf(actor, params.user) }),
  }),
];
