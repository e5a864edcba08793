/**
 * Real package clients for the tests: an old pip, the newest, uv and npm. Found on this machine or in a cache outside the
 * repository; `install-clients.ts` fills that cache. A missing client is a named skip, or a failure where it is required.
 */
import { execFile } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Where installed clients are kept between runs. */
export const CLIENT_CACHE = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'pratique-test');

/** Wheels of pytest and what it needs, for the Python that is `python3`: a folder of test tools for trials. */
export const PYTEST_WHEELS = join(CLIENT_CACHE, 'pytest-wheels');

/** Tried in this order: the first that the interpreter at hand runs is "the old pip". */
export const OLD_PIPS = ['21.3.1', '22.3.1', '23.0.1', '23.2.1'] as const;
const PYTHONS = ['python3.10', 'python3.11', 'python3', 'python3.12', 'python3.13'] as const;
/** Answering with a version takes a loaded machine a few seconds. */
const VERSION_TIMEOUT_MS = 60_000;

export interface ClientRun {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface PipClient {
  readonly kind: 'pip';
  /** `pip 21.3.1 on Python 3.10.13`, for test names. */
  readonly label: string;
  readonly version: string;
  /** An interpreter outside any environment. */
  readonly python: string;
  /** Makes an empty virtual environment without a pip of its own; gives its interpreter. */
  makeEnvironment(folder: string): Promise<string>;
  /** Runs this pip under an interpreter, with no setting of this machine. */
  pip(python: string, args: readonly string[]): Promise<ClientRun>;
}

export interface UvClient {
  readonly kind: 'uv';
  readonly label: string;
  readonly version: string;
  readonly command: string;
  run(args: readonly string[], env?: Readonly<Record<string, string>>): Promise<ClientRun>;
}

export interface Clients {
  /** The oldest first; empty where there is no Python. */
  readonly pips: readonly PipClient[];
  readonly uv: UvClient | undefined;
  /** Version of npm. */
  readonly npm: string | undefined;
  /** What is not there and why, for the names of skipped tests. */
  readonly missing: readonly { readonly client: string; readonly reason: string }[];
}

let known: Promise<Clients> | undefined;

/** Looks once per test file. */
export function findClients(): Promise<Clients> {
  known ??= look();
  return known;
}

/** Names in `PRATIQUE_REQUIRE_CLIENTS`: these must be there. */
export function requiredClients(): readonly string[] {
  const text = process.env['PRATIQUE_REQUIRE_CLIENTS'] ?? '';
  return text.split(',').flatMap((name) => (name.trim() === '' ? [] : [name.trim()]));
}

/** The environment of a stock client: no configuration file, no index, no folder of wheels of this machine. */
export function cleanEnvironment(extra: Readonly<Record<string, string>> = {}): Record<string, string> {
  const kept = ['PATH', 'HOME', 'LANG', 'TMPDIR', 'LD_LIBRARY_PATH', 'PYENV_ROOT'].flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  const quiet = { PIP_CONFIG_FILE: '/dev/null', PIP_DISABLE_PIP_VERSION_CHECK: '1', PIP_NO_CACHE_DIR: '1' };
  return { ...Object.fromEntries(kept), ...quiet, UV_NO_CONFIG: '1', ...extra };
}

/** Runs a program and gives what it printed, whatever its exit code. */
export async function runClient(
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = cleanEnvironment(),
): Promise<ClientRun> {
  return runClientIn('.', command, args, env);
}

/** The same in a folder. */
export async function runClientIn(
  cwd: string,
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = cleanEnvironment(),
): Promise<ClientRun> {
  return run(command, args, { cwd, env, maxBuffer: 64 * 1024 * 1024, timeout: 300_000 }).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    (error: unknown) => failedRun(error),
  );
}

function failedRun(error: unknown): ClientRun {
  if (!(error instanceof Error)) return { code: 1, stdout: '', stderr: String(error) };
  const text = (name: string) => {
    const value: unknown = Reflect.get(error, name);
    return typeof value === 'string' ? value : '';
  };
  const code: unknown = Reflect.get(error, 'code');
  return {
    code: typeof code === 'number' ? code : 127,
    stdout: text('stdout'),
    stderr: text('stderr') || error.message,
  };
}

/** The folder of the cache that holds one version of pip. */
export function pipFolder(version: string): string {
  return join(CLIENT_CACHE, `pip-${version}`);
}

/** Interpreters on this machine that answer, oldest of the usual ones first. */
export async function findPythons(): Promise<readonly { readonly command: string; readonly version: string }[]> {
  const found: { command: string; version: string }[] = [];
  for (const name of PYTHONS) {
    const answer = await version(name, ['-c', 'import sys; print(sys.executable, sys.version.split()[0])']);
    const [command, number] = answer?.split(' ') ?? [];
    if (command !== undefined && number !== undefined && !found.some((one) => one.version === number))
      found.push({ command, version: number });
  }
  return found;
}

async function look(): Promise<Clients> {
  const pythons = await findPythons();
  const missing: { client: string; reason: string }[] = [];
  const pips = pythons.length === 0 ? [] : await findPips(pythons);
  if (pips.length === 0) missing.push({ client: 'pip', reason: 'no Python with pip and venv on this machine' });
  else if (pips.length === 1)
    missing.push({ client: 'an old pip', reason: 'only one pip here; PRATIQUE_INSTALL_CLIENTS=1 installs more' });
  const uv = await findUv();
  if (uv === undefined) missing.push({ client: 'uv', reason: 'not installed; PRATIQUE_INSTALL_CLIENTS=1 installs it' });
  const npm = await version('npm', ['--version']);
  if (npm === undefined) missing.push({ client: 'npm', reason: 'not on the PATH' });
  return { pips, uv, npm, missing };
}

async function findPips(pythons: readonly { command: string; version: string }[]): Promise<readonly PipClient[]> {
  const found: PipClient[] = [];
  const cached = existsSync(CLIENT_CACHE) ? readdirSync(CLIENT_CACHE).filter((name) => name.startsWith('pip-')) : [];
  for (const name of cached.toSorted(byVersion)) {
    const client = await firstThatRuns(pythons, join(CLIENT_CACHE, name));
    if (client !== undefined) found.push(client);
  }
  if (found.length > 0) return found;
  const own = await firstThatRuns(pythons, undefined);
  return own === undefined ? [] : [own];
}

async function firstThatRuns(
  pythons: readonly { command: string; version: string }[],
  folder: string | undefined,
): Promise<PipClient | undefined> {
  for (const python of pythons) {
    const extra = folder === undefined ? {} : { PYTHONPATH: folder };
    const answer = await runClient(python.command, ['-m', 'pip', '--version'], cleanEnvironment(extra));
    const number = /^pip (\S+)/.exec(answer.stdout)?.[1];
    if (answer.code === 0 && number !== undefined) return pipClient(python, number, folder);
  }
  return undefined;
}

function pipClient(
  python: { command: string; version: string },
  number: string,
  folder: string | undefined,
): PipClient {
  return {
    kind: 'pip',
    label: `pip ${number} on Python ${python.version}`,
    version: number,
    python: python.command,
    async makeEnvironment(place) {
      const args = ['-m', 'venv', ...(folder === undefined ? [] : ['--without-pip']), place];
      const made = await runClient(python.command, args);
      if (made.code !== 0) throw new Error(`no virtual environment: ${made.stderr}`);
      return join(place, 'bin', 'python');
    },
    pip: (interpreter, args) =>
      runClient(
        interpreter,
        ['-m', 'pip', ...args],
        cleanEnvironment(folder === undefined ? {} : { PYTHONPATH: folder }),
      ),
  };
}

async function findUv(): Promise<UvClient | undefined> {
  for (const command of [join(CLIENT_CACHE, 'uv', 'bin', 'uv'), 'uv']) {
    const number = (await version(command, ['--version']))?.split(' ')[1];
    if (number === undefined) continue;
    const isolated = { UV_NO_CACHE: '1', UV_PYTHON_DOWNLOADS: 'never' };
    return {
      kind: 'uv',
      label: `uv ${number}`,
      version: number,
      command,
      run: (args, env = {}) => runClient(command, args, cleanEnvironment({ ...isolated, ...env })),
    };
  }
  return undefined;
}

async function version(command: string, args: readonly string[]): Promise<string | undefined> {
  return run(command, args, { timeout: VERSION_TIMEOUT_MS }).then(
    ({ stdout }) => stdout.trim(),
    () => undefined,
  );
}

function byVersion(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}
