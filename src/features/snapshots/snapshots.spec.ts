import { createHash } from 'node:crypto';
import { rename, writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CHANNEL, openTestRegistry, type TestRegistry } from '../../../test/harness/registry.ts';
import { makeWheel } from '../../../test/harness/wheels.ts';
import type { Actor } from '../../domain/people.ts';
import { parseShard, readSnapshot, snapshotsOf } from './read.ts';

const ASK = { channel: CHANNEL, ecosystem: 'pypi', names: [] };
const APP = [
  { name: 'app', version: '1.0', requires: ['base>=1'] },
  { name: 'base', version: '1.0' },
];
const OPERATOR: Actor = { kind: 'person', name: 'olga', roles: ['operator'], organisation: null };
let registry: TestRegistry;
beforeEach(async () => {
  registry = await openTestRegistry();
}, 120_000);
afterEach(() => registry.close());

const current = () => readSnapshot(registry, CHANNEL);

/** `app 1.0 needs base 1.0` of everything that the current snapshot offers. */
async function offered(): Promise<readonly string[]> {
  const lines: string[] = [];
  for (const digest of Object.values((await current())?.content.pypi?.shards ?? {}))
    for (const [name, { releases }] of Object.entries(parseShard(await registry.blobs.read(digest))))
      for (const { version, needs } of releases) {
        const needed = needs.map(({ to }) => ` needs ${to.slice('pkg:pypi/'.length).replace('@', ' ')}`);
        lines.push(`${name} ${version}${needed.join('')}`);
      }
  return lines.toSorted();
}

describe('snapshots', () => {
  it('starts with an empty signed snapshot, publishes, and does nothing twice', async () => {
    await registry.snapshots.init(CHANNEL);
    await registry.accept(APP);
    const published = await registry.snapshots.publish(ASK);
    expect(published).toMatchObject({ status: 'published', number: 2, compiled: ['app', 'base'], leftOut: [] });
    expect(await registry.snapshots.publish(ASK)).toEqual({ status: 'unchanged', number: 2 });
    expect(await registry.snapshots.verify(CHANNEL, undefined, true)).toEqual({
      status: 'whole',
      number: 2,
      packages: 2,
      files: 2,
    });
  });

  it('lists every snapshot there is, the newest first, however many they are', async () => {
    await registry.snapshots.init(CHANNEL);
    await registry.pool.query(
      `insert into snapshots select (jsonb_populate_record(s, jsonb_build_object('number', n))).*
       from snapshots s, generate_series(2, 120) n where s.channel = $1 and s.number = 1`,
      [CHANNEL],
    );
    const numbers = (await snapshotsOf(registry.db, CHANNEL)).map(({ number }) => number);
    expect(numbers).toEqual(Array.from({ length: 120 }, (_, at) => 120 - at));
    const page = await snapshotsOf(registry.db, CHANNEL, { before: 50, limit: 2 });
    expect(page.map(({ number }) => number)).toEqual([49, 48]);
  });

  it('refuses a set that is not closed and names the gap; the old snapshot stays', async () => {
    await registry.accept([{ name: 'app', version: '1.0', requires: ['missing'] }]);
    const refused = await registry.snapshots.publish(ASK);
    expect(refused).toMatchObject({ status: 'refused', code: 'does-not-resolve' });
    expect(JSON.stringify(refused)).toContain('missing');
    expect((await current())?.number).toBe(1);
    const { rows } = await registry.pool.query(`select fact from ledger where kind = 'snapshot-refused'`);
    expect(rows).toHaveLength(1);
  });

  it('publishes nothing whose file is lost, names it and what to do, and goes on when it is back', async () => {
    await registry.accept(APP);
    const wheel = await makeWheel({ name: 'base', version: '1.0' });
    const digest = `sha256:${createHash('sha256').update(wheel.bytes).digest('hex')}` as const;
    const path = registry.blobs.path(digest) ?? '';
    await rename(path, `${path}.away`);
    const lost = await registry.snapshots.publish(ASK).catch((error: unknown) => error);
    expect(lost).toMatchObject({ code: 'file-lost' });
    expect(String(lost)).toContain(
      `pkg:pypi/base@1.0 cannot be published in ${CHANNEL}: ${wheel.filename} (${digest})`,
    );
    expect(String(lost)).toContain(`pratique vet pkg:pypi/base@1.0 --channel ${CHANNEL}`);
    expect((await current())?.number).toBe(1);
    await writeFile(path, 'cut short');
    await expect(registry.snapshots.publish(ASK)).rejects.toThrow('has 9 bytes in the store instead of');
    await rename(`${path}.away`, path);
    expect(await registry.snapshots.publish(ASK)).toMatchObject({ status: 'published', number: 2 });
  });

  it('compiles only what changed, and leaves out whole trees that hold something denied', async () => {
    await registry.accept(APP);
    await registry.snapshots.publish(ASK);
    await registry.accept([{ name: 'alone', version: '3.0' }]);
    expect(await registry.snapshots.publish(ASK)).toMatchObject({ number: 3, compiled: ['alone'] });
    await registry.pool.query(
      `insert into denials (id, ecosystem, name, reason, created_by, created_at) values ('D-1', 'pypi', 'base', 'x', 'p', now())`,
    );
    expect(await registry.snapshots.publish(ASK)).toMatchObject({
      number: 4,
      leftOut: [{ name: 'app', because: 'pkg:pypi/base@1.0', id: 'D-1' }],
    });
    expect(Object.keys((await current())?.content.pypi?.shards ?? {})).toHaveLength(1);
  });

  it('resolves around what is denied from what is cleared, and back when the denial is lifted', async () => {
    await registry.accept(APP);
    await registry.accept([{ name: 'base', version: '1.1' }]);
    await registry.snapshots.publish(ASK);
    const before = (await current())?.content;
    await registry.pool.query(
      `insert into denials (id, ecosystem, name, versions, reason, created_by, created_at) values ('D-1', 'pypi', 'base', '==1.0', 'x', 'p', now())`,
    );
    expect(await registry.snapshots.publish(ASK)).toMatchObject({ status: 'published', leftOut: [] });
    expect(await offered()).toEqual(['app 1.0 needs base 1.1', 'base 1.1']);
    expect(await registry.snapshots.publish(ASK)).toMatchObject({ status: 'unchanged' });
    // What stands for it is denied too: nothing else is cleared.
    await registry.pool.query(
      `insert into denials (id, ecosystem, name, versions, reason, created_by, created_at) values ('D-2', 'pypi', 'base', '==1.1', 'x', 'p', now())`,
    );
    expect(await registry.snapshots.publish(ASK)).toMatchObject({
      leftOut: [
        { name: 'app', because: 'pkg:pypi/base@1.0', id: 'D-1' },
        { name: 'base', because: 'pkg:pypi/base@1.1', id: 'D-2' },
      ],
    });
    expect(await offered()).toEqual([]);
    await registry.pool.query(`update denials set lifted_at = now()`);
    expect(await registry.snapshots.publish(ASK)).toMatchObject({ leftOut: [] });
    expect((await current())?.content).toEqual(before);
  });

  it('does not resolve around with what was taken off the lists', async () => {
    await registry.accept(APP);
    await registry.accept([{ name: 'base', version: '1.1' }]);
    await registry.pool.query(
      `insert into denials (id, ecosystem, name, versions, reason, created_by, created_at) values ('D-1', 'pypi', 'base', '==1.0', 'x', 'p', now())`,
    );
    await registry.snapshots.publish(ASK);
    expect(await offered()).toEqual(['app 1.0 needs base 1.1', 'base 1.1']);
    await registry.pool.query(`update list_entries set removed_at = now() where name = 'base'`);
    expect(await registry.snapshots.publish(ASK)).toMatchObject({ leftOut: [{ name: 'app', id: 'D-1' }] });
    expect(await offered()).toEqual([]);
  });

  it('gives the same content for the same lists, and rolls back to the same content', async () => {
    await registry.accept(APP);
    await registry.snapshots.publish(ASK);
    const first = (await current())?.content;
    await registry.accept([{ name: 'alone', version: '3.0' }]);
    await registry.snapshots.publish(ASK);
    const researcher: Actor = { kind: 'person', name: 'rosa', roles: ['researcher'], organisation: null };
    await expect(registry.snapshots.rollback(CHANNEL, 2, researcher)).rejects.toMatchObject({ code: 'wrong-role' });
    expect(await registry.snapshots.rollback(CHANNEL, 2, OPERATOR)).toEqual({ number: 4 });
    expect((await current())?.content).toEqual(first);
    await registry.pool.query(`update list_entries set removed_at = now() where name = 'alone'`);
    expect(await registry.snapshots.publish(ASK)).toEqual({ status: 'unchanged', number: 4 });
  });

  it('goes back to no snapshot in which something needs what was stopped since, and names the edge', async () => {
    await registry.accept(APP);
    await registry.snapshots.publish(ASK);
    const deny = (name: string) =>
      registry.pool.query(
        `insert into denials (id, ecosystem, name, reason, created_by, created_at) values ($1, 'pypi', $2, 'x', 'p', now())`,
        [`D-${name}`, name],
      );
    await deny('base');
    await expect(registry.snapshots.rollback(CHANNEL, 2, OPERATOR)).rejects.toMatchObject({
      code: 'not-closed',
      why: 'pkg:pypi/app@1.0 needs pkg:pypi/base@1.0, which D-base stops',
    });
    expect((await current())?.number).toBe(2);
    // With the root stopped as well nothing that is offered needs it.
    await deny('app');
    expect(await registry.snapshots.rollback(CHANNEL, 2, OPERATOR)).toEqual({ number: 3 });
  });

  it('goes back to no snapshot of which a file, its metadata or a document is lost, and says how it comes back', async () => {
    await registry.accept(APP);
    await registry.snapshots.publish(ASK);
    const content = (await current())?.content['pypi'];
    const shards = await Promise.all(Object.values(content?.shards ?? {}).map((at) => registry.blobs.read(at)));
    const base = shards.map(parseShard).find((shard) => shard['base'] !== undefined)?.['base'];
    const [file] = base?.files ?? [];
    const lost = [file?.sha256, file?.metadata?.sha256, base?.documents[0]?.forms[0]?.digest, content?.basis];
    for (const digest of lost) {
      const path = digest === undefined ? '' : (registry.blobs.path(digest) ?? '');
      await rename(path, `${path}.away`);
      await expect(registry.snapshots.rollback(CHANNEL, 2, OPERATOR)).rejects.toMatchObject({
        code: 'file-lost',
        why: expect.stringContaining(`(${digest}) is missing in the store`),
        next: expect.stringContaining(`pratique snapshot verify NUMBER --channel ${CHANNEL}`),
      });
      await rename(`${path}.away`, path);
    }
    await writeFile(registry.blobs.path(file?.sha256 ?? 'sha256:') ?? '', 'short');
    await expect(registry.snapshots.rollback(CHANNEL, 2, OPERATOR)).rejects.toMatchObject({
      why: expect.stringContaining(
        `${file?.filename} (${file?.sha256}) has 5 bytes in the store instead of ${file?.size}`,
      ),
      next: expect.stringContaining(`pratique vet pkg:pypi/base@1.0 --channel ${CHANNEL}`),
    });
    expect((await current())?.number).toBe(2);
  });

  it('sees that a signature or a document was changed', async () => {
    await registry.accept(APP);
    await registry.snapshots.publish(ASK);
    await registry.pool.query(`update snapshots set signature = 'AAAA' where number = 2`);
    expect(await registry.snapshots.verify(CHANNEL, 2, false)).toMatchObject({ status: 'broken' });
  });
});
