/** Reading the body of a client's audit, and writing its answer. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { Problem } from '../../domain/problem.ts';
import type { AuditAnswer } from '../../features/serving/index.ts';

const unzipped = promisify(gunzip);

/** Bytes of a body as it comes; a lock file of 10,000 packages takes some 300 kB. */
const MOST_BODY_BYTES = 4 * 1024 * 1024;
/** Bytes after unpacking. */
const MOST_QUESTION_BYTES = 32 * 1024 * 1024;

/** The body, unpacked: npm and pnpm compress it. An empty one where it is too large or cannot be unpacked: no question. */
export async function readBody(request: IncomingMessage): Promise<Uint8Array> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request) {
    if (!(part instanceof Buffer)) throw new Problem({ kind: 'internal', code: 'body', what: 'A body came as text' });
    size += part.byteLength;
    if (size > MOST_BODY_BYTES) return new Uint8Array();
    parts.push(part);
  }
  const body = Buffer.concat(parts);
  if (request.headers['content-encoding'] !== 'gzip') return body;
  return await unzipped(body, { maxOutputLength: MOST_QUESTION_BYTES }).catch(() => new Uint8Array());
}

/** Who asks has asked often; `seconds` until the next question is taken. */
export interface TooManyAudits {
  readonly status: 'too-many';
  readonly seconds: number;
}

export function sendAudit(response: ServerResponse, answer: AuditAnswer | TooManyAudits): void {
  switch (answer.status) {
    case 'too-many': {
      const seconds = Math.max(1, answer.seconds);
      response.setHeader('Retry-After', String(seconds));
      write(response, 429, errorBody(`TOO MANY AUDITS from this address: try again in ${seconds} s.`));
      return;
    }
    case 'answered':
      write(response, 200, Buffer.from(answer.body));
      return;
    case 'not-a-question':
      write(response, 400, errorBody('Bad request: the body is no audit that is known here.'));
      return;
    case 'could-not-check':
      write(response, 503, errorBody(answer.reason));
      return;
  }
}

/** npm prints `error` of a JSON body. */
function errorBody(error: string): Buffer {
  return Buffer.from(JSON.stringify({ error }));
}

function write(response: ServerResponse, status: number, body: Buffer): void {
  response.writeHead(status, {
    'Content-Type': 'application/json',
    'Content-Length': body.byteLength,
    'Cache-Control': 'no-store',
  });
  response.end(body);
}
