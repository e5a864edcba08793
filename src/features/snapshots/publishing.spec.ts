import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  CHANNEL,
  type MadeRelease,
  openTestRegistry,
  TARGET,
  type TestRegistry,
} from '../../../test/harness/registry.ts';
import { parseShard, readSnapshot } from './read.ts';

/** Small trees that share packages, so that what one entry takes away another may still need. */
const TREES: readonly (readonly MadeRelease[])[] = [
  [
    { name: 'app', version: '1.0', requires: ['base>=1'] },
    { name: 'base', version: '1.0' },
  ],
  [
    { name: 'app', version: '2.0', requires: ['base>=2', 'extra'] },
    { name: 'base', version: '2.0' },
    { name: 'extra', version: '1.0' },
  ],
  [
    { name: 'tool', version: '1.0', requires: ['app>=1'] },
    { name: 'app', version: '1.0', requires: ['base>=1'] },
    { name: 'base', version: '1.0' },
  ],
  [{ name: 'base', version: '1.0' }],
  [{ name: 'base', version: '1.5' }],
  [{ name: 'alone', version: '3.0' }],
];
const ASK = { channel: CHANNEL, ecosystem: 'pypi', names: [] };

let registry: TestRegistry;
beforeEach(async () => {
  registry = await openTestRegistry();
}, 120_000);
afterEach(() => registry.close());

const contentOf = async (channel: string) => (await readSnapshot(registry, channel))?.content.pypi;

/** Ends the rows whose flag is false, and begins the others again. Ids are a letter and the place, from 1. */
async function inForce(table: string, column: string, flags: Readonly<Record<string, readonly boolean[]>>) {
  for (const [letter, states] of Object.entries(flags))
    for (const [place, there] of states.entries())
      await registry.pool.query(`update ${table} set ${column} = $1 where id = $2`, [
        there ? null : '2026-01-01',
        `${letter}-${place + 1}`,
      ]);
}

describe('publishing step by step', () => {
  it('gives what publishing all at once gives, byte for byte', async () => {
    const { pool, snapshots } = registry;
    for (const tree of TREES) await registry.accept(tree);
    await pool.query(
      `insert into denials (id, ecosystem, name, versions, reason, created_by, created_at)
       values ('D-1', 'pypi', 'base', '==1.0', 'x', 'p', now()), ('D-2', 'pypi', 'extra', null, 'x', 'p', now())`,
    );
    const flag = fc.boolean();
    const state = fc.record({
      entries: fc.array(flag, { minLength: TREES.length, maxLength: TREES.length }),
      stops: fc.tuple(flag, flag),
    });
    let round = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(state, { minLength: 1, maxLength: 4 }), async (states) => {
        for (const { entries, stops } of states) {
          await inForce('list_entries', 'removed_at', { L: entries });
          await inForce('denials', 'lifted_at', { D: stops });
          expect((await snapshots.publish(ASK)).status).not.toBe('refused');
        }
        round += 1;
        const fresh = `fresh${round}`;
        await pool.query(`insert into channels values ($1, 3, 'cleared', '{}', null, 'UTC', $2, now())`, [
          fresh,
          JSON.stringify([TARGET]),
        ]);
        await pool.query(`update list_entries set channel = $1`, [fresh]);
        await snapshots.publish({ ...ASK, channel: fresh });
        await pool.query(`update list_entries set channel = $1`, [CHANNEL]);
        expect(await contentOf(CHANNEL)).toEqual(await contentOf(fresh));
      }),
      { numRuns: 8, endOnFailure: true },
    );
  }, 120_000);

  it('offers exactly what the trees in force hold', async () => {
    for (const tree of TREES) await registry.accept(tree);
    await registry.snapshots.publish(ASK);
    await registry.pool.query(`update list_entries set removed_at = now() where id in ('L-2', 'L-3')`);
    expect(await registry.snapshots.publish(ASK)).toMatchObject({ compiled: ['app', 'base'] });
    const purls: string[] = [];
    for (const digest of Object.values((await contentOf(CHANNEL))?.shards ?? {}))
      for (const [name, { releases }] of Object.entries(parseShard(await registry.blobs.read(digest))))
        purls.push(...releases.map(({ version, state, why }) => `${name} ${version} ${state} ${why.length}`));
    expect(purls.toSorted()).toEqual([
      'alone 3.0 accepted 1',
      'app 1.0 accepted 1',
      'base 1.0 accepted 1',
      'base 1.5 accepted 1',
    ]);
  });

  it('names the missing edge of a set that is not closed, and keeps the old snapshot', async () => {
    await registry.accept([
      { name: 'app', version: '1.0', requires: ['base>=1'] },
      { name: 'base', version: '1.0' },
    ]);
    // Evidence that says of a release that it needs what it does not hold: only a fault could make it.
    const broken = await registry.accept([
      { name: 'tool', version: '1.0', requires: ['gone'] },
      { name: 'gone', version: '1.0' },
    ]);
    await registry.dropFromEvidence(broken, 'gone');
    const refused = await registry.snapshots.publish(ASK);
    expect(refused).toEqual({
      status: 'refused',
      code: 'not-closed',
      reason: `not offered: pkg:pypi/tool@1.0 needs pkg:pypi/gone@1.0 on ${TARGET?.id}`,
    });
    expect((await readSnapshot(registry, CHANNEL))?.number).toBe(1);
  });

  it('leaves the old snapshot whole wherever publishing is cut off', async () => {
    await registry.accept(TREES[0] ?? []);
    expect(await registry.snapshots.publish(ASK)).toMatchObject({ status: 'published', number: 2 });
    await registry.accept(TREES[1] ?? []);
    for (let writes = 0; (await registry.publishCutOff(ASK, writes)) !== 'finished'; writes += 4) {
      expect((await readSnapshot(registry, CHANNEL))?.number, `${writes} writes`).toBe(2);
      expect(await registry.snapshots.verify(CHANNEL, undefined, false)).toMatchObject({ status: 'whole', number: 2 });
      expect(writes).toBeLessThan(200);
    }
    expect(await registry.snapshots.verify(CHANNEL, 3, true)).toMatchObject({ status: 'whole', packages: 3 });
  });

  it('serves nothing in a closed channel and everything again when it is opened', async () => {
    await registry.accept(TREES[0] ?? []);
    await registry.snapshots.publish(ASK);
    const before = await contentOf(CHANNEL);
    await registry.pool.query(`update channels set mode = 'closed'`);
    await registry.snapshots.publish(ASK);
    expect((await contentOf(CHANNEL))?.shards).toEqual({});
    await registry.pool.query(`update channels set mode = 'cleared'`);
    await registry.snapshots.publish(ASK);
    expect(await contentOf(CHANNEL)).toEqual(before);
  });
});
