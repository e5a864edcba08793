/**
 * One measurement of publishing, in a process of its own. The snapshot to publish into is written directly: its packages
 * are copies of one, every tenth needs ten others, and nobody vetted them. What is measured is the real publishing.
 */
import { canonicalBytes } from '../src/domain/canonical-json.ts';
import type { Digest } from '../src/domain/digest.ts';
import { pypi } from '../src/ecosystems/pypi/index.ts';
import { compareEntries, EMPTY_BASIS } from '../src/features/snapshots/entries.ts';
import { createSnapshots } from '../src/features/snapshots/index.ts';
import { recordSnapshot } from '../src/features/snapshots/publish.ts';
import { parseShard, readSnapshot, type StoredPackage } from '../src/features/snapshots/read.ts';
import { createShelf, shardOf } from '../src/features/snapshots/shelf.ts';
import type { ListEntry } from '../src/features/snapshots/store.ts';
import type { Tree } from '../src/features/snapshots/trees.ts';
import type { Blobs } from '../src/platform/blobs/port.ts';
import setup from '../test/harness/cluster.ts';
import { CHANNEL, openTestRegistry, TARGET } from '../test/harness/registry.ts';

/** Releases that one tree holds beside its root. */
const NEEDS = 10;
const ASK = { channel: CHANNEL, ecosystem: 'pypi', names: [] };

const size = Number(process.argv[2]);
const removeCluster = await setup();
const registry = await openTestRegistry();
const { blobs, pool, db, snapshotsDeps } = registry;
const evidence = await registry.accept([{ name: 'model', version: '1.0' }]);
await registry.snapshots.publish(ASK);
await copyModel();

const counted = { writes: 0, bytes: 0 };
const counting: Blobs = {
  put: async (...asked) => {
    const stored = await blobs.put(...asked);
    counted.writes += 1;
    counted.bytes += stored.size;
    return stored;
  },
  has: (digest) => blobs.has(digest),
  read: (digest) => blobs.read(digest),
  size: (digest) => blobs.size(digest),
  stream: (digest, range) => blobs.stream(digest, range),
  path: (digest) => blobs.path(digest),
};
const snapshots = createSnapshots(snapshotsDeps(counting));
const mb = () => Math.round(process.memoryUsage().rss / 2 ** 20);
let peak = 0;
const watch = setInterval(() => {
  peak = Math.max(peak, mb());
}, 20);
const shardsBefore = await shards();
const before = mb();
await registry.accept([
  { name: 'newcomer', version: '1.0', requires: ['another'] },
  { name: 'another', version: '1.0' },
]);
const cold = await timed();
const { writes, bytes } = { ...counted };
const shardsAfter = await shards();
await registry.accept([{ name: 'latecomer', version: '1.0' }]);
const warm = await timed();
clearInterval(watch);
const changed = Object.entries(shardsAfter).filter(([id, digest]) => shardsBefore[id] !== digest).length;
const { seconds: coldSeconds, cpuSeconds: coldCpu } = cold;
const { seconds: warmSeconds, cpuSeconds: warmCpu } = warm;
const times = { cold: coldSeconds, coldCpu, warm: warmSeconds, warmCpu };
const done = { compiled: cold.compiled, shards: changed, written: writes };
process.send?.({ ...times, ...done, bytes, before, peak: Math.max(peak, mb()) });
await registry.close();
await removeCluster();
process.disconnect?.();

async function timed() {
  const start = performance.now();
  const used = process.cpuUsage();
  const published = await snapshots.publish(ASK);
  if (published.status !== 'published') throw new RangeError(JSON.stringify(published));
  const { user, system } = process.cpuUsage(used);
  return {
    seconds: (performance.now() - start) / 1000,
    // All threads: compression and the collector too.
    cpuSeconds: (user + system) / 1e6,
    compiled: published.compiled.length,
  };
}

async function shards(): Promise<Readonly<Record<string, Digest>>> {
  return (await readSnapshot({ db, blobs }, CHANNEL))?.content['pypi']?.shards ?? {};
}

/** Makes the current snapshot one of `size` packages. */
async function copyModel(): Promise<void> {
  const manifest = await readSnapshot({ db, blobs }, CHANNEL);
  const part = manifest?.content['pypi'];
  const at = part?.shards[shardOf('model')];
  const model = at === undefined ? undefined : parseShard(await blobs.read(at))['model'];
  const tree = await registry.treeOf(evidence);
  if (manifest === undefined || part === undefined || model === undefined) throw new RangeError('no model');
  await pool.query(
    `insert into list_entries (id, channel, ecosystem, list, name, version, extras, evidence, decision, added_at)
     select 'C-' || n, channel, ecosystem, list, 'copy-' || n, version, extras, evidence, 'B-' || n, now()
     from list_entries, generate_series(1, $1::int) n`,
    [size],
  );
  const entries = await madeEntries(size);
  const shelf = createShelf({ blobs, memory: new Map() }, { ecosystem: 'pypi', shards: {} });
  const packages = new Map<string, Record<string, StoredPackage>>();
  for (const [index, entry] of entries.entries()) {
    await shelf.count({ entry, tree: copyOf(tree, { entry, index }) }, 1);
    const id = shardOf(entry.name);
    packages.set(id, { ...packages.get(id), [entry.name]: model });
  }
  const stored: Record<string, Digest> = {};
  for (const [id, held] of packages) stored[id] = (await blobs.put(canonicalBytes(held))).digest;
  const compared = await compareEntries({
    blobs,
    trees: { tree: async () => tree },
    before: EMPTY_BASIS,
    leftOutBefore: [],
    entries,
    stops: new Map(),
    stopsChanged: new Set(),
    channel: CHANNEL,
    versions: pypi.versions,
  });
  const basis = { ...EMPTY_BASIS, entries: compared.entries, expanded: await shelf.store() };
  const { digest } = await blobs.put(canonicalBytes(basis));
  await db.transaction().execute((transaction) =>
    recordSnapshot(
      { deps: snapshotsDeps(blobs), db: transaction, now: new Date('2026-01-01') },
      {
        channel: CHANNEL,
        number: manifest.number + 1,
        rolledBackTo: null,
        content: { pypi: { ...part, shards: stored, basis: digest } },
      },
    ),
  );
}

async function madeEntries(copies: number): Promise<readonly ListEntry[]> {
  const { rows } = await pool.query(`select id, list, name, evidence from list_entries order by id collate "C"`);
  if (rows.length !== copies + 1) throw new RangeError(`${rows.length} entries`);
  return rows;
}

/** The tree of the model under another name; every tenth needs some of the others. */
function copyOf(tree: Tree, { entry, index }: { readonly entry: ListEntry; readonly index: number }): Tree {
  const target = TARGET?.id ?? '';
  const needs =
    index % 10 === 0
      ? Array.from({ length: NEEDS }, (_, place) => ({
          target,
          to: `pkg:pypi/copy-${((index * 7919 + place * 104_729) % size) + 1}@1.0`,
        }))
      : [];
  const { name } = entry;
  const root = { ...tree.root, purl: `pkg:pypi/${name}@1.0`, name, needs };
  return { ...tree, root, releases: [root], names: [name] };
}
