import { resolve, sep } from 'node:path';
import { type ConfinedChild, type ReadableAnswer, startChild } from './child.ts';
import { type ConfinementOptions, confinedCommand, type Isolation, probeIsolation } from './confinement.ts';
import type { ConfinedOutcome, ConfinedTask, Sandbox } from './port.ts';

export interface SandboxOptions extends Omit<ConfinementOptions, 'cpuSeconds'> {
  /**
   * Asked about every answer before it is read: some megabytes of JSON become some hundred of objects, and where V8 finds
   * no room for them in one call it ends the whole process. The child is ended where this says no.
   */
  readonly readableAnswer: ReadableAnswer;
  /** Children at most, and so tasks at once. */
  readonly workers: number;
  /** Milliseconds in which no task ends and others wait, before another child is started; default 20000. */
  readonly patienceMs?: number;
  /** Milliseconds after which a child that has nothing to do is ended; default 60000. */
  readonly idleMs?: number;
  /** Seconds of processor time of one child over its whole life; default 1800. */
  readonly cpuSeconds?: number;
  /**
   * What to do where the network cannot be cut off (some containers forbid namespaces). `refuse`, the default: every
   * task fails, nothing is vetted. `run`: the operator accepts Node's permission model alone.
   */
  readonly whenNotIsolated?: 'refuse' | 'run';
}

/**
 * Tasks after which a child is replaced, so that nothing a file left behind in it lives long. A new one costs more than
 * its start: it runs at a fraction of its speed until its code is compiled, which takes some dozens of archives.
 */
const TASKS_PER_CHILD = 128;
/** Milliseconds of work after which a child is replaced: small against its limit, so that no task inherits a spent one. */
const BUSY_MS_PER_CHILD = 300_000;
/** The largest wheels, of 4 GiB, take some 15 minutes through all readers; the wall-clock limit of a task ends it sooner. */
const DEFAULT_CPU_SECONDS = 1800;
/**
 * A tree is read by one child, however slow the machine is: on two cores the other one has the database and the server to
 * run, and a second child would mostly add its memory. What hangs or is very large does not keep others waiting for longer.
 */
const DEFAULT_PATIENCE_MS = 20_000;
/** Longer than the pauses within one vetting. */
const DEFAULT_IDLE_MS = 60_000;

/**
 * A pool of confined children.
 *
 * Starting a child costs 60 to 170 ms, as much as reading an ordinary wheel, so children stay for some tasks. What
 * they may read is fixed when they start; a pool therefore may read the whole blob folder, which holds packages and
 * documents only, no keys, and nothing of it can leave: no network, no writing, no processes. A child that fails in
 * any way (crash, hang, memory, an answer that is none) is ended, that one task failed, and a new child takes over.
 */
export function createSandbox(options: SandboxOptions): Sandbox {
  return new Pool(options);
}

class Pool implements Sandbox {
  private readonly options: SandboxOptions;
  private readonly idle: { readonly child: ConfinedChild; readonly timer: NodeJS.Timeout }[] = [];
  private readonly all = new Set<ConfinedChild>();
  private readonly waiting: { readonly go: () => void; readonly timer: NodeJS.Timeout }[] = [];
  private busy = 0;
  private closed = false;
  private probed: Promise<Isolation> | undefined;

  constructor(options: SandboxOptions) {
    this.options = options;
  }

  async run(task: ConfinedTask): Promise<ConfinedOutcome> {
    const refusal = await this.refusal(task);
    if (refusal !== undefined) return { status: 'failed', reason: refusal };
    await this.takeTurn();
    try {
      if (this.closed) return { status: 'failed', reason: 'the sandbox is closed' };
      const child = this.takeIdle() ?? (await this.start());
      const outcome = await child.run(task);
      await this.giveBack(child);
      return outcome;
    } finally {
      this.endTurn();
    }
  }

  async isolation(): Promise<{ readonly isolated: boolean; readonly detail: string }> {
    const { isolated, detail } = await this.probe();
    return { isolated, detail };
  }

  async close(): Promise<void> {
    this.closed = true;
    for (const { timer } of this.idle) clearTimeout(timer);
    await Promise.all([...this.all].map((child) => child.end()));
    this.all.clear();
    this.idle.length = 0;
  }

  private probe(): Promise<Isolation> {
    this.probed ??= probeIsolation();
    return this.probed;
  }

  /** Why the task cannot be run at all. */
  private async refusal(task: ConfinedTask): Promise<string | undefined> {
    const isolation = await this.probe();
    if (!isolation.isolated && this.options.whenNotIsolated !== 'run') {
      return `nothing is examined without isolation: ${isolation.detail}`;
    }
    const outside = task.files.find((file) => !this.options.readable.some((folder) => isWithin(file, folder)));
    return outside === undefined ? undefined : `the sandbox may not read ${outside}`;
  }

  /** Waits for a child that there is, and where there may be another one no longer than patience lasts with none getting on. */
  private takeTurn(): Promise<void> {
    const { workers, patienceMs = DEFAULT_PATIENCE_MS } = this.options;
    if (this.busy < Math.min(workers, Math.max(1, this.all.size))) {
      this.busy += 1;
      return Promise.resolve();
    }
    return new Promise((go) => {
      const timer = setTimeout(() => {
        if (this.busy >= workers) return;
        this.waiting.splice(this.waiting.indexOf(waiter), 1);
        this.busy += 1;
        go();
      }, patienceMs);
      const waiter = { go, timer };
      this.waiting.push(waiter);
    });
  }

  /** Hands the turn on to whoever waits longest. */
  private endTurn(): void {
    const next = this.waiting.shift();
    if (next === undefined) {
      this.busy -= 1;
      return;
    }
    clearTimeout(next.timer);
    // A task ended: who waits in the line waits for a child that gets on.
    for (const { timer } of this.waiting) timer.refresh();
    next.go();
  }

  private takeIdle(): ConfinedChild | undefined {
    const last = this.idle.pop();
    clearTimeout(last?.timer);
    return last?.child;
  }

  private async start(): Promise<ConfinedChild> {
    const cpuSeconds = this.options.cpuSeconds ?? DEFAULT_CPU_SECONDS;
    const child = startChild(
      confinedCommand(await this.probe(), { ...this.options, cpuSeconds }),
      this.options.readableAnswer,
    );
    this.all.add(child);
    return child;
  }

  private async giveBack(child: ConfinedChild): Promise<void> {
    if (child.alive && child.tasks < TASKS_PER_CHILD && child.busyMs < BUSY_MS_PER_CHILD && !this.closed) {
      const kept = { child, timer: setTimeout(() => this.letGo(kept), this.options.idleMs ?? DEFAULT_IDLE_MS).unref() };
      this.idle.push(kept);
      return;
    }
    await child.end();
    this.all.delete(child);
  }

  private letGo(kept: Pool['idle'][number]): void {
    this.idle.splice(this.idle.indexOf(kept), 1);
    this.all.delete(kept.child);
    void kept.child.end();
  }
}

function isWithin(file: string, folder: string): boolean {
  const [path, root] = [resolve(file), resolve(folder)];
  return path === root || path.startsWith(root.endsWith(sep) ? root : root + sep);
}
