import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openVettingBench, type VettingBench } from '../../../test/harness/vetting.ts';
import { makeWheel } from '../../../test/harness/wheels.ts';
import { askAgain } from './ask-again.ts';
import { findUpstreamPackage, saveUpstreamPackage } from './upstream-store.ts';

const HOURS = 24;

let bench: VettingBench;
beforeAll(async () => {
  bench = await openVettingBench();
});
afterAll(() => bench.close());
beforeEach(async () => {
  bench.world.cleared = ['1.0'];
  bench.upstream.behave();
  await bench.database.pool.query('truncate upstream_packages');
});

const later = (hours: number) => bench.database.clock.advance(hours * 3600);
const again = (...names: string[]) => askAgain(bench.deps, { ecosystem: 'pypi', names, everyHours: HOURS });
const page = (name: string) => `/simple/${name}/`;

/** Offers releases of a name as upstream lists them now. */
async function list(name: string, releases: readonly { version: string; yanked?: string; text?: string }[]) {
  bench.upstream.addEmpty(name);
  for (const { version, yanked, text } of releases)
    bench.upstream.add(await makeWheel({ name, version, files: { [`${name}/a.py`]: text ?? 'x = 1\n' } }), {
      yanked: yanked ?? false,
    });
}

/** The listing as a vetting leaves it. */
async function known(name: string) {
  const answer = await bench.deps.connected('pypi')?.reader.readPackage(name);
  if (answer?.status !== 'found') throw new Error(`${name} is not there`);
  await saveUpstreamPackage(bench.deps.db, answer.package);
}

async function told(name: string) {
  const { rows } = await bench.database.pool.query<{ fact: { name: string; changes: unknown[] } }>(
    `select fact from ledger where kind = 'upstream-changed' and fact->>'name' = $1 order by sequence`,
    [name],
  );
  return rows.map(({ fact }) => fact.changes);
}

describe('asking upstream again about what is cleared', () => {
  it('tells what changed in cleared versions, once', async () => {
    await list('barque', [{ version: '1.0' }, { version: '2.0' }]);
    await known('barque');
    later(HOURS + 1);
    await list('barque', [
      { version: '1.0', yanked: 'leaks', text: 'x = 2\n' },
      { version: '2.0', yanked: 'is not cleared' },
    ]);
    await again('barque');
    later(HOURS + 1);
    await again('barque');
    expect(await told('barque')).toEqual([
      [
        { what: 'yanked', version: '1.0', says: 'leaks' },
        { what: 'other-bytes', version: '1.0', says: 'barque-1.0-py3-none-any.whl' },
      ],
    ]);
  });

  it('tells that a cleared version is taken away and that it is back, whatever its bytes are by then', async () => {
    await list('sloop', [{ version: '1.0' }, { version: '2.0' }]);
    await known('sloop');
    later(HOURS + 1);
    await list('sloop', [{ version: '2.0' }]);
    await again('sloop');
    later(HOURS + 1);
    await list('sloop', [{ version: '1.0', text: 'x = 2\n' }, { version: '2.0' }, { version: '3.0' }]);
    await again('sloop');
    expect(await told('sloop')).toEqual([
      [{ what: 'release-gone', version: '1.0', says: null }],
      [{ what: 'back', version: '1.0', says: null }],
    ]);
  });

  it('leaves alone what was asked lately, and names that are not named', async () => {
    await list('brig', [{ version: '1.0' }]);
    await list('other', [{ version: '1.0' }]);
    await known('brig');
    await known('other');
    bench.upstream.forgetRequests();
    later(HOURS - 1);
    await again('brig');
    later(2);
    await again('brig');
    later(1);
    await again('brig');
    expect(bench.upstream.requests(page('brig'))).toHaveLength(1);
    expect(bench.upstream.requests(page('other'))).toHaveLength(0);
  });

  it('tells that a name is gone and that it is back, and keeps what was known of it', async () => {
    await list('gone', [{ version: '1.0' }]);
    await list('stays', [{ version: '1.0' }]);
    await known('gone');
    await known('stays');
    later(HOURS + 1);
    bench.upstream.misbehave(page('gone'), { kind: 'status', status: 404 });
    await again('gone', 'stays');
    expect(await told('gone')).toEqual([[{ what: 'gone', version: null, says: null }]]);
    expect((await findUpstreamPackage(bench.deps.db, 'pypi', 'gone'))?.releases).toHaveLength(1);
    later(HOURS + 1);
    await again('gone', 'stays');
    expect(await told('gone')).toHaveLength(1);
    later(HOURS + 1);
    bench.upstream.behave();
    await again('gone', 'stays');
    expect((await told('gone')).at(-1)).toEqual([{ what: 'back', version: null, says: null }]);
  });

  it('believes no source that knows none of the names, however few are due', async () => {
    await list('last-due', [{ version: '1.0' }]);
    await known('last-due');
    later(HOURS + 1);
    await list('fresh', [{ version: '1.0' }]);
    await known('fresh');
    for (const name of ['last-due', 'fresh']) bench.upstream.misbehave(page(name), { kind: 'status', status: 404 });
    await again('last-due', 'fresh');
    expect(await told('last-due')).toEqual([]);
    later(HOURS + 1);
    bench.upstream.behave();
    await known('fresh');
    bench.upstream.misbehave(page('last-due'), { kind: 'status', status: 404 });
    await again('last-due', 'fresh');
    expect(await told('last-due')).toEqual([[{ what: 'gone', version: null, says: null }]]);
  });

  it('believes no source that knows nothing any more, and goes on with others the next time', async () => {
    const names = ['ill-a', 'ill-b', 'ill-c', 'well'];
    for (const name of names) {
      await list(name, [{ version: '1.0' }]);
      await known(name);
      later(0.1);
    }
    later(HOURS + 1);
    for (const name of names) bench.upstream.misbehave(page(name), { kind: 'status', status: 404 });
    await again(...names);
    expect(await Promise.all(names.map(told))).toEqual([[], [], [], []]);
    bench.upstream.behave();
    bench.upstream.misbehave(page('ill-a'), { kind: 'status', status: 500 });
    bench.upstream.forgetRequests();
    await again(...names);
    expect(bench.upstream.requests(page('well'))).toHaveLength(1);
  });
});
