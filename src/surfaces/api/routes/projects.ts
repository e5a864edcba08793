/** `/bundles`, `/drafts`, `/demand` and `/suggestions`: whole projects, forms that are not finished, and what people tried. */
import { z } from 'zod';
import { requireMay } from '../../../domain/authority.ts';
import { actorName } from '../../../domain/people.ts';
import { Problem } from '../../../domain/problem.ts';
import { readAsked, readProject, SUGGESTION_LIMITS, suggestionsFor } from '../../../features/availability/read.ts';
import { requireChannel } from '../../../features/channels/read.ts';
import { wanted } from '../../../features/demand/read.ts';
import { draftsOf, showBundle as findBundle, findDraft, listBundles } from '../../../features/requests/read.ts';
import {
  bundleId,
  channelName,
  digest,
  draftId,
  ecosystemId,
  LARGEST_PROJECT_FILE,
  packageName,
  page,
  pageQuery,
  projectFiles,
  purl,
  requestId,
  time,
  versionText,
  words,
} from '../fields.ts';
import { created, data, operation } from '../operation.ts';
import { numberKey, pageOfAll, pageReply, readCursor } from '../pages.ts';
import { nameFor, readable } from '../reading.ts';
import { decisionWords } from './decisions.ts';
import { requestSummary } from './request-view.ts';
import { answers } from './requests.ts';

const bundle = z
  .object({
    id: z.string(),
    channel: z.string(),
    title: z.string().meta({ description: 'The names of the files.' }),
    filedBy: z.string().nullable(),
    filedAt: time,
    packages: z.int().meta({ description: 'How many the files name.' }),
    available: z.int().meta({ description: 'How many of them the channel offered.' }),
  })
  .meta({ id: 'Bundle', description: 'The requests that one project asked for together.' });
const line = z.discriminatedUnion('outcome', [
  z.object({ asked: z.string(), outcome: z.literal('filed'), request: requestSummary }),
  z.object({ asked: z.string(), outcome: z.literal('joined'), request: requestSummary }),
  z.object({ asked: z.string(), outcome: z.literal('available'), version: z.string() }),
  z.object({ asked: z.string(), outcome: z.literal('refused'), code: z.string(), what: z.string() }),
]);
const shown = bundle.extend({ requests: z.array(requestSummary) }).meta({ id: 'BundleDetails' });

const draft = z
  .object({
    id: z.string(),
    channel: z.string(),
    ecosystem: z.string(),
    name: z.string(),
    version: z.string().nullable(),
    q1: z.string().nullable(),
    q2: z.string().nullable(),
    q3: z.string().nullable(),
    project: z.string().nullable(),
    contact: z.string().nullable(),
    savedAt: time,
  })
  .meta({ id: 'Draft', description: 'A form that is not finished; nobody but its writer sees it.' });

const way = z.discriminatedUnion('status', [
  z.object({
    status: z.literal('found'),
    toReview: z.array(purl).meta({ description: 'Releases that nobody has cleared.' }),
    cleared: z.int(),
    roots: z.array(purl),
  }),
  z.object({ status: z.literal('none'), reason: z.string() }),
  z.object({ status: z.literal('could-not-check'), reason: z.string() }),
]);

const oneBundle = z.strictObject({ id: bundleId });
const oneDraft = z.strictObject({ id: draftId });

export const projects = [
  operation({
    method: 'post',
    path: '/bundles',
    id: 'fileBundle',
    summary: 'Ask for everything that a project needs and that is not available yet',
    access: 'file-request',
    body: z.strictObject({
      channel: channelName.default('tier3'),
      files: projectFiles.min(1),
      ...answers,
      answersConcern: words('What answers the concerns of earlier rejections.').optional(),
    }),
    bodyBytes: LARGEST_PROJECT_FILE,
    answer: z.object({ bundle: bundle.nullable(), results: z.array(line) }),
    status: 201,
    problems: ['not-a-package', 'not-a-release', 'other-file', 'too-many'],
    async work({ app, actor, body: { files, ...form } }) {
      const texts = files.map(({ filename, content }) => ({ filename, text: content }));
      const filed = await app.rooms.requests.fileBundle(actor, { ...form, files: texts });
      const answer = { bundle: filed.bundle, results: filed.lines };
      return filed.bundle === null ? data(answer) : created(`/bundles/${filed.bundle.id}`, answer);
    },
  }),
  operation({
    method: 'get',
    path: '/bundles',
    id: 'listBundles',
    summary: 'Bundles, oldest first',
    access: 'signed-in',
    query: z.strictObject({ ...pageQuery, channel: channelName }),
    answer: page(bundle),
    async work({ app, actor, query, url }) {
      const { limit, channel } = query;
      requireMay(actor, 'read', { channel });
      const after = readCursor(query.cursor, numberKey);
      const rows = await listBundles(app.db, { channel, after, limit: limit + 1 });
      const visible = rows.map((one) => ({ ...one, filedBy: nameFor(actor, one.filedBy, one) }));
      return pageReply(visible, { limit, url, key: ({ number }) => number });
    },
  }),
  operation({
    method: 'get',
    path: '/bundles/{id}',
    id: 'showBundle',
    summary: 'One bundle, with its requests as they stand',
    access: 'signed-in',
    params: oneBundle,
    answer: shown,
    async work({ app, actor, params }) {
      const found = await findBundle(app.db, params.id);
      requireMay(actor, 'read', found);
      return data({ ...found, filedBy: nameFor(actor, found.filedBy, found) });
    },
  }),
  operation({
    method: 'post',
    path: '/bundles/{id}/decisions',
    id: 'decideBundle',
    summary: 'Decide requests of a bundle alike; each line says what became of it',
    access: 'decide',
    params: oneBundle,
    body: z.strictObject({
      requests: z
        .array(z.strictObject({ id: requestId, evidence: digest.meta({ description: 'The evidence that you saw.' }) }))
        .min(1)
        .max(500),
      ...decisionWords,
    }),
    answer: z.object({
      results: z.array(
        z.object({
          request: z.string(),
          decision: z.string().nullable(),
          code: z.string().nullable(),
          what: z.string(),
        }),
      ),
    }),
    problems: ['unknown-bundle'],
    async work({ app, actor, params, body: { requests: named, ...form } }) {
      const found = await findBundle(app.db, params.id);
      requireMay(actor, 'decide', found);
      const inBundle = new Set(found.requests.map(({ id }) => id));
      const results = [];
      for (const { id, evidence } of named) {
        if (!inBundle.has(id))
          results.push({ request: id, decision: null, code: 'not-in-bundle', what: `${id} is not in ${found.id}` });
        else
          results.push(await lineOf(id, () => app.rooms.decisions.decide(actor, { ...form, request: id, evidence })));
      }
      return data({ results });
    },
  }),
  operation({
    method: 'get',
    path: '/drafts',
    id: 'listDrafts',
    summary: 'Your drafts, oldest first',
    access: 'oneself',
    query: z.strictObject(pageQuery),
    answer: page(draft),
    work: async ({ app, actor, query, url }) =>
      pageOfAll(await draftsOf(app.db, actorName(actor)), {
        ...query,
        url,
        key: ({ savedAt, id }) => `${savedAt} ${id}`,
      }),
  }),
  operation({
    method: 'post',
    path: '/drafts',
    id: 'saveDraft',
    summary: 'Keep a form that is not finished',
    access: 'file-request',
    body: z.strictObject({
      channel: channelName.default('tier3'),
      ecosystem: ecosystemId,
      name: packageName,
      version: versionText.optional(),
      ...z.object(answers).partial().shape,
    }),
    answer: draft,
    status: 201,
    problems: ['not-a-name', 'too-many'],
    async work({ app, actor, body }) {
      const saved = await app.rooms.requests.saveDraft(actor, body);
      return created(`/drafts/${saved.id}`, saved);
    },
  }),
  operation({
    method: 'get',
    path: '/drafts/{id}',
    id: 'showDraft',
    summary: 'One draft of yours',
    access: 'oneself',
    params: oneDraft,
    answer: draft,
    work: async ({ app, actor, params }) => data(await findDraft(app.db, actorName(actor), params.id)),
  }),
  operation({
    method: 'delete',
    path: '/drafts/{id}',
    id: 'discardDraft',
    summary: 'Throw a draft of yours away',
    access: 'oneself',
    params: oneDraft,
    answer: z.object({ discarded: z.string() }),
    async work({ app, actor, params }) {
      await app.rooms.requests.discardDraft(actor, params.id);
      return data({ discarded: params.id });
    },
  }),
  operation({
    method: 'get',
    path: '/demand',
    id: 'listDemand',
    summary: 'Packages that installs were refused of and that nobody has asked for, most wanted first; never by whom',
    access: 'signed-in',
    query: z.strictObject({ channel: channelName }),
    answer: z.object({
      results: z.array(z.object({ ecosystem: z.string(), name: z.string(), count: z.int(), lastDay: z.iso.date() })),
    }),
    async work({ app, actor, query: { channel } }) {
      const { ecosystems } = readable(actor, { channel });
      await requireChannel(app.db, channel);
      const all = await wanted(app.db, channel);
      return data({ results: all.filter(({ ecosystem }) => (ecosystems ?? [ecosystem]).includes(ecosystem)) });
    },
  }),
  operation({
    method: 'post',
    path: '/suggestions',
    id: 'suggest',
    summary: 'Versions that need the fewest new reviews, given what a channel offers',
    access: 'signed-in',
    body: z.strictObject({
      channel: channelName.default('tier3'),
      packages: z.array(z.string().min(1).max(512)).max(50).default([]).meta({ description: 'Purls, or names.' }),
      files: projectFiles.default([]),
    }),
    bodyBytes: LARGEST_PROJECT_FILE,
    answer: z.object({
      channel: z.string(),
      results: z.array(
        z.object({
          ecosystem: z.string(),
          together: way,
          packages: z.array(z.object({ asked: z.string(), versions: z.array(z.object({ version: z.string(), way })) })),
        }),
      ),
      limits: z.array(z.string()).meta({ description: 'What such a count cannot know.' }),
    }),
    problems: ['not-a-package', 'nothing-asked'],
    async work({ app, actor, body: { channel, packages, files } }) {
      const { targets } = await requireChannel(app.db, channel);
      const asked = packages.map((text) => readAsked(text, app.ecosystems));
      for (const { filename, content: text } of files)
        asked.push(...readProject({ filename, text }, app.ecosystems, targets));
      if (asked.length === 0) throw nothingAsked();
      for (const ecosystem of new Set(asked.map((one) => one.ecosystem.id)))
        requireMay(actor, 'file-request', { channel, ecosystem });
      const results = await suggestionsFor(app, channel, { asked, advisers: app.rooms.vetting });
      return data({ channel, results, limits: [...SUGGESTION_LIMITS] });
    },
  }),
];

/** One line of a bundle: what cannot be decided so is named, and holds up no other. */
async function lineOf(request: string, decide: () => Promise<{ readonly id: string; readonly outcome: string }>) {
  try {
    const { id, outcome } = await decide();
    return { request, decision: id, code: null, what: outcome };
  } catch (error) {
    if (!(error instanceof Problem) || error.kind === 'internal') throw error;
    return { request, decision: null, code: error.code, what: error.what };
  }
}

function nothingAsked(): Problem {
  return new Problem({
    kind: 'usage',
    code: 'nothing-asked',
    what: 'Nothing is asked about',
    next: 'Name packages, or give files of a project.',
  });
}
