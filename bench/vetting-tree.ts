/**
 * Vetting a tree of about a hundred wheels through a running `serve`, beside what pip needs to download and install the
 * same tree from the same upstream on this machine; and the memory of the server's process group, its database apart.
 */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer, type ServerResponse } from 'node:http';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { resolveActor } from '../src/features/accounts/read.ts';
import { findRequest } from '../src/features/requests/read.ts';
import { createApp } from '../src/main/app.ts';
import { openFoundation } from '../src/main/foundation.ts';
import { openHome } from '../src/main/home.ts';
import { readEnvironment } from '../src/platform/environment/environment.ts';
import { cleanEnvironment } from '../test/harness/clients.ts';
import { CHANNEL, openStage, type Stage, until } from '../test/journeys/stage.ts';
import { type Figure, median, spread } from './figure.ts';
import { askMeanwhile, type Latencies, quantile } from './latency.ts';
import { type Again, againOf, vetAgain } from './vetting-again.ts';

const run = promisify(execFile);
const WANTED = 'jupyterlab';
/** What is measured is the program that `npm run build` makes, as it is installed: a clone strips types besides. */
const ROOT = join(import.meta.dirname, '..');
const BUILT = join(ROOT, 'dist', 'src', 'main', 'cli.js');
/** Wheels are fetched once, by name, with this machine's own pip. */
const CACHE = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'pratique-test', `tree-${WANTED}`);
const ROUNDS = 3;
const SAMPLE_MS = 100;
const VETTING_TIMEOUT_S = 600;
const KIB = 1024;
const JSON_TYPE = 'application/vnd.pypi.simple.v1+json';

interface Wheel {
  readonly filename: string;
  readonly name: string;
  readonly sha256: string;
  readonly size: number;
  readonly metadata: string;
}

/** Settings of `server.work` that vet in the group of `serve`. */
const WORKS = ['beside', 'inside'] as const;
type Work = (typeof WORKS)[number];

/** The bench; says so in its method where the wheels cannot be had. */
export async function vettingTree(): Promise<readonly Figure[]> {
  const wheels = await cachedWheels();
  if (wheels.length === 0)
    return [{ what: `vetting ${WANTED}`, ours: 'not measured', goal: '-', method: 'the wheels could not be fetched' }];
  await run(process.execPath, [join(ROOT, 'scripts', 'build.mjs')]);
  const upstream = await startWheelUpstream(wheels);
  const installed: Installed[] = [];
  const runs: Record<Work, Vetted[]> = { beside: [], inside: [] };
  try {
    for (let round = 0; round < ROUNDS; round += 1) {
      installed.push(await pipInstall(upstream.indexUrl));
      for (const work of WORKS) runs[work].push(await vetOnce(upstream.indexUrl, work));
    }
  } finally {
    await upstream.close();
  }
  const method = `${ROUNDS} interleaved rounds, ${wheels.length} wheels, fresh home and empty environment each time, same upstream on the loopback; the program as \`npm run build\` makes it`;
  return WORKS.flatMap((work) => [
    ...timesOf(work, { vetted: runs[work], installed, method }),
    ...memoryOf(work, runs[work]),
    latencyOf(work, runs[work]),
    ...againOf(
      work,
      runs[work].map(({ again }) => again),
    ),
  ]);
}

function timesOf(
  work: Work,
  {
    vetted,
    installed,
    method,
  }: { readonly vetted: readonly Vetted[]; readonly installed: readonly Installed[]; readonly method: string },
): readonly Figure[] {
  const ours = { wall: vetted.map(({ seconds }) => seconds), cpu: vetted.map(({ cpuSeconds }) => cpuSeconds) };
  const pip = { wall: installed.map(({ seconds }) => seconds), cpu: installed.map(({ cpuSeconds }) => cpuSeconds) };
  return [
    {
      what: `work ${work}: vetting ${WANTED}, from filing to evidence, ${vetted.at(-1)?.releases ?? 0} releases, wall time`,
      ours: spread(ours.wall, 's'),
      peer: `pip download and install: ${spread(pip.wall, 's')}`,
      ratio: (median(ours.wall) / median(pip.wall)).toFixed(2),
      goal: 'less than pip',
      method,
    },
    {
      what: 'the same, CPU time of the process group, user and system',
      ours: spread(ours.cpu, 's'),
      peer: `pip: ${spread(pip.cpu, 's')}`,
      ratio: (median(ours.cpu) / median(pip.cpu)).toFixed(2),
      goal: '-',
      method:
        'sum over the live processes of the group at each sample: children that ended in between count through their parent',
    },
  ];
}

function memoryOf(work: Work, vetted: readonly Vetted[]): readonly Figure[] {
  const peak = (pick: (memory: Memory) => number) =>
    spread(
      vetted.map((one) => pick(one.peak) / KIB ** 2),
      'MiB',
    );
  const rounds = vetted.map(({ peak: { rss } }) => (rss / KIB ** 2).toFixed(0)).join(', ');
  return [
    {
      what: `work ${work}: RSS of the group of \`serve\`, PostgreSQL apart: peak of the sum`,
      ours: peak(({ rss }) => rss),
      goal: 'under 300 MB',
      method: `sampled every ${SAMPLE_MS} ms; pages that processes share count once per process; round by round ${rounds}`,
    },
    {
      what: 'the same, PSS: shared pages counted once',
      ours: peak(({ pss }) => pss),
      goal: '-',
      method: `alone (RSS): server and its thread of work ${peak(({ server }) => server)}, a worker process ${peak(({ worker }) => worker)}, confined children together ${peak(({ confined }) => confined)}`,
    },
  ];
}

function latencyOf(work: Work, vetted: readonly Vetted[]): Figure {
  const of = (share: number) =>
    spread(
      vetted.map(({ latencies }) => quantile(latencies, share)),
      'ms',
    );
  return {
    what: `work ${work}: an index page asked for a hundred times a second meanwhile`,
    ours: `median ${of(0.5)}; 99 of a hundred within ${of(0.99)}`,
    goal: '-',
    method: 'until the answer is whole, asked by a process of its own; each is the figure of one round',
  };
}

async function cachedWheels(): Promise<readonly Wheel[]> {
  if (!existsSync(CACHE)) {
    const fresh = `${CACHE}.${process.pid}`;
    await mkdir(fresh, { recursive: true });
    const args = ['-m', 'pip', 'download', '-q', '--only-binary', ':all:', '-d', fresh, WANTED];
    const got = await run('python3', args).then(
      () => true,
      () => false,
    );
    if (!got) return rm(fresh, { recursive: true, force: true }).then(() => []);
    await run('mv', [fresh, CACHE]);
  }
  const names = (await readdir(CACHE)).filter((name) => name.endsWith('.whl')).toSorted();
  return Promise.all(names.map(wheelOf));
}

async function wheelOf(filename: string): Promise<Wheel> {
  const path = join(CACHE, filename);
  const bytes = await readFile(path);
  const metadata = await run('python3', ['-c', READ_METADATA, path], { maxBuffer: 16 * KIB ** 2 });
  return {
    filename,
    name: (filename.split('-')[0] ?? '').toLowerCase().replaceAll(/[-_.]+/g, '-'),
    sha256: createHash('sha256').update(bytes).digest('hex'),
    size: bytes.length,
    metadata: metadata.stdout,
  };
}

const READ_METADATA = `
import sys, zipfile
z = zipfile.ZipFile(sys.argv[1])
sys.stdout.reconfigure(newline="", encoding="utf-8", errors="surrogateescape")
sys.stdout.write(z.read(next(n for n in z.namelist() if n.endswith(".dist-info/METADATA") and n.count("/") == 1)).decode("utf-8", "surrogateescape"))
`;

/** A simple index over the cached wheels that sends files from disk, as a near mirror does. */
async function startWheelUpstream(wheels: readonly Wheel[]) {
  const byFile = new Map(wheels.map((wheel) => [wheel.filename, wheel]));
  const server = createServer((request, response) => {
    const [, kind = '', last = ''] = decodeURIComponent(request.url ?? '/').split('/');
    if (kind === 'simple')
      return sendPage(
        response,
        last,
        wheels.filter(({ name }) => name === last),
      );
    const wheel = byFile.get(last.replace(/\.metadata$/, ''));
    if (wheel === undefined) return response.writeHead(404).end();
    if (last.endsWith('.metadata')) return response.writeHead(200).end(wheel.metadata);
    response.writeHead(200, { 'content-length': wheel.size, 'content-type': 'application/octet-stream' });
    return createReadStream(join(CACHE, wheel.filename)).pipe(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { indexUrl: `http://127.0.0.1:${port}/simple/`, close };
}

function sendPage(response: ServerResponse, name: string, wheels: readonly Wheel[]): ServerResponse {
  if (wheels.length === 0) return response.writeHead(404).end();
  const files = wheels.map(({ filename, sha256, size, metadata }) => ({
    filename,
    url: `../../files/${encodeURIComponent(filename)}`,
    hashes: { sha256 },
    size,
    'upload-time': '2024-01-01T00:00:00.000000Z',
    yanked: false,
    'core-metadata': { sha256: createHash('sha256').update(metadata).digest('hex') },
  }));
  const versions = [...new Set(wheels.map(({ filename }) => filename.split('-')[1]))];
  return response
    .writeHead(200, { 'content-type': JSON_TYPE })
    .end(JSON.stringify({ meta: { 'api-version': '1.1' }, name, versions, files }));
}

const USAGE = `
import resource, subprocess, sys, time
start = time.monotonic()
subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(time.monotonic() - start, used.ru_utime + used.ru_stime)
`;

interface Installed {
  readonly seconds: number;
  readonly cpuSeconds: number;
}

async function pipInstall(indexUrl: string): Promise<Installed> {
  const folder = await mkdtemp(join(tmpdir(), 'pratique-bench-pip-'));
  try {
    await run('python3', ['-m', 'venv', folder]);
    const python = join(folder, 'bin', 'python');
    const pip = [python, '-m', 'pip', 'install', '-q', '--no-cache-dir', '--index-url', indexUrl, WANTED];
    const { stdout } = await run('python3', ['-c', USAGE, ...pip], { env: cleanEnvironment() });
    const [seconds = Number.NaN, cpuSeconds = Number.NaN] = stdout.trim().split(' ').map(Number);
    return { seconds, cpuSeconds };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Bytes. */
interface Memory {
  readonly rss: number;
  readonly pss: number;
  readonly server: number;
  readonly worker: number;
  /** All that read what is vetted, together. */
  readonly confined: number;
}

interface Vetted {
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly peak: Memory;
  readonly latencies: Latencies;
  readonly releases: number;
  readonly again: Again;
}

async function vetOnce(indexUrl: string, work: Work): Promise<Vetted> {
  const stage = await openStage({
    config: (text) => text.replace(/url: http:\S+/, `url: ${indexUrl}`).replace('work: beside', `work: ${work}`),
    target: await ownTarget(),
    built: BUILT,
  });
  try {
    const server = stage.pid();
    const asker = askMeanwhile(`${stage.url()}/${CHANNEL}/pypi/simple/`);
    const sampler = sampleGroup(server);
    const start = performance.now();
    const id = await fileAndWait(stage).finally(() => sampler.stop());
    const seconds = (performance.now() - start) / 1000;
    const { peak, cpuSeconds } = await sampler.stop();
    const latencies = await asker.stop();
    const releases = await releasesOf(stage, id);
    return { seconds, cpuSeconds, peak, latencies, releases, again: await vetAgain(stage, WANTED) };
  } finally {
    await stage.close();
  }
}

/** Files without running what follows: that is left to the server's worker, which is what is measured. */
async function fileAndWait(stage: Stage): Promise<string> {
  const environment = readEnvironment();
  const app = createApp(await openFoundation({ home: await openHome(stage.home), environment, logTo: 'file' }));
  try {
    const rosa = await resolveActor(app.db, 'rosa');
    const words = { q1: 'To measure.', q2: 'No other.', q3: 'unknown', version: undefined, answersConcern: undefined };
    const form = { channel: CHANNEL, ecosystem: 'pypi', name: WANTED, ...words };
    const { request } = await app.rooms.requests.file(rosa, form);
    await until(
      'the evidence is there',
      async () => {
        const now = await findRequest(app.db, request.id);
        if (now?.state === 'failed') throw new Error(now.failure ?? 'failed');
        return now?.state === 'in-review';
      },
      VETTING_TIMEOUT_S,
    );
    return request.id;
  } finally {
    await app.close();
  }
}

/** What pip fetched the wheels for: this machine's own Python, processor and C library. */
async function ownTarget(): Promise<string> {
  const { stdout } = await run('python3', ['-c', ASK_TARGET]);
  return stdout.trim();
}

const ASK_TARGET = `
import platform, sys
libc = platform.libc_ver()[1].split(".")
print(f"cp{sys.version_info[0]}{sys.version_info[1]}.{sys.version_info[2]}-manylinux_{libc[0]}_{libc[1]}_{platform.machine()}")
`;

async function releasesOf(stage: Stage, id: string): Promise<number> {
  const { json } = await stage.pratique(['review', 'show', id], 'vera');
  const results: unknown = typeof json === 'object' && json !== null ? Reflect.get(json, 'results') : undefined;
  return Array.isArray(results) ? results.length : 0;
}

/** Follows every process of a group; the database has a session of its own and is not in it. */
function sampleGroup(leader: number) {
  let peak: Memory = { rss: 0, pss: 0, server: 0, worker: 0, confined: 0 };
  let first: number | undefined;
  let last = 0;
  let going = true;
  const loop = (async () => {
    while (going) {
      const sample = await groupNow(leader);
      first ??= sample.cpuSeconds;
      last = Math.max(last, sample.cpuSeconds);
      peak = {
        rss: Math.max(peak.rss, sample.rss),
        pss: Math.max(peak.pss, sample.pss),
        server: Math.max(peak.server, sample.server),
        worker: Math.max(peak.worker, sample.worker),
        confined: Math.max(peak.confined, sample.confined),
      };
      await sleep(SAMPLE_MS);
    }
  })();
  return {
    async stop() {
      going = false;
      await loop;
      return { peak, cpuSeconds: last - (first ?? 0) };
    },
  };
}

/** Linux's clock ticks per second in /proc (sysconf _SC_CLK_TCK, 100 on every usual kernel). */
const TICKS = 100;

async function groupNow(leader: number) {
  const sum = { rss: 0, pss: 0, server: 0, worker: 0, confined: 0, cpuSeconds: 0 };
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const text = await readFile(`/proc/${name}/stat`, 'utf8').catch(() => '');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    // Fields 3 on of proc(5): state, parent, group ...; 14 to 17 are the times, with those of children that ended.
    if (Number(fields[2]) !== leader) continue;
    sum.cpuSeconds += [11, 12, 13, 14].reduce((all, at) => all + Number(fields[at] ?? 0), 0) / TICKS;
    const rollup = await readFile(`/proc/${name}/smaps_rollup`, 'utf8').catch(() => '');
    const bytes = (field: string) => Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(rollup)?.[1] ?? 0) * KIB;
    sum.rss += bytes('Rss');
    sum.pss += bytes('Pss');
    const command = await readFile(`/proc/${name}/cmdline`, 'utf8').catch(() => '');
    if (Number(name) === leader) sum.server = bytes('Rss');
    else if (/\0work\0/.test(command)) sum.worker = bytes('Rss');
    else sum.confined += bytes('Rss');
  }
  return sum;
}
