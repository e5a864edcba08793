import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { expect, it } from 'vitest';
import { createFileSender } from './sender.ts';

const DIGEST = `sha256:${'a'.repeat(64)}` as const;
const SIZE = 2 * 1024 * 1024;

it('gives those who read slowly less memory as they become many, and everybody the whole file', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sender-'));
  const path = join(folder, 'file');
  await writeFile(path, Buffer.alloc(SIZE, 'x'));
  const sender = createFileSender(() => path, { hotBytes: 0 });
  const firsts: number[] = [];
  const received: number[] = [];
  const waiting: (() => void)[] = [];
  let go = false;
  const sent = Array.from({ length: 100 }, (_, index) => {
    const to = new Writable({
      write(chunk: Buffer, _encoding, done) {
        firsts[index] ??= chunk.length;
        received[index] = (received[index] ?? 0) + chunk.length;
        if (go) done();
        else waiting.push(done);
      },
    });
    return sender.send(DIGEST, { start: 0, end: SIZE - 1 }, to);
  });
  await expect.poll(() => waiting.length).toBe(100);
  expect(firsts.reduce((sum, one) => sum + one, 0)).toBeLessThan(70 * 1024 * 1024);
  go = true;
  for (const done of waiting) done();
  await Promise.all(sent);
  expect(received).toEqual(Array.from({ length: 100 }, () => SIZE));
  await sender.close();
  await rm(folder, { recursive: true });
});
