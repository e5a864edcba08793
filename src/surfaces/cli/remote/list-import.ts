/** `pratique list import` on a server elsewhere. */
import { z } from 'zod';
import { ecosystemOfFile } from '../commands/list-ecosystem.ts';
import { importAnswer, importOptions, textOf } from '../commands/list-exchange.ts';
import { askedFor } from '../commands/list-requests.ts';
import { threeAnswers } from '../commands/request-answers.ts';
import { ECOSYSTEMS, pathOf } from './fields.ts';
import type { RemoteWork } from './work.ts';

const names = z.array(z.string());
const problem = z.enum([
  ...(['not-a-name', 'part-of-runtime', 'not-found', 'not-installable', 'could-not-check', 'duplicate'] as const),
  ...(['written-otherwise', 'revoked', 'unknown-range', 'newest-outside-range'] as const),
]);
const entry = z.object({
  ...{ at: z.int(), text: z.string(), name: z.string().nullable(), range: z.string().nullable() },
  ...{ problems: z.array(problem), reason: z.string().nullable(), neededBy: names, missing: names },
  here: z.string().nullable(),
  wish: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('ask'), name: z.string(), version: z.string().nullable() }),
    z.object({ kind: z.literal('leave'), why: z.string() }),
  ]),
});
const reported = z.object({
  ...{ channel: z.string(), ecosystem: z.string(), format: z.string() },
  results: z.array(entry),
  missing: z.array(z.object({ name: z.string(), neededBy: names })),
});
const filed = z.object({ outcome: z.enum(['filed', 'joined']), request: z.object({ id: z.string() }) });

export const listImportWorks: Readonly<Record<string, RemoteWork>> = {
  async 'list-import'({ session, remote }, given) {
    const [file, options] = z.tuple([z.string(), importOptions]).parse(given);
    const ecosystem = ecosystemOfFile(file, options.ecosystem, ECOSYSTEMS).id;
    const content = await textOf(file);
    const { channel } = session;
    const answers = options.file === true ? await threeAnswers(session, options) : undefined;
    const path = pathOf('lists', channel, 'report');
    const call = { method: 'POST', path, body: { ecosystem, content }, isSlow: true } as const;
    const { results, missing, ...about } = await remote.ask(reported, call);
    const wishes = results.map(({ wish }) => wish);
    const how = { isDraft: options.draft === true, answers };
    const asked = await askedFor(wishes, how, async ({ name, version }, words) => {
      const body = { channel, ecosystem, name, version: version ?? undefined, ...words };
      const { request, outcome } = await remote.ask(filed, { method: 'POST', path: '/requests', body });
      return { request: request.id, outcome };
    });
    const entries = results.map(({ wish: _, here: __, ...one }) => one);
    const here = new Map(
      results.flatMap((one) => (one.name !== null && one.here !== null ? [[one.name, one.here]] : [])),
    );
    return importAnswer({ ...about, report: { entries, missing }, here }, asked);
  },
};
