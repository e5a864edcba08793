/** Starts, adopts and stops the PostgreSQL server of one place. Safe to call from several processes at once. */
import { execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chown, link, mkdir, open, readdir, readFile, readlink, realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import pg from 'pg';
import { Problem } from '../../domain/problem.ts';
import { type Binaries, chooseBinaries, reachableBinaries, type SearchOptions } from './binaries.ts';
import { type Connection, clientConfig, errorCode } from './connect.ts';
import type { Place } from './place.ts';

/** The one superuser of an embedded cluster, and its one database; only the socket's folder (0700) leads to them. */
const OWNER = 'pratique';
const PORT = 5432;

/** Recovery after a power cut took 1.2 to 3.6 s in measurements; ten times that is a server that will not come. */
const START_TIMEOUT_MS = 60_000;
/** A fast shutdown takes 20 ms; what is longer is stuck on a disk, and is ended the hard (but crash-safe) way. */
const STOP_TIMEOUT_MS = 20_000;
/** A start can meet a server that is just stopping, or processes that outlive a killed one for a moment. */
const START_ATTEMPTS = 10;
const RETRY_WAIT_MS = 100;
/** The server's log starts anew when it is larger; one older file is kept. */
const LOG_ROTATION_BYTES = 8 * 1024 * 1024;

/** Small: the whole server stays near 30 MB until it is asked for something. */
const SETTINGS: Readonly<Record<string, string>> = {
  listen_addresses: '',
  port: String(PORT),
  unix_socket_permissions: '0700',
  max_connections: '60',
  shared_buffers: '48MB',
  work_mem: '8MB',
  maintenance_work_mem: '64MB',
  max_wal_size: '512MB',
  wal_level: 'minimal',
  max_wal_senders: '0',
  max_parallel_workers_per_gather: '0',
  autovacuum_max_workers: '2',
  jit: 'off',
  huge_pages: 'off',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_checkpoints: 'off',
  log_line_prefix: '%m [%p] ',
};

export interface ServerOptions extends SearchOptions {
  /** Settings that replace or join ours; a throw-away cluster turns `fsync` off. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** How to reach the server of a place. */
export function connectionOf(place: Place, database: string = OWNER): Connection {
  return { kind: 'socket', folder: place.socket, port: PORT, user: OWNER, database };
}

/**
 * Makes sure that the place's server answers: adopts a running one, else creates the cluster if there is none and starts
 * it. Throws `no-postgresql` and `database-did-not-start`.
 */
export async function ensureServer(place: Place, options: ServerOptions): Promise<{ readonly started: boolean }> {
  if ((await probe(place)) === 'answers') return { started: false };
  const major = await clusterMajor(place);
  const chosen = await chooseBinaries(options, major);
  const binaries = await reachableBinaries(chosen, place.folder, place.account);
  if (major === undefined) await createCluster(place, binaries);
  const giveUp = performance.now() + START_TIMEOUT_MS;
  for (let attempt = 1; attempt <= START_ATTEMPTS; attempt += 1) {
    if (await answersOrEnds(place, { exited: true }, giveUp)) return { started: attempt > 1 };
    await setAsideForeignLocks(place);
    const child = await startServer(place, binaries, options.settings ?? {});
    if (await answersOrEnds(place, child, giveUp)) return { started: true };
    await sleep(RETRY_WAIT_MS);
  }
  throw startProblem(place, await lastLines(place));
}

/** Stops the place's server, whoever started it, and returns when it has ended. Does nothing where none runs. */
export async function stopServer(place: Place): Promise<void> {
  const pid = await runningPid(place);
  if (pid === undefined) return;
  signal(pid, 'SIGINT');
  if (await ended(pid, place)) return;
  signal(pid, 'SIGQUIT');
  if (await ended(pid, place)) return;
  throw new Problem({
    kind: 'internal',
    code: 'database-did-not-stop',
    what: `The database server (process ${pid}) did not stop`,
    next: `Look at ${place.log}. The data are safe: it can be started again.`,
  });
}

/** The process id of the place's server, or `undefined` where none runs: the file may be older than a crash. */
export async function runningPid(place: Place): Promise<number | undefined> {
  const text = await readFile(join(place.data, 'postmaster.pid'), 'utf8').catch(() => undefined);
  const pid = Number(text?.split('\n')[0]);
  if (!Number.isInteger(pid) || pid <= 1) return undefined;
  return (await isServerOf(pid, place)) ? pid : undefined;
}

/** The major version that wrote the data folder; `undefined` where there is none yet. */
export async function clusterMajor(place: Place): Promise<number | undefined> {
  const text = await readFile(join(place.data, 'PG_VERSION'), 'utf8').catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  });
  return text === undefined ? undefined : Number(text.trim());
}

/** A process whose working folder is the data folder is the server: it changes there, and its number alone proves nothing. */
async function isServerOf(pid: number, place: Place): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (errorCode(error) === 'ESRCH') return false;
  }
  if (process.platform !== 'linux') return true;
  const state = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  // A zombie has ended; its parent has merely not asked yet.
  if (/^\d+ \(.*\) Z/s.test(state)) return false;
  const folder = await readlink(`/proc/${pid}/cwd`).catch(() => undefined);
  return folder !== undefined && folder === (await realpath(place.data).catch(() => place.data));
}

/**
 * After a reboot the number in a lock file may belong to any process, and after a kill to one that nobody has asked after:
 * PostgreSQL would refuse to start beside it. Only that case is ours: a number that belongs to nobody, PostgreSQL deals
 * with itself.
 */
async function setAsideForeignLocks(place: Place): Promise<void> {
  if (process.platform !== 'linux') return;
  for (const file of [join(place.data, 'postmaster.pid'), join(place.socket, `.s.PGSQL.${PORT}.lock`)])
    await setAsideForeignLock(file, place);
}

async function setAsideForeignLock(file: string, place: Place): Promise<void> {
  const before = await readFile(file, 'utf8').catch(() => undefined);
  const pid = Number(before?.split('\n')[0]);
  if (!Number.isInteger(pid) || !isAlive(pid) || (await isServerOf(pid, place))) return;
  const aside = `${file}.${process.pid}`;
  await rename(file, aside).catch(() => undefined);
  // Another process may have started a server in between: then the file is that one's, and goes back.
  if ((await readFile(aside, 'utf8').catch(() => before)) !== before) await link(aside, file).catch(() => undefined);
  await rm(aside, { force: true });
}

async function createCluster(place: Place, binaries: Binaries): Promise<void> {
  await sweepHalfClusters(place);
  // Under another name until it is whole: a crash or a second process in the middle never leaves half a cluster.
  const fresh = join(place.folder, `data.${process.pid}.${randomBytes(4).toString('hex')}`);
  await mkdir(fresh, { mode: 0o700 });
  const as = place.account ?? {};
  if (place.account !== undefined) await chown(fresh, place.account.uid, place.account.gid);
  const args = ['-D', fresh, '-U', OWNER, '-E', 'UTF8', '--locale=C', '--data-checksums', '-A', 'trust'];
  await promisify(execFile)(join(binaries.folder, 'initdb'), args, {
    ...as,
    cwd: place.folder,
    env: serverEnvironment(),
  }).catch(async (error: unknown) => {
    await rm(fresh, { recursive: true, force: true });
    throw startProblem(place, outputOf(error), error);
  });
  await rename(fresh, place.data).catch(async (error: unknown) => {
    await rm(fresh, { recursive: true, force: true });
    if (errorCode(error) !== 'ENOTEMPTY' && errorCode(error) !== 'EEXIST') throw error;
  });
}

/** What a process killed in the middle of creating a cluster left behind. */
async function sweepHalfClusters(place: Place): Promise<void> {
  for (const name of await readdir(place.folder)) {
    const pid = Number(/^data\.(\d+)\.[0-9a-f]+$/.exec(name)?.[1]);
    if (Number.isInteger(pid) && !isAlive(pid)) await rm(join(place.folder, name), { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errorCode(error) !== 'ESRCH';
  }
}

interface Child {
  exited: boolean;
}

async function startServer(place: Place, binaries: Binaries, extra: Readonly<Record<string, string>>): Promise<Child> {
  const settings = Object.entries({ ...SETTINGS, unix_socket_directories: place.socket, ...extra });
  const args = ['-D', place.data, ...settings.flatMap(([name, value]) => ['-c', `${name}=${value}`])];
  const log = await openLog(place);
  const state: Child = { exited: false };
  try {
    const child = spawn(join(binaries.folder, 'postgres'), args, {
      ...(place.account ?? {}),
      cwd: place.folder,
      // Its own session: Ctrl-C on a terminal reaches us alone, and we stop it when the work in flight is done.
      detached: true,
      stdio: ['ignore', log.fd, log.fd],
      env: serverEnvironment(),
    });
    child.once('exit', () => {
      state.exited = true;
    });
    child.once('error', () => {
      state.exited = true;
    });
    child.unref();
  } finally {
    await log.close();
  }
  return state;
}

/** Nothing of our own environment reaches the server: no `PG*` setting, no secret. */
function serverEnvironment(): Record<string, string> {
  return { LC_ALL: 'C', TZ: 'UTC', PATH: '/usr/bin:/bin' };
}

async function openLog(place: Place) {
  await mkdir(dirname(place.log), { recursive: true });
  const size = await stat(place.log).then(
    (found) => found.size,
    () => 0,
  );
  if (size > LOG_ROTATION_BYTES) await rename(place.log, join(dirname(place.log), `${basename(place.log)}.1`));
  return open(place.log, 'a', 0o600);
}

/** True as soon as the server answers, false when there is none (any more) to wait for. */
async function answersOrEnds(place: Place, child: Child, giveUp: number): Promise<boolean> {
  while (performance.now() < giveUp) {
    const state = await probe(place);
    if (state === 'answers') return true;
    // Our child ends at once where another process was quicker: then that one's server is the one to wait for.
    if (child.exited && state === 'silent' && (await runningPid(place)) === undefined) return false;
    await sleep(10);
  }
  return false;
}

/** Whether the place's own server answers; `starting` while it recovers from a crash. */
async function probe(place: Place): Promise<'answers' | 'starting' | 'silent'> {
  const client = new pg.Client(clientConfig(connectionOf(place, 'postgres')));
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ data_directory: string }>('show data_directory');
    const theirs = rows[0]?.data_directory;
    if (theirs !== place.data && (await realpath(place.data)) !== theirs) return 'silent';
    await ensureDatabase(client);
    return 'answers';
  } catch (error) {
    // 57P03: starting up or shutting down.
    return errorCode(error) === '57P03' ? 'starting' : 'silent';
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function ensureDatabase(client: pg.Client): Promise<void> {
  const found = await client.query('select 1 from pg_database where datname = $1', [OWNER]);
  if (found.rowCount !== 0) return;
  await client.query(`create database ${OWNER}`).catch((error: unknown) => {
    // Made by another process at this moment: the unique index of the catalogue tells.
    const code = errorCode(error);
    if (code !== '42P04' && code !== '23505') throw error;
  });
}

/** By the process, not by its file: the file goes a moment before the process does. */
async function ended(pid: number, place: Place): Promise<boolean> {
  const giveUp = performance.now() + STOP_TIMEOUT_MS;
  while (performance.now() < giveUp) {
    if (!(await isServerOf(pid, place))) return true;
    await sleep(5);
  }
  return false;
}

function signal(pid: number, name: 'SIGINT' | 'SIGQUIT'): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if (errorCode(error) !== 'ESRCH') throw error;
  }
}

function startProblem(place: Place, why: string, cause?: unknown): Problem {
  return new Problem({
    kind: 'could-not-check',
    code: 'database-did-not-start',
    what: 'The database server did not start',
    why: why === '' ? 'it gave no reason' : why,
    next: `Look at ${place.log}; check that the disk is not full and that ${place.folder} belongs to the server's account.`,
    cause,
  });
}

function outputOf(error: unknown): string {
  const text =
    error instanceof Error && 'stderr' in error && typeof error.stderr === 'string' && error.stderr.trim() !== ''
      ? error.stderr
      : String(error);
  return text.trim().split('\n').slice(-3).join(' ');
}

async function lastLines(place: Place): Promise<string> {
  const text = await readFile(place.log, 'utf8').catch(() => '');
  return text.trim().split('\n').slice(-3).join(' ');
}
