/** What strangers' documents take of the heap when they are read, and what a thread does that has too little of it. */
import { Worker } from 'node:worker_threads';
import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import type { Fetch } from '../platform/fetch/port.ts';
import type { ImportFiles } from '../platform/import-files/port.ts';
import { importingInRoom, NO_ROOM_EXIT, type Room, readingInRoom } from './room.ts';

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

it('what is imported is looked at as it is when it is unpacked', async () => {
  const files = (bytes: Uint8Array): ImportFiles => ({
    open: (name) => ({
      name,
      async *files() {
        yield { name, bytes };
      },
    }),
  });
  for (const [text, times] of [
    ['[]', 0],
    [`[${'[],'.repeat(2_000_000)}1]`, 1],
    ['\n'.repeat(4_000_000), 1],
  ] as const)
    for (const bytes of [Buffer.from(text), gzipSync(text)]) {
      const here = room(64);
      const read = async () => {
        const names: string[] = [];
        for await (const { name } of importingInRoom(files(bytes), here).open('kev.json').files()) names.push(name);
        return names;
      };
      if (times === 0) expect(await read()).toEqual(['kev.json']);
      else await expect(read()).rejects.toMatchObject({ code: 'import-unreadable' });
      expect(here.noted()).toBe(times);
    }
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
