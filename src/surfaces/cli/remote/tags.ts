/** `pratique tag` on a server elsewhere. */
import { z } from 'zod';
import { parsePurl } from '../../../domain/purl.ts';
import { parseMoment } from '../arguments.ts';
import {
  changeAsked,
  inForce,
  onVersion,
  requirementsAnswer,
  tagAdded,
  tagAnswer,
  tagRemoved,
  tagRequired,
  tagsAnswer,
  tagsListed,
} from '../commands/tag.ts';
import { pathOf } from './fields.ts';
import type { RemoteWork } from './work.ts';

const tag = z.looseObject({
  ...{ id: z.string(), label: z.string(), team: z.string().nullable() },
  ...{ ecosystem: z.string(), name: z.string(), version: z.string().nullable(), since: z.string().nullable() },
  ...{ reason: z.string(), taggedBy: z.string(), taggedAt: z.string(), until: z.string().nullable() },
  ...{ removedBy: z.string().nullable(), removedReason: z.string().nullable(), removedAt: z.string().nullable() },
});
const requirement = z.looseObject({
  ...{ id: z.string(), channel: z.string(), label: z.string(), team: z.string().nullable(), criteria: z.string() },
  ...{ requiredBy: z.string().nullable(), requiredAt: z.string() },
  ...{ liftedBy: z.string().nullable(), liftedReason: z.string().nullable(), liftedAt: z.string().nullable() },
});

export const tagWorks: Readonly<Record<string, RemoteWork>> = {
  async 'tag-add'({ remote }, given) {
    const [label, purl, { until, ...said }] = tagAdded.parse(given);
    const ends = until === undefined ? {} : { until: parseMoment(until).toISOString() };
    return tagAnswer(await remote.ask(tag, { method: 'POST', path: '/tags', body: { label, purl, ...said, ...ends } }));
  },
  async 'tag-remove'({ remote }, given) {
    const [id, body] = tagRemoved.parse(given);
    const read = pathOf('tags', id);
    return tagAnswer(await remote.decide(tag, { read, path: `${read}/removal`, body }));
  },
  async 'tag-list'({ remote }, given) {
    const [text, { tag: wanted, removed }] = tagsListed.parse(given);
    // A plain name is one of PyPI, as on a home.
    const about = text === undefined ? undefined : (parsePurl(text) ?? parsePurl(`pkg:pypi/${text}`));
    const query = { ecosystem: about?.ecosystem, name: about?.name ?? text, tag: wanted };
    const found = await remote.list(tag, '/tags', { ...query, removed: removed === true ? 'true' : undefined });
    return tagsAnswer(onVersion(found, about?.version));
  },
  async 'tag-require'({ session: { channel }, remote }, given) {
    const [text, options] = tagRequired.parse(given);
    const change = changeAsked(text, options);
    const listed = () => remote.list(requirement, '/tag-requirements', { channel });
    if (change.kind === 'require') {
      const body = { channel, tag: change.tag, criteria: change.criteria };
      await remote.ask(requirement, { method: 'POST', path: '/tag-requirements', body });
    }
    if (change.kind === 'lift') {
      const read = pathOf('tag-requirements', inForce(await listed(), channel, change.tag).id);
      await remote.decide(requirement, { read, path: `${read}/lift`, body: { reason: change.reason } });
    }
    return requirementsAnswer(channel, await listed());
  },
};
