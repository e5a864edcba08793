/** Which packages stand in the trees of what was accepted, as the last publishing saw it: cheaper to read than all evidence. */
import type { EcosystemId } from '../../domain/purl.ts';
import type { Blobs } from '../../platform/blobs/port.ts';
import type { Queryable } from '../../platform/db/port.ts';
import { basisSchema, readShard } from './entries.ts';
import { manifestOf } from './manifests.ts';
import { findSnapshot } from './store.ts';

export interface KnownTree {
  /** Digest of the evidence set that it is of. */
  readonly evidence: string;
  /** Of the packages in it, with the root. */
  readonly names: readonly string[];
}

/** By id of the entry; those that came since the last publishing, and all of an imported snapshot, are not among them. */
export async function knownTrees(
  { db, blobs }: { readonly db: Queryable; readonly blobs: Blobs },
  channel: string,
  ecosystem: EcosystemId,
): Promise<ReadonlyMap<string, KnownTree>> {
  const row = await findSnapshot(db, channel);
  const content = row === undefined ? undefined : (await manifestOf(blobs, row)).content[ecosystem];
  const known = new Map<string, KnownTree>();
  if (content === undefined) return known;
  const { entries } = basisSchema.parse(JSON.parse(new TextDecoder().decode(await blobs.read(content.basis))));
  for (const shard of Object.values(entries))
    for (const { id, evidence, names } of await readShard(blobs, shard.entries)) known.set(id, { evidence, names });
  return known;
}
