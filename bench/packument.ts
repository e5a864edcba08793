/**
 * A packument of 4 MB to npm clients: from prepared bytes, and the first time under an address, when the address is filled in
 * and the bytes are compressed. Beside it, what reading, writing and compressing the document for each request would take.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { get } from 'node:http';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { z } from 'zod';
import { hasNginx } from '../test/harness/nginx.ts';
import { type Figure, median, spread } from './figure.ts';
import { CONNECTIONS, canPin, costOf, cpuMicroseconds, installed, pinServer } from './load.ts';
import { type Peer, startBareNginx, startPlain } from './peers.ts';

const ROUNDS = 5;
const ROUND_SECONDS = 2;
/** New addresses asked for, each once. */
const COLD = 20;
const PATH = '/tier3/npm/large';
const ASKS = { Accept: 'application/json', 'Accept-Encoding': 'gzip' };
const MS = 1000;
const started = z.object({ port: z.number() });

export async function packument(): Promise<readonly Figure[]> {
  if (!installed('wrk'))
    return [{ what: 'packument', ours: 'not measured: wrk is not installed', goal: '-', method: '-' }];
  const child = fork(join(import.meta.dirname, 'packument-server.ts'));
  const [first] = await Promise.race([once(child, 'message'), once(child, 'exit')]);
  const { port } = started.parse(first);
  const ours: Peer = {
    pids: [child.pid ?? 0],
    url: `http://127.0.0.1:${port}`,
    stop: async () => void child.send('stop'),
  };
  const gzip = await ask(ours.url, {});
  const nginx = hasNginx() ? await startBareNginx({ gzip, files: [] }) : undefined;
  const plain = await startPlain({ gzip, files: [] });
  try {
    for (const pid of [ours, nginx, plain].flatMap((peer) => peer?.pids ?? [])) pinServer(pid);
    return [await warm({ ours, nginx, plain }, gzip), await cold(ours, gzip)];
  } finally {
    const exit = once(child, 'exit');
    await Promise.all([ours.stop(), nginx?.stop(), plain.stop()]);
    await exit;
  }
}

interface Servers {
  readonly ours: Peer;
  readonly nginx: Peer | undefined;
  readonly plain: Peer;
}

async function warm({ ours, nginx, plain }: Servers, gzip: Buffer): Promise<Figure> {
  const costs: Record<'ours' | 'nginx' | 'plain', number[]> = { ours: [], nginx: [], plain: [] };
  for (let round = 0; round <= ROUNDS; round += 1) {
    const row = {
      ours: await cost(ours, PATH),
      nginx: await cost(nginx, '/index'),
      plain: await cost(plain, '/index'),
    };
    // The first round warms up.
    if (round === 0) continue;
    for (const name of ['ours', 'nginx', 'plain'] as const) if (row[name] !== undefined) costs[name].push(row[name]);
  }
  const peer = nginx === undefined ? 'nginx: not installed' : `nginx ${spread(costs.nginx, 'us CPU')}`;
  return {
    what: `full packument, ${bytesOf(gzip)} bytes, gzip ${gzip.length} bytes, prepared`,
    ours: spread(costs.ours, 'us CPU'),
    peer: `${peer}; bare node:http ${spread(costs.plain, 'us')}`,
    ...(nginx === undefined ? {} : { ratio: (median(costs.ours) / median(costs.nginx)).toFixed(2) }),
    goal: 'no parsing on the way',
    method: `${ROUNDS} interleaved rounds of ${ROUND_SECONDS} s, ${CONNECTIONS} connections, ${canPin() ? 'a core each' : 'not pinned'}; nginx sends the same bytes by gzip_static`,
  };
}

async function cost(peer: Peer | undefined, path: string): Promise<number | undefined> {
  return peer && (await costOf(peer.pids, { url: `${peer.url}${path}`, headers: ASKS }, ROUND_SECONDS));
}

/** Each name of the server makes other bytes: nothing of them is prepared. */
async function cold(ours: Peer, gzip: Buffer): Promise<Figure> {
  const before = cpuMicroseconds(ours.pids);
  const waited: number[] = [];
  for (let number = 0; number < COLD; number += 1) {
    const from = performance.now();
    await ask(ours.url, { Host: `name-${number}.example` });
    waited.push(performance.now() - from);
  }
  const spent = (cpuMicroseconds(ours.pids) - before) / COLD / MS;
  const anew: number[] = [];
  const text = gunzipSync(gzip).toString();
  for (let number = 0; number < COLD; number += 1) {
    const from = performance.now();
    gzipSync(JSON.stringify(JSON.parse(text)));
    anew.push(performance.now() - from);
  }
  return {
    what: 'the same, first time under an address: filled in and compressed once',
    ours: `${spent.toFixed(0)} ms CPU; ${spread(waited, 'ms')} until it is there`,
    peer: `parse, stringify and gzip in one process: ${spread(anew, 'ms')}`,
    ratio: (median(waited) / median(anew)).toFixed(2),
    goal: '-',
    method: `${COLD} addresses, one after the other; compression runs on the thread pool, off the event loop`,
  };
}

function bytesOf(gzip: Buffer): number {
  return gunzipSync(gzip).length;
}

/** The body as it is sent. */
async function ask(base: string, headers: Readonly<Record<string, string>>): Promise<Buffer> {
  return await new Promise((resolve, reject) => {
    get(`${base}${PATH}`, { headers: { ...ASKS, ...headers }, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () =>
        response.statusCode === 200
          ? resolve(Buffer.concat(chunks))
          : reject(new RangeError(`${base}${PATH} answered ${response.statusCode}`)),
      );
    }).on('error', reject);
  });
}
