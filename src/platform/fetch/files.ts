/** Large files over HTTP: as a stream, or a range of one. */

import { Problem } from '../../domain/problem.ts';
import type { AskedOn } from '../../domain/upstream.ts';
import { fileTooLarge, readBody } from './body.ts';
import { type Exchange, type Response, tooSlow } from './exchange.ts';
import { type Failure, failureOf, failureOfStatus } from './failure.ts';
import type { Download, DownloadOptions } from './port.ts';
import type { Rest } from './rest.ts';
import { retryAfterMs, withRetries } from './retries.ts';
import type { FetchLimits, FetchSettings } from './settings.ts';

interface FileDeps {
  readonly exchange: Exchange;
  readonly limits: FetchLimits;
  readonly settings: FetchSettings;
  readonly rest: Rest;
}

interface Part {
  readonly bytes: Uint8Array;
  readonly total: number;
}

/** A range longer than this is a download: it is not held in memory. */
const LONGEST_RANGE_BYTES = 16 * 1024 * 1024;

/** How servers say that they do not do a range, or not in this form (RFC 9110, 15). */
const NO_RANGES: ReadonlySet<number> = new Set([400, 405, 416, 501]);

/** Packed bytes have another length and digest than the file, so no packing is asked for. */
const AS_IT_IS = { accept: '*/*', 'accept-encoding': 'identity' };

/** Starts a download. One that breaks off in the middle goes on from there where upstream says that the file is the same. */
export async function download(deps: FileDeps, url: string, options: DownloadOptions): Promise<Download> {
  const end = new AbortController();
  const timer = setTimeout(() => end.abort(), deps.limits.downloadMs);
  const started = await ask(deps, { ...options, url, headers: AS_IT_IS, signal: end.signal });
  if (started.status !== 'response') {
    clearTimeout(timer);
    return started.status === 'absent' ? started : { status: 'failed', reason: started.reason };
  }
  const stated = started.header('content-length');
  const size = stated !== undefined && /^\d+$/.test(stated) ? Number(stated) : undefined;
  if (size !== undefined && size > options.maxBytes) {
    started.body.destroy();
    clearTimeout(timer);
    return { status: 'failed', reason: fileTooLarge(started.url, options.maxBytes).message };
  }
  const body = stream(deps, started, {
    url,
    options,
    signal: end.signal,
    done: () => clearTimeout(timer),
  });
  return { status: 'found', body, size };
}

interface Streaming {
  readonly url: string;
  readonly options: DownloadOptions;
  readonly signal: AbortSignal;
  readonly done: () => void;
}

async function* stream(deps: FileDeps, started: Response, streaming: Streaming): AsyncGenerator<Uint8Array> {
  let response = started;
  let received = 0;
  let goneOn = 0;
  try {
    for (;;) {
      try {
        for await (const piece of response.body) {
          if (!(piece instanceof Uint8Array)) continue;
          received += piece.byteLength;
          if (received > streaming.options.maxBytes) throw fileTooLarge(response.url, streaming.options.maxBytes);
          yield piece;
        }
        return;
      } catch (error) {
        goneOn += 1;
        response = await goOnAfter(deps, { ...streaming, started, received, goneOn }, error);
      }
    }
  } finally {
    streaming.done();
    response.body.destroy();
  }
}

/** A file that breaks off more often is not worth the wait: each time costs pauses as well. */
const MOST_GOING_ON = 20;

interface Broken extends Streaming {
  readonly started: Response;
  /** Bytes so far. */
  readonly received: number;
  readonly goneOn: number;
}

/** The answer with the rest; throws what went wrong where there is none. */
async function goOnAfter(deps: FileDeps, broken: Broken, error: unknown): Promise<Response> {
  const { started, signal, goneOn } = broken;
  const failure = signal.aborted
    ? tooSlow(started.url, deps.limits.downloadMs)
    : failureOf(error, started.url, deps.limits);
  const next = failure.retry && goneOn <= MOST_GOING_ON ? await goOn(deps, broken) : undefined;
  if (next === undefined) throw problemOf(failure);
  return next;
}

/**
 * The rest of a file from a byte on; `undefined` where it cannot be had. Only a strong validator says that the rest belongs
 * to what was received (RFC 9110, 13.1.5); the digest of the whole is checked by whoever stores it all the same.
 */
async function goOn(
  deps: FileDeps,
  { url, options, signal, started, received }: Broken,
): Promise<Response | undefined> {
  const etag = started.header('etag');
  if (received === 0 || etag === undefined || !etag.startsWith('"')) return undefined;
  const headers = { ...AS_IT_IS, range: `bytes=${received}-`, 'if-range': etag };
  const answer = await ask(deps, { url, caFile: options.caFile, linkedBy: options.linkedBy, headers, signal });
  if (answer.status !== 'response') return undefined;
  const first = /^bytes (\d+)-\d+\/\d+$/.exec(answer.header('content-range') ?? '')?.[1];
  const isSame = answer.header('etag') === undefined || answer.header('etag') === etag;
  if (answer.code === 206 && Number(first) === received && isSame) return answer;
  answer.body.destroy();
  return undefined;
}

/** Bytes `from` to `to`, both inclusive, or the last `-from`; `undefined` where the server does not do ranges or answers another one. */
export async function range(
  deps: FileDeps,
  url: string,
  wanted: AskedOn & { readonly from: number; readonly to: number },
): Promise<Part | undefined> {
  const { from, to } = wanted;
  const longest = from < 0 ? -from : to - from + 1;
  if (longest < 1 || longest > LONGEST_RANGE_BYTES) return undefined;
  const end = new AbortController();
  const timer = setTimeout(() => end.abort(), deps.limits.documentMs);
  const headers = { ...AS_IT_IS, range: from < 0 ? `bytes=${from}` : `bytes=${from}-${to}` };
  const { caFile, linkedBy } = wanted;
  try {
    const answer = await ask(deps, { url, caFile, linkedBy, headers, signal: end.signal });
    if (answer.status === 'failed') throw problemOf(answer);
    if (answer.status === 'absent') return undefined;
    return await readPart(answer, from, to).catch((error: unknown) => {
      throw problemOf(
        end.signal.aborted ? tooSlow(answer.url, deps.limits.documentMs) : failureOf(error, answer.url, deps.limits),
      );
    });
  } finally {
    clearTimeout(timer);
  }
}

async function readPart(answer: Response, from: number, to: number): Promise<Part | undefined> {
  const stated = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(answer.header('content-range') ?? '');
  const total = Number(stated?.[3]);
  const first = from < 0 ? Math.max(0, total + from) : from;
  const last = from < 0 ? total - 1 : Math.min(to, total - 1);
  if (answer.code !== 206 || Number(stated?.[1]) !== first || Number(stated?.[2]) !== last) {
    answer.body.destroy();
    return undefined;
  }
  const length = last - first + 1;
  const bytes = await readBody(answer.body, { url: answer.url, encoding: undefined, maxBytes: length });
  return bytes.byteLength === length ? { bytes, total } : undefined;
}

async function ask(
  deps: FileDeps,
  asking: AskedOn & {
    readonly url: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly signal: AbortSignal;
  },
): Promise<Response | { readonly status: 'absent' } | Failure> {
  const { limits, settings, rest } = deps;
  const { url, headers, signal, caFile, linkedBy } = asking;
  const wholeMs = 'range' in headers ? limits.documentMs : limits.downloadMs;
  return withRetries<Response | { readonly status: 'absent' }>({ url, limits, settings, rest, signal }, async () => {
    const response = await deps.exchange.ask({ url, headers, signal, caFile, linkedBy, wholeMs });
    if (response.status === 'failed' || response.code === 200 || response.code === 206) return response;
    response.body.destroy();
    if (response.code === 404 || response.code === 410) return { status: 'absent' };
    if ('range' in headers && NO_RANGES.has(response.code)) return response;
    const afterMs = retryAfterMs(response.header('retry-after'), settings.now());
    return failureOfStatus(response.code, response.url, afterMs);
  });
}

function problemOf(failure: Failure): Problem {
  return new Problem({
    kind: 'could-not-check',
    code: 'upstream-failed',
    what: 'Upstream could not be read',
    why: failure.reason,
    next: 'Try again later; if it stays, check the source in the configuration.',
  });
}
