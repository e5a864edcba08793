/** What a channel offers now, package by package: each part of its current snapshot is read once. */
import type { Blobs } from '../../platform/blobs/port.ts';
import type { Queryable } from '../../platform/db/port.ts';
import { parseShard, type Shard, type StoredPackage } from './content.ts';
import { manifestOf } from './manifests.ts';
import { shardOf } from './shelf.ts';
import { findSnapshot, type WhichSnapshot } from './store.ts';

type Offered = (ecosystem: string, name: string) => Promise<StoredPackage | undefined>;

/** A look-up in one snapshot, the one that is current now if nothing else is said; it stays that one for as long as it is used. */
export async function offeredIn(
  from: { readonly db: Queryable; readonly blobs: Blobs },
  channel: string,
  which: WhichSnapshot = 'current',
): Promise<Offered> {
  const row = await findSnapshot(from.db, channel, which);
  const manifest = row === undefined ? undefined : await manifestOf(from.blobs, row);
  const shards = new Map<string, Promise<Shard>>();
  return async (ecosystem, name) => {
    const digest = manifest?.content[ecosystem]?.shards[shardOf(name)];
    if (digest === undefined) return undefined;
    const shard = shards.get(digest) ?? from.blobs.read(digest).then(parseShard);
    shards.set(digest, shard);
    return (await shard)[name];
  };
}
