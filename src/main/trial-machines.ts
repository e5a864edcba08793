/** What this machine can try of each ecosystem, asked of its own package clients once for each process. */
import type { EcosystemId } from '../domain/purl.ts';
import type { TrialMachine } from '../domain/trial.ts';
import { ECOSYSTEMS } from '../ecosystems/catalog.ts';
import type { Programs } from '../platform/sandbox/port.ts';

type Answer = TrialMachine | { readonly unavailable: string };

/** Asks on first use; where nothing answers, that stays so until the process is started anew. */
export function createTrialMachines(programs: Programs): (ecosystem: EcosystemId) => Promise<Answer> {
  const asked = new Map<EcosystemId, Promise<Answer>>();
  return (id) => {
    const known = asked.get(id) ?? ask(id, programs);
    asked.set(id, known);
    return known;
  };
}

async function ask(id: EcosystemId, programs: Programs): Promise<Answer> {
  const trials = ECOSYSTEMS.find((one) => one.id === id)?.trials;
  if (trials === undefined) return { unavailable: `nothing says how releases of ${id} are tried` };
  return trials.machine(async (command, args) => {
    const { code, stdout, stderr } = await programs.run(command, args);
    if (code !== 0) throw new Error(stderr.trim().split('\n').at(-1));
    return stdout;
  });
}
