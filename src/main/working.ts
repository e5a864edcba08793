/** Who does the work that follows from what people do, while `serve` answers: as `server.work` says. */
import { spawn } from 'node:child_process';
import { extname, join } from 'node:path';
import type { Environment } from '../platform/environment/environment.ts';
import type { OpenApp } from './app.ts';

export interface Work {
  /** Takes nothing new; what is in flight in this process ends when the app is closed, in a process of its own at once. */
  stop(): Promise<void>;
}

/** Pauses before a worker that ended by itself is started again, in milliseconds: doubled each time up to the longest. */
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;
/** Memory of the worker: a tree of a hundred releases for ten targets keeps some 140 MB; this is the limit of its heap, in MiB. */
const WORKER_MEMORY = ['--max-old-space-size=384'];
/**
 * What the worker frees goes back to the system: with an arena for every thread, glibc keeps what each once needed
 * (mallopt(3)). Whatever the operator sets goes before this.
 */
const WORKER_ALLOCATOR = { MALLOC_ARENA_MAX: '1', MALLOC_TRIM_THRESHOLD_: '1048576' } as const;

/** Starts the work of a served home. */
export async function startWork(app: OpenApp, environment: Environment): Promise<Work> {
  switch (app.foundation.config.server.work) {
    case 'beside':
      return superviseWorker(app, environment);
    case 'inside':
      return workInside(app);
    case 'elsewhere':
      return { stop: () => Promise.resolve() };
  }
}

/** In this process: a hundred megabytes less, and answers that wait for each other's turns of the one thread. */
async function workInside({ deliveries, schedule, foundation }: OpenApp): Promise<Work> {
  await deliveries.start();
  schedule.start();
  foundation.log.info('working', { home: foundation.home.folder });
  return { stop: () => schedule.stop() };
}

/** In a process of its own, started again when it ends: vetting and publishing delay no answer, and their memory is let go. */
function superviseWorker(app: OpenApp, environment: Environment): Work {
  const { home, log } = app.foundation;
  const entry = join(import.meta.dirname, `cli${extname(import.meta.filename)}`);
  let stopping = false;
  let pause = FIRST_PAUSE_MS;
  let ended: Promise<void> = Promise.resolve();
  let child: ReturnType<typeof spawn> | undefined;
  const start = () => {
    // Its standard input is held open here: however this process ends, the worker hears of it and ends too.
    const started = spawn(process.execPath, [...WORKER_MEMORY, entry, 'work', '--attached', '--home', home.folder], {
      stdio: ['pipe', 'ignore', 'inherit'],
      env: { ...WORKER_ALLOCATOR, ...environment.all },
    });
    child = started;
    ended = new Promise((resolve) => {
      started.once('error', () => resolve());
      started.once('exit', (code, signal) => {
        resolve();
        if (stopping) return;
        log.error('the worker ended', { code, signal });
        setTimeout(() => (stopping ? undefined : start()), pause).unref();
        pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
      });
    });
  };
  start();
  return {
    async stop() {
      stopping = true;
      child?.kill('SIGTERM');
      await ended;
    },
  };
}
