/** Publishing one more release into a snapshot that already holds many: what is made anew, in what time and memory. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { z } from 'zod';
import type { Figure } from './figure.ts';

const SIZES = [1000, 10_000, 100_000];
const result = z.object({
  cold: z.number(),
  coldCpu: z.number(),
  warm: z.number(),
  warmCpu: z.number(),
  compiled: z.number(),
  shards: z.number(),
  written: z.number(),
  bytes: z.number(),
  before: z.number(),
  peak: z.number(),
});

/** Each size in a process of its own, so that the memory of one says nothing of the next. */
export async function publishing(): Promise<readonly Figure[]> {
  const figures: Figure[] = [];
  for (const size of SIZES) {
    const child = fork(join(import.meta.dirname, 'publish-once.ts'), [String(size)]);
    const [message] = await Promise.race([once(child, 'message'), once(child, 'exit')]);
    const { cold, coldCpu, warm, warmCpu, compiled, shards, written, bytes, before, peak } = result.parse(message);
    await once(child, 'exit');
    figures.push({
      what: `one more release into ${size} packages`,
      ours: `${cold.toFixed(2)} s in a new process (${coldCpu.toFixed(2)} s of processor), ${warm.toFixed(2)} s the next time (${warmCpu.toFixed(2)} s)`,
      goal: 'only what it touches; seconds at most',
      method: `${compiled} packages compiled, ${shards} of 256 shards and ${written} blobs written (${Math.round(bytes / 1024)} kB); RSS ${before} MB before, ${peak} MB at its peak`,
    });
  }
  return figures;
}
