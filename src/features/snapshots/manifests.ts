/** Reading manifests. */
import { isDigest } from '../../domain/digest.ts';
import { Problem } from '../../domain/problem.ts';
import type { Blobs } from '../../platform/blobs/port.ts';
import { type Manifest, parseManifest } from './content.ts';
import type { SnapshotRow } from './store.ts';

/** The manifest of a snapshot. Throws `blob-missing` or `snapshot-damaged`. */
export async function manifestOf(blobs: Blobs, row: SnapshotRow): Promise<Manifest> {
  return parseManifest(await manifestBytes(blobs, row));
}

/** The bytes that were signed. */
export async function manifestBytes(blobs: Blobs, row: SnapshotRow): Promise<Uint8Array> {
  if (isDigest(row.manifest)) return await blobs.read(row.manifest);
  throw new Problem({
    kind: 'internal',
    code: 'snapshot-damaged',
    what: `Snapshot ${row.number} of ${row.channel} names no manifest`,
    next: 'Restore the database from a backup.',
  });
}
