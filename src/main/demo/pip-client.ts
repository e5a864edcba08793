/** The machine's stock pip, as a researcher would use it: in a fresh environment, with Pratique as its only index. */
import { execFile } from 'node:child_process';
import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { Problem } from '../../domain/problem.ts';

const run = promisify(execFile);
const INSTALL_TIMEOUT_MS = 600_000;
const LARGEST_OUTPUT_BYTES = 16 * 1024 * 1024;

export interface InstallOutcome {
  readonly ok: boolean;
  /** What pip printed, both streams. */
  readonly printed: string;
  /** `name==version` of what is in the environment afterwards, pip's own things left out. */
  readonly installed: readonly string[];
}

export interface PipEnvironment {
  install(indexUrl: string, requirement: string): Promise<InstallOutcome>;
}

export interface PipClient {
  /** `pip 26.3 on Python 3.11.7` */
  readonly label: string;
  /** Makes a new, empty environment; one that refused everything is still empty. */
  environment(): Promise<PipEnvironment>;
}

/** The stock pip, or `undefined` where the machine has none. */
export async function findPip(folder: string): Promise<PipClient | undefined> {
  const found = await start('python3', ['-m', 'pip', '--version']);
  const version = /^pip (\S+) .*\(python ([\d.]+)\)/.exec(found.printed);
  if (!found.ok || version === null) return undefined;
  return { label: `pip ${version[1]} on Python ${version[2]}`, environment: () => makeEnvironment(folder) };
}

/** A Python without its venv module (some systems ship it apart) still has an empty folder to install into. */
async function makeEnvironment(folder: string): Promise<PipEnvironment> {
  const place = await mkdtemp(join(folder, 'environment-'));
  const venv = await start('python3', ['-m', 'venv', place]);
  const python = venv.ok ? join(place, 'bin', 'python') : 'python3';
  const target = venv.ok ? [] : ['--target', place];
  const path = venv.ok ? [] : ['--path', place];
  const quiet = ['--no-cache-dir', '--disable-pip-version-check', '--no-input'];
  return {
    async install(indexUrl, requirement) {
      const from = ['--index-url', indexUrl, requirement];
      const outcome = await start(python, ['-m', 'pip', 'install', ...target, ...quiet, ...from]);
      return { ...outcome, installed: await listed(python, path) };
    },
  };
}

const listing = z.array(z.object({ name: z.string(), version: z.string() }));
const PIP_ITSELF = new Set(['pip', 'setuptools', 'wheel']);

async function listed(python: string, args: readonly string[]): Promise<readonly string[]> {
  const { stdout } = await run(python, ['-m', 'pip', 'list', '--format', 'json', ...args], options()).catch(
    (cause: unknown) => {
      throw new Problem({ kind: 'internal', code: 'demo-pip', what: 'pip could not list what it installed', cause });
    },
  );
  return listing
    .parse(JSON.parse(stdout))
    .filter(({ name }) => !PIP_ITSELF.has(name))
    .map(({ name, version }) => `${name}==${version}`);
}

async function start(command: string, args: readonly string[]): Promise<{ ok: boolean; printed: string }> {
  return run(command, args, options()).then(
    ({ stdout, stderr }) => ({ ok: true, printed: `${stdout}${stderr}` }),
    (error: unknown) => ({ ok: false, printed: printedBy(error) }),
  );
}

function printedBy(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const stdout = 'stdout' in error ? String(error.stdout) : '';
  const stderr = 'stderr' in error ? String(error.stderr) : '';
  return `${stdout}${stderr}` || error.message;
}

/** No setting of this machine's pip, so that nothing but Pratique is asked. */
function options() {
  const kept = Object.entries(process.env).filter(([name]) => !/^(?:PIP|UV)_|_proxy$/i.test(name));
  const env = { ...Object.fromEntries(kept), PIP_CONFIG_FILE: '/dev/null', PIP_NO_COLOR: '1', NO_COLOR: '1' };
  return { env, timeout: INSTALL_TIMEOUT_MS, maxBuffer: LARGEST_OUTPUT_BYTES };
}
