/** What a served request costs: CPU time of the server process, user and system, per request. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { Agent, get } from 'node:http';
import { join } from 'node:path';
import { z } from 'zod';
import { type Figure, spread } from './figure.ts';

const ROUNDS = 5;
const REQUESTS = 4000;
const CONNECTIONS = 16;
const started = z.object({ port: z.number() });
const usage = z.object({ cpu: z.object({ user: z.number(), system: z.number() }), rss: z.number() });

interface Load {
  readonly what: string;
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly status: number;
}

export async function serving(): Promise<readonly Figure[]> {
  const child = fork(join(import.meta.dirname, 'server.ts'));
  // A server that ends before it answers is a failure, not a wait without end.
  const [first] = await Promise.race([once(child, 'message'), once(child, 'exit')]);
  const { port } = started.parse(first);
  const ask = async () => {
    child.send('usage');
    const [answer] = await once(child, 'message');
    return usage.parse(answer);
  };
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  const one = (load: Load) => request({ port, agent }, load);
  const index = { accept: 'application/vnd.pypi.simple.v1+json', 'accept-encoding': 'gzip' };
  const page = { what: 'index, gzip', path: '/tier3/pypi/simple/many/', headers: index, status: 200 };
  const { etag, bytes } = await one(page);
  const loads: readonly Load[] = [
    { ...page, what: `index, gzip, ${bytes} bytes` },
    { ...page, what: 'index, 304', headers: { ...index, 'if-none-match': etag }, status: 304 },
    { what: '404', path: '/tier3/pypi/simple/nowhere/', headers: index, status: 404 },
  ];
  const costs = loads.map((): number[] => []);
  for (let round = 0; round <= ROUNDS; round += 1) {
    for (const [number, load] of loads.entries()) {
      const before = await ask();
      await burst(() => one(load));
      const after = await ask();
      const cpu = after.cpu.user + after.cpu.system - before.cpu.user - before.cpu.system;
      // The first round warms up.
      if (round > 0) costs[number]?.push(cpu / REQUESTS);
    }
  }
  const { rss } = await ask();
  agent.destroy();
  child.send('stop');
  await once(child, 'exit');
  return loads.map(({ what }, number) => ({
    what,
    ours: spread(costs[number] ?? [], 'us CPU'),
    peer: 'nginx: not measured here',
    goal: number === 0 ? '2.7 times nginx' : '4.2 times nginx',
    method: `${ROUNDS} interleaved rounds of ${REQUESTS}, ${CONNECTIONS} connections, not pinned, ${Math.round(rss / 2 ** 20)} MB RSS at the end`,
  }));
}

async function burst(work: () => Promise<unknown>): Promise<void> {
  let left = REQUESTS;
  const worker = async () => {
    while (left > 0) {
      left -= 1;
      await work();
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, worker));
}

function request(
  to: { readonly port: number; readonly agent: Agent },
  { path, headers, status }: Load,
): Promise<{ readonly etag: string; readonly bytes: number }> {
  return new Promise((resolve, reject) => {
    get({ ...to, host: '127.0.0.1', path, headers }, (response) => {
      let bytes = 0;
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
      });
      response.on('end', () =>
        response.statusCode === status
          ? resolve({ etag: response.headers.etag ?? '', bytes })
          : reject(new RangeError(`${path} answered ${response.statusCode}`)),
      );
    }).on('error', reject);
  });
}
