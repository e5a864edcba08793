/** The newest R that can be had from a package registry: for what a release of R says to a repository, not for installs. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { CLIENT_CACHE, type ClientRun, cleanEnvironment, runClient } from './clients.ts';

/** R for WebAssembly, and what it needs in Node for its network; `install-clients.ts` installs them side by side. */
export const NEWER_R_PACKAGES = ['webr@0.6.0', 'ws@8', 'xmlhttprequest-ssl@4'] as const;
/** Where they are in the cache. */
export const NEWER_R_FOLDER = join(CLIENT_CACHE, 'node-webr');

const DRIVER = join(import.meta.dirname, 'newer-r-driver.mjs');

export interface NewerR {
  /** `R 4.6.0` */
  readonly label: string;
  /** `4.6` */
  readonly minor: string;
  /** Runs a program; its arguments are in `a`. */
  run(program: string, args: readonly string[]): Promise<ClientRun & { readonly printed: string }>;
}

/** `undefined` where the cache has none, or it does not run here. */
export async function findNewerR(): Promise<NewerR | undefined> {
  if (!existsSync(NEWER_R_FOLDER)) return undefined;
  const { code, stdout } = await run('cat(format(getRversion()))', []);
  const [, version, minor] = /^((\d+\.\d+)\.\d+)$/.exec(stdout.trim()) ?? [];
  if (code !== 0 || version === undefined || minor === undefined) return undefined;
  return { label: `R ${version}`, minor, run };
}

async function run(program: string, args: readonly string[]) {
  const answer = await runClient(process.execPath, [DRIVER, NEWER_R_FOLDER, program, ...args], cleanEnvironment({}));
  return { ...answer, printed: `${answer.stdout}${answer.stderr}` };
}
