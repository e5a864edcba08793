/** `node:http` with one prepared buffer and nothing in its way: the bytes of the index arrive on standard input. */
import { fstatSync, openSync, read } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';

const body = await buffer(process.stdin);
const etag = '"0123456789abcdef0123456789abcdef"';
const validators = ['ETag', etag, 'Cache-Control', 'no-cache', 'Vary', 'Accept, Accept-Encoding'];
const type = ['Content-Type', 'application/vnd.pypi.simple.v1+json', 'Content-Encoding', 'gzip'];
const found = [...type, 'Content-Length', String(body.length), ...validators];
const text = Buffer.from('Not found.\n');
const missing = ['Content-Type', 'text/plain; charset=utf-8', 'Content-Length', String(text.length)];

const fd = openSync(process.argv[3] ?? '', 'r');
const { size } = fstatSync(fd);
const typed = ['Content-Type', 'application/octet-stream', 'Content-Length', String(size)];
const buffers: Buffer[] = [];

/** A kept descriptor and pooled buffers of 1 MiB: the cheapest known way to send a file that is not kept in memory. */
function sendFile(response: ServerResponse): void {
  const buffer = buffers.pop() ?? Buffer.allocUnsafeSlow(1024 * 1024);
  let at = 0;
  response.writeHead(200, typed);
  const next = () => {
    if (at < size) read(fd, buffer, 0, Math.min(buffer.length, size - at), at, send);
    else {
      buffers.push(buffer);
      response.end();
    }
  };
  const send = (error: Error | null, bytes: number) => {
    if (error !== null) return void response.destroy();
    at += bytes;
    response.write(buffer.subarray(0, bytes), (failed) => (failed ? undefined : next()));
  };
  next();
}

const server = createServer({ optimizeEmptyRequests: true }, (request, response) => {
  if (request.url === '/file') sendFile(response);
  else if (request.url !== '/index') response.writeHead(404, missing).end(text);
  else if (request.headers['if-none-match'] === etag) response.writeHead(304, validators).end();
  else response.writeHead(200, found).end(body);
});
// Neither a stream per request for a body that is not there nor timers per request: as `src/main/http-server.ts`.
server.keepAliveTimeout = 0;
server.listen(Number(process.argv[2]), '127.0.0.1');
