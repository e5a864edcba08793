/** Facts about snapshots, for other rooms and surfaces. */
import type { Blobs } from '../../platform/blobs/port.ts';
import type { Queryable } from '../../platform/db/port.ts';
import type { Content, Manifest } from './content.ts';
import { manifestOf } from './manifests.ts';
import { findSnapshot, listSnapshots, type SnapshotPage, type WhichSnapshot } from './store.ts';

export { indexInput, requestedState, requestFor } from './compile.ts';
export {
  type EcosystemContent,
  type Encoding,
  type LeftOut,
  parseShard,
  type Shard,
  type StoredDocument,
  type StoredFile,
  type StoredPackage,
} from './content.ts';
export { offeredFile } from './derived.ts';
export { type HeldUp, heldUpBy, type Missing } from './held-up.ts';
export { type KnownTree, knownTrees } from './known-trees.ts';
export { offeredIn } from './look-up.ts';
export { namedReasons } from './named-reasons.ts';
export { type Expanded, type ExpandedEntry, expandedList, expandedPage, offeredReleases } from './offered.ts';
export { shardOf } from './shelf.ts';
export { stoppedNeed } from './stopped-need.ts';
export { packageKey, stopOf, stopsByPackage } from './stops.ts';
export {
  activeStops,
  allChannels,
  findEndedStop,
  type RequestState,
  refusedSince,
  requestStates,
  rollbackReason,
  type Stop,
} from './store.ts';
export { faultOfFile } from './stored-files.ts';
export type { Content, Manifest };

/** A snapshot as it is listed. */
export interface SnapshotSummary {
  readonly channel: string;
  readonly number: number;
  readonly manifest: string;
  readonly signature: string;
  readonly keyId: string;
  /** RFC 3339, UTC. */
  readonly publishedAt: string;
  /** The number that it repeats, where it was a rollback. */
  readonly rolledBackTo: number | null;
}

/** The snapshots of a channel, newest first. */
export async function snapshotsOf(
  db: Queryable,
  channel: string,
  page: SnapshotPage = {},
): Promise<readonly SnapshotSummary[]> {
  return (await listSnapshots(db, channel, page)).map((row) => ({
    channel: row.channel,
    number: row.number,
    manifest: row.manifest,
    signature: row.signature,
    keyId: row.key_id,
    publishedAt: row.published_at.toISOString(),
    rolledBackTo: row.rolled_back_to,
  }));
}

/** A snapshot's manifest. */
export async function readSnapshot(
  from: { readonly db: Queryable; readonly blobs: Blobs },
  channel: string,
  which: WhichSnapshot = 'current',
): Promise<Manifest | undefined> {
  const row = await findSnapshot(from.db, channel, which);
  return row === undefined ? undefined : await manifestOf(from.blobs, row);
}
