/** The layout of a home: one folder that holds everything of an installation. */
import { existsSync } from 'node:fs';
import { chmod, mkdir, realpath } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { Problem } from '../domain/problem.ts';

export interface Home {
  readonly folder: string;
  /** `pratique.yaml`, the commented configuration. */
  readonly config: string;
  /** Signing keys; mode 0700, and the only folder that a backup leaves out unless asked. */
  readonly keys: string;
  readonly blobs: string;
  readonly policy: string;
  /** The table of cases that `pratique policy test` runs. */
  readonly policyCases: string;
  readonly logs: string;
  /** Upstream documents; may be deleted at any time. */
  readonly cache: string;
}

/** Everything in a home is the operator's alone. */
const PRIVATE_MODE = 0o700;

/** Where a home is: `--home`, then `PRATIQUE_HOME`, then `.pratique` in the account's own folder. */
export function chooseHome(asked: string | undefined, fromEnvironment: string | undefined): string {
  return resolve(asked ?? fromEnvironment ?? join(homedir(), '.pratique'));
}

/** The paths of a home; nothing is created. */
export function homeAt(folder: string): Home {
  return {
    folder,
    config: join(folder, 'pratique.yaml'),
    keys: join(folder, 'keys'),
    blobs: join(folder, 'blobs'),
    policy: join(folder, 'policy.yaml'),
    policyCases: join(folder, 'policy.cases.yaml'),
    logs: join(folder, 'logs'),
    cache: join(folder, 'cache'),
  };
}

/** Where signed heads of the ledger are kept beside the database. */
export function headsFile(home: Home): string {
  return join(home.folder, 'ledger-heads.jsonl');
}

/** Creates the folders of a home; an existing one keeps its contents. */
export async function createHome(folder: string): Promise<Home> {
  const isNew = !existsSync(folder);
  await mkdir(folder, { recursive: true, mode: PRIVATE_MODE });
  if (isNew) await chmod(folder, PRIVATE_MODE);
  const home = homeAt(await realpath(folder));
  for (const path of [home.keys, home.blobs, home.logs, home.cache]) {
    await mkdir(path, { recursive: true, mode: PRIVATE_MODE });
  }
  return home;
}

/** An existing home. Throws `no-home` where `init` was never run there. */
export async function openHome(folder: string): Promise<Home> {
  if (!existsSync(homeAt(folder).config)) {
    throw new Problem({
      kind: 'not-found',
      code: 'no-home',
      what: `There is no Pratique home in ${folder}`,
      why: 'pratique.yaml is missing there',
      next: `Run \`pratique init --home ${folder}\`, or name another home with --home or PRATIQUE_HOME.`,
    });
  }
  return homeAt(await realpath(folder));
}
