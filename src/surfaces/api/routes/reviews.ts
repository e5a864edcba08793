/** `/review`, `/requests/{id}/evidence` and `/requests/{id}/dossier`: what reviewers look at. */
import { z } from 'zod';
import { requireMay } from '../../../domain/authority.ts';
import { actorName } from '../../../domain/people.ts';
import { Problem } from '../../../domain/problem.ts';
import { evidenceSeenBy, firstUsesOf } from '../../../features/decisions/read.ts';
import { DOSSIER_FORMATS, type DossierFormat } from '../../../features/dossier/index.ts';
import { askingFor, listRequests, movesOf, showRequest } from '../../../features/requests/read.ts';
import type { ApiApp } from '../app.ts';
import { channelName, ecosystemId, page, pageQuery, purl, requestId, time } from '../fields.ts';
import { data, operation } from '../operation.ts';
import { numberKey, pageOfAll, pageReply, readCursor } from '../pages.ts';
import { readableIn } from '../reading.ts';
import { move, notedRead, passedOver, requestSummary } from './request-view.ts';

const verdict = z.object({
  outcome: z.enum(['admit', 'review', 'refuse']),
  reasons: z.array(z.object({ rule: z.string(), outcome: z.string(), text: z.string(), needs: z.string() })),
});
const finding = z.looseObject({ kind: z.string(), severity: z.string(), summary: z.string() });
const release = z
  .object({
    purl,
    role: z.enum(['root', 'dependency']),
    requiredBy: z.array(z.string()),
    targets: z.array(z.string()),
    files: z.array(z.object({ filename: z.string(), sha256: z.string(), size: z.int() })),
    evidence: z.array(
      z.object({
        scanner: z.string(),
        version: z.int(),
        status: z.enum(['completed', 'not-applicable', 'failed']),
        reason: z.string().nullable(),
        findings: z.array(finding),
        collectedAt: time,
      }),
    ),
    verdict,
  })
  .meta({ id: 'VettedRelease' });
const evidence = z
  .object({
    digest: z.string(),
    channel: z.string(),
    root: purl,
    collectedAt: time,
    verdict,
    warnings: z.array(z.string()),
    unavailableTargets: z.array(z.object({ target: z.string(), reason: z.string() })),
    passedOver: passedOver
      .optional()
      .meta({ description: 'A newer release of what was asked for that was not taken, and what keeps it away.' }),
    releases: z.array(release),
  })
  .meta({ id: 'Evidence', description: 'What was found of a package and of everything it needs.' });

const FORMATS = ['json', ...DOSSIER_FORMATS] as const;
const TYPES: Readonly<Record<DossierFormat, { readonly type: string; readonly ending: string }>> = {
  html: { type: 'text/html; charset=utf-8', ending: 'html' },
  guide: { type: 'text/html; charset=utf-8', ending: 'guide.html' },
  pdf: { type: 'application/pdf', ending: 'pdf' },
  cyclonedx: { type: 'application/vnd.cyclonedx+json', ending: 'cdx.json' },
  sarif: { type: 'application/sarif+json', ending: 'sarif' },
};
const queued = requestSummary.extend({
  asking: z.int().meta({ description: 'How many people ask for it.' }),
  move: move.nullable(),
});
const one = z.strictObject({ id: requestId });
const inChannel = { ...pageQuery, channel: channelName.optional(), ecosystem: ecosystemId.optional() };

export const reviews = [
  operation({
    method: 'get',
    path: '/review',
    id: 'listQueue',
    summary: 'Requests that wait for a reviewer, oldest first',
    access: 'read-details',
    query: z.strictObject(inChannel),
    answer: page(queued),
    async work({ app, actor, query, url }) {
      const { limit } = query;
      const after = readCursor(query.cursor, numberKey);
      const narrowed = await readableIn(app.db, actor, query);
      const filter = { ...narrowed, states: ['in-review'] as const, after, limit: limit + 1 };
      const rows = await listRequests(app.db, filter);
      const asking = await askingFor(
        app.db,
        rows.map(({ id }) => id),
      );
      const moves = await movesOf(app.db, rows, app.now());
      const counted = rows.map((request) => ({
        ...request,
        asking: asking.get(request.id) ?? 0,
        move: moves.get(request.id) ?? null,
      }));
      return pageReply(counted, { limit, url, key: ({ number }) => number });
    },
  }),
  operation({
    method: 'get',
    path: '/review/first-uses',
    id: 'listFirstUses',
    summary: 'First uses in open channels that policy did not admit',
    access: 'read-details',
    query: z.strictObject(inChannel),
    answer: page(
      z.object({
        channel: z.string(),
        ecosystem: z.string(),
        name: z.string(),
        evidence: z.string(),
        verdict: z.string(),
        seenAt: time,
      }),
    ),
    async work({ app, actor, query, url }) {
      const { channels, ecosystems } = await readableIn(app.db, actor, query);
      const all = (await firstUsesOf(app.db, query.channel)).filter(
        ({ channel, ecosystem }) =>
          (channels ?? [channel]).includes(channel) && (ecosystems ?? [ecosystem]).includes(ecosystem),
      );
      return pageOfAll(all, {
        ...query,
        url,
        key: (use) => `${use.seenAt} ${use.channel} ${use.ecosystem} ${use.name}`,
      });
    },
  }),
  operation({
    method: 'get',
    path: '/requests/{id}/evidence',
    id: 'showEvidence',
    summary: 'What was found: of the decision, or the newest',
    access: 'signed-in',
    params: one,
    answer: evidence,
    problems: ['no-evidence'],
    async work({ app, actor, params }) {
      const request = await showRequest(app.db, params.id);
      requireMay(actor, 'read', request);
      const { set, dossier } = await dossierOf(app, params.id);
      await app.rooms.decisions.noteShown(actor, { request: request.id, evidence: dossier.evidence });
      const releases = set.releases.map(({ evidence: found, ...more }) => ({
        ...more,
        evidence: found.map((each) => ({
          ...each,
          reason: each.reason ?? null,
          findings: each.findings.map((say) => ({ ...say })),
        })),
      }));
      return data({ ...set, digest: dossier.evidence, releases });
    },
  }),
  operation({
    method: 'get',
    path: '/requests/{id}/evidence/shown',
    id: 'showShownEvidence',
    summary: 'Which evidence you were last shown: what you decide is about that, unless you name another',
    access: 'decide',
    params: one,
    answer: z.object({ evidence: z.string().nullable() }),
    async work({ app, actor, params }) {
      requireMay(actor, 'decide', await showRequest(app.db, params.id));
      return data({ evidence: (await evidenceSeenBy(app.db, params.id, actorName(actor))) ?? null });
    },
  }),
  operation({
    method: 'get',
    path: '/requests/{id}/dossier',
    id: 'showDossier',
    summary: 'The dossier of a request, as JSON or as a document',
    access: 'read-details',
    params: one,
    query: z.strictObject({ format: z.enum(FORMATS).default('json').meta({ description: 'The form it comes in.' }) }),
    answer: z
      .looseObject({
        digest: z.string(),
        evidence: z.string(),
        stopped: z
          .array(z.object({ purl: z.string(), by: z.string() }))
          .meta({ description: 'What of the tree is stopped by now, and by which quarantine or denial.' }),
      })
      .meta({ id: 'Dossier' }),
    alsoAnswers: [...new Set(Object.values(TYPES).map(({ type }) => type.split(';')[0] ?? type))],
    problems: ['no-evidence'],
    async work({ app, actor, params, query: { format } }) {
      const request = await showRequest(app.db, params.id);
      requireMay(actor, 'read-details', request);
      const open = await dossierOf(app, params.id);
      await app.rooms.decisions.noteShown(actor, { request: request.id, evidence: open.dossier.evidence });
      const noted = notedRead(actor, request, 'dossier');
      if (format === 'json') {
        const stopped = open.standing.stopped.map(({ purl, by }) => ({ purl, by }));
        return { ...data({ ...open.dossier, digest: open.digest, stopped }), ...noted };
      }
      const { type, ending } = TYPES[format];
      const bytes = await app.rooms.dossiers.render(open, format);
      return { kind: 'bytes', type, bytes, filename: `${params.id}.${ending}`, ...noted };
    },
  }),
];

async function dossierOf(app: ApiApp, id: string) {
  const open = await app.rooms.dossiers.ofRequest(id);
  if (open !== undefined) return open;
  throw new Problem({
    kind: 'conflict',
    code: 'no-evidence',
    what: `${id} has no evidence yet, so there is no dossier`,
    next: `See \`pratique request show ${id}\`.`,
  });
}
