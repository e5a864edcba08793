/** `/lists` and `/denials`: what was accepted, what is offered, what is denied. */
import { z } from 'zod';
import { requireMay } from '../../../domain/authority.ts';
import { Problem } from '../../../domain/problem.ts';
import { touchedBy } from '../../../features/availability/read.ts';
import { requireChannel } from '../../../features/channels/read.ts';
import {
  findDenial,
  findEntry,
  historyOf,
  lockDenial,
  lockEntry,
  pageOfDenials,
  pageOfEntries,
} from '../../../features/lists/read.ts';
import { expandedPage, offeredReleases } from '../../../features/snapshots/read.ts';
import type { ApiApp } from '../app.ts';
import {
  channelName,
  denialId,
  ecosystemId,
  entryId,
  packageName,
  page,
  pageQuery,
  purl,
  range,
  time,
  words,
} from '../fields.ts';
import { created, data, operation } from '../operation.ts';
import { pageOfAll, pageReply, readCursor, timedKey } from '../pages.ts';
import { nameFor } from '../reading.ts';

const entry = z
  .object({
    id: z.string(),
    channel: z.string(),
    ecosystem: z.string(),
    list: z.enum(['core', 'extra']),
    name: z.string(),
    version: z.string(),
    extras: z.array(z.string()),
    evidence: z.string().meta({ description: 'Digest of the evidence that it was accepted on.' }),
    decision: z.string(),
    addedAt: time,
  })
  .meta({ id: 'ListEntry', description: 'A release that people accepted.' });

const offered = z
  .object({
    purl,
    ecosystem: z.string(),
    name: z.string(),
    version: z.string(),
    state: z.enum(['core', 'accepted', 'dependency']),
    why: z.array(z.string()).meta({ description: 'Purls from a root to this release: why it is here.' }),
    targets: z.array(z.string()).meta({ description: 'Environments that it is offered to.' }),
  })
  .meta({ id: 'OfferedRelease' });

const denial = z
  .object({
    id: z.string(),
    channel: z.string().nullable().meta({ description: 'null: every channel.' }),
    ecosystem: z.string(),
    name: z.string(),
    versions: z.string().nullable().meta({ description: 'A range; null: every version.' }),
    reason: z.string(),
    createdBy: z.string().nullable(),
    createdAt: time,
  })
  .meta({ id: 'Denial' });

const denying = {
  channel: channelName.nullable().meta({ description: 'null: every channel.' }),
  ecosystem: ecosystemId,
  name: packageName,
  versions: range.nullable().default(null),
};
const touched = {
  stops: z
    .array(z.object({ channel: z.string(), purl, state: z.string(), targets: z.array(z.string()) }))
    .meta({ description: 'Releases that were offered until then.' }),
  touches: z
    .array(z.object({ channel: z.string(), purl, request: z.string().nullable() }))
    .meta({ description: 'What was accepted, itself or with something of that in its tree.' }),
  unread: z
    .array(z.string())
    .meta({ description: 'What is lost in the store and may be touched too, in words; mostly empty.' }),
};

const change = z
  .object({
    id: z.string(),
    ecosystem: z.string(),
    name: z.string(),
    versions: z.string().nullable(),
    decision: z.string().nullable(),
    addedAt: time,
    addedBy: z.string().nullable(),
    reason: z.string(),
    removedAt: time.nullable(),
    removedBy: z.string().nullable(),
    removedReason: z.string().nullable(),
  })
  .meta({ id: 'ListChange', description: 'Something that stood on a list, and may still.' });

const listed = z.strictObject({ ...pageQuery, ecosystem: ecosystemId.optional(), name: packageName.optional() });
const inChannel = z.strictObject({ channel: channelName });
const reasoned = z.strictObject({ reason: words('Why.') });

const releaseKey = z.tuple([z.string(), z.string(), z.string()]);
const entryKey = z.tuple([z.string(), z.string(), z.string()]);

const showEntry = operation({
  method: 'get',
  path: '/lists/{channel}/entries/{id}',
  id: 'showEntry',
  summary: 'One entry of core or extra, in force',
  access: 'signed-in',
  params: z.strictObject({ channel: channelName, id: entryId }),
  answer: entry,
  lock: (db, { id }) => lockEntry(db, id),
  async work({ app, actor, params }) {
    requireMay(actor, 'read', params);
    const found = await findEntry(app.db, params.id);
    if (found?.channel === params.channel) return data(found);
    throw unknown('entry', params.id);
  },
});

const showDenial = operation({
  method: 'get',
  path: '/denials/{id}',
  id: 'showDenial',
  summary: 'One denial, in force',
  access: 'signed-in',
  params: z.strictObject({ id: denialId }),
  answer: denial,
  lock: (db, { id }) => lockDenial(db, id),
  async work({ app, actor, params }) {
    const found = await findDenial(app.db, params.id);
    if (found === undefined) throw unknown('denial', params.id);
    requireMay(actor, 'read', found);
    return data({ ...found, createdBy: nameFor(actor, found.createdBy, {}) });
  },
});

export const lists = [
  operation({
    method: 'get',
    path: '/lists/{channel}/expanded',
    id: 'listExpanded',
    summary: 'Every release that the current snapshot of a channel offers, in a stable order',
    access: 'signed-in',
    params: inChannel,
    query: listed,
    answer: page(offered),
    async work({ app, actor, params, query, url }) {
      const { channel } = params;
      const { limit, ecosystem, name } = query;
      requireMay(actor, 'read', { channel, ecosystem });
      await requireChannel(app.db, channel);
      if (name !== undefined) {
        const all = await offeredAs(app, { channel, ecosystem, name });
        return pageOfAll(all, { ...query, url, key: (one) => one.purl });
      }
      const after = readCursor(query.cursor, releaseKey);
      const rows = await expandedPage(app, channel, { ecosystem, after, atLeast: limit + 1 });
      return pageReply(rows, { limit, url, key: (one) => [one.ecosystem, one.name, one.version] });
    },
  }),
  operation({
    method: 'get',
    path: '/lists/{channel}/denied',
    id: 'listDenied',
    summary: 'Denials that reach a channel',
    access: 'signed-in',
    params: inChannel,
    query: listed,
    answer: page(denial),
    async work({ app, actor, params: { channel }, query, url }) {
      requireMay(actor, 'read', { channel, ecosystem: query.ecosystem });
      await requireChannel(app.db, channel);
      const { limit, ecosystem, name } = query;
      const last = readCursor(query.cursor, timedKey);
      const after = last === undefined ? undefined : { at: new Date(last[0]), id: last[1] };
      const rows = await pageOfDenials(app.db, { channel, ecosystem, name, after, limit: limit + 1 });
      const shown = rows.map((one) => ({ ...one, createdBy: nameFor(actor, one.createdBy, { channel }) }));
      return pageReply(shown, { limit, url, key: ({ createdAt, id }) => [createdAt, id] });
    },
  }),
  operation({
    method: 'get',
    path: '/lists/{channel}/{list}',
    id: 'listEntries',
    summary: 'Entries of core or extra, in force, by ecosystem and name',
    access: 'signed-in',
    params: z.strictObject({ channel: channelName, list: z.enum(['core', 'extra']) }),
    query: listed,
    answer: page(entry),
    async work({ app, actor, params: { channel, list }, query, url }) {
      const { limit, ecosystem, name } = query;
      requireMay(actor, 'read', { channel, ecosystem });
      await requireChannel(app.db, channel);
      const after = readCursor(query.cursor, entryKey);
      const rows = await pageOfEntries(app.db, { channel, list, ecosystem, name, after, limit: limit + 1 });
      return pageReply(rows, { limit, url, key: (one) => [one.ecosystem, one.name, one.id] });
    },
  }),
  operation({
    method: 'get',
    path: '/lists/{channel}/{list}/history',
    id: 'listHistory',
    summary: 'What came onto a list and what went off it, newest first: when, and by which decision',
    access: 'signed-in',
    params: z.strictObject({ channel: channelName, list: z.enum(['core', 'extra', 'denied']) }),
    query: z.strictObject({ ...pageQuery, name: packageName.optional() }),
    answer: page(change),
    async work({ app, actor, params: { channel, list }, query, url }) {
      const { limit, name } = query;
      requireMay(actor, 'read', { channel });
      await requireChannel(app.db, channel);
      const last = readCursor(query.cursor, timedKey);
      const before = last === undefined ? undefined : { addedAt: last[0], id: last[1] };
      const rows = await historyOf(app.db, { channel, list, name, before, limit: limit + 1 });
      const shown = rows.map((one) => ({
        ...one,
        addedBy: nameFor(actor, one.addedBy, { channel }),
        removedBy: one.removedBy === null ? null : nameFor(actor, one.removedBy, { channel }),
      }));
      return pageReply(shown, { limit, url, key: ({ addedAt, id }) => [addedAt, id] });
    },
  }),
  showEntry,
  operation({
    method: 'post',
    path: '/lists/{channel}/entries/{id}/removal',
    id: 'removeEntry',
    summary: 'Take an entry off its list',
    access: 'remove-entry',
    params: z.strictObject({ channel: channelName, id: entryId }),
    body: reasoned,
    answer: entry,
    decidesOn: showEntry,
    work: async ({ app, actor, params, body }) => data(await app.rooms.lists.remove(actor, params.id, body.reason)),
  }),
  operation({
    method: 'post',
    path: '/denials',
    id: 'deny',
    summary: 'Put a package, or a range of its versions, on the denied list; takes effect at once',
    access: 'add-denial',
    body: z.strictObject({ ...denying, reason: words('Why; researchers read it.') }),
    answer: denial.extend(touched).meta({ id: 'NewDenial' }),
    status: 201,
    problems: ['unknown-range', 'unknown-ecosystem', 'not-a-name'],
    async work({ app, actor, body }) {
      if (body.channel !== null) await requireChannel(app.db, body.channel);
      const scope = await app.rooms.lists.rehearseDenial(actor, body);
      const before = await touchedBy(app, scope.ecosystem, scope);
      const made = await app.rooms.lists.deny(actor, body);
      return created(`/denials/${made.id}`, { ...made, ...before });
    },
  }),
  operation({
    method: 'post',
    path: '/denials/rehearsal',
    id: 'rehearseDenial',
    summary: 'What a denial would stop. Changes nothing',
    access: 'add-denial',
    body: z.strictObject(denying),
    answer: z.object(touched),
    problems: ['unknown-range', 'unknown-ecosystem', 'not-a-name'],
    async work({ app, actor, body }) {
      const scope = await app.rooms.lists.rehearseDenial(actor, body);
      return data(await touchedBy(app, scope.ecosystem, scope));
    },
  }),
  showDenial,
  operation({
    method: 'post',
    path: '/denials/{id}/lift',
    id: 'liftDenial',
    summary: 'Lift a denial',
    access: 'lift-denial',
    params: z.strictObject({ id: denialId }),
    body: reasoned,
    answer: denial,
    decidesOn: showDenial,
    work: async ({ app, actor, params, body }) => data(await app.rooms.lists.lift(actor, params.id, body.reason)),
  }),
];

/** The releases of a package by its name, as it is written in the one ecosystem or in each. */
async function offeredAs(
  app: ApiApp,
  {
    channel,
    ecosystem,
    name,
  }: { readonly channel: string; readonly ecosystem: string | undefined; readonly name: string },
) {
  const asked = app.ecosystems.filter(({ id }) => (ecosystem ?? id) === id);
  const found = asked.map(({ id, names }) => {
    const normal = names.normalise(name);
    return normal === undefined ? [] : offeredReleases(app, { channel, ecosystem: id, name: normal });
  });
  return (await Promise.all(found)).flat();
}

function unknown(what: 'entry' | 'denial', id: string): Problem {
  const next =
    what === 'entry'
      ? 'See `pratique list show extra` (or `core`) of the channel that it stands in: `--channel` names it.'
      : 'See `pratique list show denied`.';
  return new Problem({ kind: 'not-found', code: `unknown-${what}`, what: `There is no ${what} ${id} in force`, next });
}
