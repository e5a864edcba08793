/**
 * The process that offers the packages made here, of the ecosystem that its argument names. It prints its address, and ends with whoever started it; where a process
 * id came on standard input before that ended, it ends with that process instead.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { MADE_HERE_ECOSYSTEMS, startMadeHerePackages } from './made-here.ts';

/** Nothing waits for this end: a look every few seconds is enough, in milliseconds. */
const LOOK_MS = 2_000;

const ecosystem = MADE_HERE_ECOSYSTEMS.find((one) => one === process.argv[2]);
if (ecosystem === undefined) throw new RangeError(`no packages are made here for ${process.argv[2]}`);
const upstream = await startMadeHerePackages(ecosystem);
process.stdout.write(`${upstream.url}\n`);
let text = '';
for await (const chunk of process.stdin) text += String(chunk);
const followed = Number(text.trim());
if (Number.isSafeInteger(followed) && followed > 0) while (isAlive(followed)) await sleep(LOOK_MS);
await upstream.close();

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
