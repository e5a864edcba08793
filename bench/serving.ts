/** What a served request costs: CPU time of the server process, user and system, per request. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { get } from 'node:http';
import { join } from 'node:path';
import { z } from 'zod';
import { hasNginx, startFront } from '../test/harness/nginx.ts';
import { type Figure, median, spread } from './figure.ts';
import { CONNECTIONS, canPin, costOf, installed, type Load, pinServer, residentMb } from './load.ts';
import { type Peer, startBareNginx, startPlain } from './peers.ts';

const ROUNDS = 5;
const ROUND_SECONDS = 2;
/** Memory is looked at after each lap over all loads; a leak of 100 bytes per request would show. */
const LAPS = 6;
const LAP_SECONDS = 3;
const JSON_TYPE = 'application/vnd.pypi.simple.v1+json';
const ASKS = { Accept: JSON_TYPE, 'Accept-Encoding': 'gzip' };
const started = z.object({ port: z.number(), blobs: z.string() });
const page = z.object({ files: z.array(z.object({ url: z.string() })) });

/** The same question to each server; a server may not have it. */
interface Row {
  readonly what: string;
  readonly goal: string;
  readonly note: string;
  readonly ours: Asked;
  readonly nginx: Asked | undefined;
  readonly plain: Asked | undefined;
}

interface Asked {
  readonly peer: Peer;
  readonly load: Load;
}

interface Servers {
  readonly ours: Peer;
  /** nginx before ours, to which ours hands the files over. */
  readonly front: Peer | undefined;
  readonly nginx: Peer | undefined;
  readonly plain: Peer;
}

export async function serving(): Promise<readonly Figure[]> {
  if (!installed('wrk')) return [notMeasured('serving', 'wrk is not installed')];
  const child = fork(join(import.meta.dirname, 'server.ts'));
  // A server that ends before it answers is a failure, not a wait without end.
  const [first] = await Promise.race([once(child, 'message'), once(child, 'exit')]);
  const { port, blobs } = started.parse(first);
  const base = `http://127.0.0.1:${port}`;
  const ours: Peer = { pids: [child.pid ?? 0], url: base, stop: async () => void child.send('stop') };
  const index = await raw(`${base}/tier3/pypi/simple/many/`, ASKS);
  const files = await filesOf(base);
  const content = { gzip: index.body, files: files.map(({ body }) => body) };
  const nginx = hasNginx() ? await startBareNginx(content) : undefined;
  const front = hasNginx() ? await frontOf(ours, blobs) : undefined;
  const plain = await startPlain(content);
  const servers = { ours, front, nginx, plain };
  const all = Object.values(servers).filter((peer) => peer !== undefined);
  try {
    for (const pid of new Set(all.flatMap(({ pids }) => pids))) pinServer(pid);
    const rows = await rowsOf(servers, { index, files });
    return [...(await measured(rows)), await memory(ours, rows)];
  } finally {
    const exit = once(child, 'exit');
    await Promise.all(all.map((peer) => peer.stop()));
    await exit;
  }
}

async function frontOf(ours: Peer, blobs: string): Promise<Peer> {
  const { worker, url, stop } = await startFront({ server: ours.url, blobs });
  return { pids: [...ours.pids, worker], url, stop };
}

interface Answered {
  readonly url: string;
  readonly etag: string;
  readonly body: Buffer;
}

async function rowsOf(
  servers: Servers,
  { index, files }: { readonly index: Answered; readonly files: readonly Answered[] },
): Promise<readonly Row[]> {
  const { ours, nginx, plain } = servers;
  const ask = (peer: Peer | undefined, path: string, headers: Load['headers'] = ASKS) =>
    peer && { peer, load: { url: `${peer.url}${path}`, headers } };
  const conditional = async (peer: Peer | undefined, path: string) =>
    peer && ask(peer, path, { ...ASKS, 'If-None-Match': (await raw(`${peer.url}${path}`, ASKS)).etag });
  const many = pathOf(index.url);
  return [
    {
      what: `index, gzip, ${index.body.length} bytes`,
      goal: '2.7 times nginx',
      note: '',
      ours: { peer: ours, load: { url: index.url, headers: ASKS } },
      nginx: ask(nginx, '/index'),
      plain: ask(plain, '/index'),
    },
    {
      what: 'index, 304',
      goal: '4.2 times nginx',
      note: '',
      ours: { peer: ours, load: { url: `${ours.url}${many}`, headers: { ...ASKS, 'If-None-Match': index.etag } } },
      nginx: await conditional(nginx, '/index'),
      plain: await conditional(plain, '/index'),
    },
    {
      what: '404',
      goal: '4.2 times nginx',
      note: '',
      ours: { peer: ours, load: { url: `${ours.url}/tier3/pypi/simple/nowhere/`, headers: ASKS } },
      nginx: ask(nginx, '/nowhere'),
      plain: ask(plain, '/nowhere'),
    },
    ...fileRows(servers, files),
  ];
}

function fileRows({ ours, front, nginx, plain }: Servers, files: readonly Answered[]): readonly Row[] {
  const size = files[0]?.body.length ?? 0;
  const paths = files.map(({ url }) => pathOf(url));
  const theirPaths = files.map((_, number) => `/file/${number}`);
  const one = (peer: Peer | undefined, path: string) =>
    peer && { peer, load: { url: `${peer.url}${path}`, headers: {} } };
  const any = (peer: Peer | undefined, list: readonly string[]) =>
    peer && { peer, load: { url: peer.url, headers: {}, paths: list } };
  const asked = (peer: Peer) => ({ peer, load: { url: peer.url, headers: {}, paths } });
  const goal = '3.3 times nginx';
  const rows: Row[] = [
    {
      what: `file, ${size} bytes, always the same`,
      goal,
      note: '; ours from memory after the second asking, nginx by sendfile, bare node:http from the disk',
      ours: { peer: ours, load: { url: `${ours.url}${paths[0]}`, headers: {} } },
      nginx: one(nginx, '/file/0'),
      plain: one(plain, '/file'),
    },
    {
      what: `${files.length} such files at random`,
      goal,
      note: '; twice what ours keeps in memory, so most come from the disk (page cache of the system)',
      ours: asked(ours),
      nginx: any(nginx, theirPaths),
      plain: one(plain, '/file'),
    },
  ];
  if (front !== undefined)
    rows.push({
      what: `the same ${files.length} files, bytes handed over to an nginx in front`,
      goal,
      note: '; `serving.nginx_files`: the processor time of ours and of the nginx in front together',
      ours: asked(front),
      nginx: any(nginx, theirPaths),
      plain: undefined,
    });
  return rows;
}

async function measured(rows: readonly Row[]): Promise<readonly Figure[]> {
  const names = ['ours', 'nginx', 'plain'] as const;
  const costs = rows.map(() => ({ ours: [] as number[], nginx: [] as number[], plain: [] as number[] }));
  for (let round = 0; round <= ROUNDS; round += 1) {
    for (const [number, row] of rows.entries()) {
      for (const name of names) {
        const asked = row[name];
        if (asked === undefined) continue;
        const cost = await costOf(asked.peer.pids, asked.load, ROUND_SECONDS);
        // The first round warms up.
        if (round > 0) costs[number]?.[name].push(cost);
      }
    }
  }
  const method = `${ROUNDS} interleaved rounds of ${ROUND_SECONDS} s, ${CONNECTIONS} connections, ${canPin() ? 'a core each' : 'not pinned'}`;
  return rows.map(({ what, goal, note, nginx }, number): Figure => {
    const cost = costs[number] ?? { ours: [], nginx: [], plain: [] };
    const floor = cost.plain.length === 0 ? '' : `; bare node:http ${spread(cost.plain, 'us')}`;
    return {
      what,
      ours: spread(cost.ours, 'us CPU'),
      peer:
        nginx === undefined ? 'nginx: not measured, not installed' : `nginx ${spread(cost.nginx, 'us CPU')}${floor}`,
      ...(nginx === undefined ? {} : { ratio: (median(cost.ours) / median(cost.nginx)).toFixed(2) }),
      goal,
      method: `${method}${note}`,
    };
  });
}

/** Memory after everything above, and after each of several laps over all of it again. */
async function memory(ours: Peer, rows: readonly Row[]): Promise<Figure> {
  const samples = [residentMb(ours.pids[0] ?? 0)];
  for (let lap = 0; lap < LAPS; lap += 1) {
    for (const row of rows) await costOf(row.ours.peer.pids, row.ours.load, LAP_SECONDS);
    samples.push(residentMb(ours.pids[0] ?? 0));
  }
  return {
    what: 'memory while serving',
    ours: `${samples.join(', ')} MB`,
    goal: 'flat',
    method: `RSS before and after each of ${LAPS} laps of ${LAP_SECONDS} s over each of the loads above; up to 64 MiB of it are files kept`,
  };
}

/** The files of the package that was made large. */
async function filesOf(base: string): Promise<readonly Answered[]> {
  const url = `${base}/tier3/pypi/simple/large/`;
  const { body } = await raw(url, { Accept: JSON_TYPE, 'Accept-Encoding': 'identity' });
  const files: Answered[] = [];
  for (const file of page.parse(JSON.parse(body.toString())).files)
    files.push(await raw(new URL(file.url, url).href, {}));
  return files;
}

function pathOf(url: string): string {
  return new URL(url).pathname;
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
