/** `/packages` and `/checks`: is it available, and if not, why. */
import { z } from 'zod';
import { requireMay } from '../../../domain/authority.ts';
import { RELEASE_STATES } from '../../../domain/states.ts';
import { wantedTag } from '../../../domain/tag.ts';
import {
  availabilityOf,
  checkProject,
  pageAbout,
  readAsked,
  readProject,
} from '../../../features/availability/read.ts';
import { requireChannel } from '../../../features/channels/read.ts';
import { decisionsAbout } from '../../../features/decisions/read.ts';
import { listRequests } from '../../../features/requests/read.ts';
import { offeredReleases, readSnapshot } from '../../../features/snapshots/read.ts';
import type { ApiApp } from '../app.ts';
import {
  channelName,
  ecosystemId,
  LARGEST_PROJECT_FILE,
  packageName,
  projectFiles,
  purl,
  tagWanted,
  versionText,
} from '../fields.ts';
import { data, operation } from '../operation.ts';
import { decisionReason, decisionsFor } from './request-view.ts';

const availability = z
  .object({
    asked: z.string().meta({ description: 'As it was written.' }),
    purl: z.string().nullable().meta({ description: 'The release that is offered.' }),
    state: z.enum(RELEASE_STATES),
    reason: z.string().nullable(),
    path: z.array(z.string()).meta({ description: 'Purls from a root to the release: why it is offered.' }),
    request: z.string().nullable().meta({ description: 'The newest request for it.' }),
    missing_tags: z.array(z.string()).meta({
      description: 'Of what is allowed: tags that the channel, or the question, asks for and the release has not got.',
    }),
    available_versions: z.array(z.string()).meta({
      description: 'Where upstream lists no version that is asked for: those next to it and the newest, oldest first.',
    }),
    targets: z.array(z.string()).meta({ description: 'Targets of the channel that it is offered to.' }),
    unavailable_targets: z
      .array(z.object({ target: z.string(), reason: z.string() }))
      .meta({ description: 'Of what was accepted and is offered: the targets that have none of it, and why.' }),
  })
  .meta({ id: 'Availability' });

const page = z.string().meta({ description: 'Where a person reads the same, without signing in.' });
const askedAbout = { ecosystem: z.string(), name: z.string(), version: z.string().nullable(), page };

const packageState = z.object({
  availability,
  versions: z.array(
    z.object({
      purl,
      version: z.string(),
      state: z.enum(RELEASE_STATES),
      why: z.array(z.string()),
      targets: z.array(z.string()),
    }),
  ),
  requests: z.array(z.object({ id: z.string(), version: z.string().nullable(), state: z.string() })),
  decisions: z.array(
    z.object({
      id: z.string(),
      version: z.string().nullable(),
      outcome: z.string(),
      list: z.string().nullable(),
      reason: decisionReason,
    }),
  ),
  page,
});

const MOST_PACKAGES = 5000;
/** A handful says what a team looks at. */
const MOST_TAGS = 20;

const summary = z.object({
  allowed: z.int(),
  refused: z.int(),
  pending: z.int(),
  missing_tag: z.int(),
  could_not_check: z.int(),
});

export const packages = [
  operation({
    method: 'get',
    path: '/packages/{ecosystem}/{name}',
    id: 'showPackage',
    summary: 'A package in a channel: its state and why, what is offered, what was asked and decided',
    description: 'A name with a slash (`@scope/name`) is written with `%2F`.',
    access: 'signed-in',
    params: z.strictObject({ ecosystem: ecosystemId, name: packageName }),
    query: z.strictObject({ channel: channelName.default('tier3'), version: versionText.optional() }),
    answer: packageState,
    problems: ['not-a-package'],
    async work({ app, actor, params, query }) {
      const { channel, version } = query;
      requireMay(actor, 'read', { channel, ecosystem: params.ecosystem });
      await requireChannel(app.db, channel);
      const text = version === undefined ? params.name : `${params.name}@${version}`;
      const asked = readAsked(text, app.ecosystems, params.ecosystem);
      const about = { channel, ecosystem: asked.ecosystem.id, name: asked.name };
      return data({
        availability: await availabilityOf(app, channel, asked),
        versions: await offeredReleases(app, about),
        requests: await listRequests(app.db, about),
        decisions: await decisionsFor(app.db, actor, await decisionsAbout(app.db, about)),
        page: `${app.publicUrl()}${pageAbout(channel, { ...asked, version: null })}`,
      });
    },
  }),
  operation({
    method: 'post',
    path: '/checks',
    id: 'checkProject',
    summary: 'Is every package of a project allowed? Changes nothing',
    description: 'Takes purls or names, or a project file: a lock file, a manifest, or requirements.',
    access: 'signed-in',
    body: z.strictObject({
      channel: channelName.default('tier3'),
      packages: z.array(z.string().max(512)).max(MOST_PACKAGES).default([]),
      files: projectFiles.default([]),
      requireTags: z.array(tagWanted).max(MOST_TAGS).default([]),
    }),
    bodyBytes: LARGEST_PROJECT_FILE,
    answer: z.object({
      channel: z.string(),
      snapshot: z.int().nullable(),
      summary,
      results: z.array(availability.extend(askedAbout)),
    }),
    problems: ['not-a-package', 'unreadable-file', 'not-a-tag'],
    async work({ app, actor, body }) {
      const { channel } = body;
      const wanted = body.requireTags.map(wantedTag);
      const { targets } = await requireChannel(app.db, channel);
      const asked = body.packages.map((text) => readAsked(text, app.ecosystems));
      for (const { filename, content: text } of body.files)
        asked.push(...readProject({ filename, text }, app.ecosystems, targets));
      for (const ecosystem of new Set(asked.map((one) => one.ecosystem.id)))
        requireMay(actor, 'read', { channel, ecosystem });
      const { summary: counted, results } = await checkProject(app, channel, asked, wanted);
      const shown = asked.flatMap(({ ecosystem, name, version, ...more }, at) => {
        const page = `${app.publicUrl()}${pageAbout(channel, { ecosystem, name, version, ...more })}`;
        const found = results[at];
        return found === undefined ? [] : [{ ...found, ecosystem: ecosystem.id, name, version, page }];
      });
      return data({
        ...{ channel, snapshot: await currentNumber(app, channel), summary: counted },
        results: shown,
      });
    },
  }),
];

async function currentNumber(app: ApiApp, channel: string): Promise<number | null> {
  return (await readSnapshot(app, channel))?.number ?? null;
}
