/** The expanded list while a snapshot is made: the last one's shards, read as they are needed, and what changed in them. */
import { createHash } from 'node:crypto';
import type { Digest } from '../../domain/digest.ts';
import type { Blobs } from '../../platform/blobs/port.ts';
import type { ExpandedRelease } from './expanded.ts';
import type { ListEntry } from './store.ts';
import { countRelease, emptyTally, isEmpty, type PackageTally, releaseOf } from './tally.ts';
import { type GraphShard, graphShardOf, parseTallyShard, type TallyShard, tallyShardBytes } from './tally-shards.ts';
import type { Tree } from './trees.ts';

/** Shards by two hexadecimal digits of the SHA-256 of a package's name. */
export type ShardDigests = Readonly<Record<string, Digest>>;

/** The shard of a package: 256 of them, so that one is small even among 100,000 packages. */
export function shardOf(name: string): string {
  return createHash('sha256').update(name).digest('hex').slice(0, 2);
}

/** Graphs of shards kept by digest between publishings: those of sixteen channels. */
const GRAPHS_KEPT = 4096;

/** Graphs by the digest of their shard, which never change. */
export type GraphMemory = Map<Digest, GraphShard>;

/** A tree that an entry speaks for. */
export interface CountedTree {
  readonly entry: ListEntry;
  readonly tree: Tree;
}

export interface Shelf {
  /** Counts an entry's tree in or out. */
  count(of: CountedTree, by: 1 | -1): Promise<void>;
  /** The offered releases of a package; without what some trees bring, what all others offer. */
  releases(name: string, without?: readonly CountedTree[]): Promise<readonly ExpandedRelease[]>;
  /** Names of packages that are counted differently now. */
  readonly touched: ReadonlySet<string>;
  /** Names of packages that lost a release, a file or a target: what resolved before may not any more. */
  readonly lost: ReadonlySet<string>;
  /** Every shard, in order. */
  graphs(): Promise<readonly GraphShard[]>;
  /** Stores what changed. */
  store(): Promise<ShardDigests>;
}

export function createShelf(
  { blobs, memory }: { readonly blobs: Blobs; readonly memory: GraphMemory },
  { ecosystem, shards }: { readonly ecosystem: string; readonly shards: ShardDigests },
): Shelf {
  const open = new Map<string, TallyShard>();
  const [touched, lost, changed] = [new Set<string>(), new Set<string>(), new Set<string>()];
  const shardAt = async (id: string): Promise<TallyShard> => {
    const known = open.get(id);
    if (known !== undefined) return known;
    const digest = shards[id];
    const read: TallyShard = digest === undefined ? new Map() : parseTallyShard(await blobs.read(digest));
    open.set(id, read);
    return read;
  };
  const graphAt = async (id: string): Promise<GraphShard> => {
    const digest = shards[id];
    const held = open.get(id);
    if (digest === undefined || changed.has(id)) return graphShardOf(ecosystem, held ?? new Map());
    const known = memory.get(digest);
    // A shard that is only looked at is not kept open: all of them at once would be the whole list in memory.
    const graph = known ?? graphShardOf(ecosystem, held ?? parseTallyShard(await blobs.read(digest)));
    remember(memory, digest, graph);
    return graph;
  };
  const ids = () => [...new Set([...Object.keys(shards), ...open.keys()])].toSorted();
  return {
    touched,
    lost,
    async count({ entry, tree }, by) {
      for (const release of tree.releases) {
        const { name } = release;
        const id = shardOf(name);
        const shard = await shardAt(id);
        const gone = countIn(shard, { entry, tree, release }, by);
        touched.add(name);
        changed.add(id);
        if (gone) lost.add(name);
      }
    },
    async releases(name, without = []) {
      const versions = (await shardAt(shardOf(name))).get(name);
      const counted = without.length === 0 ? versions : tallyWithout(versions, { name, trees: without });
      return [...(counted?.values() ?? [])].map((tally) => releaseOf(ecosystem, name, tally));
    },
    async graphs() {
      const graphs: GraphShard[] = [];
      for (const id of ids()) graphs.push(await graphAt(id));
      return graphs;
    },
    async store() {
      const stored: Record<string, Digest> = { ...shards };
      for (const id of [...changed].toSorted()) {
        const shard = await shardAt(id);
        if (shard.size === 0) delete stored[id];
        else stored[id] = (await blobs.put(tallyShardBytes(shard))).digest;
      }
      return stored;
    },
  };
}

/** A copy of a package's tally from which some trees are counted out. */
function tallyWithout(
  versions: PackageTally | undefined,
  { name, trees }: { readonly name: string; readonly trees: readonly CountedTree[] },
): PackageTally {
  const shard: TallyShard = new Map(versions === undefined ? [] : [[name, structuredClone(versions)]]);
  for (const { entry, tree } of trees)
    for (const release of tree.releases) if (release.name === name) countIn(shard, { entry, tree, release }, -1);
  return shard.get(name) ?? new Map();
}

function remember(memory: GraphMemory, digest: Digest, graph: GraphShard): void {
  memory.delete(digest);
  memory.set(digest, graph);
  for (const oldest of memory.keys()) {
    if (memory.size <= GRAPHS_KEPT) break;
    memory.delete(oldest);
  }
}

function countIn(shard: TallyShard, counting: Parameters<typeof countRelease>[1], by: 1 | -1): boolean {
  const { name, version } = counting.release;
  const versions: PackageTally = shard.get(name) ?? new Map();
  const tally = versions.get(version) ?? emptyTally(version);
  const gone = countRelease(tally, counting, by);
  if (isEmpty(tally)) versions.delete(version);
  else versions.set(version, tally);
  if (versions.size === 0) shard.delete(name);
  else shard.set(name, versions);
  return gone || isEmpty(tally);
}
