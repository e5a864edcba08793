/** `pratique check`, `why`, `suggest` and `list show` on a server elsewhere. */
import { z } from 'zod';
import { Problem } from '../../../domain/problem.ts';
import { RELEASE_STATES } from '../../../domain/states.ts';
import { checkAnswer, checkOptions, whyAnswer } from '../commands/availability.ts';
import { whereKnown } from '../commands/some-ecosystem.ts';
import { suggestionAnswer } from '../commands/suggest.ts';
import { EXIT } from '../exit-codes.ts';
import { table } from '../output.ts';
import { uploadsOf } from './uploads.ts';
import type { RemoteWork } from './work.ts';

const availability = z.looseObject({
  asked: z.string(),
  purl: z.string().nullable(),
  state: z.enum(RELEASE_STATES),
  reason: z.string().nullable(),
  path: z.array(z.string()),
  request: z.string().nullable(),
  missing_tags: z.array(z.string()).default([]),
  available_versions: z.array(z.string()).default([]),
  targets: z.array(z.string()).default([]),
  unavailable_targets: z.array(z.object({ target: z.string(), reason: z.string() })).default([]),
});
const asked = { ecosystem: z.string(), name: z.string(), version: z.string().nullable(), page: z.string() };
const checked = z.object({
  channel: z.string(),
  summary: z.record(z.string(), z.int()),
  results: z.array(availability.extend(asked)),
});
const way = z.discriminatedUnion('status', [
  z.object({
    status: z.literal('found'),
    toReview: z.array(z.string()),
    cleared: z.int(),
    roots: z.array(z.string()),
  }),
  z.object({ status: z.literal('none'), reason: z.string() }),
  z.object({ status: z.literal('could-not-check'), reason: z.string() }),
]);
const suggested = z.object({
  results: z.array(
    z.object({
      ecosystem: z.string(),
      together: way,
      packages: z.array(z.object({ asked: z.string(), versions: z.array(z.object({ version: z.string(), way })) })),
    }),
  ),
});
const listed = z.looseObject({ name: z.string(), ecosystem: z.string() });

export const availabilityWorks: Readonly<Record<string, RemoteWork>> = {
  async check({ session, remote }, given) {
    const [packages, { from = [], requireTag = [], allowEmpty }] = z
      .tuple([z.array(z.string()), checkOptions])
      .parse(given);
    const body = { channel: session.channel, packages, files: await uploadsOf(from), requireTags: requireTag };
    const { results, summary, channel } = await remote.ask(checked, { method: 'POST', path: '/checks', body });
    return checkAnswer(channel, { results, summary }, { allowEmpty });
  },
  async why({ session, remote }, given) {
    const [text] = z.tuple([z.string(), z.unknown()]).parse(given);
    const { channel } = session;
    const ask = async (one: string) => {
      const call = { method: 'POST', path: '/checks', body: { channel, packages: [one] } } as const;
      return (await remote.ask(checked, call)).results[0];
    };
    const first = await ask(text);
    if (first === undefined) return { json: { channel }, text: '', exit: EXIT.nothing };
    const found = await whereKnown(text, first, (purl) =>
      ask(purl).catch((error: unknown) => {
        if (error instanceof Problem && error.code === 'not-a-package') return undefined;
        throw error;
      }),
    );
    return { ...whyAnswer(channel, found, { ...found, text }), json: { channel, ...found } };
  },
  async suggest({ session: { channel }, remote }, given) {
    const [packages, { from = [] }] = z.tuple([z.array(z.string()), checkOptions]).parse(given);
    const body = { channel, packages, files: await uploadsOf(from) };
    const { results } = await remote.ask(suggested, { method: 'POST', path: '/suggestions', body });
    return suggestionAnswer(channel, results);
  },
  async 'list-show'({ session, remote }, given) {
    const [list] = z.tuple([z.string(), z.unknown()]).parse(given);
    const { channel } = session;
    const results = await remote.list(listed, `/lists/${encodeURIComponent(channel)}/${encodeURIComponent(list)}`);
    const rows = results.map((one) => [one.ecosystem, one.name, String(one['version'] ?? one['versions'] ?? 'all')]);
    return { json: { channel, list, results }, text: table(['ECOSYSTEM', 'NAME', 'VERSION'], rows) };
  },
};
