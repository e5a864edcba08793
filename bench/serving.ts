/** What a served request costs: CPU time of the server process, user and system, per request. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { get } from 'node:http';
import { join } from 'node:path';
import { z } from 'zod';
import { type Figure, median, spread } from './figure.ts';
import { CONNECTIONS, canPin, costOf, installed, type Load, pinServer, residentMb } from './load.ts';
import { type Peer, startNginx, startPlain } from './peers.ts';

const ROUNDS = 5;
const ROUND_SECONDS = 2;
/** Long enough that a leak of 100 bytes per request would show. */
const LONG_SECONDS = 15;
const JSON_TYPE = 'application/vnd.pypi.simple.v1+json';
const ASKS = { Accept: JSON_TYPE, 'Accept-Encoding': 'gzip' };
const started = z.object({ port: z.number() });
const page = z.object({ files: z.array(z.object({ url: z.string() })) });

/** The same question to each server; the first is ours, and a server may not have it. */
interface Row {
  readonly what: string;
  readonly goal: number;
  readonly ours: Load;
  readonly nginx: Load | undefined;
  readonly plain: Load | undefined;
}

export async function serving(): Promise<readonly Figure[]> {
  if (!installed('wrk')) return [notMeasured('serving', 'wrk is not installed')];
  const child = fork(join(import.meta.dirname, 'server.ts'));
  // A server that ends before it answers is a failure, not a wait without end.
  const [first] = await Promise.race([once(child, 'message'), once(child, 'exit')]);
  const base = `http://127.0.0.1:${started.parse(first).port}`;
  const ours: Peer = { pid: child.pid ?? 0, url: base, stop: async () => void child.send('stop') };
  const index = await raw(`${base}/tier3/pypi/simple/many/`, ASKS);
  const file = await fileOf(base);
  const nginx = installed('nginx') ? await startNginx({ gzip: index.body, file: file.body }) : undefined;
  const plain = await startPlain({ gzip: index.body, file: file.body });
  const all = [ours, ...(nginx === undefined ? [] : [nginx]), plain];
  try {
    for (const peer of all) pinServer(peer.pid);
    const rows = await rowsOf({ base, index, file, nginx, plain });
    return [...(await measured(rows, { ours, nginx, plain })), await memory(ours, rows)];
  } finally {
    const exit = once(child, 'exit');
    await Promise.all(all.map((peer) => peer.stop()));
    await exit;
  }
}

interface Answered {
  readonly url: string;
  readonly etag: string;
  readonly body: Buffer;
}

async function rowsOf(at: {
  readonly base: string;
  readonly index: Answered;
  readonly file: Answered;
  readonly nginx: Peer | undefined;
  readonly plain: Peer;
}): Promise<readonly Row[]> {
  const theirs = at.nginx === undefined ? undefined : await raw(`${at.nginx.url}/index`, ASKS);
  const bare = await raw(`${at.plain.url}/index`, ASKS);
  const load = (url: string | undefined, headers = {}): Load | undefined =>
    url === undefined ? undefined : { url, headers: { ...ASKS, ...headers } };
  const missing = `${at.base}/tier3/pypi/simple/nowhere/`;
  return [
    {
      what: `index, gzip, ${at.index.body.length} bytes`,
      goal: 2.7,
      ours: { url: at.index.url, headers: ASKS },
      nginx: load(theirs?.url),
      plain: load(bare.url),
    },
    {
      what: 'index, 304',
      goal: 4.2,
      ours: { url: at.index.url, headers: { ...ASKS, 'If-None-Match': at.index.etag } },
      nginx: load(theirs?.url, { 'If-None-Match': theirs?.etag ?? '' }),
      plain: load(bare.url, { 'If-None-Match': bare.etag }),
    },
    {
      what: '404',
      goal: 4.2,
      ours: { url: missing, headers: ASKS },
      nginx: load(at.nginx && `${at.nginx.url}/nowhere`),
      plain: load(`${at.plain.url}/nowhere`),
    },
    {
      what: `file from disk, ${at.file.body.length} bytes`,
      goal: 3.3,
      ours: { url: at.file.url, headers: {} },
      nginx: load(at.nginx && `${at.nginx.url}/file`),
      plain: load(`${at.plain.url}/file`),
    },
  ];
}

async function measured(
  rows: readonly Row[],
  { ours, nginx, plain }: { readonly ours: Peer; readonly nginx: Peer | undefined; readonly plain: Peer },
): Promise<readonly Figure[]> {
  const servers = { ours, nginx, plain };
  const costs = rows.map(() => ({ ours: [] as number[], nginx: [] as number[], plain: [] as number[] }));
  const names = ['ours', 'nginx', 'plain'] as const;
  for (let round = 0; round <= ROUNDS; round += 1) {
    for (const [number, row] of rows.entries()) {
      for (const name of names) {
        const load = row[name];
        const server = servers[name];
        if (load === undefined || server === undefined) continue;
        const cost = await costOf(server.pid, load, ROUND_SECONDS);
        // The first round warms up.
        if (round > 0) costs[number]?.[name].push(cost);
      }
    }
  }
  const method = `${ROUNDS} interleaved rounds of ${ROUND_SECONDS} s, ${CONNECTIONS} connections, ${canPin() ? 'a core each' : 'not pinned'}`;
  return rows.map(({ what, goal }, number): Figure => {
    const cost = costs[number] ?? { ours: [], nginx: [], plain: [] };
    const floor = cost.plain.length === 0 ? '' : `; bare node:http ${spread(cost.plain, 'us')}`;
    return {
      what,
      ours: spread(cost.ours, 'us CPU'),
      peer:
        nginx === undefined ? 'nginx: not measured, not installed' : `nginx ${spread(cost.nginx, 'us CPU')}${floor}`,
      ...(nginx === undefined ? {} : { ratio: (median(cost.ours) / median(cost.nginx)).toFixed(2) }),
      goal: `${goal} times nginx`,
      method,
    };
  });
}

/** Memory after everything above, and after a long round of all of it again. */
async function memory(ours: Peer, rows: readonly Row[]): Promise<Figure> {
  const before = residentMb(ours.pid);
  for (const row of rows) await costOf(ours.pid, row.ours, LONG_SECONDS);
  return {
    what: 'memory while serving',
    ours: `${before} MB, then ${residentMb(ours.pid)} MB`,
    goal: 'flat',
    method: `RSS before and after ${LONG_SECONDS} s more of each of the loads above`,
  };
}

/** The one file of the package that was made large. */
async function fileOf(base: string): Promise<Answered> {
  const url = `${base}/tier3/pypi/simple/large/`;
  const { body } = await raw(url, { Accept: JSON_TYPE, 'Accept-Encoding': 'identity' });
  const [first] = page.parse(JSON.parse(body.toString())).files;
  return await raw(new URL(first?.url ?? '', url).href, {});
}

/** The body as it is sent: what Node's own client would decompress is of no use here. */
async function raw(url: string, headers: Readonly<Record<string, string>>): Promise<Answered> {
  return await new Promise((resolve, reject) => {
    get(url, { headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () =>
        response.statusCode === 200
          ? resolve({ url, etag: response.headers.etag ?? '', body: Buffer.concat(chunks) })
          : reject(new RangeError(`${url} answered ${response.statusCode}`)),
      );
    }).on('error', reject);
  });
}

function notMeasured(what: string, reason: string): Figure {
  return { what, ours: `not measured: ${reason}`, goal: '-', method: '-' };
}
