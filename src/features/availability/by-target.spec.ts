import { afterEach, beforeEach, expect, it } from 'vitest';
import { CHANNEL, openTestRegistry, TARGET, type TestRegistry } from '../../../test/harness/registry.ts';
import { canonicalBytes } from '../../domain/canonical-json.ts';
import { pypi } from '../../ecosystems/pypi/index.ts';
import { readEvidenceSet } from '../vetting/read.ts';
import { availabilityOf, sinceAccepted } from './read.ts';

const OTHER = { ...TARGET, id: 'another' };
const ASK = { channel: CHANNEL, ecosystem: 'pypi', names: [] };
let registry: TestRegistry;
beforeEach(async () => {
  registry = await openTestRegistry(undefined, { targets: [TARGET, OTHER] });
}, 120_000);
afterEach(() => registry.close());

const kept = () => ({ ...registry, now: () => new Date() });
const why = (name: string, version: string | null = null) =>
  availabilityOf(kept(), CHANNEL, { ecosystem: pypi, name, extras: [], version, text: name });
const since = () =>
  sinceAccepted(kept(), { channel: CHANNEL, ecosystem: 'pypi', name: 'app', version: null, state: 'accepted' }, [pypi]);

it('names the targets that a denial left without what was accepted, and what stopped it there', async () => {
  const both = [TARGET, OTHER];
  await registry.accept(
    [
      { name: 'app', version: '1.0', requires: ['wood'] },
      { name: 'wood', version: '1.0' },
    ],
    both,
  );
  await registry.accept([{ name: 'wood', version: '1.1' }]);
  await registry.snapshots.publish(ASK);
  expect(await why('app')).toMatchObject({ targets: both.map(({ id }) => id).toSorted(), unavailable_targets: [] });
  expect(await since()).toEqual({ now: null, unavailable: [] });
  await registry.pool.query(
    `insert into denials (id, ecosystem, name, versions, reason, created_by, created_at) values ('D-1', 'pypi', 'wood', '==1.0', 'x', 'p', now())`,
  );
  await registry.snapshots.publish(ASK);
  const unavailable = [{ target: OTHER.id, reason: 'D-1 stopped wood 1.0, which app 1.0 needs' }];
  expect(await why('app')).toMatchObject({ state: 'accepted', targets: [TARGET.id], unavailable_targets: unavailable });
  expect(await since()).toEqual({ now: null, unavailable });
  // Nobody says of a dependency where it has to be.
  await registry.pool.query(`update list_entries set removed_at = now() where name = 'wood'`);
  await registry.pool.query(`delete from denials`);
  await registry.snapshots.publish(ASK);
  expect(await why('wood')).toMatchObject({ state: 'dependency', unavailable_targets: [] });
});

it('says of the version that some targets took of what was asked for that it is accepted, and which takes which', async () => {
  const made = [
    { name: 'app', version: '2.0' },
    { name: 'app', version: '1.0' },
  ];
  const evidence = await registry.accept(made);
  const set = await readEvidenceSet(registry.blobs, evidence);
  const [newest, oldest] = set.releases;
  if (newest === undefined || oldest === undefined) throw new RangeError('The tree holds both versions');
  const targets = [OTHER.id];
  const asRoot = { ...oldest, role: 'root' as const, targets, files: oldest.files.map((one) => ({ ...one, targets })) };
  const put = async (second: typeof oldest) => {
    const { digest } = await registry.blobs.put(canonicalBytes({ ...set, releases: [newest, second] }));
    await registry.pool.query('update list_entries set evidence = $1', [digest]);
    await registry.snapshots.publish(ASK);
  };
  await put(asRoot);
  const nothing = 'what was accepted has nothing for it';
  expect(await why('app')).toMatchObject({ purl: 'pkg:pypi/app@2.0', state: 'accepted', unavailable_targets: [] });
  expect(await why('app', '1.0')).toMatchObject({
    ...{ state: 'accepted', path: ['pkg:pypi/app@1.0'], targets: [OTHER.id] },
    unavailable_targets: [{ target: TARGET.id, reason: `${nothing}; it takes 2.0` }],
  });
  expect(await why('app', '2.0')).toMatchObject({
    unavailable_targets: [{ target: OTHER.id, reason: `${nothing}; it takes 1.0` }],
  });
  // A denial of the version that a target took holds at once, whatever the snapshot still holds, and is what left it without.
  await registry.pool.query(
    `insert into denials (id, ecosystem, name, versions, reason, created_by, created_at) values ('D-1', 'pypi', 'app', '<2', 'x', 'p', now())`,
  );
  const denied = [{ target: OTHER.id, reason: 'D-1 stopped app 1.0' }];
  expect(await why('app')).toMatchObject({ state: 'accepted', targets: [TARGET.id], unavailable_targets: denied });
  await registry.snapshots.publish(ASK);
  expect(await why('app')).toMatchObject({ state: 'accepted', targets: [TARGET.id], unavailable_targets: denied });
  expect(await since()).toEqual({ now: null, unavailable: denied });
  await registry.pool.query(`delete from denials`);
  // Brought along by something else it stays a dependency, though the package was asked for.
  await put({ ...asRoot, role: 'dependency' });
  expect(await why('app', '1.0')).toMatchObject({ state: 'dependency' });
});
