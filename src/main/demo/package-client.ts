/** A stock package client of this machine, as a researcher would use it: with Pratique as its only source. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);
const INSTALL_TIMEOUT_MS = 600_000;
const LARGEST_OUTPUT_BYTES = 16 * 1024 * 1024;

export interface InstallOutcome {
  readonly ok: boolean;
  /** What the client printed, both streams. */
  readonly printed: string;
  /** `name==version` as its own community writes it, of what is there afterwards; the client's own things left out. */
  readonly installed: readonly string[];
}

export interface ClientEnvironment {
  /** `base` ends in `/<channel>/<ecosystem>/`. */
  install(base: string, name: string): Promise<InstallOutcome>;
}

export interface PackageClient {
  /** `pip 26.3 on Python 3.11.7` */
  readonly label: string;
  /** Makes a new, empty environment; one that refused everything is still empty. */
  environment(): Promise<ClientEnvironment>;
}

/** What a program printed, and whether it ended well. */
export interface Ran {
  readonly ok: boolean;
  readonly printed: string;
}

/** Runs a client; `dropped` are the names of settings in the environment that it must not see. */
export function runClient(
  command: string,
  args: readonly string[],
  how: { readonly dropped: RegExp; readonly set: Readonly<Record<string, string>>; readonly cwd?: string },
): Promise<Ran & { readonly stdout: string }> {
  const kept = Object.entries(process.env).filter(([name]) => !how.dropped.test(name) && !/_proxy$/i.test(name));
  const env = { ...Object.fromEntries(kept), ...how.set, NO_COLOR: '1' };
  const cwd = how.cwd === undefined ? {} : { cwd: how.cwd };
  const limits = { timeout: INSTALL_TIMEOUT_MS, maxBuffer: LARGEST_OUTPUT_BYTES };
  return run(command, args, { env, ...cwd, ...limits }).then(
    ({ stdout, stderr }) => ({ ok: true, printed: `${stdout}${stderr}`, stdout }),
    (error: unknown) => ({ ok: false, ...printedBy(error) }),
  );
}

function printedBy(error: unknown): { readonly printed: string; readonly stdout: string } {
  if (!(error instanceof Error)) return { printed: String(error), stdout: '' };
  const stdout = 'stdout' in error ? String(error.stdout) : '';
  const stderr = 'stderr' in error ? String(error.stderr) : '';
  return { printed: `${stdout}${stderr}` || error.message, stdout };
}
