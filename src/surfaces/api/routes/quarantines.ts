/** `/quarantines`: stops releases at once, pinned snapshots included. */
import { z } from 'zod';
import { channelsWhere, requireMaySomewhere, requireReach } from '../../../domain/authority.ts';
import type { Actor } from '../../../domain/people.ts';
import { Problem } from '../../../domain/problem.ts';
import { touchedBy } from '../../../features/availability/read.ts';
import {
  findQuarantine,
  lockQuarantine,
  pageOfQuarantines,
  type Quarantine,
} from '../../../features/quarantine/read.ts';
import { ecosystemId, packageName, page, pageQuery, quarantineId, range, time, words } from '../fields.ts';
import { created, data, operation } from '../operation.ts';
import { pageReply, readCursor, timedKey } from '../pages.ts';
import { nameFor } from '../reading.ts';

const quarantine = z
  .object({
    id: z.string(),
    ecosystem: z.string(),
    name: z.string(),
    versions: z.string().nullable().meta({ description: 'A range; null: every version.' }),
    reason: z.string(),
    advisory: z.string().nullable(),
    startedBy: z.string().nullable(),
    startedAt: time,
    endedBy: z.string().nullable(),
    endedReason: z.string().nullable(),
    endedAt: time.nullable(),
  })
  .meta({ id: 'Quarantine' });

const scope = { ecosystem: ecosystemId, name: packageName, versions: range.nullable().default(null) };
const one = z.strictObject({ id: quarantineId });

const showQuarantine = operation({
  method: 'get',
  path: '/quarantines/{id}',
  id: 'showQuarantine',
  summary: 'One quarantine',
  access: 'signed-in',
  params: one,
  answer: quarantine,
  lock: (db, { id }) => lockQuarantine(db, id),
  async work({ app, actor, params }) {
    requireMaySomewhere(actor, 'read');
    const found = await findQuarantine(app.db, params.id);
    if (found !== undefined) {
      requireReach(actor, 'read', { ecosystem: found.ecosystem });
      return data(shown(actor, found));
    }
    throw new Problem({
      kind: 'not-found',
      code: 'unknown-quarantine',
      what: `There is no quarantine ${params.id}`,
      next: 'See `pratique quarantine list --ended`.',
    });
  },
});

export const quarantines = [
  operation({
    method: 'get',
    path: '/quarantines',
    id: 'listQuarantines',
    summary: 'What is stopped, oldest first',
    access: 'signed-in',
    query: z.strictObject({
      ...pageQuery,
      ecosystem: ecosystemId.optional(),
      ended: z.enum(['true', 'false']).default('false').meta({ description: 'Also what was released.' }),
    }),
    answer: page(quarantine),
    async work({ app, actor, query, url }) {
      requireMaySomewhere(actor, 'read');
      const { limit, ecosystem } = query;
      requireReach(actor, 'read', { ecosystem: ecosystem ?? null });
      const last = readCursor(query.cursor, timedKey);
      const after = last === undefined ? undefined : { at: new Date(last[0]), id: last[1] };
      const asked = { ended: query.ended === 'true', ecosystem, after, limit: limit + 1 };
      const rows = (await pageOfQuarantines(app.db, asked)).map((each) => shown(actor, each));
      return pageReply(rows, { limit, url, key: ({ startedAt, id }) => [startedAt, id] });
    },
  }),
  operation({
    method: 'post',
    path: '/quarantines',
    id: 'startQuarantine',
    summary: 'Stop a package, or a range of its versions, in every channel at once',
    access: 'start-quarantine',
    body: z.strictObject({
      ...scope,
      reason: words('Why; researchers read it.'),
      advisory: z.string().min(1).max(80).optional().meta({ description: 'The advisory it is about.' }),
    }),
    answer: quarantine,
    status: 201,
    problems: ['unknown-range', 'unknown-ecosystem', 'not-a-name'],
    async work({ app, actor, body }) {
      const started = await app.rooms.quarantine.start(actor, body);
      return created(`/quarantines/${started.id}`, shown(actor, started));
    },
  }),
  operation({
    method: 'post',
    path: '/quarantines/rehearsal',
    id: 'rehearseQuarantine',
    summary: 'What was accepted and a quarantine would touch, itself or through its tree. Changes nothing',
    access: 'start-quarantine',
    body: z.strictObject(scope),
    answer: z.object({
      results: z.array(
        z.object({
          id: z.string(),
          channel: z.string(),
          list: z.string(),
          name: z.string(),
          version: z.string(),
          decision: z.string(),
        }),
      ),
    }),
    async work({ app, actor, body }) {
      requireMaySomewhere(actor, 'start-quarantine');
      requireReach(actor, 'start-quarantine', { ecosystem: body.ecosystem });
      const channels = channelsWhere(actor, 'start-quarantine');
      const stopping = { ...app.rooms.quarantine.scopeOf(body), channel: null };
      const { touches: results } = await touchedBy(app, stopping.ecosystem, stopping);
      return data({ results: results.filter(({ channel }) => channels === 'all' || channels.includes(channel)) });
    },
  }),
  showQuarantine,
  operation({
    method: 'post',
    path: '/quarantines/{id}/release',
    id: 'releaseQuarantine',
    summary: 'Release from quarantine; people only, with a reason',
    access: 'end-quarantine',
    params: one,
    body: z.strictObject({ reason: words('Why it may be installed again.') }),
    answer: quarantine,
    decidesOn: showQuarantine,
    async work({ app, actor, params, body }) {
      return data(shown(actor, await app.rooms.quarantine.end(actor, params.id, body.reason)));
    },
  }),
];

function shown(actor: Actor, one: Quarantine) {
  const named = (name: string | null) => (name === null ? null : nameFor(actor, name, {}));
  return { ...one, startedBy: named(one.startedBy), endedBy: named(one.endedBy) };
}
