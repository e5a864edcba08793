/** `node:http` with one prepared buffer and nothing in its way: the bytes of the index arrive on standard input. */
import { createServer } from 'node:http';
import { buffer } from 'node:stream/consumers';

const body = await buffer(process.stdin);
const etag = '"0123456789abcdef0123456789abcdef"';
const validators = ['ETag', etag, 'Cache-Control', 'no-cache', 'Vary', 'Accept, Accept-Encoding'];
const type = ['Content-Type', 'application/vnd.pypi.simple.v1+json', 'Content-Encoding', 'gzip'];
const found = [...type, 'Content-Length', String(body.length), ...validators];
const text = Buffer.from('Not found.\n');
const missing = ['Content-Type', 'text/plain; charset=utf-8', 'Content-Length', String(text.length)];

createServer((request, response) => {
  if (request.url !== '/index') response.writeHead(404, missing).end(text);
  else if (request.headers['if-none-match'] === etag) response.writeHead(304, validators).end();
  else response.writeHead(200, found).end(body);
}).listen(Number(process.argv[2]), '127.0.0.1');
