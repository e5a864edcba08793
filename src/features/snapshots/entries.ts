/** Which list entries came, went or were stopped since the last publishing, found by comparing 256 shards of them. */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { canonicalBytes, canonicalJson } from '../../domain/canonical-json.ts';
import { type Digest, isDigest } from '../../domain/digest.ts';
import type { VersionRules } from '../../ecosystems/contract.ts';
import type { Blobs } from '../../platform/blobs/port.ts';
import { type LeftOut, leftOutSchema } from './content.ts';
import { type Member, stoppedIn } from './expanded.ts';
import { shardOf } from './shelf.ts';
import type { ListEntry, Stop } from './store.ts';
import type { Trees } from './trees.ts';

const digest = z.custom<Digest>((value) => typeof value === 'string' && isDigest(value), 'no digest');

const entryShardSchema = z.array(
  z.object({
    id: z.string(),
    list: z.enum(['core', 'extra']),
    name: z.string(),
    evidence: digest,
    /** Of the packages in its tree. */
    names: z.array(z.string()),
    /** Why it is not offered; `null` where it is. */
    leftOut: leftOutSchema.nullable(),
  }),
);
type KnownEntry = z.infer<typeof entryShardSchema>[number];

export const basisSchema = z.object({
  schema: z.literal('pratique.basis/2'),
  /** By shard of the entry's id: `key` is over what the lists say, `entries` is the blob with what followed from it. */
  entries: z.record(z.string(), z.object({ key: z.string(), entries: digest })),
  expanded: z.record(z.string(), digest),
  stops: z.array(z.object({ id: z.string(), name: z.string() })),
  /** What became of entries that are not offered as they were accepted; absent where there is none. */
  held: z.record(z.string(), digest).optional(),
  /** The signing keys that stand among the documents; absent where there are none. */
  signingKeys: digest.optional(),
});
/** What the next publishing compares with, to know what changed. */
export type Basis = z.infer<typeof basisSchema>;
export type EntryShards = Basis['entries'];

export const EMPTY_BASIS: Basis = { schema: 'pratique.basis/2', entries: {}, expanded: {}, stops: [] };

export interface Comparison {
  readonly come: readonly Member[];
  readonly gone: readonly Member[];
  /** Entries that cannot be offered as they were accepted. */
  readonly stopped: readonly LeftOut[];
  readonly entries: EntryShards;
  /** Entries in force whose tree holds one of some packages. */
  using(names: ReadonlySet<string>): Promise<readonly Member[]>;
}

export interface Compare {
  readonly blobs: Blobs;
  readonly trees: Trees;
  readonly before: Basis;
  /** What the last snapshot left out. */
  readonly leftOutBefore: readonly LeftOut[];
  readonly entries: readonly ListEntry[];
  readonly stops: ReadonlyMap<string, readonly Stop[]>;
  /** Names of packages whose denials or quarantines are not those of the last publishing. */
  readonly stopsChanged: ReadonlySet<string>;
  readonly channel: string;
  readonly versions: VersionRules;
}

/** Compares the lists with what the last snapshot was made from. */
export async function compareEntries(ask: Compare): Promise<Comparison> {
  const now = Map.groupBy(ask.entries, (entry) => shardOf(entry.id));
  const shards: EntryShards = {};
  const [come, gone] = [[] as Member[], [] as Member[]];
  const stopped: LeftOut[] = [];
  const heldBefore = [...Object.keys(ask.before.held ?? {}), ...ask.leftOutBefore.map(({ entry }) => entry)];
  const shardsWithHeld = new Set(heldBefore.map(shardOf));
  for (const id of [...new Set([...now.keys(), ...Object.keys(ask.before.entries)])].toSorted()) {
    const entries = now.get(id) ?? [];
    const old = ask.before.entries[id];
    const key = keyOf(entries);
    const isSame = old?.key === key && ask.stopsChanged.size === 0;
    if (isSame && !shardsWithHeld.has(id)) {
      shards[id] = old;
      continue;
    }
    const known = old === undefined ? [] : await readShard(ask.blobs, old.entries);
    const after = isSame ? known : await compareShard(ask, { known, entries, come, gone });
    stopped.push(...after.flatMap(({ leftOut }) => (leftOut === null ? [] : [leftOut])));
    if (after.length === 0) continue;
    const same = old?.key === key && canonicalJson(after) === canonicalJson(known);
    shards[id] = same ? old : { key, entries: (await ask.blobs.put(canonicalBytes(after))).digest };
  }
  return {
    come,
    gone,
    entries: shards,
    stopped: stopped.toSorted((a, b) => (a.entry < b.entry ? -1 : 1)),
    using: (names) => entriesUsing(ask, shards, names),
  };
}

interface ShardWork {
  readonly known: readonly KnownEntry[];
  readonly entries: readonly ListEntry[];
  readonly come: Member[];
  readonly gone: Member[];
}

async function compareShard(ask: Compare, work: ShardWork): Promise<readonly KnownEntry[]> {
  const old = new Map(work.known.map((entry) => [lineOf(entry), entry]));
  const after: KnownEntry[] = [];
  for (const entry of work.entries) {
    const known = old.get(lineOf(entry));
    old.delete(lineOf(entry));
    if (known !== undefined && !known.names.some((name) => ask.stopsChanged.has(name))) {
      after.push(known);
      continue;
    }
    const member = { entry, tree: await ask.trees.tree(entry.evidence) };
    const stopped = stoppedIn(member, ask.stops, ask) ?? null;
    const wasOffered = known !== undefined && known.leftOut === null;
    if (stopped === null && !wasOffered) work.come.push(member);
    if (stopped !== null && wasOffered) work.gone.push(member);
    after.push({ ...entry, names: [...member.tree.names], leftOut: stopped });
  }
  for (const { names: _, leftOut, ...entry } of old.values()) {
    if (leftOut === null) work.gone.push({ entry, tree: await ask.trees.tree(entry.evidence) });
  }
  return after;
}

async function entriesUsing(
  { blobs, trees }: Compare,
  shards: EntryShards,
  names: ReadonlySet<string>,
): Promise<readonly Member[]> {
  const members: Member[] = [];
  if (names.size === 0) return members;
  for (const { entries } of Object.values(shards))
    for (const { names: held, leftOut, ...entry } of await readShard(blobs, entries))
      if (leftOut === null && held.some((name) => names.has(name)))
        members.push({ entry, tree: await trees.tree(entry.evidence) });
  return members;
}

export async function readShard(blobs: Blobs, at: Digest): Promise<readonly KnownEntry[]> {
  return entryShardSchema.parse(JSON.parse(new TextDecoder().decode(await blobs.read(at))));
}

function keyOf(entries: readonly ListEntry[]): string {
  const hash = createHash('sha256');
  for (const entry of entries) hash.update(`${lineOf(entry)}\n`);
  return hash.digest('hex');
}

function lineOf({ id, list, evidence }: Pick<ListEntry, 'id' | 'list' | 'evidence'>): string {
  return `${id} ${list} ${evidence}`;
}
