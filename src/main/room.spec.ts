/** What strangers' documents take of the heap when they are read, and what a thread does that has too little of it. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { expect, it } from 'vitest';
import type { Fetch } from '../platform/fetch/port.ts';
import { answersInRoom, importingInRoom, NO_ROOM_EXIT, type Room, readingInRoom } from './room.ts';

const MIB = 1024 * 1024;

function upstream(text: string): Fetch {
  const body = Buffer.from(text);
  const failed = { status: 'failed', reason: 'not asked here' } as const;
  return {
    document: async (url) => ({ status: 'found', body, contentType: 'application/json', url }),
    range: async () => undefined,
    download: async () => failed,
  };
}

function room(mib: number): Room & { readonly noted: () => number } {
  let times = 0;
  return {
    bytes: mib * MIB,
    none: () => {
      times += 1;
    },
    noted: () => times,
  };
}

const release = (number: number) =>
  JSON.stringify({
    ...{ name: 'conefit', version: `1.0.${number}`, description: 'What it is for, in a sentence of the usual length.' },
    dependencies: Object.fromEntries(Array.from({ length: 12 }, (_, at) => [`needed-${at}`, `^${at}.0.0`])),
    dist: { tarball: `https://upstream.example/conefit-1.0.${number}.tgz`, integrity: `sha512-${'x'.repeat(88)}` },
  });

it('a document is read that takes little beyond its text, however many releases it lists', async () => {
  const here = room(64);
  const releases = Array.from({ length: 15_000 }, (_, number) => `"1.0.${number}":${release(number)}`);
  const text = `{"versions":{${releases.join(',')}}}`;
  const found = await readingInRoom(upstream(text), here).document('x:', { accept: '', maxBytes: Infinity });
  expect(found.status).toBe('found');
  expect(here.noted()).toBe(0);
});

it('a document of some megabytes is not read that becomes twenty times as large', async () => {
  const here = room(64);
  const found = await readingInRoom(upstream(`[${'{},'.repeat(2_000_000)}1]`), here).document('x:', {
    accept: '',
    maxBytes: Infinity,
  });
  expect(found).toMatchObject({ status: 'failed', reason: expect.stringContaining('memory') });
  expect(here.noted()).toBe(1);
});

it('what is imported is let pass or refused by what it becomes when it is taken apart', () => {
  for (const [text, times] of [
    ['[]', 0],
    [`[${'[],'.repeat(2_000_000)}1]`, 1],
    ['\n'.repeat(4_000_000), 1],
  ] as const) {
    const here = room(64);
    const ask = () => importingInRoom(here)({ name: 'kev.json', bytes: Buffer.from(text) });
    if (times === 0) ask();
    else expect(ask).toThrow(expect.objectContaining({ code: 'import-unreadable', what: 'kev.json cannot be read' }));
    expect(here.noted()).toBe(times);
  }
});

it('an answer of a confined child is read by what its objects and its text take', () => {
  const readable = answersInRoom({ bytes: 64 * MIB });
  const long = 'x'.repeat(20 * MIB);
  for (const [text, fits] of [
    [JSON.stringify({ id: 1, status: 'done', output: long }), true],
    [JSON.stringify({ id: 1, status: 'done', output: `${long}\u2026` }), false],
    [`{"id":1,"status":"done","output":[${'{},'.repeat(2_000_000)}1]}`, false],
  ] as const)
    expect(readable(Buffer.from(text))).toBe(fits);
});

it('a confined child that was taken over costs one task, not the thread that listens to it', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'pratique-room-'));
  const entry = join(folder, 'taken-over.cjs');
  await writeFile(
    entry,
    `const open = '{"id":1,"status":"done","output":[';
     process.stdin.once('data', () => process.stdout.write(open + '[],'.repeat(11_000_000) + '1]}\\n'));`,
  );
  const code = `
    const { parentPort } = require('node:worker_threads');
    Promise.all([
      import(${JSON.stringify(new URL('room.ts', import.meta.url).href)}),
      import(${JSON.stringify(new URL('../platform/sandbox/sandbox.ts', import.meta.url).href)}),
    ]).then(async ([{ answersInRoom }, { createSandbox }]) => {
      const limits = { workers: 1, memoryMb: 256, whenNotIsolated: 'run', readableAnswer: answersInRoom() };
      const sandbox = createSandbox({
        ...{ entry: ${JSON.stringify(entry)}, nodePath: process.execPath, readable: [], ...limits },
      });
      parentPort.postMessage(await sandbox.run({ task: 'any', input: null, files: [], timeoutMs: 60_000 }));
      await sandbox.close();
    });`;
  const thread = new Worker(code, { eval: true, resourceLimits: { maxOldGenerationSizeMb: 256 } });
  const said: unknown[] = [];
  thread.on('message', (outcome) => said.push(outcome));
  const ended = await new Promise((resolve) => thread.once('exit', resolve));
  expect(said).toEqual([{ status: 'failed', reason: expect.stringContaining('more memory to read than there is') }]);
  expect(ended).toBe(0);
  await rm(folder, { recursive: true });
});

it('a thread without room ends alone, before anything is read', async () => {
  const code = `
    import(${JSON.stringify(new URL('room.ts', import.meta.url).href)}).then(async ({ readingInRoom }) => {
      const body = Buffer.from('[' + '{},'.repeat(16_000_000) + '1]');
      const fetch = readingInRoom({ document: async () => ({ status: 'found', body }) });
      const { body: read } = await fetch.document();
      JSON.parse(read.toString());
    });`;
  const thread = new Worker(code, { eval: true, resourceLimits: { maxOldGenerationSizeMb: 256 } });
  const ended = await new Promise((resolve) => thread.once('exit', resolve));
  expect(ended).toBe(NO_ROOM_EXIT);
});
