/** Who does the work that follows from what people do, while `serve` answers: as `server.work` says. */

import type { Environment } from '../platform/environment/environment.ts';
import type { Log } from '../platform/log/port.ts';
import type { OpenApp } from './app.ts';
import { startWorkerProcess, startWorkerThread, type Worker, type WorkerEnd } from './workers.ts';

export interface Work {
  /** Takes nothing new; what is in flight in this thread ends when the app is closed, in a worker's own at once. */
  stop(): Promise<void>;
}

/** Pauses before a worker that ended by itself is started again, in milliseconds: doubled each time up to the longest. */
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;

/** Starts the work of a served home. */
export async function startWork(app: OpenApp, environment: Environment): Promise<Work> {
  const { config, home, log } = app.foundation;
  switch (config.server.work) {
    case 'beside':
      return superviseWorker(log, {
        first: () => startWorkerThread(home.folder),
        roomier: () => startWorkerProcess(home.folder, environment),
      });
    case 'inside':
      return workInside(app);
    case 'elsewhere':
      return { stop: () => Promise.resolve() };
  }
}

/** In this thread: some tens of megabytes less, and answers that wait for each other's turns of the one thread. */
async function workInside({ deliveries, schedule, foundation }: OpenApp): Promise<Work> {
  await deliveries.start();
  schedule.start();
  foundation.log.info('working', { home: foundation.home.folder });
  return { stop: () => schedule.stop() };
}

/**
 * A worker that is started again when it ends. One that ran out of its heap is followed by a roomier one, for good: what
 * it was at is tried again when its lease has run out, and would end it again.
 */
export function superviseWorker(
  log: Pick<Log, 'error'>,
  workers: { readonly first: () => Worker; readonly roomier: () => Worker },
): Work {
  let stopping = false;
  let pause = FIRST_PAUSE_MS;
  let start = workers.first;
  let worker = start();
  const follow = ({ reason, outOfHeap }: WorkerEnd) => {
    if (stopping) return;
    log.error('the worker ended', { reason });
    if (outOfHeap) start = workers.roomier;
    setTimeout(() => {
      if (stopping) return;
      worker = start();
      void worker.ended.then(follow);
    }, pause).unref();
    pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
  };
  void worker.ended.then(follow);
  return {
    async stop() {
      stopping = true;
      worker.askToEnd();
      await worker.ended;
    },
  };
}
