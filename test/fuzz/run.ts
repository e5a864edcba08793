/**
 * `npm run fuzz [-- --minutes N] [--target NAME]… [--seed N] [--out FOLDER]`: mutated archives, metadata, index pages,
 * feeds and sources against every reader and scanner, each in a child with a memory limit. What ends a child, hangs it or
 * breaks what must hold is made small and kept in FOLDER (below the system's temporary folder), with the words of the
 * failure beside it; `--replay FILE --target NAME` runs it again. Ends with 1 where something was found.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Chance, seedOf } from './mutate.ts';
import { TARGETS, targetOf } from './targets.ts';

const CHILD = join(import.meta.dirname, 'child.ts');
/** Milliseconds after which an input hangs: the largest takes some ten on an idle machine, and this one may be busy. */
const HANG_MS = 20_000;
/** MiB of heap of a child; what needs more has lost its bounds. */
const MEMORY_MB = 384;
/** Attempts at making a failing input smaller. */
const MOST_SHRINKS = 120;
/** Failures of one target after which it is left alone. */
const MOST_FAILURES = 5;

const { values: options } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    target: { type: 'string', multiple: true },
    seed: { type: 'string' },
    out: { type: 'string', default: join(tmpdir(), 'pratique-fuzz-findings') },
    replay: { type: 'string' },
  },
});

interface Ended {
  readonly how: 'passed' | 'failed' | 'hung' | 'out of time';
  readonly words: string;
}

/** Runs a child to its end, or until it stands still or its time is over. */
async function runChild(
  args: readonly string[],
  limits: { readonly until: number; readonly progress?: string },
): Promise<Ended> {
  const child = spawn(process.execPath, [`--max-old-space-size=${MEMORY_MB}`, CHILD, ...args], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let words = '';
  child.stderr.on('data', (piece: Buffer) => {
    words = (words + piece.toString('utf8')).slice(-4_000);
  });
  let code: number | null | undefined;
  const gone = new Promise<void>((resolve) => {
    child.once('close', (status) => {
      code = status;
      resolve();
    });
  });
  let [last, since] = [-1, Date.now()];
  while (code === undefined) {
    await Promise.race([gone, wait(200)]);
    const now = limits.progress === undefined ? 0 : iterationIn(limits.progress);
    if (now !== last) [last, since] = [now, Date.now()];
    const hung = Date.now() - since > HANG_MS;
    if (code !== undefined || !(hung || Date.now() > limits.until)) continue;
    child.kill('SIGKILL');
    await gone;
    return { how: hung ? 'hung' : 'out of time', words };
  }
  return { how: code === 0 ? 'passed' : 'failed', words };
}

function iterationIn(progress: string): number {
  return readFileSync(progress).readDoubleLE(0);
}

interface Found {
  readonly target: string;
  readonly how: string;
  readonly words: string;
  readonly file: string;
}

interface Tally {
  readonly target: string;
  inputs: number;
  readonly found: Found[];
}

async function fuzz(name: string, seed: number, ms: number): Promise<Tally> {
  const tally: Tally = { target: name, inputs: 0, found: [] };
  const until = Date.now() + ms;
  const progress = join(options.out, `${name}.progress`);
  let first = 0;
  while (Date.now() < until && tally.found.length < MOST_FAILURES) {
    const blank = Buffer.alloc(8);
    blank.writeDoubleLE(first);
    writeFileSync(progress, blank);
    const ended = await runChild([name, String(seed), String(first), progress], { until, progress });
    const iteration = iterationIn(progress);
    tally.inputs = iteration + 1;
    if (ended.how === 'out of time') break;
    const input = targetOf(name).make(new Chance(seedOf(seed, iteration)));
    const small = await shrunk(name, input, ended);
    const file = join(options.out, `${name}-${seed}-${iteration}.bin`);
    writeFileSync(file, small);
    writeFileSync(`${file}.txt`, `${ended.how}\n${ended.words}\n`);
    tally.found.push({ target: name, how: ended.how, words: firstLine(ended.words), file });
    first = iteration + 1;
  }
  return tally;
}

function firstLine(words: string): string {
  return words.split('\n').find((line) => /Error|memory|signal/i.test(line)) ?? words.split('\n')[0] ?? '';
}

/** Leaves pieces out for as long as it fails the same way; hangs are slow to ask for, and are asked for less. */
async function shrunk(name: string, input: Buffer, { how }: Ended): Promise<Buffer> {
  const file = join(options.out, `${name}.candidate`);
  let best = input;
  let left = how === 'hung' ? 10 : MOST_SHRINKS;
  for (let size = Math.ceil(best.length / 2); size >= 1 && left > 0; size = Math.floor(size / 2))
    for (let at = 0; at < best.length && left > 0; left -= 1) {
      const candidate = Buffer.concat([best.subarray(0, at), best.subarray(at + size)]);
      writeFileSync(file, candidate);
      const ended = await runChild([name, '--input', file], { until: Date.now() + HANG_MS + 1_000 });
      if (ended.how === how) best = candidate;
      else at += size;
    }
  return best;
}

async function main(): Promise<number> {
  mkdirSync(options.out, { recursive: true });
  const names = options.target ?? TARGETS.map(({ name }) => name);
  if (options.replay !== undefined) {
    const [name = ''] = names;
    const ended = await runChild([name, '--input', options.replay], { until: Date.now() + 2 * HANG_MS });
    console.log(`${name}: ${ended.how}\n${ended.words}`);
    return ended.how === 'passed' ? 0 : 1;
  }
  const seed = Number(options.seed ?? Date.now() % 1_000_000);
  const share = (Number(options.minutes) * 60_000) / names.length;
  console.log(`seed ${seed}, ${names.length} targets, ${Math.round(share / 1000)} s each`);
  const tallies: Tally[] = [];
  for (const name of names) {
    const tally = await fuzz(name, seed, share);
    tallies.push(tally);
    console.log(`${name}: ${tally.inputs} inputs, ${tally.found.length} failures`);
    for (const { how, words, file } of tally.found) console.log(`  ${how}: ${words}\n  ${file}`);
  }
  const failures = tallies.reduce((sum, { found }) => sum + found.length, 0);
  console.log(`${tallies.reduce((sum, { inputs }) => sum + inputs, 0)} inputs, ${failures} failures, seed ${seed}`);
  return failures === 0 ? 0 : 1;
}

process.exitCode = await main();
