/** A process that is killed at any moment, and what it said until then. */
import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import type { z } from 'zod';
import { openPlace } from '../../../src/platform/db/place.ts';
import { runningPid } from '../../../src/platform/db/server.ts';
import { stageEnvironment } from '../stage.ts';

const REACHES_WITHIN_MS = 90_000;
const POLL_MS = 20;

export interface Victim<Step extends string> {
  /** Everything that it wrote so far. */
  log(): string;
  isAlive(): boolean;
  /** Whether it says this before it ends or the time is up. */
  reaches(step: Step): Promise<boolean>;
  /** The whole group: what it started dies with it. */
  kill(): Promise<void>;
}

/** Starts a module in a process group of its own; each line of JSON that it writes is one acknowledgement. */
export function startVictim<T extends { readonly step: string }>(
  [module, ...args]: readonly [string, ...string[]],
  said: z.ZodType<T>,
  hear: (one: T) => void,
): Victim<T['step']> {
  const child = spawn(process.execPath, [module, ...args], {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: stageEnvironment(),
  });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  let rest = '';
  let log = '';
  const steps = new Set<string>();
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    log += text;
  });
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    log += text;
    const lines = `${rest}${text}`.split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const one = said.parse(JSON.parse(line));
      steps.add(one.step);
      hear(one);
    }
  });
  return {
    log: () => log,
    isAlive: () => child.exitCode === null,
    async reaches(step) {
      for (let waited = 0; waited < REACHES_WITHIN_MS && !steps.has(step); waited += POLL_MS) {
        if (child.exitCode !== null && waited > 0) await ended;
        if (child.exitCode !== null && !steps.has(step)) return false;
        await sleep(POLL_MS);
      }
      return steps.has(step);
    },
    async kill() {
      if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGKILL');
      await ended;
    },
  };
}

/** The database server of a home dies as well. */
export async function killDatabase(home: string): Promise<void> {
  const pid = await runningPid(await openPlace({ home }));
  if (pid !== undefined) process.kill(pid, 'SIGKILL');
}

/** A linear congruential generator (Numerical Recipes): the same seed gives the same kills. */
export function randomFrom(start: number): () => number {
  let state = start >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
