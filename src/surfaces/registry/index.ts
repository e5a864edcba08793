/** The registry over plain `node:http`: prepared buffers, nothing between the socket and the answer. */
import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { callerNetwork } from '../../domain/caller-network.ts';
import type { Digest } from '../../domain/digest.ts';
import type { Refusal } from '../../domain/refusal.ts';
import type { Answer, AuditAnswer, Serving } from '../../features/serving/index.ts';
import type { Clock } from '../../platform/clock/port.ts';
import type { FileSender } from '../../platform/files/port.ts';
import type { Log, SecurityEvent } from '../../platform/log/port.ts';
import { readBody, sendAudit, type TooManyAudits } from './audit-exchange.ts';
import { type Behind, type GateDeps, knock, sendTurnedAway } from './gate.ts';
import { type AskHeaders, encodingsOf, matchesEtag, readHeaders, serverOf } from './headers.ts';
import { createNotices, type Notices } from './notices.ts';
import { createPreparedAnswers, type Kept, type Prepared } from './prepared.ts';
import { sendRefusal } from './refusal-response.ts';
import { type RegistryUrl, readRegistryUrl } from './request-url.ts';
import { sendFile } from './send-file.ts';

export interface RegistrySurfaceDeps extends GateDeps {
  readonly serving: Serving;
  readonly files: FileSender;
  /** Where a server in front finds a file, where the operator lets it send them; asked only when that server says so. */
  handOver?(digest: Digest): string;
  readonly clock: Clock;
  readonly log: Log;
  /** Where people reach the server, without a slash at the end; stands before the help path in problem documents. */
  readonly publicUrl: string;
  /** Told of every answer, for metrics: what it was and the status. */
  observe?(outcome: Answer['kind'] | 'not-modified' | 'turned-away', status: number): void;
  /** Whether who asks may audit now, and after how many seconds otherwise; without it always. */
  takeAudit?(request: IncomingMessage): { readonly isAllowed: boolean; readonly seconds: number };
  /** Told of every refusal, after it was answered; must not wait. */
  onRefused?(refusal: Refusal): void;
}

/** Handles a request where it is one for the registry; `false` where it is for somebody else. */
export type RequestHandler = (request: IncomingMessage, response: ServerResponse) => boolean;

const OPEN = { behind: undefined };
/** Seconds after which a client should try again when denials cannot be confirmed. */
const RETRY_AFTER_SECONDS = '30';

/** The surface of package clients. */
export function createRegistrySurface(deps: RegistrySurfaceDeps): RequestHandler {
  const prepared = createPreparedAnswers(deps);
  const notices = createNotices();
  return (request, response) => {
    const headers = readHeaders(request.rawHeaders);
    const { accept, encodings, host } = headers;
    const asked = { url: request.url ?? '/', accept, encodings, host };
    const exchange = { deps, request, response, headers, notices };
    // What comes with a body is asked anew each time.
    const known = request.method === 'POST' ? undefined : prepared.find(asked);
    if (known !== undefined) {
      sendKnown(exchange, known);
      return true;
    }
    const read = readRegistryUrl(asked.url);
    if (read === undefined) return refuseTrick(exchange, asked.url);
    if (!deps.serving.isEcosystem(read.ecosystem) || !deps.serving.isChannel(read.channel)) return false;
    const passed = passes(exchange, read);
    if (passed === undefined) return true;
    if (request.method === 'POST' && answerPost(exchange, read)) return true;
    const { prefix, ecosystem } = read;
    const generation = deps.serving.generation();
    deps.serving
      .answer({
        ...{ ...read, accept, encodings: encodingsOf(encodings), server: serverOf(deps.publicUrl, host) },
        network: callerNetwork(deps.asker(request).address),
      })
      .then((answer) =>
        send(exchange, prepared.keep(asked, { answer, prefix, ecosystem, generation, behind: passed.behind })),
      )
      .catch((error: unknown) => fail(exchange, error));
    return true;
  };
}

/** An answer that only some may have is prepared for all of them: each passes the gate anew. */
function sendKnown(exchange: Exchange, { prepared, behind }: Pick<Kept, 'prepared' | 'behind'>): void {
  if (behind === undefined || passes(exchange, behind) !== undefined) send(exchange, prepared);
}

/** Whether whoever asks may go on, and what gate they came through, if any; `undefined` where they were answered there. */
function passes(
  exchange: Exchange,
  { channel, ecosystem }: Behind,
): { readonly behind: Behind | undefined } | undefined {
  const { deps, request, response } = exchange;
  const answer = knock(deps, request, { channel, ecosystem });
  if (answer === 'open') return OPEN;
  if (answer === 'admitted') return { behind: { channel, ecosystem } };
  if (answer === 'unavailable') {
    send(exchange, { kind: 'unavailable' });
    return undefined;
  }
  sendTurnedAway(response, answer, request.method === 'HEAD');
  deps.observe?.('turned-away', answer.status);
  return undefined;
}

/** A URL that could be read in two ways is answered here, before anybody else reads it. */
function refuseTrick(exchange: Omit<Exchange, 'headers' | 'notices'>, url: string): boolean {
  const { deps, response } = exchange;
  const second = /^\/[^/?]+\/([a-z]+)\//.exec(url)?.[1];
  if (second === undefined || !deps.serving.isEcosystem(second) || url.startsWith('/b/')) return false;
  if (/^\/[a-z][a-z0-9-]*(?:@|%40|--)?[^/]*\//i.test(url)) {
    deps.log.warn('a URL was refused', { url: url.slice(0, 200) });
    note(exchange, { event: 'input-refused', code: 'ambiguous-address', status: 400 });
    sendText(response, { status: 400, text: 'Bad request: this URL can be read in more than one way.', head: false });
    return true;
  }
  return false;
}

function note(
  { deps, request }: Pick<Exchange, 'deps' | 'request'>,
  event: Pick<SecurityEvent, 'event' | 'code' | 'status'>,
): void {
  deps.securityLog?.note({ ...event, address: deps.asker(request).address, operation: 'install' });
}

/** Questions with a body: audits. `false` where the path takes none. */
function answerPost(exchange: Exchange, read: RegistryUrl): boolean {
  const { deps, request, response } = exchange;
  if (!deps.serving.isAudit(read)) return false;
  const turn = deps.takeAudit?.(request);
  if (turn?.isAllowed === false) note(exchange, { event: 'rate-limited', code: 'audits', status: 429 });
  const answering: Promise<AuditAnswer | TooManyAudits> =
    turn?.isAllowed === false
      ? Promise.resolve({ status: 'too-many', seconds: turn.seconds })
      : deps.serving.audit(read, () => readBody(request));
  const answered = (answer: AuditAnswer | TooManyAudits) => {
    if (answer.status === 'not-a-question')
      note(exchange, { event: 'input-refused', code: 'not-an-audit', status: 400 });
    sendAudit(response, answer);
  };
  answering.then(answered).catch((error: unknown) => fail(exchange, error));
  return true;
}

interface Exchange {
  readonly deps: RegistrySurfaceDeps;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly headers: AskHeaders;
  readonly notices: Notices;
}

function send({ deps, request, response, headers, notices }: Exchange, ready: Prepared): void {
  const head = request.method === 'HEAD';
  if (!head && request.method !== 'GET') {
    response.setHeader('Allow', 'GET, HEAD');
    sendText(response, { status: 405, text: 'Method not allowed.', head: false });
    return;
  }
  switch (ready.kind) {
    case 'body': {
      if (ready.etag !== undefined && matchesEtag(headers.ifNoneMatch, ready.etag)) {
        response.writeHead(304, ready.notModified);
        response.end();
        deps.observe?.('not-modified', 304);
        return;
      }
      response.writeHead(ready.status, ready.headers);
      response.end(head ? undefined : ready.body);
      deps.observe?.(ready.outcome, ready.status);
      return;
    }
    case 'file':
      sendFile({ files: deps.files, handOver: deps.handOver, headers, response, head }, ready.file);
      deps.observe?.('file', 200);
      return;
    case 'refused':
      sendRefusal(response, {
        refusal: ready.refusal,
        requestId: randomBytes(8).toString('hex'),
        accept: headers.accept,
        head,
        publicUrl: serverOf(deps.publicUrl, headers.host),
        notice: notices.isFirst(request.headers['npm-session'], ready.refusal),
      });
      deps.observe?.('refused', 403);
      deps.onRefused?.(ready.refusal);
      return;
    case 'unavailable':
      response.setHeader('Retry-After', RETRY_AFTER_SECONDS);
      sendText(response, { status: 503, text: 'What is denied cannot be confirmed now, so nothing is served.', head });
      deps.observe?.('unavailable', 503);
      return;
  }
}

function sendText(
  response: ServerResponse,
  { status, text, head }: { readonly status: number; readonly text: string; readonly head: boolean },
): void {
  const body = `${text}\n`;
  response.writeHead(status, {
    'Content-Type': 'text/plain; charset=utf-8',
    'Content-Length': Buffer.byteLength(body),
    'Cache-Control': 'no-store',
  });
  response.end(head ? undefined : body);
}

function fail({ deps, request, response }: Exchange, error: unknown): void {
  deps.log.error('a package request failed', { url: request.url?.slice(0, 200), error: String(error) });
  if (response.headersSent) response.destroy();
  else sendText(response, { status: 500, text: 'Internal error.', head: request.method === 'HEAD' });
}
