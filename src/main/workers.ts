/** Workers that `serve` starts beside itself: a thread of its process, or a process of their own. */
import { spawn } from 'node:child_process';
import { Worker as Thread } from 'node:worker_threads';
import type { Environment } from '../platform/environment/environment.ts';
import { entryOf } from './entry.ts';
import { FRUGAL_ALLOCATOR } from './frugal.ts';
import { NO_ROOM_EXIT } from './room.ts';

export interface Worker {
  /** What is in flight is finished first. */
  askToEnd(): void;
  readonly ended: Promise<WorkerEnd>;
}

export interface WorkerEnd {
  readonly reason: string;
  /** Whether it needed more heap than it may have. */
  readonly outOfHeap: boolean;
}

/** Limit of a thread's heap, in MiB: vetting a hundred releases keeps some 60 MB, a tree of 1,200 npm releases 140. */
const THREAD_HEAP_MIB = 256;
/** The same of a process. */
const PROCESS_HEAP_MIB = 512;

/**
 * A thread has an event loop and a heap of its own, so that it delays no answer and, when it runs out of heap, ends alone;
 * what makes a second process large it shares with the server.
 */
export function startWorkerThread(home: string, heapMib = THREAD_HEAP_MIB): Worker {
  const thread = new Thread(entryOf('work-thread'), {
    workerData: home,
    resourceLimits: { maxOldGenerationSizeMb: heapMib },
  });
  let outOfHeap = false;
  let reason: string | undefined;
  thread.once('error', (error: NodeJS.ErrnoException) => {
    outOfHeap = error.code === 'ERR_WORKER_OUT_OF_MEMORY';
    reason = error.message;
  });
  return {
    askToEnd: () => thread.postMessage('end'),
    ended: new Promise((resolve) => {
      thread.once('exit', (code) => {
        if (code === NO_ROOM_EXIT) resolve({ reason: 'it has no room for what it is to read', outOfHeap: true });
        else resolve({ reason: reason ?? `code ${code}`, outOfHeap });
      });
    }),
  };
}

/** A process holds some 45 MB more than a thread, and may have a larger heap. */
export function startWorkerProcess(home: string, environment: Environment): Worker {
  const args = [`--max-old-space-size=${PROCESS_HEAP_MIB}`, entryOf('cli'), 'work', '--attached', '--home', home];
  // Its standard input is held open here: however this process ends, the worker hears of it and ends too.
  const child = spawn(process.execPath, args, {
    stdio: ['pipe', 'ignore', 'inherit'],
    // Whatever the operator sets goes before ours.
    env: { ...FRUGAL_ALLOCATOR, ...environment.all },
  });
  return {
    askToEnd: () => child.kill('SIGTERM'),
    ended: new Promise((resolve) => {
      child.once('error', ({ message }) => resolve({ reason: message, outOfHeap: false }));
      child.once('exit', (code, signal) => resolve({ reason: signal ?? `code ${code}`, outOfHeap: false }));
    }),
  };
}
