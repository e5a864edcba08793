/** The body of a call: JSON, within a limit, read once. */
import type { IncomingMessage } from 'node:http';
import { HttpProblem } from './http-problem.ts';
import type { Operation } from './operation.ts';
import { isPlainText } from './plain-text.ts';

/** The longest form has four texts of ten thousand characters; this leaves room for escapes. Bytes. */
const LARGEST_BODY = 256 * 1024;

export interface ReadBody {
  readonly raw: string;
  /** `undefined` where there is none. */
  readonly value: unknown;
}

/** Reads the body that the operation takes. Throws 400, 413 and 415 problems; where none is taken, none may come. */
export async function readBody(request: Request, incoming: IncomingMessage, operation: Operation): Promise<ReadBody> {
  if (request.body === null || operation.method === 'get' || operation.upload !== undefined)
    return { raw: '', value: undefined };
  const limit = operation.bodyBytes ?? LARGEST_BODY;
  if (Number(incoming.headers['content-length'] ?? 0) > limit) throw tooLarge(limit);
  const raw = await readText(request.body, limit);
  if (raw === '') return { raw, value: undefined };
  requireJson(incoming.headers['content-type']);
  return { raw, value: parseBody(raw) };
}

/**
 * The body of an operation that takes a file, as it comes. Throws 415 at once; 413 where it turns out too large, and 400 where it
 * breaks off.
 */
export function uploadOf(request: Request, incoming: IncomingMessage, operation: Operation): AsyncIterable<Uint8Array> {
  const { upload, bodyBytes = LARGEST_BODY } = operation;
  if (upload === undefined) return NOTHING;
  if ((incoming.headers['content-type'] ?? '').toLowerCase() !== upload) throw wrongType(upload);
  if (Number(incoming.headers['content-length'] ?? 0) > bodyBytes) throw tooLarge(bodyBytes);
  return request.body === null ? NOTHING : limited(request.body, bodyBytes);
}

const NOTHING: AsyncIterable<Uint8Array> = (async function* () {})();

async function* limited(body: ReadableStream<Uint8Array>, limit: number): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  try {
    for await (const part of body) {
      bytes += part.byteLength;
      if (bytes > limit) throw tooLarge(limit);
      yield part;
    }
  } catch (error) {
    throw error instanceof HttpProblem ? error : brokenOff();
  }
}

function brokenOff(): HttpProblem {
  return new HttpProblem(400, {
    kind: 'usage',
    code: 'upload-broken',
    what: 'The body broke off before it was whole',
    next: 'Send it again.',
  });
}

async function readText(body: ReadableStream<Uint8Array>, limit: number): Promise<string> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of body) {
    bytes += part.byteLength;
    if (bytes > limit) throw tooLarge(limit);
    parts.push(part);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(parts));
  } catch {
    throw notJson('it is not UTF-8');
  }
}

function requireJson(type: string | undefined): void {
  if (/^application\/json\s*(?:;\s*charset\s*=\s*"?utf-8"?\s*)?$/i.test(type ?? '')) return;
  throw wrongType('application/json', 'not-json');
}

function wrongType(type: string, code = 'wrong-type'): HttpProblem {
  const details = { what: `The body must be ${type}`, next: `Send \`Content-Type: ${type}\`.` };
  return new HttpProblem(415, { kind: 'usage', code, ...details }, { 'accept-post': type });
}

function parseBody(raw: string): unknown {
  try {
    return JSON.parse(raw, requirePlain);
  } catch (error) {
    // A nesting so deep that reading it runs out of stack is no form either.
    throw notJson(error instanceof SyntaxError || error instanceof RangeError ? 'it cannot be parsed' : String(error));
  }
}

function requirePlain(key: string, value: unknown): unknown {
  const texts = typeof value === 'string' ? [key, value] : [key];
  if (texts.every(isPlainText)) return value;
  throw new SyntaxError('a text holds what is no character');
}

function notJson(why: string): HttpProblem {
  return new HttpProblem(400, {
    kind: 'usage',
    code: 'not-json',
    what: 'The body is no JSON',
    why,
    next: 'Send one JSON document in UTF-8.',
  });
}

function tooLarge(limit: number): HttpProblem {
  return new HttpProblem(
    413,
    {
      kind: 'usage',
      code: 'too-large',
      what: `The body has more than ${limit} bytes`,
      next: 'Send less at once.',
    },
    // The rest of the body is not waited for.
    { connection: 'close' },
  );
}
