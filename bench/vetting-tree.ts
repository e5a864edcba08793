/**
 * Vetting a tree of about a hundred wheels through a running `serve`, beside what pip needs to download and install the
 * same tree from the same upstream on this machine; and the memory of the server's process group, its database apart.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
import { type Memory, processorTimeOf, SAMPLE_MS, sampleGroup } from './process-group.ts';
import { type Again, againOf, vetAgain } from './vetting-again.ts';
import { startWheelUpstream, wheelsOfTree } from './wheels.ts';

const run = promisify(execFile);
const WANTED = 'jupyterlab';
/** What is measured is the program that `npm run build` makes, as it is installed: a clone strips types besides. */
const ROOT = join(import.meta.dirname, '..');
const BUILT = join(ROOT, 'dist', 'src', 'main', 'cli.js');
/** Rounds in which nothing but what is timed goes on, and those in which it is watched and pages are asked for. */
const TIMED_ROUNDS = 5;
const WATCHED_ROUNDS = 3;
const VETTING_TIMEOUT_S = 600;
const KIB = 1024;

/** Settings of `server.work` that vet in the group of `serve`. */
const WORKS = ['beside', 'inside'] as const;
type Work = (typeof WORKS)[number];

/** The bench; says so in its method where the wheels cannot be had. */
export async function vettingTree(): Promise<readonly Figure[]> {
  const wheels = await wheelsOfTree(WANTED);
  if (wheels.length === 0)
    return [{ what: `vetting ${WANTED}`, ours: 'not measured', goal: '-', method: 'the wheels could not be fetched' }];
  await run(process.execPath, [join(ROOT, 'scripts', 'build.mjs')]);
  const upstream = await startWheelUpstream(wheels);
  const { indexUrl } = upstream;
  const installed: Timed[] = [];
  const timed: Record<Work, Vetted[]> = { beside: [], inside: [] };
  const watched: Record<Work, Watched[]> = { beside: [], inside: [] };
  try {
    for (let round = 0; round < TIMED_ROUNDS; round += 1) {
      installed.push(await pipInstall(indexUrl));
      for (const work of WORKS) timed[work].push(await vetOnce(indexUrl, work, vetTimed));
    }
    for (let round = 0; round < WATCHED_ROUNDS; round += 1)
      for (const work of WORKS) watched[work].push(await vetOnce(indexUrl, work, vetWatched));
  } finally {
    await upstream.close();
  }
  return WORKS.flatMap((work) => [
    ...timesOf(work, timed[work], installed),
    ...memoryOf(
      work,
      watched[work].map(({ peak }) => peak),
    ),
    latencyOf(
      work,
      watched[work].map(({ latencies }) => latencies),
    ),
    ...againOf(
      work,
      timed[work].map(({ again }) => again),
    ),
  ]);
}

function timesOf(work: Work, vetted: readonly Vetted[], installed: readonly Timed[]): readonly Figure[] {
  const ours = { wall: vetted.map(({ seconds }) => seconds), cpu: vetted.map(({ cpuSeconds }) => cpuSeconds) };
  const pip = { wall: installed.map(({ seconds }) => seconds), cpu: installed.map(({ cpuSeconds }) => cpuSeconds) };
  const ratios = ours.wall.map((seconds, round) => (seconds / (pip.wall[round] ?? Number.NaN)).toFixed(2)).join(', ');
  return [
    {
      what: `work ${work}: vetting ${WANTED}, from filing to evidence, ${vetted.at(-1)?.releases ?? 0} releases, wall time`,
      ours: spread(ours.wall, 's'),
      peer: `pip download and install: ${spread(pip.wall, 's')}`,
      ratio: (median(ours.wall) / median(pip.wall)).toFixed(2),
      goal: 'less than pip',
      method: `${TIMED_ROUNDS} rounds, pip and ours in turns and nothing beside them; round by round ${ratios} of pip. Fresh home and empty environment each time, same upstream on the loopback; a server whose work has begun, the program as \`npm run build\` makes it; the state is asked for every 50 ms`,
    },
    {
      what: 'the same, CPU time of the process group, user and system',
      ours: spread(ours.cpu, 's'),
      peer: `pip: ${spread(pip.cpu, 's')}`,
      ratio: (median(ours.cpu) / median(pip.cpu)).toFixed(2),
      goal: '-',
      method: 'PostgreSQL apart; children that ended in between count through their parent',
    },
  ];
}

function memoryOf(work: Work, peaks: readonly Memory[]): readonly Figure[] {
  const peak = (pick: (memory: Memory) => number) =>
    spread(
      peaks.map((one) => pick(one) / KIB ** 2),
      'MiB',
    );
  const rounds = peaks.map(({ rss }) => (rss / KIB ** 2).toFixed(0)).join(', ');
  return [
    {
      what: `work ${work}: RSS of the group of \`serve\`, PostgreSQL apart: peak of the sum`,
      ours: peak(({ rss }) => rss),
      goal: 'under 300 MB',
      method: `${WATCHED_ROUNDS} rounds of their own, in which a page is asked for a hundred times a second; sampled every ${SAMPLE_MS} ms; pages that processes share count once per process; round by round ${rounds}`,
    },
    {
      what: 'the same, PSS: shared pages counted once',
      ours: peak(({ pss }) => pss),
      goal: '-',
      method: `alone (RSS): server and its thread of work ${peak(({ server }) => server)}, a worker process ${peak(({ worker }) => worker)}, confined children together ${peak(({ confined }) => confined)}`,
    },
  ];
}

function latencyOf(work: Work, rounds: readonly Latencies[]): Figure {
  const of = (share: number) =>
    spread(
      rounds.map((latencies) => quantile(latencies, share)),
      'ms',
    );
  return {
    what: `work ${work}: an index page asked for a hundred times a second meanwhile`,
    ours: `median ${of(0.5)}; 99 of a hundred within ${of(0.99)}`,
    goal: '-',
    method:
      'in the same rounds as the memory; until the answer is whole, asked by a process of its own; each is the figure of one round',
  };
}

const USAGE = `
import resource, subprocess, sys, time
start = time.monotonic()
subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(time.monotonic() - start, used.ru_utime + used.ru_stime)
`;

interface Timed {
  readonly seconds: number;
  readonly cpuSeconds: number;
}

async function pipInstall(indexUrl: string): Promise<Timed> {
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

interface Vetted extends Timed {
  readonly releases: number;
  readonly again: Again;
}

interface Watched {
  readonly peak: Memory;
  readonly latencies: Latencies;
}

async function vetOnce<T>(indexUrl: string, work: Work, vet: (stage: Stage) => Promise<T>): Promise<T> {
  const stage = await openStage({
    config: (text) => text.replace(/url: http:\S+/, `url: ${indexUrl}`).replace('work: beside', `work: ${work}`),
    target: await ownTarget(),
    built: BUILT,
  });
  try {
    await until('the work has begun', async () => /\bworking\b/.test(stage.log()));
    return await vet(stage);
  } finally {
    await stage.close();
  }
}

async function vetTimed(stage: Stage): Promise<Vetted> {
  const before = await processorTimeOf(stage.pid());
  const { id, seconds } = await fileAndWait(stage);
  const cpuSeconds = (await processorTimeOf(stage.pid())) - before;
  return { seconds, cpuSeconds, releases: await releasesOf(stage, id), again: await vetAgain(stage, WANTED) };
}

async function vetWatched(stage: Stage): Promise<Watched> {
  const asker = askMeanwhile(`${stage.url()}/${CHANNEL}/pypi/simple/`);
  const sampler = sampleGroup(stage.pid());
  await fileAndWait(stage).finally(() => sampler.stop());
  return { peak: await sampler.stop(), latencies: await asker.stop() };
}

/** Files without running what follows: that is left to the server's worker, which is what is measured. */
async function fileAndWait(stage: Stage): Promise<{ readonly id: string; readonly seconds: number }> {
  const environment = readEnvironment();
  const app = createApp(await openFoundation({ home: await openHome(stage.home), environment, logTo: 'file' }));
  try {
    const rosa = await resolveActor(app.db, 'rosa');
    const words = { q1: 'To measure.', q2: 'No other.', q3: 'unknown', version: undefined, answersConcern: undefined };
    const form = { channel: CHANNEL, ecosystem: 'pypi', name: WANTED, ...words };
    const start = performance.now();
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
    return { id: request.id, seconds: (performance.now() - start) / 1000 };
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
