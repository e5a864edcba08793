/** Load from wrk, and what it cost the server: CPU time from the kernel's own account, never wall time. */
import { execFile, execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export const CONNECTIONS = 16;
/** The server has this core for itself, the load generator the next one. */
const SERVER_CORE = '0';
const LOAD_CORE = '1';
/** The kernel counts CPU time in ticks of this many microseconds (USER_HZ is 100 on every Linux). */
const TICK_US = 10_000;

/** What is asked in one round. */
export interface Load {
  readonly url: string;
  /** Asked for at random instead of one URL: paths on the same server. */
  readonly paths?: readonly string[];
  readonly headers: Readonly<Record<string, string>>;
}

export function installed(command: string): boolean {
  return spawnSync(command, ['-V'], { stdio: 'ignore' }).error === undefined;
}

/** Whether server and load generator can have a core each. */
export function canPin(): boolean {
  return availableParallelism() > 1 && installed('taskset');
}

/** Puts all threads of a running server on its core. */
export function pinServer(pid: number): void {
  if (canPin()) execFileSync('taskset', ['-acp', SERVER_CORE, String(pid)], { stdio: 'ignore' });
}

/** CPU microseconds, user and system, that the processes spent per request of one round. */
export async function costOf(pids: readonly number[], load: Load, seconds: number): Promise<number> {
  const headers = Object.entries(load.headers).flatMap(([name, value]) => ['-H', `${name}: ${value}`]);
  const script = load.paths === undefined ? [] : ['-s', scriptFor(load.paths)];
  const wrk = ['-t1', `-c${CONNECTIONS}`, `-d${seconds}s`, ...script, ...headers, load.url];
  const [command = 'wrk', ...args] = canPin() ? ['taskset', '-c', LOAD_CORE, 'wrk', ...wrk] : ['wrk', ...wrk];
  const before = cpuMicroseconds(pids);
  const { stdout } = await run(command, args);
  const spent = cpuMicroseconds(pids) - before;
  const requests = Number(/(\d+) requests in/.exec(stdout)?.[1]);
  if (!(requests > 0) || /Socket errors/.test(stdout)) throw new RangeError(`${load.url}: ${stdout}`);
  return spent / requests;
}

/** A script for wrk (LuaJIT) that asks for one of some paths each time; left in the folder of temporary files. */
function scriptFor(paths: readonly string[]): string {
  const file = join(
    tmpdir(),
    `bench-paths-${createHash('sha256').update(paths.join()).digest('hex').slice(0, 16)}.lua`,
  );
  const list = paths.map((path) => JSON.stringify(path)).join(', ');
  writeFileSync(
    file,
    `local paths = { ${list} }\nfunction request() return wrk.format("GET", paths[math.random(#paths)]) end\n`,
  );
  return file;
}

/** Resident memory in MB. */
export function residentMb(pid: number): number {
  return Math.round(Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024);
}

/** CPU time of the processes so far, user and system. */
export function cpuMicroseconds(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => sum + ticksOf(pid) * TICK_US, 0);
}

/** Fields 14 and 15 of /proc/PID/stat, counted behind the program's name, which may hold spaces (proc(5)). */
function ticksOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ').at(-1)?.split(' ') ?? [];
  return Number(fields[11]) + Number(fields[12]);
}
