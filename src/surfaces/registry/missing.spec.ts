/** What a registry says of releases that it lacks because something in the tree that they came with was stopped. */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { CHANNEL, openTestRegistry, type TestRegistry } from '../../../test/harness/registry.ts';
import { CRAN_KIT, type KitFile, listingOf, NPM_KIT, PYPI_KIT } from '../../../test/harness/registry-kits.ts';
import type { UpstreamAnswer } from '../../ecosystems/contract.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const TREE = [
  { name: 'app', version: '1.0.0', requires: ['wood', 'gear'] },
  { name: 'wood', version: '1.0.0' },
  { name: 'gear', version: '1.0.0' },
] as const;
const OPERATOR = { kind: 'person', name: 'olga', roles: ['operator'], organisation: null } as const;

describe('names that nobody here has asked for', () => {
  it('are asked for upstream from the share of the network that asks: one that reads it up keeps no other waiting', async () => {
    const large = 2 * 1024 * 1024 * 1024;
    const registry = await openTestRegistry(
      (name) => ({ ...listingOf(PYPI_KIT.ecosystem, name, [{ ...wheel, version: '1.0.0' }]), bytes: large }),
      { trustedProxies: ['127.0.0.1'] },
    );
    const wheel = await PYPI_KIT.make({ name: 'any', version: '1.0.0' });
    await registry.snapshots.publish({ channel: CHANNEL, ecosystem: 'pypi', names: [] });
    await registry.touch();
    const ask = async (name: string, address: string) => {
      const headers = { 'x-forwarded-for': address };
      return (await fetch(`${registry.url}/${CHANNEL}/pypi/simple/${name}/`, { headers })).text();
    };
    expect(await ask('first', '2001:db8:0:1::1')).toContain('1.0.0');
    expect(await ask('second', '2001:db8:0:1::2')).not.toContain('1.0.0');
    expect(await ask('third', '2001:db8:1:1::1')).toContain('1.0.0');
    await registry.close();
  });
});

describe.each([PYPI_KIT, NPM_KIT, CRAN_KIT])('a registry of $ecosystem.title', (kit) => {
  const { ecosystem } = kit;
  const files = new Map<string, KitFile & { readonly name: string }>();
  let registry: TestRegistry;
  beforeAll(async () => {
    for (const release of TREE) files.set(release.name, { ...(await kit.make(release)), name: release.name });
    registry = await openTestRegistry(answerAbout, { kit });
    await registry.accept(TREE);
    await publish();
  });
  afterAll(() => registry?.close());

  function answerAbout(name: string): UpstreamAnswer {
    const file = files.get(name);
    return listingOf(ecosystem, name, file === undefined ? [] : [{ ...file, version: '1.0.0' }]);
  }

  async function publish(): Promise<void> {
    await registry.snapshots.publish({ channel: CHANNEL, ecosystem: ecosystem.id, names: [] });
    await registry.touch();
  }

  async function quarantine(name: string): Promise<void> {
    await registry.pool.query(
      `insert into quarantines (id, ecosystem, name, versions, reason, started_by, started_at) values ('Q-7', $1, $2, null, 'x', 'p', now())`,
      [ecosystem.id, name],
    );
    await registry.touch();
  }

  async function release(): Promise<void> {
    await registry.pool.query('delete from quarantines');
    await publish();
  }

  /** Whether an index leads to the file of a release. */
  async function isListed(name: string, prefix = CHANNEL): Promise<boolean> {
    const base = `${registry.url}/${prefix}/${ecosystem.id}/`;
    const file = files.get(name);
    for (const { path, accept } of kit.indexes([name])) {
      const response = await fetch(base + path, { headers: { accept } });
      const body = new Uint8Array(await response.arrayBuffer());
      if (response.status !== 200) continue;
      const links = kit.links({ path, base, body });
      if (file !== undefined && links.includes(ecosystem.protocol.filePath(file))) return true;
    }
    return false;
  }

  /** The status of a file, and its phrase where it is refused. */
  async function answerOf(name: string, prefix = CHANNEL): Promise<string> {
    const file = files.get(name);
    if (file === undefined) throw new RangeError(name);
    const response = await fetch(`${registry.url}/${prefix}/${ecosystem.id}/${ecosystem.protocol.filePath(file)}`);
    await response.arrayBuffer();
    return response.status === 403 ? response.statusText.replace(/since [0-9-]+/, 'since then') : `${response.status}`;
  }

  it('serves what its index lists, and no more, from the moment on in which something is stopped', async () => {
    expect([await isListed('app'), await answerOf('app')]).toEqual([true, '200']);
    await quarantine('wood');
    const listed = await isListed('app');
    // One index of all packages is made again at once; packages with an index of their own follow with the next snapshot.
    expect(listed).toBe(ecosystem.protocol.partsKey === undefined);
    expect(await answerOf('app')).toBe(listed ? '200' : 'QUARANTINED since then: wood 1.0.0 needed by app 1.0.0. Q-7');
    expect([await isListed('gear'), await answerOf('gear')]).toEqual([true, '200']);
    expect(await answerOf('wood')).toBe('QUARANTINED since then: wood 1.0.0 needed by app 1.0.0. Q-7');
    // A pinned snapshot has the index that it had.
    expect([await isListed('app', `${CHANNEL}@2`), await answerOf('app', `${CHANNEL}@2`)]).toEqual([true, '200']);
    await publish();
    expect(await isListed('app')).toBe(false);
    await release();
  });

  it('says of what came with a release that is left out what holds that up, until it is asked for by itself', async () => {
    await quarantine('wood');
    await publish();
    expect(await answerOf('app')).toBe('QUARANTINED since then: wood 1.0.0 needed by app 1.0.0. Q-7');
    expect(await answerOf('gear')).toBe(
      'QUARANTINED since then: wood 1.0.0 needed by app 1.0.0 (which brings gear 1.0.0). Q-7',
    );
    const page = await fetch(`${registry.url}/b/${ecosystem.id}/gear?channel=${CHANNEL}`);
    expect(await page.text()).toContain('wood 1.0.0 needed by app 1.0.0 (which brings gear 1.0.0). Q-7');
    await registry.pool.query(
      `insert into requests (id, number, channel, ecosystem, name, version, extras, state, filed_by, filed_at, moved_at)
       values ('R-9', 9, $1, $2, 'gear', null, '{}', 'in-review', 'p', now(), now())`,
      [CHANNEL, ecosystem.id],
    );
    await registry.touch();
    expect(await answerOf('gear')).toMatch(/^IN REVIEW: gear 1\.0\.0.* R-9$/);
    await registry.pool.query('delete from requests');
    await release();
    expect(await answerOf('gear')).toBe('200');
  });

  it('says of what came with a release that the channel was rolled back to before', async () => {
    const before = (await registry.pool.query('select max(number) as number from snapshots')).rows[0]?.number;
    await registry.snapshots.rollback(CHANNEL, 1, OPERATOR);
    await registry.serving.refresh();
    for (const name of ['app', 'gear'])
      expect(await answerOf(name)).toBe(
        `ACCEPTED, but the channel was rolled back to a snapshot without it: ${name} 1.0.0. Ask an operator.`,
      );
    await registry.snapshots.rollback(CHANNEL, before, OPERATOR);
    await registry.serving.refresh();
    expect(await answerOf('gear')).toBe('200');
  });
});
