/** A process that asks for one page again and again while something else goes on, and says how long the answers took. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { Agent, get } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

/** Milliseconds between one asking and the next, whether or not the answer is there: a slow server is not asked less. */
const EVERY_MS = 10;

/** Milliseconds of every answer, in the order of asking. */
export type Latencies = readonly number[];

/** Asks until `stop`, from a process of its own, so that what the caller does delays no measurement. */
export function askMeanwhile(url: string) {
  const child = fork(import.meta.filename, [url], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  return {
    async stop(): Promise<Latencies> {
      const told = once(child, 'message');
      child.send('stop');
      const [latencies] = await told;
      return Array.isArray(latencies) ? latencies.filter((latency) => typeof latency === 'number') : [];
    },
  };
}

/** Of a sorted copy: the value below which `share` (0 to 1) of all lie. */
export function quantile(values: Latencies, share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

async function ask(url: string): Promise<void> {
  const agent = new Agent({ keepAlive: true });
  const latencies: number[] = [];
  let going = true;
  process.once('message', () => {
    going = false;
  });
  while (going) {
    const start = performance.now();
    get(url, { agent, headers: { 'accept-encoding': 'gzip' } }, (response) => {
      response.resume().once('end', () => latencies.push(performance.now() - start));
    });
    await sleep(EVERY_MS);
  }
  agent.destroy();
  process.send?.(latencies, () => process.disconnect());
}

if (process.send !== undefined && process.argv[1] === import.meta.filename) await ask(process.argv[2] ?? '');
