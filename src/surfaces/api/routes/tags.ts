/** `/tags`: what people say of releases for their teams. */
import { z } from 'zod';
import { requireMaySomewhere, requireReach } from '../../../domain/authority.ts';
import type { Actor } from '../../../domain/people.ts';
import { Problem } from '../../../domain/problem.ts';
import { wantedTag } from '../../../domain/tag.ts';
import { unknown } from '../../../features/tags/index.ts';
import { findTag, lockTag, pageOfTags, type Tag } from '../../../features/tags/read.ts';
import type { ApiApp } from '../app.ts';
import { ecosystemId, packageName, page, pageQuery, tagId, tagWanted, time, versionText, words } from '../fields.ts';
import { created, data, operation } from '../operation.ts';
import { pageReply, readCursor, timedKey } from '../pages.ts';
import { nameFor, readable } from '../reading.ts';

const tag = z
  .object({
    id: z.string(),
    label: z.string(),
    team: z.string().nullable().meta({ description: 'Organisation of whoever put it on; null: they have none.' }),
    ecosystem: z.string(),
    name: z.string(),
    version: z.string().nullable().meta({ description: 'null: every version of the package.' }),
    since: z.string().nullable().meta({
      description: 'Only what changed since this version was looked at: it holds where that one has the tag.',
    }),
    reason: z.string().meta({ description: 'What was looked at, and how.' }),
    taggedBy: z.string(),
    taggedAt: time,
    until: time.nullable().meta({ description: 'When it ends by itself.' }),
    removedBy: z.string().nullable().meta({ description: 'null where it is on, or the name is not for everybody.' }),
    removedReason: z.string().nullable(),
    removedAt: time.nullable(),
  })
  .meta({ id: 'Tag' });
const one = z.strictObject({ id: tagId });

const showTag = operation({
  method: 'get',
  path: '/tags/{id}',
  id: 'showTag',
  summary: 'One tag',
  access: 'signed-in',
  params: one,
  answer: tag,
  lock: (db, { id }) => lockTag(db, id),
  async work({ app, actor, params }) {
    requireMaySomewhere(actor, 'read');
    const found = await findTag(app.db, params.id);
    if (found === undefined) throw unknown('tag', params.id, 'pratique tag list --removed');
    requireReach(actor, 'read', { ecosystem: found.ecosystem });
    return data(shown(actor, found));
  },
});

export const tags = [
  operation({
    method: 'get',
    path: '/tags',
    id: 'listTags',
    summary: 'Tags, oldest first',
    access: 'signed-in',
    query: z.strictObject({
      ...pageQuery,
      ecosystem: ecosystemId.optional(),
      name: packageName.optional().meta({ description: 'Of this package; it takes `ecosystem` beside it.' }),
      tag: tagWanted.optional(),
      removed: z.enum(['true', 'false']).default('false').meta({ description: 'Also what was taken off.' }),
    }),
    answer: page(tag),
    problems: ['not-a-tag', 'not-a-package'],
    async work({ app, actor, query, url }) {
      const { ecosystems } = readable(actor, { ecosystem: query.ecosystem });
      const { limit } = query;
      const last = readCursor(query.cursor, timedKey);
      const rows = await pageOfTags(app.db, {
        ...{ removed: query.removed === 'true', ecosystems, package: packageOf(app, query) },
        tag: query.tag === undefined ? undefined : wantedTag(query.tag),
        after: last === undefined ? undefined : { at: new Date(last[0]), id: last[1] },
        limit: limit + 1,
      });
      const results = rows.map((row) => shown(actor, row));
      return pageReply(results, { limit, url, key: ({ taggedAt, id }) => [taggedAt, id] });
    },
  }),
  operation({
    method: 'post',
    path: '/tags',
    id: 'addTag',
    summary:
      'Put a tag on a package, a release, or the step from one version to another; nothing else is offered for it',
    access: 'add-tag',
    body: z.strictObject({
      label: z
        .string()
        .min(1)
        .max(40)
        .meta({ description: 'Lower-case letters, digits and hyphens.', examples: ['code-reviewed'] }),
      purl: z
        .string()
        .min(1)
        .max(512)
        .meta({ description: 'A package, or a release.', examples: ['pkg:pypi/a@1.0'] }),
      since: versionText.optional().meta({ description: 'Only what changed since this version was looked at.' }),
      until: time.optional().meta({ description: 'When it ends by itself.' }),
      reason: words('What was looked at, and how.'),
    }),
    answer: tag,
    status: 201,
    problems: ['not-a-tag', 'not-a-purl', 'not-a-step', 'already-over'],
    async work({ app, actor, body }) {
      const until = body.until === undefined ? undefined : new Date(body.until);
      const made = await app.rooms.tags.add(actor, { ...body, until });
      return created(`/tags/${made.id}`, made);
    },
  }),
  showTag,
  operation({
    method: 'post',
    path: '/tags/{id}/removal',
    id: 'removeTag',
    summary: "Take a tag off: one's own, or anybody's as reviewer or operator",
    access: 'add-tag',
    params: one,
    body: z.strictObject({ reason: words('Why.') }),
    answer: tag,
    decidesOn: showTag,
    work: async ({ app, actor, params, body }) =>
      data(shown(actor, await app.rooms.tags.remove(actor, params.id, body.reason))),
  }),
];

/** Who puts a tag on signs it; who else took it off is for those who read details. */
function shown(actor: Actor, tagged: Tag): Tag {
  const { removedBy, ecosystem } = tagged;
  return { ...tagged, removedBy: removedBy === null ? null : nameFor(actor, removedBy, { ecosystem }) };
}

function packageOf(app: ApiApp, { ecosystem, name }: { ecosystem?: string | undefined; name?: string | undefined }) {
  if (name === undefined) return undefined;
  const found = app.ecosystems.find(({ id }) => id === ecosystem);
  const normal = found?.names.normalise(name);
  if (found !== undefined && normal !== undefined) return { ecosystem: found.id, name: normal };
  const what = 'This names no package of an ecosystem here';
  throw new Problem({ kind: 'usage', code: 'not-a-package', what, next: 'Give `ecosystem` and `name`.' });
}
