/** `/tag-requirements`: the tags that channels ask of what is installed from them. */
import { z } from 'zod';
import { requireMaySomewhere } from '../../../domain/authority.ts';
import type { Actor } from '../../../domain/people.ts';
import { requireChannel } from '../../../features/channels/read.ts';
import { unknown } from '../../../features/tags/index.ts';
import {
  findTagRequirement,
  lockTagRequirement,
  tagRequirements as requirementsIn,
  type TagRequirement,
} from '../../../features/tags/read.ts';
import { channelName, page, pageQuery, tagRequirementId, tagWanted, time, words } from '../fields.ts';
import { created, data, operation } from '../operation.ts';
import { pageOfAll } from '../pages.ts';
import { nameFor, readable } from '../reading.ts';

const requirement = z
  .object({
    id: z.string(),
    channel: z.string(),
    label: z.string(),
    team: z.string().nullable().meta({ description: 'null: by anybody.' }),
    criteria: z.string().meta({ description: 'What whoever puts the tag on says by it.' }),
    requiredBy: z.string().nullable().meta({ description: 'null where the name is not for everybody.' }),
    requiredAt: time,
    liftedBy: z.string().nullable(),
    liftedReason: z.string().nullable(),
    liftedAt: time.nullable(),
  })
  .meta({ id: 'TagRequirement' });
const one = z.strictObject({ id: tagRequirementId });

const showTagRequirement = operation({
  method: 'get',
  path: '/tag-requirements/{id}',
  id: 'showTagRequirement',
  summary: 'One tag that a channel asks for',
  access: 'signed-in',
  params: one,
  answer: requirement,
  lock: (db, { id }) => lockTagRequirement(db, id),
  async work({ app, actor, params }) {
    requireMaySomewhere(actor, 'read');
    const found = await findTagRequirement(app.db, params.id);
    if (found === undefined) throw unknown('requirement', params.id, 'pratique tag require');
    readable(actor, { channel: found.channel });
    return data(shown(actor, found));
  },
});

export const tagRequirements = [
  operation({
    method: 'get',
    path: '/tag-requirements',
    id: 'listTagRequirements',
    summary: 'The tags that channels ask for now',
    access: 'signed-in',
    query: z.strictObject({ ...pageQuery, channel: channelName.optional() }),
    answer: page(requirement),
    async work({ app, actor, query, url }) {
      const { channel, limit, cursor } = query;
      const { channels } = readable(actor, { channel });
      if (channel !== undefined) await requireChannel(app.db, channel);
      const all = await requirementsIn(app.db, channel);
      const seen = all.filter((asked) => channels?.includes(asked.channel) ?? true);
      const results = seen.map((row) => shown(actor, row));
      return pageOfAll(results, { limit, cursor, url, key: ({ requiredAt, id }) => `${requiredAt} ${id}` });
    },
  }),
  operation({
    method: 'post',
    path: '/tag-requirements',
    id: 'requireTag',
    summary: 'Have checks miss a tag in a channel; nothing else is offered for it',
    access: 'require-tag',
    body: z.strictObject({
      channel: channelName,
      tag: tagWanted,
      criteria: words('What whoever puts the tag on says by it.'),
    }),
    answer: requirement,
    status: 201,
    problems: ['not-a-tag', 'already-required'],
    async work({ app, actor, body }) {
      const made = await app.rooms.tags.require(actor, body);
      return created(`/tag-requirements/${made.id}`, made);
    },
  }),
  showTagRequirement,
  operation({
    method: 'post',
    path: '/tag-requirements/{id}/lift',
    id: 'liftTagRequirement',
    summary: 'Ask for a tag no longer',
    access: 'require-tag',
    params: one,
    body: z.strictObject({ reason: words('Why.') }),
    answer: requirement,
    decidesOn: showTagRequirement,
    work: async ({ app, actor, params, body }) => data(await app.rooms.tags.lift(actor, params.id, body.reason)),
  }),
];

/** Without names of reviewers and operators where they are not for everybody. */
function shown(actor: Actor, requirement: TagRequirement) {
  const { channel, requiredBy, liftedBy } = requirement;
  return {
    ...requirement,
    requiredBy: nameFor(actor, requiredBy, { channel }),
    liftedBy: liftedBy === null ? null : nameFor(actor, liftedBy, { channel }),
  };
}
