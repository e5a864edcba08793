/** Answers ready to be written, kept by what was asked: a second identical question costs two look-ups and a write. */
import type { OutgoingHttpHeader } from 'node:http';
import type { Refusal } from '../../domain/refusal.ts';
import type { Answer, Serving } from '../../features/serving/index.ts';
import type { Clock } from '../../platform/clock/port.ts';
import { fileHeaders, type PreparedFile } from './send-file.ts';

/** Bytes of bodies kept; the documents themselves are kept elsewhere too, so this stays small. */
const KEPT_BYTES = 64 * 1024 * 1024;
/** What one kept answer costs beside its body: key, headers, objects. */
const OVERHEAD_BYTES = 2048;
/** Milliseconds that an answer holds which no snapshot fixes: that a name is not there. */
const PASSING_MS = 10_000;

/** Header names and values, one after the other: what `writeHead` takes without building an object. */
type RawHeaders = OutgoingHttpHeader[];

export type Prepared =
  | {
      readonly kind: 'body';
      readonly outcome: Answer['kind'];
      readonly status: number;
      readonly headers: RawHeaders;
      readonly notModified: RawHeaders;
      readonly etag: string | undefined;
      readonly body: Buffer;
    }
  | { readonly kind: 'file'; readonly file: PreparedFile }
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  | { readonly kind: 'unavailable' };

interface Kept {
  readonly prepared: Prepared;
  readonly until: number;
  readonly bytes: number;
}

export interface PreparedAnswers {
  find(
    url: string,
    accept: string | undefined,
    encodings: string | readonly string[] | undefined,
  ): Prepared | undefined;
  keep(
    asked: {
      readonly url: string;
      readonly accept: string | undefined;
      readonly encodings: string | readonly string[] | undefined;
    },
    found: {
      readonly answer: Answer;
      readonly prefix: string;
      readonly ecosystem: string;
      readonly generation: number | undefined;
    },
  ): Prepared;
}

/** Forgets everything as soon as a list, a quarantine or a snapshot changed, and all of it while nothing may be served. */
export function createPreparedAnswers({
  serving,
  clock,
}: {
  readonly serving: Serving;
  readonly clock: Clock;
}): PreparedAnswers {
  const kept = new Map<string, Kept>();
  let bytes = 0;
  let generation: number | undefined;
  const forgetOld = () => {
    const now = serving.generation();
    if (now === generation && now !== undefined) return;
    kept.clear();
    bytes = 0;
    generation = now;
  };
  return {
    find(url, accept, encodings) {
      forgetOld();
      const found = kept.get(keyOf(url, accept, encodings));
      return found === undefined || found.until <= clock.now().getTime() ? undefined : found.prepared;
    },
    keep({ url, accept, encodings }, { answer, prefix, ecosystem, generation: askedUnder }) {
      forgetOld();
      const prepared = prepare(answer, `/${encodeURI(prefix)}/${ecosystem}/`);
      // An answer that was begun under another generation may hold what is denied now.
      if (askedUnder !== generation || generation === undefined) return prepared;
      if (prepared.kind === 'refused' || prepared.kind === 'unavailable') return prepared;
      const key = keyOf(url, accept, encodings);
      const size = OVERHEAD_BYTES + (prepared.kind === 'body' ? prepared.body.byteLength : 0);
      const lasting = answer.kind === 'file' || (answer.kind === 'document' && !answer.passing);
      bytes += size - (kept.get(key)?.bytes ?? 0);
      kept.delete(key);
      kept.set(key, {
        prepared,
        bytes: size,
        until: lasting ? Number.POSITIVE_INFINITY : clock.now().getTime() + PASSING_MS,
      });
      for (const [oldest, entry] of kept) {
        if (bytes <= KEPT_BYTES) break;
        kept.delete(oldest);
        bytes -= entry.bytes;
      }
      return prepared;
    },
  };
}

function keyOf(url: string, accept: string | undefined, encodings: string | readonly string[] | undefined): string {
  return `${url} ${accept ?? ''}\n${encodings?.toString() ?? ''}`;
}

function prepare(answer: Answer, base: string): Prepared {
  switch (answer.kind) {
    case 'document':
      return document(answer);
    case 'file':
      return { kind: 'file', file: fileHeaders(answer) };
    case 'refused':
      return answer;
    case 'unavailable':
      return answer;
    case 'redirect':
      return text(answer.kind, {
        status: 307,
        body: '',
        more: ['Location', base + answer.to, 'Cache-Control', 'no-cache'],
      });
    case 'not-found':
      return text(answer.kind, {
        status: 404,
        body: `Not found: ${answer.what}.\n`,
        more: ['Cache-Control', 'no-cache'],
      });
    case 'not-acceptable':
      return text(answer.kind, {
        status: 406,
        body: 'Not acceptable.\n',
        more: ['Cache-Control', 'no-store', 'Vary', 'Accept'],
      });
    case 'bad-request':
      return text(answer.kind, {
        status: 400,
        body: `Bad request: ${answer.what}.\n`,
        more: ['Cache-Control', 'no-store'],
      });
  }
}

function document({ contentType, encoding, etag, body }: Extract<Answer, { kind: 'document' }>): Prepared {
  // Always revalidated: a clearance or a quarantine shows at the next request, and a 304 costs next to nothing.
  const validators: RawHeaders = ['ETag', etag, 'Cache-Control', 'no-cache', 'Vary', 'Accept, Accept-Encoding'];
  const headers: RawHeaders = ['Content-Type', contentType, 'Content-Length', String(body.byteLength), ...validators];
  if (encoding !== 'identity') headers.push('Content-Encoding', encoding);
  return { kind: 'body', outcome: 'document', status: 200, headers, notModified: validators, etag, body };
}

function text(
  outcome: Answer['kind'],
  what: { readonly status: number; readonly body: string; readonly more: RawHeaders },
): Prepared {
  const body = Buffer.from(what.body);
  const headers = [
    'Content-Type',
    'text/plain; charset=utf-8',
    'Content-Length',
    String(body.byteLength),
    ...what.more,
  ];
  return { kind: 'body', outcome, status: what.status, headers, notModified: [], etag: undefined, body };
}
