import { generateKeyPairSync } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CHANNEL, openTestRegistry, type TestRegistry } from '../../../test/harness/registry.ts';
import type { Actor } from '../../domain/people.ts';
import type { CarriedFile } from '../../platform/backup/port.ts';
import { createTarFiles } from '../../platform/backup/tar-files.ts';
import { signerOf } from '../../platform/signing/keys.ts';
import { readSnapshot } from './read.ts';

const OPERATOR: Actor = { kind: 'person', name: 'olga', roles: ['operator'], organisation: null };
const REVIEWER: Actor = { kind: 'person', name: 'vera', roles: ['reviewer'], organisation: null };
const ASK = { channel: CHANNEL, ecosystem: 'pypi', names: [] };
const tar = createTarFiles();

let outside: TestRegistry;
let inside: TestRegistry;
let folder: string;
let file: string;
let key: string;

beforeEach(async () => {
  [outside, inside] = await Promise.all([openTestRegistry(), openTestRegistry()]);
  folder = mkdtempSync(join(tmpdir(), 'carrying-'));
  file = join(folder, 'snapshot.tar');
  await outside.accept([
    { name: 'app', version: '1.0', requires: ['base>=1'] },
    { name: 'base', version: '1.0' },
  ]);
  await outside.snapshots.publish(ASK);
  key = await exportTo(file);
}, 120_000);
afterEach(async () => {
  await Promise.all([outside.close(), inside.close()]);
  rmSync(folder, { recursive: true, force: true });
});

async function exportTo(path: string, overwrite = false): Promise<string> {
  const exported = await outside.snapshots.export({ channel: CHANNEL, number: undefined }, OPERATOR);
  await tar.write(path, exported.files(), { overwrite });
  return exported.publicKey;
}

const importFrom = (path: string, with_: { readonly key?: string } = { key }) =>
  inside.snapshots.import({ channel: CHANNEL, files: tar.read(path), ...with_ }, OPERATOR);

interface Entry {
  readonly path: string;
  readonly bytes: Buffer;
}

async function entriesOf(path: string): Promise<readonly Entry[]> {
  const entries: Entry[] = [];
  for await (const entry of tar.read(path)) {
    const chunks: Uint8Array[] = [];
    for await (const chunk of entry.body) chunks.push(chunk);
    entries.push({ path: entry.path, bytes: Buffer.concat(chunks) });
  }
  return entries;
}

/** Writes the exported entries again, after `change`. */
async function changed(change: (entries: readonly Entry[]) => readonly Entry[]): Promise<string> {
  const entries = change(await entriesOf(file));
  const files = async function* (): AsyncGenerator<CarriedFile> {
    for (const { path, bytes } of entries) {
      const body = async function* () {
        yield bytes;
      };
      yield { path, size: bytes.byteLength, body: body() };
    }
  };
  const path = join(folder, 'changed.tar');
  await tar.write(path, files(), { overwrite: true });
  return path;
}

async function nothingPublished(): Promise<void> {
  expect((await readSnapshot(inside, CHANNEL))?.number).toBe(1);
  const { rows } = await inside.pool.query(`select 1 from ledger where kind = 'snapshot-imported'`);
  expect(rows).toHaveLength(0);
}

async function get(registry: TestRegistry, path: string) {
  const response = await fetch(`${registry.url}/${CHANNEL}/pypi/${path}`);
  return { status: response.status, body: await response.text() };
}

describe('a snapshot carried to another home', () => {
  it('serves the same bytes at the same paths, and verifies deeply', async () => {
    expect(await importFrom(file)).toMatchObject({ number: 2, from: { channel: CHANNEL, number: 2 } });
    await Promise.all([outside.touch(), inside.touch()]);
    const index = await get(outside, 'simple/app/');
    const links = [...index.body.matchAll(/href="([^"#]+)/g)].map(([, href]) => href ?? '');
    expect(links.length).toBeGreaterThan(0);
    for (const path of ['simple/', 'simple/app/', 'simple/base/']) {
      const there = await get(outside, path);
      expect(there.status).toBe(200);
      expect(await get(inside, path)).toEqual(there);
    }
    for (const href of links) {
      for (const suffix of ['', '.metadata']) {
        const url = (registry: TestRegistry) => new URL(href + suffix, `${registry.url}/${CHANNEL}/pypi/simple/app/`);
        const [there, here] = await Promise.all([fetch(url(outside)), fetch(url(inside))]);
        expect(here.status).toBe(200);
        expect(Buffer.from(await here.arrayBuffer())).toEqual(Buffer.from(await there.arrayBuffer()));
      }
    }
    expect(await inside.snapshots.verify(CHANNEL, undefined, true)).toMatchObject({ status: 'whole', files: 2 });
  });

  it('writes the same bytes every time, and over nothing unless told to', async () => {
    const first = readFileSync(file);
    await expect(exportTo(file)).rejects.toMatchObject({ code: 'file-exists' });
    await exportTo(file, true);
    expect(readFileSync(file).equals(first)).toBe(true);
    expect(readdirSync(folder)).toEqual(['snapshot.tar']);
  });

  it('leaves no file where a stored byte was changed', async () => {
    const [shard] = (await entriesOf(file)).slice(-1);
    const digest = `sha256:${shard?.path.split('/').at(-1)}` as const;
    writeFileSync(outside.blobs.path(digest) ?? '', Buffer.alloc(shard?.bytes.byteLength ?? 0));
    await expect(exportTo(join(folder, 'other.tar'))).rejects.toMatchObject({ code: 'blob-damaged' });
    expect(existsSync(join(folder, 'other.tar'))).toBe(false);
  });

  it('still stops what is denied where it is imported', async () => {
    await importFrom(file);
    await inside.pool.query(
      `insert into denials (id, ecosystem, name, reason, created_by, created_at) values ('D-1', 'pypi', 'base', 'x', 'p', now())`,
    );
    await Promise.all([outside.touch(), inside.touch()]);
    const index = await get(outside, 'simple/base/');
    const href = /href="([^"#]+)/.exec(index.body)?.[1] ?? '';
    const response = await fetch(new URL(href, `${inside.url}/${CHANNEL}/pypi/simple/base/`));
    expect(response.status).toBe(403);
  });

  it('is fed by imports only, until it is rolled back to a snapshot of its own', async () => {
    await importFrom(file);
    expect(await inside.snapshots.publish(ASK)).toEqual({ status: 'unchanged', number: 2 });
    await inside.accept([{ name: 'alone', version: '3.0' }]);
    expect(await inside.snapshots.publish(ASK)).toMatchObject({ status: 'refused', code: 'fed-by-imports' });
    await expect(importFrom(file)).rejects.toMatchObject({ code: 'channel-has-lists' });
    await inside.snapshots.rollback(CHANNEL, 2, OPERATOR);
    expect(await inside.snapshots.publish(ASK)).toMatchObject({ status: 'refused', code: 'fed-by-imports' });
    await inside.snapshots.rollback(CHANNEL, 1, OPERATOR);
    expect(await inside.snapshots.publish(ASK)).toMatchObject({ status: 'published' });
  });

  it('takes newer ones, and none that was replaced where it was made', async () => {
    const older = join(folder, 'older.tar');
    await exportTo(older);
    await outside.accept([{ name: 'alone', version: '3.0' }]);
    await outside.snapshots.publish(ASK);
    await exportTo(file, true);
    expect(await importFrom(file)).toMatchObject({ number: 2 });
    await expect(importFrom(older)).rejects.toMatchObject({ code: 'snapshot-not-newer' });
    await expect(importFrom(file)).rejects.toMatchObject({ code: 'snapshot-not-newer' });
    expect((await readSnapshot(inside, CHANNEL))?.number).toBe(2);
  });

  it('is for operators', async () => {
    await expect(outside.snapshots.export({ channel: CHANNEL, number: undefined }, REVIEWER)).rejects.toMatchObject({
      code: 'wrong-role',
    });
    await expect(
      inside.snapshots.import({ channel: CHANNEL, files: tar.read(file), key }, REVIEWER),
    ).rejects.toMatchObject({ code: 'wrong-role' });
    await nothingPublished();
  });
});

describe('a file that is not what was exported', () => {
  it('is refused without a key that is known, and says which it was signed with', async () => {
    const other = signerOf(generateKeyPairSync('ed25519').privateKey);
    const keyId = outside.snapshotsDeps(outside.blobs).signer.keyId;
    for (const given of [{}, { key: other.publicKey }]) {
      const refused = await importFrom(file, given).catch((error: unknown) => error);
      expect(refused).toMatchObject({ code: 'snapshot-key-unknown', why: expect.stringContaining(keyId) });
    }
    await expect(importFrom(file, { key: 'no key' })).rejects.toMatchObject({ code: 'bad-key' });
    await nothingPublished();
  });

  it('is refused when it was signed anew with a key of somebody else', async () => {
    const forger = signerOf(generateKeyPairSync('ed25519').privateKey);
    const forged = await changed(([manifest, , ...rest]) => {
      const bytes = manifest?.bytes ?? Buffer.alloc(0);
      const signature = {
        schema: 'pratique.snapshot-signature/1',
        keyId: outside.snapshotsDeps(outside.blobs).signer.keyId,
      };
      const signed = { ...signature, publicKey: forger.publicKey, signature: forger.sign(bytes) };
      return [
        { path: 'manifest.json', bytes },
        { path: 'signature.json', bytes: Buffer.from(JSON.stringify(signed)) },
        ...rest,
      ];
    });
    await expect(importFrom(forged)).rejects.toMatchObject({
      code: 'snapshot-key-unknown',
      why: expect.stringContaining(forger.keyId),
    });
    await nothingPublished();
  });

  it.each<readonly [string, (entries: readonly Entry[]) => readonly Entry[]]>([
    ['a blob is missing', (entries) => entries.slice(0, -1)],
    ['a blob is there twice', (entries) => [...entries, ...entries.slice(-1)]],
    [
      'an entry is extra',
      (entries) => [...entries, { path: `blobs/sha256/${'0'.repeat(64)}`, bytes: Buffer.from('x') }],
    ],
    ['an entry has another name', (entries) => [...entries, { path: 'notes.txt', bytes: Buffer.from('x') }]],
    ['a name leads out', (entries) => [...entries, { path: '../outside.txt', bytes: Buffer.from('x') }]],
    ['a name is absolute', (entries) => [...entries, { path: '/outside.txt', bytes: Buffer.from('x') }]],
    ['a name leads out below blobs', (entries) => [...entries, { path: 'blobs/../../x', bytes: Buffer.from('x') }]],
    ['the manifest comes later', (entries) => [...entries.slice(1), ...entries.slice(0, 1)]],
    ['nothing is in it', () => []],
    [
      'the manifest was changed',
      (entries) => entries.map((entry) => (entry.path === 'manifest.json' ? flipped(entry) : entry)),
    ],
    ...[2, 3, 6].map((place): readonly [string, (entries: readonly Entry[]) => readonly Entry[]] => [
      `a byte of entry ${place} was changed`,
      (entries) => entries.map((entry, index) => (index === place ? flipped(entry) : entry)),
    ]),
  ])('is refused when %s', async (_what, change) => {
    await expect(importFrom(await changed(change))).rejects.toMatchObject({ code: 'snapshot-file-damaged' });
    await nothingPublished();
  });

  it('is refused wherever it was cut off', async () => {
    const bytes = readFileSync(file);
    const cut = join(folder, 'cut.tar');
    for (const length of [0, 100, 512, 2000, Math.floor(bytes.byteLength / 2), bytes.byteLength - 1024]) {
      writeFileSync(cut, bytes.subarray(0, length));
      await expect(importFrom(cut)).rejects.toMatchObject({ code: 'snapshot-file-damaged' });
    }
    await expect(importFrom(join(folder, 'absent.tar'))).rejects.toMatchObject({ code: 'file-missing' });
    await nothingPublished();
  });
});

function flipped({ path, bytes }: Entry): Entry {
  const copy = Buffer.from(bytes);
  const middle = Math.floor(copy.byteLength / 2);
  copy[middle] = (copy[middle] ?? 0) ^ 1;
  return { path, bytes: copy };
}
