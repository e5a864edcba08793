/** Answers ready to be written, kept by what was asked: a second identical question costs two look-ups and a write. */
import type { OutgoingHttpHeader } from 'node:http';
import type { Refusal } from '../../domain/refusal.ts';
import type { Answer, Serving } from '../../features/serving/index.ts';
import type { Clock } from '../../platform/clock/port.ts';
import type { Behind } from './gate.ts';
import { fileHeaders, type PreparedFile } from './send-file.ts';

/** Bytes of bodies kept; the documents themselves are kept elsewhere too, so this stays small. */
const KEPT_BYTES = 64 * 1024 * 1024;
/** Characters of URL, `Accept` and `Accept-Encoding` together; real clients send some 400. Longer ones are answered anew. */
const LONGEST_KEPT_CHARACTERS = 2048;
/** What one kept answer costs beside its body: key, headers, objects. */
const OVERHEAD_BYTES = 2048;
/** Combinations of `Accept` and `Accept-Encoding` kept per URL; real clients send fewer. */
const FORMS_PER_URL = 8;
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

export interface Kept extends AskedAs {
  readonly prepared: Prepared;
  /** The gate that whoever asks has to pass each time; `undefined` where the channel is open to everybody. */
  readonly behind: Behind | undefined;
  /** Milliseconds; `undefined` for what holds as long as its snapshot. */
  readonly until: number | undefined;
  readonly bytes: number;
}

/** What an answer is chosen by, as the client sent it. */
export interface AskedAs {
  readonly url: string;
  readonly accept: string | undefined;
  readonly encodings: string | undefined;
  /** Addresses in documents begin with it where the operator named none. */
  readonly host: string | undefined;
}

export interface PreparedAnswers {
  find(asked: AskedAs): Pick<Kept, 'prepared' | 'behind'> | undefined;
  keep(
    asked: AskedAs,
    found: {
      readonly answer: Answer;
      readonly prefix: string;
      readonly ecosystem: string;
      readonly generation: number | undefined;
      readonly behind: Behind | undefined;
    },
  ): Prepared;
}

/** Forgets everything as soon as a list, a quarantine or a snapshot changed, and all of it while nothing may be served. */
export function createPreparedAnswers({
  serving,
  clock,
}: {
  readonly serving: Pick<Serving, 'generation'>;
  readonly clock: Clock;
}): PreparedAnswers {
  // By URL first, which is hashed as it came: joining it with the headers would cost more than the look-up.
  const kept = new Map<string, Kept[]>();
  let bytes = 0;
  let generation: number | undefined;
  const forgetOld = () => {
    const now = serving.generation();
    if (now === generation && now !== undefined) return;
    kept.clear();
    bytes = 0;
    generation = now;
  };
  const forget = (url: string) => {
    for (const entry of kept.get(url) ?? []) bytes -= entry.bytes;
    kept.delete(url);
  };
  return {
    find(asked) {
      forgetOld();
      const found = kept.get(asked.url)?.find((one) => isFor(one, asked));
      if (found === undefined || found.until === undefined) return found;
      return found.until <= clock.now().getTime() ? undefined : found;
    },
    keep(asked, { answer, prefix, ecosystem, generation: askedUnder, behind }) {
      forgetOld();
      const prepared = prepare(answer, `/${encodeURI(prefix)}/${ecosystem}/`, behind);
      // An answer that was begun under another generation may hold what is denied now.
      if (askedUnder !== generation || generation === undefined) return prepared;
      if (prepared.kind === 'refused' || prepared.kind === 'unavailable') return prepared;
      // Clients choose how long their words are: 16 KiB of them, thousands of times, would be most of the memory.
      const words = charactersOf(asked);
      if (words > LONGEST_KEPT_CHARACTERS) return prepared;
      const size = OVERHEAD_BYTES + words + (prepared.kind === 'body' ? prepared.body.byteLength : 0);
      const lasting = answer.kind === 'file' || (answer.kind === 'document' && !answer.passing);
      const until = lasting ? undefined : clock.now().getTime() + PASSING_MS;
      const others = (kept.get(asked.url) ?? []).filter((one) => !isFor(one, asked)).slice(-FORMS_PER_URL + 1);
      forget(asked.url);
      kept.set(asked.url, [...others, { ...asked, prepared, behind, bytes: size, until }]);
      bytes += others.reduce((sum, one) => sum + one.bytes, size);
      for (const oldest of kept.keys()) {
        if (bytes <= KEPT_BYTES) break;
        forget(oldest);
      }
      return prepared;
    },
  };
}

function charactersOf({ url, accept = '', encodings = '', host = '' }: AskedAs): number {
  return url.length + accept.length + encodings.length + host.length;
}

function isFor(kept: Kept, { accept, encodings, host }: AskedAs): boolean {
  return kept.accept === accept && kept.encodings === encodings && kept.host === host;
}

/** What only some may have, no cache between us and them may keep (RFC 9111, 5.2.2.7). */
const PRIVATE = 'private, ';

function prepare(answer: Answer, base: string, behind: Behind | undefined): Prepared {
  const whose = behind === undefined ? '' : PRIVATE;
  switch (answer.kind) {
    case 'document':
      return document(answer, whose);
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
        more: ['Location', base + answer.to, 'Cache-Control', `${whose}no-cache`],
      });
    case 'not-found':
      return text(answer.kind, {
        status: 404,
        body: `Not found: ${answer.what}.\n`,
        more: ['Cache-Control', `${whose}no-cache`],
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

function document(
  { contentType, encoding, etag, body }: Extract<Answer, { kind: 'document' }>,
  whose: '' | typeof PRIVATE,
): Prepared {
  // Always revalidated: a clearance or a quarantine shows at the next request, and a 304 costs next to nothing.
  const validators: RawHeaders = ['ETag', etag, 'Cache-Control', `${whose}no-cache`, 'Vary', 'Accept, Accept-Encoding'];
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
