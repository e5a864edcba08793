import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Digest } from '../../domain/digest.ts';
import { createHotFiles, type HotFiles } from './hot-files.ts';

const SIZE = 1000;
/** Room for two files with what each takes beside its bytes. */
const LIMIT = 2 * (SIZE + 600);
let folder: string;
const pathOf = (digest: Digest) => join(folder, digest);

async function stored(fill: string): Promise<Digest> {
  const bytes = Buffer.alloc(SIZE, fill);
  const digest: Digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
  await writeFile(pathOf(digest), bytes);
  return digest;
}

/** Asks as a client does that reads everything at once. */
function ask(hot: HotFiles, digest: Digest): string | undefined {
  const file = hot.take(digest, SIZE);
  file?.done();
  return file?.bytes.toString('latin1', 0, 1);
}

/** Asks until the file is kept. */
async function warm(hot: HotFiles, digest: Digest): Promise<void> {
  await expect.poll(() => ask(hot, digest)).toBeDefined();
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hot-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

describe('hot files', () => {
  it('keeps what is asked for again, whole', async () => {
    const hot = createHotFiles({ limit: LIMIT, pathOf });
    const digest = await stored('a');
    expect([ask(hot, digest), hot.bytes()]).toEqual([undefined, 0]);
    await warm(hot, digest);
    expect(hot.take(digest, SIZE)?.bytes.equals(Buffer.alloc(SIZE, 'a'))).toBe(true);
  });

  it('stays within its limit, also while slow readers hold what would have to go', async () => {
    const hot = createHotFiles({ limit: LIMIT, pathOf });
    const held = await Promise.all(['a', 'b'].map(stored));
    for (const digest of held) await warm(hot, digest);
    const files = held.map((digest) => hot.take(digest, SIZE));
    const next = await stored('c');
    for (let asking = 0; asking < 50; asking += 1) {
      ask(hot, next);
      await new Promise(setImmediate);
    }
    expect([ask(hot, next), hot.bytes() <= LIMIT]).toEqual([undefined, true]);
    for (const file of files) file?.done();
    await warm(hot, next);
    expect(hot.bytes()).toBeLessThanOrEqual(LIMIT);
  });

  it('does not go in circles over more files than it can keep', async () => {
    const loaded: Digest[] = [];
    const counting = (digest: Digest) => {
      loaded.push(digest);
      return pathOf(digest);
    };
    const hot = createHotFiles({ limit: LIMIT, pathOf: counting });
    const digests = await Promise.all(['a', 'b', 'c', 'd', 'e'].map(stored));
    for (let round = 0; round < 40; round += 1) {
      for (const digest of digests) {
        ask(hot, digest);
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
    }
    expect(loaded.length).toBeLessThan(12);
  });

  it('keeps no file whose bytes are not those of its digest, says so once, and keeps nothing with a limit of 0', async () => {
    const damaged: Digest[] = [];
    const hot = createHotFiles({ limit: LIMIT, pathOf, onDamaged: (digest) => void damaged.push(digest) });
    const digest = await stored('x');
    await writeFile(pathOf(digest), Buffer.alloc(SIZE, 'y'));
    ask(hot, digest);
    ask(hot, digest);
    await expect.poll(() => damaged).toEqual([digest]);
    for (let asking = 0; asking < 20; asking += 1) {
      expect(ask(hot, digest)).toBeUndefined();
      await new Promise(setImmediate);
    }
    expect([damaged.length, hot.bytes()]).toEqual([1, 0]);
    const none = createHotFiles({ limit: 0, pathOf });
    for (let asking = 0; asking < 5; asking += 1) expect(none.take(digest, SIZE)).toBeUndefined();
  });
});
