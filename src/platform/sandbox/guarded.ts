import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { type Isolation, probeIsolation } from './confinement.ts';
import type { GuardedOutcome, GuardedProgram, GuardedPrograms } from './port.ts';

/** Open files of a program that reads one repository: packs, pipes, a connection. */
const MAX_OPEN_FILES = 256;
/** Characters of a program's complaints that are kept. */
const MAX_COMPLAINT = 4096;

/**
 * Runs programs over hostile data: an own process group, which ends as a whole; limits of the kernel on processor time,
 * memory and the size of files; no new privileges; exactly the given environment; without network unless it is asked for.
 */
export function createGuardedPrograms(): GuardedPrograms {
  let probed: Promise<Isolation> | undefined;
  return {
    async run(program) {
      probed ??= probeIsolation();
      return new Running(program, commandOf(program, await probed)).outcome;
    },
  };
}

function commandOf({ command, args, limits, network }: GuardedProgram, isolation: Isolation): readonly string[] {
  const wrapper = network ? isolation.networkedWrapper : isolation.wrapper;
  const limited = [
    `--cpu=${limits.cpuSeconds}`,
    `--fsize=${limits.fileBytes}`,
    `--nofile=${MAX_OPEN_FILES}`,
    `--as=${limits.memoryBytes}`,
    '--core=0',
    '--',
  ];
  return [...wrapper, ...(wrapper.at(-1) === 'prlimit' ? limited : []), command, ...args];
}

/** One program from its start to its end. */
class Running {
  readonly outcome: Promise<GuardedOutcome>;
  private readonly child: ChildProcessWithoutNullStreams;
  private readonly program: GuardedProgram;
  private printed = 0;
  private complaint = '';
  private stopped: string | undefined;

  constructor(program: GuardedProgram, command: readonly string[]) {
    const [first = 'false', ...args] = command;
    const { cwd, env, input, limits } = program;
    this.program = program;
    // Detached: a process group of its own, so that what it started ends with it.
    this.child = spawn(first, args, { cwd, env: { ...env }, detached: true, stdio: 'pipe' });
    const timer = setTimeout(() => this.stop(`it took longer than ${limits.timeoutMs} ms`), limits.timeoutMs);
    this.child.stdout.on('data', (piece: Buffer) => this.onOutput(piece));
    this.child.stderr.on('data', (piece: Buffer) => {
      this.complaint = (this.complaint + piece.toString('utf8')).slice(-MAX_COMPLAINT);
    });
    // A program that ended before it read all: its end is what counts.
    this.child.stdin.on('error', () => undefined);
    this.child.stdin.end(input);
    this.outcome = new Promise((resolve) => {
      this.child.once('error', (error) => {
        clearTimeout(timer);
        resolve({ status: 'stopped', reason: `it cannot be started: ${error.message}` });
      });
      this.child.once('close', (code, signal) => {
        clearTimeout(timer);
        resolve(this.outcomeOf(code, signal));
      });
    });
  }

  private onOutput(piece: Buffer): void {
    this.printed += piece.length;
    if (this.stopped !== undefined) return;
    if (this.printed > this.program.limits.outputBytes)
      this.stop(`it printed more than ${this.program.limits.outputBytes} bytes`);
    else if (!this.program.onOutput(piece)) this.stop('it printed what was not expected');
  }

  private stop(reason: string): void {
    this.stopped ??= reason;
    const { pid } = this.child;
    if (pid === undefined) return;
    try {
      process.kill(-pid, 'SIGKILL');
    } catch {
      // The group is gone already.
    }
  }

  private outcomeOf(code: number | null, signal: NodeJS.Signals | null): GuardedOutcome {
    if (this.stopped !== undefined) return { status: 'stopped', reason: this.stopped };
    if (code === null) return { status: 'stopped', reason: `it was ended by ${signal ?? 'nobody knows what'}` };
    return { status: 'ended', code, complaint: this.complaint };
  }
}
