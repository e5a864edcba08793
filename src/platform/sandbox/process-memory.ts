/** What a process and everything it started take of memory: proc(5), `task/<tid>/children` and `VmRSS`. */
import { readdir, readFile } from 'node:fs/promises';

const BYTES_PER_KB = 1024;
/** Processes that are added up; a cage holds fewer. */
const MAX_PROCESSES = 2000;

/** Bytes that new programs can have without swapping (proc(5), `MemAvailable`); infinite where the system does not say. */
export async function availableBytes(): Promise<number> {
  const said = await readFile('/proc/meminfo', 'utf8').catch(() => '');
  const kilobytes = /^MemAvailable:\s*(\d+) kB/m.exec(said)?.[1];
  return kilobytes === undefined ? Number.POSITIVE_INFINITY : Number(kilobytes) * BYTES_PER_KB;
}

/** Resident bytes of a process with all its descendants; pages that they share count for each. 0 where it is gone. */
export async function memoryUnder(pid: number): Promise<number> {
  let sum = 0;
  const waiting = [pid];
  for (let count = 0; waiting.length > 0 && count < MAX_PROCESSES; count += 1) {
    const next = waiting.pop();
    if (next === undefined) break;
    sum += await residentBytes(next);
    waiting.push(...(await childrenOf(next)));
  }
  return sum;
}

async function residentBytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return Number(/^VmRSS:\s*(\d+) kB/m.exec(status)?.[1] ?? 0) * BYTES_PER_KB;
}

async function childrenOf(pid: number): Promise<readonly number[]> {
  const threads = await readdir(`/proc/${pid}/task`).catch(() => []);
  const lists = await Promise.all(
    threads.map((thread) => readFile(`/proc/${pid}/task/${thread}/children`, 'utf8').catch(() => '')),
  );
  return lists.flatMap((list) => list.split(' ').filter((id) => id !== '')).map(Number);
}
