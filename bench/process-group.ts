/** What the processes of one group take. */
import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

export const SAMPLE_MS = 100;
const KIB = 1024;

/** Bytes. */
export interface Memory {
  readonly rss: number;
  readonly pss: number;
  readonly server: number;
  readonly worker: number;
  /** All that read what is vetted, together. */
  readonly confined: number;
}

/** Follows the memory of every process of a group until `stop`, which gives the peaks. */
export function sampleGroup(leader: number) {
  let peak: Memory = { rss: 0, pss: 0, server: 0, worker: 0, confined: 0 };
  let going = true;
  const loop = (async () => {
    while (going) {
      const sample = await memoryOf(leader);
      peak = {
        rss: Math.max(peak.rss, sample.rss),
        pss: Math.max(peak.pss, sample.pss),
        server: Math.max(peak.server, sample.server),
        worker: Math.max(peak.worker, sample.worker),
        confined: Math.max(peak.confined, sample.confined),
      };
      await sleep(SAMPLE_MS);
    }
  })();
  return {
    async stop(): Promise<Memory> {
      going = false;
      await loop;
      return peak;
    },
  };
}

/** Linux's clock ticks per second in /proc (sysconf _SC_CLK_TCK, 100 on every usual kernel). */
const TICKS = 100;

/** Seconds of processor time of the processes that live, and of their children that ended. */
export async function processorTimeOf(leader: number): Promise<number> {
  const members = await membersOf(leader);
  // Fields 14 to 17 of proc(5).
  return members.flatMap(({ fields }) => fields.slice(11, 15)).reduce((all, ticks) => all + Number(ticks), 0) / TICKS;
}

/** Processes of a group; the database has a session of its own and is not in it. */
async function membersOf(leader: number) {
  const all = await Promise.all(
    (await readdir('/proc'))
      .filter((name) => /^\d+$/.test(name))
      .map(async (name) => {
        const text = await readFile(`/proc/${name}/stat`, 'utf8').catch(() => '');
        // Fields 3 on of proc(5): state, parent, group ...
        return { name, fields: text.slice(text.lastIndexOf(')') + 2).split(' ') };
      }),
  );
  return all.filter(({ fields }) => Number(fields[2]) === leader);
}

async function memoryOf(leader: number): Promise<Memory> {
  const sum = { rss: 0, pss: 0, server: 0, worker: 0, confined: 0 };
  for (const { name } of await membersOf(leader)) {
    const rollup = await readFile(`/proc/${name}/smaps_rollup`, 'utf8').catch(() => '');
    const bytes = (field: string) => Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(rollup)?.[1] ?? 0) * KIB;
    sum.rss += bytes('Rss');
    sum.pss += bytes('Pss');
    const command = await readFile(`/proc/${name}/cmdline`, 'utf8').catch(() => '');
    if (Number(name) === leader) sum.server = bytes('Rss');
    else if (/\0work\0/.test(command)) sum.worker = bytes('Rss');
    else sum.confined += bytes('Rss');
  }
  return sum;
}
