/** What an offered release needs and does not get: a channel that was rolled back keeps what was stopped since in its snapshot. */
import type { Digest } from '../../domain/digest.ts';
import { parsePurl } from '../../domain/purl.ts';
import type { Ecosystem } from '../../ecosystems/contract.ts';
import type { Blobs } from '../../platform/blobs/port.ts';
import type { Queryable } from '../../platform/db/port.ts';
import { parseShard, type Shard } from './content.ts';
import type { HeldUp } from './held-up.ts';
import { manifestOf } from './manifests.ts';
import { shardOf } from './shelf.ts';
import { packageKey, stopOf, stopsByPackage } from './stops.ts';
import { activeStops, findSnapshot } from './store.ts';

interface Offered {
  readonly channel: string;
  readonly ecosystem: Ecosystem;
  readonly name: string;
  readonly version: string;
}

/**
 * The stop of the nearest release that an offered one needs, itself or through others. A snapshot that was published needs
 * nothing that is stopped, so that only one that was rolled back to is looked through.
 */
export async function stoppedNeed(
  { db, blobs }: { readonly db: Queryable; readonly blobs: Blobs },
  { channel, ecosystem, name, version }: Offered,
): Promise<HeldUp | undefined> {
  const row = await findSnapshot(db, channel);
  if (row === undefined || row.rolled_back_to === null) return undefined;
  const stops = stopsByPackage(await activeStops(db));
  const shards = (await manifestOf(blobs, row)).content[ecosystem.id]?.shards;
  if (stops.size === 0 || shards === undefined) return undefined;
  const needsOf = needsIn(blobs, shards);
  const seen = new Set<string>();
  const waiting = [{ name, version }];
  // Grows as it is gone through.
  for (const one of waiting) {
    for (const to of await needsOf(one)) {
      const need = seen.has(to) ? undefined : parsePurl(to);
      seen.add(to);
      if (need?.version === undefined) continue;
      const by = { name: need.name, version: need.version };
      const stop = stopOf(stops.get(packageKey(ecosystem.id, by.name)) ?? [], ecosystem.versions, { channel, ...by });
      if (stop !== undefined) return { version, by, stop };
      waiting.push(by);
    }
  }
  return undefined;
}

/** Purls that a release of the snapshot needs; each shard is read once. */
function needsIn(blobs: Blobs, shards: Readonly<Record<string, Digest>>) {
  const read = new Map<Digest, Shard>();
  return async ({ name, version }: { readonly name: string; readonly version: string }): Promise<readonly string[]> => {
    const digest = shards[shardOf(name)];
    if (digest === undefined) return [];
    const shard = read.get(digest) ?? parseShard(await blobs.read(digest));
    read.set(digest, shard);
    const release = shard[name]?.releases.find((one) => one.version === version);
    return release?.needs.map(({ to }) => to) ?? [];
  };
}
