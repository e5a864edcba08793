/** The stock clients of Python packages under one face, so that a journey is told once and walked with each of them. */
import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { type ClientRun, type Clients, type PipClient, runClient, type UvClient } from '../harness/clients.ts';

export interface Installer {
  readonly label: string;
  readonly kind: 'pip' | 'uv';
  /** An empty environment below the folder. */
  environment(folder: string): Promise<Environment>;
}

export interface Environment {
  /** `pip install ARGS`, from this index alone. Exit code and everything that a person sees. */
  install(index: string, args: readonly string[], cache?: string): Promise<Outcome>;
  /** Another command of the client (`download`, `index versions`), from this index alone. */
  run(command: readonly string[], index: string, args: readonly string[]): Promise<Outcome>;
  /** `name==version` of everything in it, sorted. */
  installed(): Promise<readonly string[]>;
}

export interface Outcome extends ClientRun {
  /** Both streams: what a person sees. */
  readonly printed: string;
}

/** Every client of this machine, the oldest pip first. */
export function installersOf({ pips, uv }: Clients): readonly Installer[] {
  return [...pips.map(pipInstaller), ...(uv === undefined ? [] : [uvInstaller(uv, pips[0])])];
}

function pipInstaller(client: PipClient): Installer {
  return {
    label: client.label,
    kind: 'pip',
    async environment(folder) {
      const python = await client.makeEnvironment(await mkdtemp(join(folder, 'environment-')));
      const run = async (command: readonly string[], index: string, args: readonly string[]) =>
        outcome(await client.pip(python, [...command, '--index-url', index, ...args]));
      return {
        run,
        install: (index, args, cache) =>
          run(['install'], index, cache === undefined ? args : ['--cache-dir', cache, ...args]),
        installed: () => installedIn(python),
      };
    },
  };
}

function uvInstaller(client: UvClient, pip: PipClient | undefined): Installer {
  const python = pip?.python ?? 'python3';
  return {
    label: client.label,
    kind: 'uv',
    async environment(folder) {
      const place = await mkdtemp(join(folder, 'environment-'));
      const made = await client.run(['venv', '--clear', '--python', python, place]);
      if (made.code !== 0) throw new Error(`no virtual environment: ${made.stderr}`);
      const inside = join(place, 'bin', 'python');
      const run = async (command: readonly string[], index: string, args: readonly string[], env = {}) => {
        const all = ['pip', ...command, '--python', inside, '--index-url', index, ...args];
        return outcome(await client.run(all, env));
      };
      return {
        run,
        install: (index, args, cache) =>
          run(['install'], index, args, cache === undefined ? {} : { UV_NO_CACHE: '0', UV_CACHE_DIR: cache }),
        installed: () => installedIn(inside),
      };
    },
  };
}

const LIST = `
import importlib.metadata as m
print("\\n".join(sorted(d.metadata["Name"] + "==" + d.version for d in m.distributions() if d.metadata["Name"] not in ("pip", "setuptools"))))
`;

async function installedIn(python: string): Promise<readonly string[]> {
  const listed = await runClient(python, ['-c', LIST]);
  return listed.stdout.trim() === '' ? [] : listed.stdout.trim().split('\n');
}

function outcome(run: ClientRun): Outcome {
  return { ...run, printed: `${run.stdout}${run.stderr}` };
}
