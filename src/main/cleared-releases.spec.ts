import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CHANNEL, openTestRegistry, type TestRegistry } from '../../test/harness/registry.ts';
import { clearedReleases, createOfferedNames } from './cleared-releases.ts';

describe('what is cleared', () => {
  let registry: TestRegistry;
  beforeAll(async () => {
    registry = await openTestRegistry();
  });
  afterAll(async () => registry.close());

  it('is what snapshots offer: roots and dependencies, with their metadata, once they are published', async () => {
    const { db, blobs } = registry;
    const cleared = (name: string, ecosystem = 'pypi') => clearedReleases({ db, blobs }, ecosystem, name);
    expect(await cleared('app')).toEqual([]);
    await registry.snapshots.init(CHANNEL);
    await registry.accept([
      { name: 'app', version: '1.0', requires: ['base'] },
      { name: 'base', version: '2.0' },
    ]);
    expect(await cleared('app')).toEqual([]);
    const names = createOfferedNames({ db, blobs });
    const offered = async () => [...((await names()).get('pypi') ?? [])].toSorted();
    expect(await offered()).toEqual([]);
    await registry.snapshots.publish({ channel: CHANNEL, ecosystem: 'pypi', names: ['app'] });
    const [app] = await cleared('app');
    const [base] = await cleared('base');
    expect([app?.version, base?.version]).toEqual(['1.0', '2.0']);
    expect(new TextDecoder().decode(await blobs.read(base?.metadata ?? `sha256:${'0'.repeat(64)}`))).toContain('base');
    expect(await Promise.all((base?.files ?? []).map(({ sha256 }) => blobs.has(sha256)))).toEqual([true]);
    expect(await cleared('other')).toEqual([]);
    expect(await cleared('app', 'npm')).toEqual([]);
    expect(await offered()).toEqual(['app', 'base']);
  });
});
