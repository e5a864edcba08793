/** `/advisories` and `/feeds`: what is imported from outside. */
import { z } from 'zod';
import { isInReach, requireMaySomewhere, requireReach } from '../../../domain/authority.ts';
import { Problem } from '../../../domain/problem.ts';
import { listAdvisories, listAdvisoryImports } from '../../../features/advisories/read.ts';
import { FEED_KINDS } from '../../../features/feeds/index.ts';
import { listFeeds } from '../../../features/feeds/read.ts';
import type { ImportSource } from '../../../platform/import-files/port.ts';
import { ecosystemId, packageName, page, pageQuery, time } from '../fields.ts';
import { data, operation } from '../operation.ts';
import { pageOfAll } from '../pages.ts';

const severity = z.discriminatedUnion('state', [
  z.object({ state: z.literal('scored'), score: z.number(), vector: z.string(), system: z.string() }),
  z.object({ state: z.literal('unknown'), reason: z.string() }),
]);
const advisory = z
  .object({
    id: z.string(),
    aliases: z.array(z.string()),
    ecosystem: z.string(),
    name: z.string(),
    summary: z.string(),
    malicious: z.boolean(),
    severity,
    published: z.string().optional(),
    modified: z.string(),
  })
  .meta({ id: 'Advisory' });
const feed = z.object({
  kind: z.string(),
  ecosystem: z.string(),
  source: z.string(),
  records: z.int(),
  importedAt: time,
});

/** Uploads are texts in JSON; larger collections are imported on the machine, `pratique advisories import`. Bytes. */
const LARGEST_UPLOAD = 16 * 1024 * 1024;
const uploaded = {
  filename: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,120}$/)
    .meta({ description: 'Its ending says what it is.', examples: ['osv.jsonl'] }),
  content: z.string().min(1).max(LARGEST_UPLOAD),
};

export const feeds = [
  operation({
    method: 'get',
    path: '/advisories',
    id: 'listAdvisoryImports',
    summary: 'Imports of advisories, the newest of each ecosystem',
    access: 'signed-in',
    answer: z.object({ results: z.array(feed.omit({ kind: true })) }),
    async work({ app, actor }) {
      requireMaySomewhere(actor, 'read');
      const results = await listAdvisoryImports(app.db);
      const seen = results.filter(({ ecosystem }) => isInReach(actor, 'read', { ecosystem }));
      return data({ results: seen.map((one) => ({ ...one, importedAt: one.importedAt.toISOString() })) });
    },
  }),
  operation({
    method: 'get',
    path: '/advisories/{ecosystem}/{name}',
    id: 'listAdvisories',
    summary: 'Advisories about a package, by id',
    access: 'signed-in',
    params: z.strictObject({ ecosystem: ecosystemId, name: packageName }),
    query: z.strictObject(pageQuery),
    answer: page(advisory),
    async work({ app, actor, params, query, url }) {
      requireMaySomewhere(actor, 'read');
      requireReach(actor, 'read', { ecosystem: params.ecosystem });
      const found = app.ecosystems.find(({ id }) => id === params.ecosystem);
      const name = found?.names.normalise(params.name);
      const all = name === undefined ? [] : await listAdvisories(app.db, params.ecosystem, name);
      return pageOfAll(all, { ...query, url, key: ({ id }) => id });
    },
  }),
  operation({
    method: 'post',
    path: '/advisories',
    id: 'importAdvisories',
    summary: 'Import OSV records, all or none',
    access: 'import-feed',
    body: z.strictObject({ ...uploaded, skipBad: z.boolean().default(false) }),
    bodyBytes: LARGEST_UPLOAD,
    answer: z.object({
      source: z.string(),
      records: z.int(),
      changed: z.int(),
      withdrawn: z.int(),
      elsewhere: z.int(),
    }),
    problems: ['bad-records', 'import-empty', 'import-unusable'],
    async work({ app, actor, body }) {
      const ask = { actor, skipBad: body.skipBad };
      const { changed, ...summary } = await ofTheCaller(() => app.rooms.advisories.importFrom(sourceOf(body), ask));
      return data({ ...summary, changed: changed.length });
    },
  }),
  operation({
    method: 'get',
    path: '/feeds',
    id: 'listFeeds',
    summary: 'Other data from outside: what was imported and when',
    access: 'signed-in',
    answer: z.object({ results: z.array(feed) }),
    async work({ app, actor }) {
      requireMaySomewhere(actor, 'read');
      const results = await listFeeds(app.db);
      const seen = results.filter(({ ecosystem }) => isInReach(actor, 'read', { ecosystem }));
      return data({ results: seen.map((one) => ({ ...one, importedAt: one.importedAt.toISOString() })) });
    },
  }),
  operation({
    method: 'post',
    path: '/feeds',
    id: 'importFeed',
    summary: 'Import a list from outside; it takes the place of the one before',
    access: 'import-feed',
    body: z.strictObject({ ...uploaded, kind: z.enum(FEED_KINDS), ecosystem: ecosystemId.default('pypi') }),
    bodyBytes: LARGEST_UPLOAD,
    answer: z.object({ kind: z.string(), records: z.int() }),
    problems: ['feed-unusable'],
    async work({ app, actor, body }) {
      const { kind, ecosystem } = body;
      const asked = { kind, ecosystem, actor, source: sourceOf(body) };
      const { records } = await ofTheCaller(() => app.rooms.feeds.importFrom(asked));
      return data({ kind, records });
    },
  }),
];

/** What came with the call: never a place on the server's own disk or network. */
function sourceOf({ filename, content }: { readonly filename: string; readonly content: string }): ImportSource {
  const bytes = new TextEncoder().encode(content);
  return {
    name: `upload:${filename}`,
    async *files() {
      yield { name: filename, bytes };
    },
  };
}

/** What cannot be used came with the call: the caller can mend it, and no outside thing will answer better later. */
async function ofTheCaller<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Problem) || error.kind !== 'could-not-check') throw error;
    const { code, what, why, next } = error;
    throw new Problem({ kind: 'usage', code, what, ...(why && { why }), ...(next && { next }), cause: error });
  }
}
