/** One HTTP request: the operator's addresses here, everything else to the surfaces. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join, relative } from 'node:path';
import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import { type Digest, isDigest } from '../domain/digest.ts';
import type { EvidenceSet } from '../domain/evidence.ts';
import { publicReasonOf } from '../domain/refusal.ts';
import { advisoriesAbout } from '../features/advisories/read.ts';
import { decisionsOf, finalDecision, findDecision } from '../features/decisions/read.ts';
import { createDemand } from '../features/demand/index.ts';
import { listWindows } from '../features/objections/read.ts';
import {
  type Asker,
  createServing,
  type PublicWord,
  type Serving,
  type ServingDeps,
  type Viewer,
} from '../features/serving/index.ts';
import { createTokenUses } from '../features/tokens/index.ts';
import { readEvidenceSet } from '../features/vetting/read.ts';
import { networkOf } from '../platform/fetch/networks.ts';
import { createFileSender } from '../platform/files/sender.ts';
import { LEDGER_CHANNEL } from '../platform/ledger/rows.ts';
import { createSecurityLog } from '../platform/log/security.ts';
import { createCallRates } from '../surfaces/api/call-rates.ts';
import { addressOf } from '../surfaces/api/caller.ts';
import { createPages } from '../surfaces/pages/index.ts';
import { createRegistrySurface, type RegistrySurfaceDeps } from '../surfaces/registry/index.ts';
import { createLazyApi, isForApi } from './api.ts';
import type { OpenApp } from './app.ts';
import { askerOf } from './asker.ts';
import type { Malformed } from './http-server.ts';
import { readinessOf } from './readiness.ts';
import { ecosystemOf, noteFirstUse } from './rooms.ts';

export interface Handler {
  handle(request: IncomingMessage, response: ServerResponse): void;
  /** Told of what the HTTP server refused before it could be handled. */
  malformed(refused: Malformed): void;
  close(): Promise<void>;
}

/** security.txt must name a date after which it is not believed (RFC 9116, 2.5.5): days. */
const SECURITY_TXT_DAYS = 180;
const MS_PER_DAY = 86_400_000;
const MIB = 1024 * 1024;

/** Builds what answers requests; nothing listens yet. */
export async function createHandler(app: OpenApp): Promise<Handler> {
  const metrics = createMetrics(app);
  const { config, log, clock, home } = app.foundation;
  const securityFile = config.log.security === 'file' ? join(home.logs, 'security.jsonl') : undefined;
  const securityLog = createSecurityLog({ file: securityFile, clock, log });
  const uses = createTokenUses({ db: app.db, clock, log });
  uses.start();
  const serving = createServing({ ...servingDeps(app), tokenUsed: uses.note });
  await serving.start();
  const demand = createDemand({ db: app.db, clock, log });
  demand.start();
  const asker = (request: IncomingMessage) => askerOf(request, config.api.trusted_proxies);
  const files = createFileSender((digest) => app.blobs.path(digest), {
    hotBytes: config.serving.hot_files_mib * MIB,
    onDamaged: (digest) => log.error('a stored file is damaged; run `pratique doctor --deep`', { digest }),
  });
  const takeWrongToken = wrongTokens(app);
  const registry = createRegistrySurface({
    serving,
    files,
    ...handOverTo(config.serving.nginx_files, app),
    clock,
    log,
    asker,
    securityLog,
    takeWrongToken,
    publicUrl: config.server.public_url?.replace(/\/$/, '') ?? '',
    observe: (outcome, status) => metrics.count(outcome, status),
    takeAudit: auditTurns(app),
    onRefused: demand.note,
  });
  const pages = createPages({ serving, ecosystem: ecosystemOf, asker, takeWrongToken });
  const api = createLazyApi(app, { serving, securityLog });
  return {
    handle(request, response) {
      // First the registry, which is asked most and answers from prepared buffers.
      if (registry(request, response) || pages(request, response)) return;
      const path = (request.url ?? '/').split('?')[0] ?? '/';
      const isApi = isForApi(path);
      response.once('finish', () => metrics.count(isApi ? 'api' : 'other', response.statusCode));
      if (isApi) return api(request, response);
      const answer = OPERATOR_ADDRESSES[path];
      if (answer === undefined) send(response, 404, 'no such address\n');
      else if (request.method !== 'GET' && request.method !== 'HEAD') refuseMethod(response);
      else
        answerSafely(app, response, () =>
          answer({ ...{ app, response, metrics, serving }, viewer: () => asker(request) }),
        );
    },
    malformed: (refused) => securityLog.note({ event: 'input-refused', ...refused }),
    async close() {
      serving.close();
      await uses.stop();
      await demand.stop();
      await files.close();
      securityLog.close();
    },
  };
}

/** Anybody may audit, and an audit costs more than any other question: so many a minute from one address. */
function auditTurns({ foundation }: OpenApp): NonNullable<RegistrySurfaceDeps['takeAudit']> {
  const { api, serving } = foundation.config;
  const rates = createCallRates(() => foundation.clock.now());
  return (request) => rates.takeFrom(addressOf(request, api.trusted_proxies), serving.audits_per_minute_and_address);
}

/** Guessing one finds nothing; a client that keeps showing a token that has ended is slowed down. Right ones are not counted. */
const WRONG_TOKENS_PER_MINUTE = 60;

function wrongTokens({ foundation }: OpenApp): NonNullable<RegistrySurfaceDeps['takeWrongToken']> {
  const rates = createCallRates(() => foundation.clock.now());
  return ({ address }: Asker) => rates.takeFrom(address, WRONG_TOKENS_PER_MINUTE);
}

/** The file's place below the internal location of the nginx in front, where the operator has one. */
function handOverTo(location: string | null, { blobs, foundation }: OpenApp) {
  if (location === null) return {};
  const { home } = foundation;
  return { handOver: (digest: Digest) => `${location}${relative(home.blobs, blobs.path(digest) ?? '')}` };
}

function servingDeps({ foundation, db, blobs, rooms, ecosystems, upstreams }: OpenApp): ServingDeps {
  const { clock, log, config, database } = foundation;
  return {
    db,
    blobs,
    clock,
    log,
    ecosystems,
    network: networkOf,
    async lookup(_channel, ecosystem, name) {
      const connected = config.lookups.on_miss ? upstreams.connected(ecosystem) : undefined;
      return connected?.reader.readPackage(name) ?? { status: 'unknown', warnings: [] };
    },
    async upstreamNames(ecosystem) {
      const connected = config.lookups.on_miss ? upstreams.connected(ecosystem) : undefined;
      return (await connected?.reader.listNames?.()) ?? [];
    },
    firstUse: (ask) => noteFirstUse(rooms.ledger, ask),
    reserved: Object.fromEntries(ecosystems.map(({ id }) => [id, upstreams.reserved(id)])),
    closingTimes: () => closingTimes(db),
    async advisories(ecosystem, names) {
      const staleAfterHours = (await rooms.policy.current()).settings.staleAfterHours.advisories;
      const state = await advisoriesAbout(db, ecosystem, names, { now: foundation.clock.now(), staleAfterHours });
      return state.status === 'ready' ? state.data : undefined;
    },
    async publicReason(request) {
      const evidence = finalDecision(await decisionsOf(db, request))?.evidence;
      const known = typeof evidence === 'string' && isDigest(evidence);
      return publicWordOf(known ? await readEvidenceSet(blobs, evidence) : undefined);
    },
    coolDownDays: async () => (await rooms.policy.current()).settings.coolDownDays,
    onLedger(listener) {
      const listening = database.listen(LEDGER_CHANNEL, listener);
      return () => void listening.then((end) => end()).catch(() => undefined);
    },
  };
}

/** What people rejected for: the release itself, or the one in its tree that policy refuses. */
function publicWordOf(set: EvidenceSet | undefined): PublicWord {
  const refused = set?.releases.filter((release) => release.verdict.outcome === 'refuse') ?? [];
  const dependency = refused.some(({ purl }) => purl === set?.root) ? undefined : refused[0];
  const { verdict } = dependency ?? set ?? {};
  const heldUpBy = dependency === undefined ? undefined : { name: dependency.name, version: dependency.version };
  return { reason: publicReasonOf(verdict?.reasons ?? []), heldUpBy };
}

/** When the windows of accepted requests close, for the words of a refusal. */
async function closingTimes(db: OpenApp['db']): Promise<ReadonlyMap<string, string>> {
  const times = new Map<string, string>();
  for (const { decision, closesAt } of await listWindows(db, { states: ['running'] })) {
    const request = (await findDecision(db, decision))?.request;
    if (closesAt !== null && request !== null && request !== undefined) times.set(request, closesAt);
  }
  return times;
}

interface Ask {
  readonly app: OpenApp;
  readonly response: ServerResponse;
  readonly metrics: Metrics;
  readonly serving: Pick<Serving, 'channelsSeenBy'>;
  readonly viewer: Viewer;
}

const OPERATOR_ADDRESSES: Readonly<Record<string, (ask: Ask) => Promise<void>>> = {
  '/': welcome,
  '/healthz': async ({ response }) => send(response, 200, 'ok\n'),
  '/readyz': readiness,
  '/metrics': async ({ response, metrics }) => {
    response.setHeader('content-type', metrics.contentType);
    send(response, 200, await metrics.text());
  },
  '/.well-known/security.txt': async ({ app, response }) => send(response, 200, securityText(app)),
};

function answerSafely({ foundation }: OpenApp, response: ServerResponse, answer: () => Promise<void>): void {
  answer().catch((error: unknown) => {
    foundation.log.error('a request failed', { reason: error instanceof Error ? error.message : String(error) });
    if (response.headersSent) response.destroy();
    else send(response, 503, 'not available\n');
  });
}

function send(response: ServerResponse, status: number, text: string): void {
  if (!response.hasHeader('content-type')) response.setHeader('content-type', 'text/plain; charset=utf-8');
  response.setHeader('cache-control', 'no-store');
  response.setHeader('content-length', Buffer.byteLength(text));
  response.statusCode = status;
  response.end(response.req.method === 'HEAD' ? undefined : text);
}

function refuseMethod(response: ServerResponse): void {
  response.setHeader('allow', 'GET, HEAD');
  send(response, 405, 'only GET and HEAD\n');
}

/** What a person reads who opens the address that `serve` printed. */
async function welcome({ response, serving, viewer }: Ask): Promise<void> {
  const channels = serving.channelsSeenBy(viewer).join(', ') || 'none that you may know of';
  const lines = [
    'Pratique: a vetted package repository. It is for package clients; there is nothing to click on here yet.',
    `Channels: ${channels}. Settings of pip, npm, R and others for one: pratique channel show CHANNEL`,
    'Why a package is not there: /b/ECOSYSTEM/NAME, for example /b/pypi/requests',
  ];
  send(response, 200, `${lines.join('\n')}\n`);
}

/** Ready, or every reason why not, one a line. */
async function readiness({ app, response, serving, viewer }: Ask): Promise<void> {
  const seen = new Set(serving.channelsSeenBy(viewer));
  const { problems, notes } = await readinessOf(app, (channel) => seen.has(channel));
  const lines = [problems.length === 0 ? 'ready' : 'not ready', ...problems, ...notes];
  send(response, problems.length === 0 ? 200 : 503, `${lines.join('\n')}\n`);
}

function securityText({ foundation, now, publicUrl }: OpenApp): string {
  const contact = foundation.config.server.contact ?? `${publicUrl()}/`;
  const expires = new Date(now().getTime() + SECURITY_TXT_DAYS * MS_PER_DAY).toISOString();
  return `Contact: ${contact}\nExpires: ${expires}\nPreferred-Languages: en\n`;
}

interface Metrics {
  readonly contentType: string;
  count(outcome: string, status: number): void;
  text(): Promise<string>;
}

function createMetrics({ deliveries }: OpenApp): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const answers = new Counter({
    name: 'pratique_http_answers_total',
    help: 'Answers by what they were and their status.',
    labelNames: ['outcome', 'status'],
    registers: [registry],
  });
  const reactions = new Gauge({
    name: 'pratique_reactions',
    help: 'Reactions to facts by state; "stuck" waits for a person.',
    labelNames: ['state'],
    registers: [registry],
  });
  const counts = new Map<string, Map<number, number>>();
  return {
    contentType: registry.contentType,
    count(outcome, status) {
      // Every served request comes here: two look-ups and an addition, and labels only when somebody reads them.
      const counted = counts.get(outcome) ?? new Map<number, number>();
      counts.set(outcome, counted.set(status, (counted.get(status) ?? 0) + 1));
    },
    async text() {
      answers.reset();
      for (const [outcome, counted] of counts)
        for (const [status, count] of counted) answers.inc({ outcome, status: String(status) }, count);
      for (const [state, count] of Object.entries(await deliveries.counts())) reactions.set({ state }, count);
      return registry.metrics();
    },
  };
}
