import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { blobsContract, digestOf } from '../../../test/contract/blobs.ts';
import { openFolderBlobs } from './folder.ts';
import type { StoredBlob } from './port.ts';

const root = mkdtempSync(join(tmpdir(), 'pratique-blobs-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
let counter = 0;
function freshFolder(): string {
  counter += 1;
  return join(root, String(counter));
}

async function listOf(blobs: AsyncIterable<StoredBlob>): Promise<readonly StoredBlob[]> {
  const all: StoredBlob[] = [];
  for await (const blob of blobs) all.push(blob);
  return all;
}

describe('a folder of blobs', () => {
  blobsContract(() => openFolderBlobs(join(root, 'contract')));
});

describe('what only the folder does', () => {
  it('lists every blob in the order of digests', async () => {
    const blobs = await openFolderBlobs(freshFolder());
    const put = await Promise.all(['a', 'b', 'c', 'd'].map((text) => blobs.put(Buffer.from(text))));
    const listed = await listOf(blobs.list());
    expect(listed.map((one) => one.digest)).toEqual(put.map((one) => one.digest).toSorted());
    expect(listed[0]?.size).toBe(1);
  });

  it('finds bytes that were changed on the disk, on reading and by verifyAll', async () => {
    const blobs = await openFolderBlobs(freshFolder());
    const good = await blobs.put(Buffer.from('good'));
    const bad = await blobs.put(Buffer.from('will be bad'));
    writeFileSync(blobs.path(bad.digest), 'was made bad');
    await expect(blobs.read(bad.digest)).rejects.toMatchObject({ code: 'blob-damaged' });
    const seen: number[] = [];
    const audit = await blobs.verifyAll((done) => seen.push(done.blobs));
    expect(audit.blobs).toBe(2);
    expect(audit.damaged.map((one) => one.digest)).toEqual([bad.digest]);
    expect(seen).toEqual([1, 2]);
    expect(await blobs.has(good.digest)).toBe(true);
  });

  it('leaves only an incoming file when the process is killed in the middle, and removes that later', async () => {
    const folder = freshFolder();
    const script = `
      import { openFolderBlobs } from ${JSON.stringify(join(import.meta.dirname, 'folder.ts'))};
      const blobs = await openFolderBlobs(${JSON.stringify(folder)});
      await blobs.put((async function* () {
        for (let i = 0; ; i += 1) {
          yield new Uint8Array(300_000);
          if (i === 3) console.log('writing');
          if (i >= 3) await new Promise((resolve) => setTimeout(resolve, 1000));
        }
      })());`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(child.stdout, 'data');
    child.kill('SIGKILL');
    await once(child, 'exit');
    const left = readdirSync(join(folder, 'incoming'));
    expect(left).toHaveLength(1);
    const early = await openFolderBlobs(folder);
    expect(readdirSync(join(folder, 'incoming'))).toEqual(left);
    utimesSync(join(folder, 'incoming', left[0] ?? ''), 1, 1);
    const blobs = await openFolderBlobs(folder);
    expect(readdirSync(join(folder, 'incoming'))).toEqual([]);
    expect(await listOf(blobs.list())).toEqual([]);
    expect((await early.put(Buffer.from('still works'))).size).toBe(11);
  });

  const canMount = process.platform === 'linux' && mountTmpfs(join(root, 'probe'), 1);
  it.skipIf(!canMount)(
    'answers a full disk with one clear problem and keeps nothing [needs the right to mount a tmpfs]',
    async () => {
      const folder = freshFolder();
      mountTmpfs(folder, 1024);
      try {
        const blobs = await openFolderBlobs(folder);
        const small = await blobs.put(new Uint8Array(1000));
        const tooMuch = (async function* () {
          for (let i = 0; i < 40; i += 1) yield new Uint8Array(100_000).fill(i);
        })();
        await expect(blobs.put(tooMuch)).rejects.toMatchObject({ name: 'Problem', code: 'disk-full' });
        expect(readdirSync(join(folder, 'incoming'))).toEqual([]);
        expect((await listOf(blobs.list())).map((one) => one.digest)).toEqual([small.digest]);
        expect((await blobs.put(Buffer.from('fits'))).digest).toBe(digestOf(Buffer.from('fits')));
      } finally {
        execFileSync('umount', [folder]);
      }
    },
  );
  if (canMount) execFileSync('umount', [join(root, 'probe')]);
});

function mountTmpfs(folder: string, kibibytes: number): boolean {
  try {
    execFileSync('mkdir', ['-p', folder]);
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${Math.max(kibibytes, 64)}k`, 'tmpfs', folder], {
      stdio: 'ignore',
    });
    return true;
  } catch {
    return false;
  }
}
