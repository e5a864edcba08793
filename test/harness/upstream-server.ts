/** A local upstream that answers well until it is told to misbehave, and counts what it was asked. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import {
  type Answer,
  answerFrom,
  indexName,
  type ListedFile,
  listedAsItIs,
  portOf,
  questionOf,
} from '../../src/main/demo/made-here-upstream.ts';
import type { MadeDistribution } from './wheels.ts';

/** What the server does instead of answering well. `times` = how often before it is fine again; default: always. */
export type Misbehaviour = { readonly times?: number } & (
  | { readonly kind: 'status'; readonly status: number; readonly retryAfter?: string; readonly body?: string }
  /** Takes the request and never answers. */
  | { readonly kind: 'hang' }
  /** Sends the headers, then one byte each `everyMs`. */
  | { readonly kind: 'drip'; readonly everyMs: number }
  /** Sends the right start of the body and never ends. */
  | { readonly kind: 'endless' }
  /** Half of the body, then the connection breaks; with or without a stated length. */
  | { readonly kind: 'truncated'; readonly contentLength: boolean }
  /** These bytes instead, as a success. */
  | {
      readonly kind: 'body';
      readonly body: string | Uint8Array;
      readonly contentType?: string;
      readonly encoding?: string;
    }
  | { readonly kind: 'content-type'; readonly contentType: string }
  | { readonly kind: 'redirect'; readonly to: string; readonly status?: number }
  /** Ignores `Range`: answers 200 with the whole. */
  | { readonly kind: 'no-ranges' }
  /** A range that starts elsewhere than asked. */
  | { readonly kind: 'wrong-range' }
  /** Does ranges, but answers 501 to the "last bytes" form. */
  | { readonly kind: 'no-suffix-ranges' }
  | { readonly kind: 'reset' }
);

export interface ListingOptions {
  readonly uploadedAt?: string | undefined;
  readonly yanked?: string | false;
  /** `false` for none, a text for one that lies. */
  readonly sidecar?: string | false;
  /** A document of attestations (PEP 740); none by default. */
  readonly provenance?: string | undefined;
  /** As the index states them, where that is not the truth. */
  readonly stated?: ListedFile['stated'];
  /** The project page that lists it, where that is not its own. */
  readonly under?: string;
}

export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
}

export interface UpstreamServer {
  /** `http://127.0.0.1:<port>`, no slash at the end. */
  readonly url: string;
  /** Ends in `/simple/`. */
  readonly indexUrl: string;
  add(distribution: MadeDistribution, options?: ListingOptions): void;
  /** Makes a project that has a page but no files. */
  addEmpty(name: string): void;
  misbehave(path: string, how: Misbehaviour): void;
  behave(path?: string): void;
  /** Requests for a path, or all. */
  requests(path?: string): readonly SeenRequest[];
  forgetRequests(): void;
  /** Answers HTML whatever the client accepts. */
  htmlOnly(on: boolean): void;
  close(): Promise<void>;
}

interface State {
  readonly listing: Map<string, ListedFile[]>;
  readonly misbehaviours: Map<string, { how: Misbehaviour; left: number }>;
  readonly seen: SeenRequest[];
  html: boolean;
}

/** Starts a server on a free loopback port; the caller closes it. */
export async function startUpstream(distributions: readonly MadeDistribution[] = []): Promise<UpstreamServer> {
  const state: State = { listing: new Map(), misbehaviours: new Map(), seen: [], html: false };
  const server = createServer((request, response) => answer(state, request, response));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const url = `http://127.0.0.1:${portOf(server.address())}`;
  const upstream: UpstreamServer = {
    url,
    indexUrl: `${url}/simple/`,
    add: (distribution, options) => add(state, distribution, options),
    addEmpty: (name) => void state.listing.set(indexName(name), []),
    misbehave: (path, how) => void state.misbehaviours.set(path, { how, left: how.times ?? Number.POSITIVE_INFINITY }),
    behave: (path) => (path === undefined ? state.misbehaviours.clear() : void state.misbehaviours.delete(path)),
    requests: (path) => (path === undefined ? [...state.seen] : state.seen.filter((each) => each.path === path)),
    forgetRequests: () => void state.seen.splice(0),
    htmlOnly: (on) => {
      state.html = on;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  for (const distribution of distributions) upstream.add(distribution);
  return upstream;
}

function add(state: State, distribution: MadeDistribution, options: ListingOptions = {}): void {
  const truth = listedAsItIs(distribution);
  const name = indexName(options.under ?? distribution.name);
  const listed: ListedFile = {
    ...truth,
    uploadedAt: 'uploadedAt' in options ? options.uploadedAt : truth.uploadedAt,
    yanked: options.yanked ?? false,
    sidecar: options.sidecar === undefined ? truth.sidecar : options.sidecar === false ? undefined : options.sidecar,
    provenance: options.provenance,
    stated: options.stated ?? {},
  };
  state.listing.set(name, [...(state.listing.get(name) ?? []), listed]);
}

function answer(state: State, request: IncomingMessage, response: ServerResponse): void {
  const question = questionOf(request);
  const header = (name: string) => (state.html && name === 'accept' ? 'text/html' : question.header(name));
  const good = answerFrom(state.listing, { ...question, header });
  const planned = state.misbehaviours.get(question.path);
  const how = planned !== undefined && planned.left > 0 ? planned.how : undefined;
  if (planned !== undefined && how !== undefined) planned.left -= 1;
  response.on('error', () => undefined);
  state.seen.push({
    method: question.method,
    path: question.path,
    headers: request.headers,
    get status() {
      return response.statusCode;
    },
  });
  if (how === undefined) {
    send(response, good);
    return;
  }
  const whole = answerFrom(state.listing, {
    ...question,
    header: (name) => (name === 'range' || name === 'if-none-match' ? undefined : header(name)),
  });
  misbehave(response, how, { good, whole, range: question.header('range') });
}

function misbehave(
  response: ServerResponse,
  how: Misbehaviour,
  answers: { good: Answer; whole: Answer; range: string | undefined },
): void {
  const { good, whole } = answers;
  switch (how.kind) {
    case 'status':
      send(response, {
        status: how.status,
        headers: {
          'content-type': 'text/plain',
          ...(how.retryAfter === undefined ? {} : { 'retry-after': how.retryAfter }),
        },
        body: Buffer.from(how.body ?? 'misbehaving\n'),
      });
      return;
    case 'hang':
      return;
    case 'drip':
      drip(response, good, how.everyMs);
      return;
    case 'endless':
      endless(response, good);
      return;
    case 'truncated':
      truncated(response, good, how.contentLength);
      return;
    case 'body': {
      const body = typeof how.body === 'string' ? Buffer.from(how.body) : how.body;
      const type = how.contentType ?? good.headers['content-type'] ?? 'text/plain';
      const encoding: Record<string, string> = how.encoding === undefined ? {} : { 'content-encoding': how.encoding };
      send(response, { status: 200, headers: { 'content-type': type, ...encoding }, body });
      return;
    }
    case 'content-type':
      send(response, { ...good, headers: { ...good.headers, 'content-type': how.contentType } });
      return;
    case 'redirect':
      send(response, { status: how.status ?? 302, headers: { location: how.to }, body: Buffer.alloc(0) });
      return;
    case 'no-ranges':
      send(response, whole);
      return;
    case 'wrong-range':
      send(response, {
        ...good,
        headers: { ...good.headers, 'content-range': `bytes 0-0/${whole.body.length}` },
      });
      return;
    case 'no-suffix-ranges':
      if (answers.range?.startsWith('bytes=-') === true)
        send(response, { status: 501, headers: {}, body: Buffer.from('Unsupported range\n') });
      else send(response, good);
      return;
    case 'reset':
      response.socket?.resetAndDestroy();
      return;
  }
}

function send(response: ServerResponse, good: Answer): void {
  response.writeHead(good.status, { ...good.headers });
  response.end(good.body);
}

function withoutLength(good: Answer): Record<string, string> {
  return Object.fromEntries(Object.entries(good.headers).filter(([name]) => name !== 'content-length'));
}

function drip(response: ServerResponse, good: Answer, everyMs: number): void {
  response.writeHead(good.status, { ...good.headers });
  response.flushHeaders();
  let at = 0;
  const timer = setInterval(() => {
    if (at >= good.body.length) {
      clearInterval(timer);
      response.end();
    } else {
      response.write(good.body.subarray(at, at + 1));
      at += 1;
    }
  }, everyMs);
  response.once('close', () => clearInterval(timer));
}

function endless(response: ServerResponse, good: Answer): void {
  response.writeHead(good.status, withoutLength(good));
  response.write(good.body);
  const block = Buffer.alloc(16_384, 0x20);
  const more = () => {
    if (response.destroyed) return;
    if (response.write(block)) setImmediate(more);
    else response.once('drain', more);
  };
  more();
}

function truncated(response: ServerResponse, good: Answer, contentLength: boolean): void {
  response.writeHead(good.status, contentLength ? { ...good.headers } : withoutLength(good));
  response.write(good.body.subarray(0, Math.floor(good.body.length / 2)), () => response.destroy());
}
