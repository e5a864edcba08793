/** Names that differ in capitals alone, with the stock clients: older names of npm and names of R are packages of their own. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { UpstreamAnswer } from '../../src/ecosystems/contract.ts';
import { findNodeClients } from '../harness/node-clients.ts';
import { emptyLibrary, findRClient, installedIn } from '../harness/r-client.ts';
import { CHANNEL, openTestRegistry, type TestRegistry } from '../harness/registry.ts';
import { CRAN_KIT, type KitFile, listingOf, NPM_KIT, type RegistryKit } from '../harness/registry-kits.ts';

/** Several runs of a client on a machine that does other things too. */
vi.setConfig({ testTimeout: 180_000, hookTimeout: 60_000 });

const NAMES = ['Harbour', 'harbour', 'HARBOUR'];
/** Each in a version of its own, so that one taken for another shows. The last is on no list. */
const VERSIONS: Readonly<Record<string, string>> = { Harbour: '1.0.0', harbour: '2.0.0', HARBOUR: '3.0.0' };
const CLEARED = NAMES.slice(0, 2);

const { clients } = await findNodeClients();
const r = await findRClient();

async function open(kit: RegistryKit): Promise<TestRegistry> {
  const files = new Map<string, KitFile & { readonly version: string }>();
  for (const name of NAMES) {
    const version = VERSIONS[name] ?? '';
    files.set(name, { ...(await kit.make({ name, version })), version });
  }
  const listing = (name: string): UpstreamAnswer => {
    const file = files.get(name);
    return listingOf(kit.ecosystem, name, file === undefined ? [] : [file]);
  };
  const upstreamNames = async () => NAMES.map((name) => ({ name, version: VERSIONS[name] ?? '' }));
  const registry = await openTestRegistry(listing, { kit, told: { upstreamNames } });
  for (const name of CLEARED) await registry.accept([{ name, version: VERSIONS[name] ?? '' }]);
  await registry.snapshots.publish({ channel: CHANNEL, ecosystem: kit.ecosystem.id, names: [] });
  await registry.touch();
  return registry;
}

describe.each([
  { kit: NPM_KIT, isHere: clients.length > 0 },
  { kit: CRAN_KIT, isHere: r !== undefined },
])('$kit.ecosystem.title names that differ in capitals alone', ({ kit, isHere }) => {
  let registry: TestRegistry;
  let folder: string;
  beforeAll(async () => {
    registry = await open(kit);
    folder = await mkdtemp(join(tmpdir(), 'pratique-capitals-'));
  });
  afterAll(async () => {
    await registry?.close();
    await rm(folder, { recursive: true, force: true });
  });
  const base = () => `${registry.url}/${CHANNEL}/${kit.ecosystem.id}`;

  if (!isHere) it('no client is here', (context) => context.skip('npm or R is not on this machine'));

  it.each(kit === NPM_KIT ? clients.map(({ id }) => id) : [])(
    '%s installs each, and is refused the third',
    async (id) => {
      const client = clients.find((one) => one.id === id);
      if (client === undefined) throw new RangeError(id);
      // One folder holds one of them with npm: its trees do not tell capitals apart.
      for (const name of CLEARED) {
        const project = await client.project(folder);
        const ran = await project.install(`${base()}/`, [name]);
        expect(ran.code, ran.printed).toBe(0);
        expect(project.version(name)).toBe(VERSIONS[name]);
      }
      const project = await client.project(folder);
      const refused = await project.install(`${base()}/`, ['HARBOUR']);
      expect(refused.code, refused.printed).not.toBe(0);
      expect(refused.printed).toMatch(/HARBOUR/);
      expect(project.version('HARBOUR')).toBeUndefined();
    },
  );

  it.each(kit === CRAN_KIT && r !== undefined ? [r.label] : [])(
    '%s installs each, and is refused the third',
    async () => {
      if (r === undefined) throw new Error('there is no R');
      const library = await emptyLibrary(folder);
      const install = 'install.packages(a[-(1:2)], lib = a[1], repos = a[2], type = "source")';
      const { printed } = await r.run(install, [library, base(), ...NAMES], library);
      expect((await installedIn(r, library)).toSorted(), printed).toEqual(['Harbour 1.0.0', 'harbour 2.0.0']);
      expect(printed).toContain('/-/refused/not-requested/-/run-pratique-why-HARBOUR/HARBOUR_0.0.tar.gz');
    },
  );
});
