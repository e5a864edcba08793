/** Files: never encoded, never changed, with ranges (RFC 9110, 14) and validators. */
import type { OutgoingHttpHeader, ServerResponse } from 'node:http';
import { type Digest, hexOf } from '../../domain/digest.ts';
import type { FileSender } from '../../platform/files/port.ts';
import { type AskHeaders, matchesEtag, rangeOf } from './headers.ts';

export interface PreparedFile {
  readonly digest: Digest;
  readonly size: number;
  readonly etag: string;
  /** All but `Content-Length` and `Content-Range`. */
  readonly headers: readonly OutgoingHttpHeader[];
  /** Without what whoever sends the bytes says of ranges. */
  readonly handedOver: readonly OutgoingHttpHeader[];
}

/** What a file answers with. Its URL holds its digest, so it never changes (a refusal is another answer, `no-store`). */
export function fileHeaders(file: {
  readonly digest: Digest;
  readonly size: number;
  readonly contentType: string;
  readonly headers?: Readonly<Record<string, string>> | undefined;
}): PreparedFile {
  const etag = `"${hexOf(file.digest)}"`;
  const handedOver = [
    ...['Content-Type', file.contentType, 'ETag', etag],
    ...['Cache-Control', 'private, max-age=31536000, immutable', 'X-Content-Type-Options', 'nosniff'],
    ...Object.entries(file.headers ?? {}).flat(),
  ];
  return {
    digest: file.digest,
    size: file.size,
    etag,
    headers: [...handedOver, 'Accept-Ranges', 'bytes'],
    handedOver,
  };
}

export interface FileExchange {
  readonly files: FileSender;
  /** Where a server in front finds a file, for its eyes only; absent where this process sends files itself. */
  readonly handOver: ((digest: Digest) => string) | undefined;
  readonly headers: AskHeaders;
  readonly response: ServerResponse;
  readonly head: boolean;
}

/** What a server in front names in `X-Sendfile-Type`, and the header that it takes out of an answer. */
const ACCEL = 'X-Accel-Redirect';

/** Answers 200, 206, 304 or 416; or leaves the bytes to the server in front, where the operator has one that asks for it. */
export function sendFile(exchange: FileExchange, file: PreparedFile): void {
  const { headers: asked, response, head } = exchange;
  if (matchesEtag(asked.ifNoneMatch, file.etag)) {
    response.writeHead(304, [...file.headers]);
    response.end();
    return;
  }
  // Ranges are cut by whoever sends the bytes.
  if (exchange.handOver !== undefined && asked.sendfileType === ACCEL && !head) {
    handOverFile(exchange, file, exchange.handOver(file.digest)).catch(() => response.destroy());
    return;
  }
  const condition = asked.ifRange;
  const range = condition === undefined || condition === file.etag ? rangeOf(asked.range, file.size) : undefined;
  if (range === 'unsatisfiable') {
    response.writeHead(416, [
      'Content-Range',
      `bytes */${file.size}`,
      'Content-Length',
      '0',
      'Cache-Control',
      'no-store',
    ]);
    response.end();
    return;
  }
  const { start, end } = range ?? { start: 0, end: file.size - 1 };
  const headers = [...file.headers, 'Content-Length', String(end - start + 1)];
  if (range !== undefined) headers.push('Content-Range', `bytes ${start}-${end}/${file.size}`);
  const status = range === undefined ? 200 : 206;
  if (head) {
    response.writeHead(status, headers);
    response.end();
    return;
  }
  const hot = exchange.files.hot(file.digest, file.size);
  if (hot === undefined) {
    stream(exchange, { file, status, headers, start, end }).catch(() => response.destroy());
    return;
  }
  response.once('close', hot.done);
  response.writeHead(status, headers);
  response.end(range === undefined ? hot.bytes : hot.bytes.subarray(start, end + 1));
}

async function stream(
  { files, response }: FileExchange,
  what: {
    readonly file: PreparedFile;
    readonly status: number;
    readonly headers: OutgoingHttpHeader[];
    readonly start: number;
    readonly end: number;
  },
): Promise<void> {
  if (!(await files.ready(what.file.digest))) return sendMissing(response);
  response.writeHead(what.status, what.headers);
  await files.send(what.file.digest, { start: what.start, end: what.end }, response);
  response.end();
}

/** Everything was decided here; what is left is to send bytes. */
async function handOverFile({ files, response }: FileExchange, file: PreparedFile, path: string): Promise<void> {
  if (!(await files.ready(file.digest))) return sendMissing(response);
  response.writeHead(200, [...file.handedOver, 'Content-Length', '0', ACCEL, path]);
  response.end();
}

/** Not 404: the snapshot offers it, and a client must not look for it elsewhere. */
function sendMissing(response: ServerResponse): void {
  const type = ['Content-Type', 'text/plain; charset=utf-8', 'Content-Length', '0', 'Cache-Control', 'no-store'];
  response.writeHead(500, type);
  response.end();
}
