/** The server's handling of connections, over real sockets. */
import { once } from 'node:events';
import { Agent, get, type IncomingMessage, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { createHttpServer, type HttpServer } from './http-server.ts';

const agent = new Agent({ keepAlive: true, maxSockets: 1 });
let server: HttpServer;

async function listen(handle: Parameters<typeof createHttpServer>[0]): Promise<string> {
  server = createHttpServer(handle);
  await once(server.listener.listen(0, '127.0.0.1'), 'listening');
  const address: AddressInfo | string | null = server.listener.address();
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/`;
}

function asked(url: string): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => void get(url, { agent }, resolve).once('error', reject));
}

afterEach(() => server.close());

describe('the HTTP server', () => {
  it('answers one question after the other on one connection, and reads a body where there is one', async () => {
    const ports = new Set<number | undefined>();
    const url = await listen((question, answer) => {
      ports.add(question.socket.remotePort);
      text(question).then((body) => answer.end(`${question.method} ${body}`), answer.destroy);
    });
    for (let times = 0; times < 3; times += 1) expect(await text(await asked(url))).toBe('GET ');
    const posting = request(url, { method: 'POST', agent }).end('a body');
    const [posted] = await once(posting, 'response');
    expect(await text(posted)).toBe('POST a body');
    expect(ports.size).toBe(1);
  });

  it('finishes an answer at an end, however slowly it is read, and does not wait for the connection behind it', async () => {
    const body = 'x'.repeat(16 * 1024 * 1024);
    const url = await listen((_question, answer) => void answer.end(body));
    const slow = await asked(url);
    const closing = server.close();
    const began = performance.now();
    await sleep(500);
    expect(await text(slow)).toBe(body);
    await closing;
    expect(performance.now() - began).toBeLessThan(5_000);
  });
});
