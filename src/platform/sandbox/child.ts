import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { CONFINED_ENV } from './confinement.ts';
import type { ConfinedOutcome, ConfinedTask } from './port.ts';
import { LineReader, MAX_ANSWER, parseAnswer } from './protocol.ts';

/** A running confined child; does one task at a time. */
export interface ConfinedChild {
  /** Runs one task. After a failure of the child itself (not of the task) `alive` is false. */
  run(task: ConfinedTask): Promise<ConfinedOutcome>;
  readonly alive: boolean;
  /** Tasks that were given to it. */
  readonly tasks: number;
  /** Milliseconds it has worked, over all tasks. */
  readonly busyMs: number;
  /** Ends it at once and resolves when it is gone. */
  end(): Promise<void>;
}

/** Characters of a child's error output that are kept: a fatal error and the stack trace behind it. */
const MAX_COMPLAINT = 16_384;
/** Characters of it that are repeated in a reason. */
const MAX_SAID = 500;

/** Whether there is memory for reading what a child says, of which this is all that is known. */
export type ReadableAnswer = (answer: Uint8Array) => boolean;

/** Starts a child. A command that cannot be started shows as failure of the first task. */
export function startChild(command: readonly string[], readable: ReadableAnswer): ConfinedChild {
  const [program = 'false', ...args] = command;
  const child = spawn(program, args, { env: CONFINED_ENV, cwd: '/', stdio: 'pipe' });
  const connection = new Connection(child, readable);
  return {
    run: (task) => connection.run(task),
    get alive() {
      return connection.ended === undefined;
    },
    get tasks() {
      return connection.tasks;
    },
    get busyMs() {
      return connection.busyMs;
    },
    end: () => connection.end('closed'),
  };
}

class Connection {
  private readonly child: ChildProcessWithoutNullStreams;
  private readonly readable: ReadableAnswer;
  private readonly lines = new LineReader(MAX_ANSWER);
  private readonly gone: Promise<void>;
  private complaint = '';
  private waiting: { readonly id: number; readonly settle: (outcome: ConfinedOutcome) => void } | undefined;
  tasks = 0;
  busyMs = 0;
  /** Why the child is no longer usable. */
  ended: string | undefined;

  constructor(child: ChildProcessWithoutNullStreams, readable: ReadableAnswer) {
    this.child = child;
    this.readable = readable;
    child.stdout.on('data', (piece: Buffer) => this.onOutput(piece));
    child.stderr.on('data', (piece: Buffer) => {
      this.complaint = (this.complaint + piece.toString('utf8')).slice(-MAX_COMPLAINT);
    });
    // Writing to a child that is gone: its end is what counts and is reported below.
    child.stdin.on('error', () => undefined);
    this.gone = new Promise((resolve) => {
      child.once('error', (error) => {
        this.fail(`the confined process could not be started: ${error.message}`);
        resolve();
      });
      child.once('close', (code, signal) => {
        this.fail(this.reasonOfEnd(code, signal));
        resolve();
      });
    });
  }

  run(task: ConfinedTask): Promise<ConfinedOutcome> {
    if (this.ended !== undefined) return Promise.resolve({ status: 'failed', reason: this.ended });
    this.tasks += 1;
    const id = this.tasks;
    const startedAt = performance.now();
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.fail(`it took longer than ${task.timeoutMs} ms and was ended`);
      }, task.timeoutMs);
      this.waiting = {
        id,
        settle: (outcome) => {
          clearTimeout(timer);
          this.busyMs += performance.now() - startedAt;
          this.waiting = undefined;
          resolve(outcome);
        },
      };
      const request = { id, task: task.task, input: task.input, files: task.files };
      this.child.stdin.write(`${JSON.stringify(request)}\n`);
    });
  }

  async end(reason: string): Promise<void> {
    this.fail(reason);
    await this.gone;
  }

  private onOutput(piece: Buffer): void {
    if (this.ended !== undefined) return;
    const lines = this.lines.push(piece);
    if (lines === undefined) this.fail('it printed more than an answer may be long');
    for (const line of lines ?? []) this.onLine(line);
  }

  private onLine(line: Buffer): void {
    if (this.ended !== undefined) return;
    if (!this.readable(line)) {
      this.fail('it printed what takes more memory to read than there is for one answer');
      return;
    }
    const answer = parseAnswer(line);
    if (answer === undefined || this.waiting === undefined || answer.id !== this.waiting.id) {
      this.fail('it printed something that is no answer');
      return;
    }
    if (answer.status === 'done') this.waiting.settle({ status: 'done', output: answer.output });
    else this.waiting.settle({ status: 'failed', reason: answer.reason });
    if (answer.spent === true) this.fail('it said that it can do no more');
  }

  /** The child is not trusted any more: end it, and the task it had. */
  private fail(reason: string): void {
    this.ended ??= reason;
    this.child.kill('SIGKILL');
    this.waiting?.settle({ status: 'failed', reason: this.ended });
  }

  private reasonOfEnd(code: number | null, signal: NodeJS.Signals | null): string {
    if (/heap out of memory|heap limit/i.test(this.complaint)) return 'it ran out of memory';
    const how = signal === null ? `with code ${code ?? 'unknown'}` : `by ${signal}`;
    const said = this.complaint.trim().split('\n').at(-1)?.slice(0, MAX_SAID) ?? '';
    return `the confined process ended ${how}${said === '' ? '' : `: ${said}`}`;
  }
}
