import { createServer, type ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { untilDrained } from './until-drained.ts';

/** More than the buffers of a loopback socket hold. */
const PART = Buffer.alloc(4_000_000);
let answer: (response: ServerResponse) => Promise<void>;
const server = createServer((_, response) => void answer(response));
let url: string;
beforeEach(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

describe('waiting for a socket', () => {
  it('leaves no listener behind, however often it waits', async () => {
    let waits = 0;
    let left: number[] = [];
    answer = async (response) => {
      const listeners = () => [response.listenerCount('close'), response.listenerCount('drain')];
      const before = listeners();
      for (let part = 0; part < 15; part += 1) {
        if (response.write(PART)) continue;
        waits += 1;
        await untilDrained(response);
      }
      left = listeners().map((count, at) => count - (before[at] ?? 0));
      response.end();
    };
    const { byteLength } = await (await fetch(url)).arrayBuffer();
    expect([byteLength, left]).toEqual([15 * PART.byteLength, [0, 0]]);
    expect(waits).toBeGreaterThan(10);
  });

  it('ends where the caller is gone', async () => {
    const ended = new Promise<void>((resolve) => {
      answer = async (response) => {
        while (!response.destroyed) if (!response.write(PART)) await untilDrained(response);
        resolve();
      };
    });
    await (await fetch(url)).body?.cancel();
    await ended;
  });
});
