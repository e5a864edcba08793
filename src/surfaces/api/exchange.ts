/** One call from its first header to its answer: the order of these steps is the rule book of the API. */
import { createHash, randomUUID } from 'node:crypto';
import type { HttpBindings } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import type { Context } from 'hono';
import { requireMaySomewhere, requireUnlimited } from '../../domain/authority.ts';
import { type Actor, actorName } from '../../domain/people.ts';
import { Problem } from '../../domain/problem.ts';
import type { KeptAnswer, KeyedCall } from '../../platform/idempotency/port.ts';
import type { ApiApp } from './app.ts';
import type { CallRates, Taken } from './call-rates.ts';
import { actorOf, addressOf, credentialsOf, requireSameSite } from './caller.ts';
import { crossOriginHeaders, ownOrigin } from './cross-origin.ts';
import { idempotencyKey } from './document.ts';
import { etagOf, listsTag } from './etags.ts';
import { HttpProblem, InvalidCall, problemAnswer } from './http-problem.ts';
import { workIfMatching } from './if-match.ts';
import { type Operation, type RawCall, type ReadyCall, type Reply, requireActor, takesKey } from './operation.ts';
import { readBody, uploadOf } from './request-body.ts';
import { eventOf } from './security-events.ts';
import { untilDrained } from './until-drained.ts';

export type ApiContext = Context<{ Bindings: HttpBindings }>;

export interface ApiState {
  readonly app: ApiApp;
  readonly rates: CallRates;
}

/** Nothing is kept by caches, guessed, framed or run. */
const HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
} as const;

/** Answers a call of an operation; whatever goes wrong is a problem document. */
export async function exchange(state: ApiState, context: ApiContext, operation: Operation): Promise<Response> {
  const given: Exchange = { context, headers: new Headers(HEADERS), operation, actor: undefined };
  try {
    return await answered(state, given, operation);
  } catch (error) {
    return failed(state.app, given, error);
  }
}

export interface Exchange {
  readonly context: ApiContext;
  /** Of the answer, whichever it will be. */
  readonly headers: Headers;
  readonly operation: Operation | undefined;
  /** Who calls, from when that is known. */
  actor: Actor | undefined;
}

async function answered({ app, rates }: ApiState, given: Exchange, operation: Operation): Promise<Response> {
  const { context, headers } = given;
  const { incoming } = context.env;
  setAll(headers, crossOriginHeaders(app.settings, incoming));
  const address = addressOf(incoming, app.settings.trustedProxies);
  count(headers, rates.takeFrom(address, app.settings.callsPerMinute.address));
  const origin = ownOrigin(app, incoming);
  const shown = credentialsOf(incoming, origin);
  const actor = await actorOf(app, shown, operation);
  given.actor = actor;
  requireSameSite(incoming, { shown, ownOrigin: origin });
  requireAccess(operation, actor);
  if (actor !== undefined) count(headers, rates.take(`actor ${callerOf(actor)}`, app.settings.callsPerMinute.actor));
  requireAcceptable(incoming.headers.accept, operation);
  const text = await readBody(context.req.raw, incoming, operation);
  const upload = uploadOf(context.req.raw, incoming, operation);
  const url = incoming.url ?? '/';
  const from = { address, device: incoming.headers['user-agent'] ?? '', origin };
  const raw = { app, actor, from, url, params: context.req.param(), query: queryOf(context), body: text.value, upload };
  const ready = operation.read(raw);
  const digest = createHash('sha256')
    .update(JSON.stringify([incoming.method, url, text.raw]))
    .digest('hex');
  const doing = { operation, raw, ready, digest, caller: keeperOf(actor, address) };
  return once(app, given, doing);
}

/** Who may do it nowhere hears that before anything else; in which channel they may, the room decides. */
function requireAccess({ access }: Operation, actor: Actor | undefined): void {
  if (access === 'public') return;
  const who = requireActor(actor);
  if (access === 'oneself') requireUnlimited(who);
  else if (access !== 'signed-in') requireMaySomewhere(who, access);
}

/** One person with two tokens is one caller. */
function callerOf(actor: Actor): string {
  return actorName(actor);
}

/**
 * Whose the answers kept under an `Idempotency-Key` are: of a person's sessions together, and of each token alone, so that
 * a token with limits hears nothing that a wider one was told. A person may be called as an address is written.
 */
function keeperOf(actor: Actor | undefined, address: string): string {
  if (actor === undefined) return `address ${address}`;
  const isToken = actor.kind === 'person' && actor.credential?.kind === 'token';
  return isToken ? `token ${actor.credential.id} of ${callerOf(actor)}` : `person ${callerOf(actor)}`;
}

/** Every value of each name: one that comes twice is a list, which no schema takes by accident. */
function queryOf(context: ApiContext): Record<string, string | readonly string[]> {
  const all = Object.entries(context.req.queries());
  return Object.fromEntries(all.map(([name, values]) => [name, values.length === 1 ? (values[0] ?? '') : values]));
}

/** Throws `too-many-calls` where none is left. */
function count(headers: Headers, { isAllowed, limit, left, seconds }: Taken): void {
  headers.set('ratelimit-policy', `"calls";q=${limit};w=60`);
  headers.set('ratelimit', `"calls";r=${left};t=${seconds}`);
  if (isAllowed) return;
  throw new HttpProblem(
    429,
    {
      kind: 'usage',
      code: 'too-many-calls',
      what: `More than ${limit} calls in a minute`,
      next: `Wait ${seconds} seconds.`,
    },
    { 'retry-after': String(Math.max(1, seconds)) },
  );
}

/** Throws `not-acceptable` where the caller takes none of the forms that the operation can answer in. */
function requireAcceptable(accept: string | undefined, { alsoAnswers = [] }: Operation): void {
  if (accept === undefined) return;
  const types = ['application/json', ...alsoAnswers];
  const ranges = accept.split(',').map((part) => (part.split(';')[0] ?? '').trim().toLowerCase());
  const fits = (range: string) =>
    range === '' || range === '*/*' || types.some((type) => range === type || range === `${type.split('/')[0]}/*`);
  if (ranges.some(fits)) return;
  throw new HttpProblem(406, {
    kind: 'usage',
    code: 'not-acceptable',
    what: `This answers ${types.join(', ')}, and the call accepts none of them`,
    next: 'Send `Accept: application/json`.',
  });
}

interface Doing {
  readonly operation: Operation;
  readonly raw: RawCall;
  readonly ready: ReadyCall;
  readonly caller: string;
  readonly digest: string;
}

/** Does the call, or repeats the answer where its `Idempotency-Key` was used before for the same. */
async function once(app: ApiApp, given: Exchange, doing: Doing): Promise<Response> {
  const raw = given.context.env.incoming.headers['idempotency-key'];
  const { operation, caller, digest } = doing;
  if (raw === undefined || !takesKey(operation)) return perform(given, doing);
  const key = idempotencyKey.safeParse(raw);
  if (!key.success) throw new InvalidCall('header', key.error.issues);
  const keyed: KeyedCall = { caller, key: key.data, digest };
  const beginning = await app.idempotentAnswers.begin(keyed);
  switch (beginning.status) {
    case 'answered':
      setAll(given.headers, { ...beginning.answer.headers, 'idempotency-replayed': 'true' });
      return respond(given.headers, beginning.answer.status, beginning.answer.body);
    case 'begun':
      return keep(app, keyed, () => perform(given, doing));
    default:
      throw cannotRepeat(beginning.status);
  }
}

/** What failed changed nothing, so its key is free again. */
async function keep(app: ApiApp, keyed: KeyedCall, work: () => Promise<Response>): Promise<Response> {
  let response: Response;
  try {
    response = await work();
  } catch (error) {
    await app.idempotentAnswers.abandon(keyed);
    throw error;
  }
  const answer: KeptAnswer = {
    status: response.status,
    headers: keptHeaders(response),
    body: await response.clone().text(),
  };
  await app.idempotentAnswers.finish(keyed, answer);
  return response;
}

function keptHeaders({ headers }: Response): Record<string, string> {
  const kept = ['content-type', 'etag', 'location'].map((name) => [name, headers.get(name)] as const);
  return Object.fromEntries(kept.flatMap(([name, value]) => (value === null ? [] : [[name, value]])));
}

function cannotRepeat(status: 'other-call' | 'running' | 'unknown'): HttpProblem {
  if (status === 'other-call')
    return new HttpProblem(422, {
      kind: 'usage',
      code: 'key-used',
      what: 'This Idempotency-Key was used for another call',
      next: 'Use a new key for each thing you want done.',
    });
  if (status === 'running')
    return new HttpProblem(
      409,
      {
        kind: 'conflict',
        code: 'key-running',
        what: 'The same call is being done at this moment',
        next: 'Try again soon.',
      },
      { 'retry-after': '1' },
    );
  return new HttpProblem(409, {
    kind: 'conflict',
    code: 'key-interrupted',
    what: 'The first call with this Idempotency-Key was interrupted',
    why: 'whether it was done before that cannot be told from here',
    next: 'Look whether it was done; if not, call again with a new key.',
  });
}

async function perform({ context, headers }: Exchange, { operation, raw, ready }: Doing): Promise<Response> {
  const asked = context.env.incoming.headers;
  const { decidesOn } = operation;
  const reply = await (decidesOn === undefined
    ? ready.work()
    : workIfMatching(decidesOn, asked['if-match'], { raw, ready }));
  if (reply.noted !== undefined) await raw.app.noteRead(requireActor(raw.actor), reply.noted);
  if (reply.kind === 'parts') return sendParts(context, headers, reply);
  if (reply.kind === 'bytes') {
    setAll(headers, { 'content-type': reply.type, 'content-disposition': `attachment; filename="${reply.filename}"` });
    return new Response(new Uint8Array(reply.bytes), { status: operation.status ?? 200, headers });
  }
  setAll(headers, reply.headers ?? {});
  const body = JSON.stringify(reply.data);
  if (operation.method === 'get') {
    const etag = etagOf(body);
    headers.set('etag', etag);
    if (listsTag(asked['if-none-match'] ?? '', etag)) return new Response(null, { status: 304, headers });
  }
  headers.set('content-type', 'application/json');
  return respond(headers, operation.status ?? 200, body);
}

function respond(headers: Headers, status: number, body: string): Response {
  return new Response(body, { status, headers });
}

/** Long answers go to the socket part by part, as fast as it takes them; nothing piles up in memory. */
async function sendParts(
  context: ApiContext,
  headers: Headers,
  { parts, type, filename, headers: more = {} }: Extract<Reply<unknown>, { kind: 'parts' }>,
): Promise<Response> {
  const { outgoing } = context.env;
  setAll(headers, { ...more, 'content-type': type, 'content-disposition': `attachment; filename="${filename}"` });
  outgoing.writeHead(200, Object.fromEntries(headers));
  try {
    for await (const part of parts) {
      if (outgoing.destroyed) break;
      if (!outgoing.write(part)) await untilDrained(outgoing);
    }
    outgoing.end();
  } catch {
    // The status is sent: only a broken connection still says that the answer is not whole.
    outgoing.destroy();
  }
  return RESPONSE_ALREADY_SENT;
}

/**
 * The problem document of whatever was thrown. A surprise is logged under the id that the caller is told; what an attack may
 * look like stands in the security log.
 */
export function failed({ log, securityLog, settings }: ApiApp, given: Exchange, error: unknown): Response {
  const { context, headers, operation, actor } = given;
  const instance = `urn:uuid:${randomUUID()}`;
  const { status, headers: more, document } = problemAnswer(error, instance);
  const address = addressOf(context.env.incoming, settings.trustedProxies);
  const event = eventOf(error, { address, actor, operation: operation?.id }, { status, instance });
  if (event !== undefined) securityLog.note(event);
  setAll(headers, { ...more, 'content-type': 'application/problem+json' });
  if (!(error instanceof Problem) || status >= 500)
    log.error('an API call failed', {
      instance,
      method: context.req.method,
      path: context.req.path.slice(0, 200),
      reason: error instanceof Error ? (error.stack ?? error.message) : String(error),
    });
  return respond(headers, status, JSON.stringify(document));
}

function setAll(headers: Headers, more: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(more)) headers.set(name, value);
}

/** The answer to a call that no operation takes. */
export async function refuse({ app, rates }: ApiState, context: ApiContext, problem: HttpProblem): Promise<Response> {
  const given: Exchange = { context, headers: new Headers(HEADERS), operation: undefined, actor: undefined };
  const { incoming } = context.env;
  try {
    const address = addressOf(incoming, app.settings.trustedProxies);
    count(given.headers, rates.takeFrom(address, app.settings.callsPerMinute.address));
    throw problem;
  } catch (error) {
    return failed(app, given, error);
  }
}

/** The answer to OPTIONS: what may be asked here, and by which pages. */
export async function allowed({ app }: ApiState, context: ApiContext, methods: string): Promise<Response> {
  const headers = new Headers(HEADERS);
  setAll(headers, { allow: methods, ...crossOriginHeaders(app.settings, context.env.incoming) });
  return new Response(null, { status: 204, headers });
}
