/** Where the trials of an ecosystem are run: the tool of this machine, and the real cage. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { TrialMachine } from '../../src/domain/trial.ts';
import type { TrialRules } from '../../src/ecosystems/contract.ts';
import { createCage } from '../../src/platform/sandbox/cage.ts';

const run = promisify(execFile);

/** To be closed by whoever opens it, by its cage. */
export async function openTrialGround(trials: TrialRules) {
  const machine = await trials.machine(async (command, args) => (await run(command, [...args])).stdout);
  const cage = createCage();
  const { isolated, detail } = await cage.isolation();
  /** What is tried on, or how isolation stands: the name of a suite says which. */
  const why = 'unavailable' in machine ? machine.unavailable : detail;
  return { machine, cage, isolated, why };
}

/** The machine that was found; throws where none was. */
export function usable(asked: Awaited<ReturnType<TrialRules['machine']>>): TrialMachine {
  if ('unavailable' in asked) throw new Error(asked.unavailable);
  return asked;
}
