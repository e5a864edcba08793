/** Memory of a scan worker as the product runs it: confined, with its heap limit, over packages one after the other. */
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { SANDBOX_MEMORY_MIB } from '../src/main/foundation.ts';
import { answersInRoom } from '../src/main/room.ts';
import { createSandbox } from '../src/platform/sandbox/sandbox.ts';
import { CONTENT_SCANNERS } from '../src/scanners/content-catalog.ts';
import type { Package } from './scanner-corpus.ts';

const SAMPLE_MS = 100;
const TIMEOUT_MS = 600_000;

export interface WorkerMemory {
  /** MiB, the most that a worker held at any time. */
  readonly peak: number;
  /** Packages that could not be inspected, with the reason. */
  readonly failures: readonly string[];
}

export async function workerMemory(packages: readonly Package[]): Promise<WorkerMemory> {
  const sandbox = createSandbox({
    entry: join(import.meta.dirname, '..', 'src', 'main', 'confined.ts'),
    nodePath: process.execPath,
    readable: [...new Set(packages.map(({ path }) => dirname(path)))],
    memoryMb: SANDBOX_MEMORY_MIB,
    workers: 1,
    readableAnswer: answersInRoom(),
  });
  const failures: string[] = [];
  const sampler = samplePeak();
  try {
    for (const { path, subject } of packages) {
      const scanners = CONTENT_SCANNERS.map(({ id }) => id);
      const input = { ...subject, path, scanners };
      const outcome = await sandbox.run({ task: 'inspect-content', input, files: [path], timeoutMs: TIMEOUT_MS });
      if (outcome.status === 'failed') failures.push(`${subject.filename}: ${outcome.reason}`);
    }
  } finally {
    await sandbox.close();
  }
  return { peak: (await sampler.stop()) / 1024, failures };
}

function samplePeak() {
  let peak = 0;
  let going = true;
  const loop = (async () => {
    while (going) {
      peak = Math.max(peak, await highestOfWorkers());
      await sleep(SAMPLE_MS);
    }
  })();
  return {
    async stop() {
      going = false;
      await loop;
      return peak;
    },
  };
}

/** KiB: the high-water mark of resident memory that Linux keeps for each process (proc(5), VmHWM). */
async function highestOfWorkers(): Promise<number> {
  let highest = 0;
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const command = await readFile(`/proc/${name}/cmdline`, 'utf8').catch(() => '');
    if (
      !command.startsWith(process.execPath) ||
      !command.includes(join(import.meta.dirname, '..', 'src', 'main', 'confined.ts'))
    )
      continue;
    const status = await readFile(`/proc/${name}/status`, 'utf8').catch(() => '');
    highest = Math.max(highest, Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1] ?? 0));
  }
  return highest;
}
