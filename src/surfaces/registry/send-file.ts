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
}

/** What a file answers with. Its URL holds its digest, so it never changes (a refusal is another answer, `no-store`). */
export function fileHeaders(file: {
  readonly digest: Digest;
  readonly size: number;
  readonly contentType: string;
}): PreparedFile {
  const etag = `"${hexOf(file.digest)}"`;
  return {
    digest: file.digest,
    size: file.size,
    etag,
    headers: [
      ...['Content-Type', file.contentType, 'ETag', etag, 'Accept-Ranges', 'bytes'],
      ...['Cache-Control', 'private, max-age=31536000, immutable', 'X-Content-Type-Options', 'nosniff'],
    ],
  };
}

export interface FileExchange {
  readonly files: FileSender;
  readonly headers: AskHeaders;
  readonly response: ServerResponse;
  readonly head: boolean;
}

/** Answers 200, 206, 304 or 416. */
export function sendFile(exchange: FileExchange, file: PreparedFile): void {
  const { headers: asked, response, head } = exchange;
  if (matchesEtag(asked.ifNoneMatch, file.etag)) {
    response.writeHead(304, [...file.headers]);
    response.end();
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
  stream(exchange, { file, status, headers, start, end }).catch(() => response.destroy());
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
  if (!(await files.ready(what.file.digest))) {
    response.writeHead(500, [
      'Content-Type',
      'text/plain; charset=utf-8',
      'Content-Length',
      '0',
      'Cache-Control',
      'no-store',
    ]);
    response.end();
    return;
  }
  response.writeHead(what.status, what.headers);
  await files.send(what.file.digest, { start: what.start, end: what.end }, response);
  response.end();
}
