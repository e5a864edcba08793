import { type ChildProcess, spawn } from 'node:child_process';
import type { Writable } from 'node:stream';
import pLimit from 'p-limit';
import { CAGE_FILES, cageCommand } from './cage-command.ts';
import { CONFINED_ENV } from './confinement.ts';
import type { Cage, CageOutcome, CageTask } from './port.ts';
import { availableBytes, memoryUnder } from './process-memory.ts';

/** Bytes that a task may print; it is ended when it prints more. */
const MAX_PRINTED = 4 * 1024 * 1024;
/** Characters of error output that are kept. */
const MAX_COMPLAINT = 4096;
/** Milliseconds between two looks at the memory of a task: short against the time that filling gigabytes takes. */
const LOOK_EVERY_MS = 200;
const MIB = 1024 * 1024;
/**
 * Bytes of the machine's memory that no task may touch. Memory without a name (memfd_create(2)), shared segments and the
 * buffers of sockets are nobody's resident pages, so what processes have says nothing of them; what is left says all.
 */
const KEEP_FREE_BYTES = 512 * MIB;

/** What a probe runs: enough to show that every wall can be built. */
const PROBE: CageTask = {
  command: ['true'],
  shown: [],
  writableBytes: MIB,
  limits: {
    cpuSeconds: 5,
    addressBytes: 1024 * MIB,
    fileBytes: MIB,
    processes: 8,
    memoryBytes: 256 * MIB,
    timeoutMs: 10_000,
  },
};

export interface CageOptions {
  /** 512 MiB by default. */
  readonly keepFreeBytes?: number;
}

/** A cage of this machine. Whether it can be built is found out by building one, on first use. */
export function createCage({ keepFreeBytes = KEEP_FREE_BYTES }: CageOptions = {}): Cage {
  const turns = pLimit(1);
  const running = new Set<ChildProcess>();
  let closed = false;
  let probed: Promise<{ isolated: boolean; detail: string }> | undefined;
  const isolation = () => {
    probed ??= probe(running);
    return probed;
  };
  return {
    isolation,
    run: (task) =>
      turns(async () => {
        const { isolated, detail } = await isolation();
        if (!isolated) return { status: 'unavailable', reason: `nothing is run without isolation: ${detail}` };
        if (closed) return { status: 'unavailable', reason: 'the cage is closed' };
        if ((await availableBytes()) < keepFreeBytes)
          return { status: 'unavailable', reason: `the machine has less than ${keepFreeBytes} bytes of memory left` };
        return runCaged(task, { running, keepFreeBytes });
      }),
    async close() {
      closed = true;
      for (const child of running) child.kill('SIGKILL');
    },
  };
}

async function probe(running: Set<ChildProcess>): Promise<{ isolated: boolean; detail: string }> {
  const outcome = await runCaged(PROBE, { running, keepFreeBytes: 0 });
  if (outcome.status === 'unavailable') return { isolated: false, detail: outcome.reason };
  if (outcome.ending === 'exited' && outcome.code === 0) {
    return { isolated: true, detail: 'bubblewrap: own files, users, processes and network, limits of the kernel' };
  }
  const said = outcome.stderr.trim().split('\n').at(-1) ?? '';
  return {
    isolated: false,
    detail: `bubblewrap fails here: ${said || `it ended with ${outcome.code ?? outcome.ending}`}`,
  };
}

function runCaged(
  task: CageTask,
  { running, keepFreeBytes }: { readonly running: Set<ChildProcess>; readonly keepFreeBytes: number },
): Promise<CageOutcome> {
  const [program = 'false', ...args] = cageCommand(task, process.getuid?.() === 0);
  const stdio = ['ignore' as const, 'pipe' as const, 'pipe' as const, ...CAGE_FILES.map(() => 'pipe' as const)];
  const child = spawn(program, args, { env: CONFINED_ENV, cwd: '/', stdio });
  running.add(child);
  for (const { fd, text } of CAGE_FILES) feed(child, fd, text);
  return new Watched(child, task, keepFreeBytes).outcome().finally(() => running.delete(child));
}

function feed(child: ChildProcess, fd: number, text: string): void {
  const pipe = child.stdio[fd];
  if (pipe === null || pipe === undefined || !isWritable(pipe)) return;
  // A program that did not start does not read: its own end is what counts.
  pipe.on('error', () => undefined);
  pipe.end(text);
}

function isWritable(pipe: object): pipe is Writable {
  return 'end' in pipe && typeof pipe.end === 'function';
}

/** One running task: what it prints, what it takes, and its end at the first limit. */
class Watched {
  private readonly child: ChildProcess;
  private readonly task: CageTask;
  private readonly keepFreeBytes: number;
  private readonly startedAt = performance.now();
  private readonly printed: Buffer[] = [];
  private printedBytes = 0;
  private complaint = '';
  private peakBytes = 0;
  private ending: Extract<CageOutcome, { status: 'ran' }>['ending'] = 'exited';

  constructor(child: ChildProcess, task: CageTask, keepFreeBytes: number) {
    this.child = child;
    this.task = task;
    this.keepFreeBytes = keepFreeBytes;
    child.stdout?.on('data', (piece: Buffer) => this.onOutput(piece));
    child.stderr?.on('data', (piece: Buffer) => {
      this.complaint = (this.complaint + piece.toString('utf8')).slice(-MAX_COMPLAINT);
    });
  }

  outcome(): Promise<CageOutcome> {
    const timer = setTimeout(() => this.end('time'), this.task.limits.timeoutMs);
    const looking = setInterval(() => void this.look(), LOOK_EVERY_MS);
    return new Promise<CageOutcome>((resolve) => {
      this.child.once('error', (error) => {
        const missing = 'code' in error && error.code === 'ENOENT';
        const reason = missing ? 'bubblewrap (bwrap) is not installed' : error.message;
        resolve({ status: 'unavailable', reason });
      });
      // `close` comes when the pipes are closed: when no process of the task is left.
      this.child.once('close', (code) => resolve(this.ran(code)));
    }).finally(() => {
      clearTimeout(timer);
      clearInterval(looking);
    });
  }

  private ran(code: number | null): CageOutcome {
    const { ending, peakBytes } = this;
    const stdout = Buffer.concat(this.printed).toString('utf8');
    const wallMs = Math.round(performance.now() - this.startedAt);
    return { status: 'ran', ending, code, stdout, stderr: this.complaint, wallMs, peakBytes };
  }

  private onOutput(piece: Buffer): void {
    this.printedBytes += piece.length;
    if (this.printedBytes > MAX_PRINTED) this.end('output');
    else this.printed.push(piece);
  }

  private async look(): Promise<void> {
    const { pid } = this.child;
    if (pid === undefined) return;
    const [bytes, left] = await Promise.all([memoryUnder(pid), availableBytes()]);
    this.peakBytes = Math.max(this.peakBytes, bytes);
    if (bytes > this.task.limits.memoryBytes || left < this.keepFreeBytes) this.end('memory');
  }

  /** The outermost process takes the others along: each is told to die with its parent, and the last of a namespace. */
  private end(why: 'time' | 'memory' | 'output'): void {
    if (this.ending === 'exited') this.ending = why;
    this.child.kill('SIGKILL');
  }
}
