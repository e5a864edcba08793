/** Whole small documents over HTTP: fresh ones from memory, else one conditional question for all who ask at once. */
import type { AskedOn, FetchedDocument } from '../../domain/upstream.ts';
import { ACCEPTED_ENCODINGS, readBody, tooLarge } from './body.ts';
import type { DocumentCache, KeptDocument } from './document-cache.ts';
import { type Exchange, type Response, tooSlow } from './exchange.ts';
import { type Failure, failureOf, failureOfStatus, finalFailure } from './failure.ts';
import type { Rest } from './rest.ts';
import { retryAfterMs, withRetries } from './retries.ts';
import type { FetchLimits, FetchSettings } from './settings.ts';

export interface DocumentOptions extends AskedOn {
  readonly accept: string;
  readonly maxBytes: number;
}

interface DocumentDeps {
  readonly exchange: Exchange;
  readonly cache: DocumentCache;
  readonly limits: FetchLimits;
  readonly settings: FetchSettings;
  readonly rest: Rest;
}

/** A reader of documents; one per process, so that questions at the same moment become one. */
export function createDocuments(deps: DocumentDeps) {
  const inFlight = new Map<string, Promise<FetchedDocument>>();
  const absentUntil = new Map<string, number>();

  const read = async (url: string, key: string, options: DocumentOptions): Promise<FetchedDocument> => {
    const now = deps.settings.now().getTime();
    const until = absentUntil.get(key);
    if (until !== undefined && now < until) return { status: 'absent' };
    absentUntil.delete(key);
    const kept = await deps.cache.get(key);
    const age = kept === undefined ? Number.POSITIVE_INFINITY : now - kept.checkedAt;
    // A clock that went back makes ages negative: such a document is not fresh.
    if (kept !== undefined && age >= 0 && age < deps.limits.freshMs) return foundFrom(kept);
    const outcome = await askForDocument(deps, { url, kept, options });
    if (outcome.status === 'kept' || outcome.status === 'unchanged') {
      if (outcome.status === 'kept') await deps.cache.put(key, outcome.document);
      else await deps.cache.touch(key, outcome.document);
      return foundFrom(outcome.document);
    }
    if (outcome.status === 'failed') return { status: 'failed', reason: outcome.reason };
    await deps.cache.drop(key);
    forgetOldest(absentUntil);
    absentUntil.set(key, deps.settings.now().getTime() + deps.limits.absentMs);
    return outcome;
  };

  return (url: string, options: DocumentOptions): Promise<FetchedDocument> => {
    // The byte limit is in the key: a document within one caller's limit may be past another's.
    const key = [options.accept, options.maxBytes, options.caFile ?? '', options.linkedBy ?? '', url].join('\n');
    const running = inFlight.get(key);
    if (running !== undefined) return running;
    const started = read(url, key, options).finally(() => inFlight.delete(key));
    inFlight.set(key, started);
    return started;
  };
}

/** Names that are not there are remembered for a minute only; more than this at once is an attack on our memory. */
const MOST_ABSENT = 10_000;

function forgetOldest(absent: Map<string, number>): void {
  if (absent.size < MOST_ABSENT) return;
  const oldest = absent.keys().next();
  if (oldest.done !== true) absent.delete(oldest.value);
}

type Outcome =
  | { readonly status: 'kept'; readonly document: KeptDocument }
  | { readonly status: 'unchanged'; readonly document: KeptDocument }
  | { readonly status: 'absent' }
  | Failure;

interface Question {
  readonly url: string;
  readonly kept: KeptDocument | undefined;
  readonly options: DocumentOptions;
}

async function askForDocument(deps: DocumentDeps, question: Question): Promise<Outcome> {
  const { limits, settings, rest } = deps;
  const end = new AbortController();
  const timer = setTimeout(() => end.abort(), limits.documentMs);
  try {
    return await withRetries<Outcome>({ url: question.url, limits, settings, rest, signal: end.signal }, () =>
      attempt(deps, question, end.signal),
    );
  } finally {
    clearTimeout(timer);
  }
}

async function attempt(deps: DocumentDeps, question: Question, signal: AbortSignal): Promise<Outcome> {
  const { kept, options, url } = question;
  const { documentMs } = deps.limits;
  const response = await deps.exchange.ask({
    url,
    linkedBy: options.linkedBy,
    caFile: options.caFile,
    headers: {
      accept: options.accept,
      'accept-encoding': ACCEPTED_ENCODINGS,
      ...(kept?.etag === undefined ? {} : { 'if-none-match': kept.etag }),
      ...(kept?.lastModified === undefined ? {} : { 'if-modified-since': kept.lastModified }),
    },
    signal,
    wholeMs: documentMs,
  });
  if (response.status === 'failed') return response;
  try {
    return await readResponse(deps, response, question);
  } catch (error) {
    return signal.aborted ? tooSlow(response.url, documentMs) : failureOf(error, response.url, deps.limits);
  } finally {
    response.body.destroy();
  }
}

async function readResponse(deps: DocumentDeps, response: Response, question: Question): Promise<Outcome> {
  const { kept, options } = question;
  const now = deps.settings.now();
  if (response.code === 304 && kept !== undefined)
    return { status: 'unchanged', document: { ...kept, checkedAt: now.getTime() } };
  if (response.code === 404 || response.code === 410) return { status: 'absent' };
  if (response.code !== 200)
    return failureOfStatus(response.code, response.url, retryAfterMs(response.header('retry-after'), now));
  const stated = Number(response.header('content-length') ?? 0);
  if (stated > options.maxBytes) return finalFailure(tooLarge(response.url, options.maxBytes).message);
  const encoding = response.header('content-encoding');
  const body = await readBody(response.body, { url: response.url, encoding, maxBytes: options.maxBytes });
  const document: KeptDocument = {
    url: response.url.href,
    contentType: response.header('content-type') ?? '',
    etag: response.header('etag'),
    lastModified: response.header('last-modified'),
    checkedAt: now.getTime(),
    body,
  };
  return { status: 'kept', document };
}

function foundFrom(kept: KeptDocument): FetchedDocument {
  return { status: 'found', body: kept.body, contentType: kept.contentType, url: kept.url };
}
