/** Taking a snapshot out: everything that is needed to serve and to verify it elsewhere, in an order that never varies. */
import { createHash } from 'node:crypto';
import { canonicalBytes } from '../../domain/canonical-json.ts';
import type { Digest } from '../../domain/digest.ts';
import { Problem } from '../../domain/problem.ts';
import type { CarriedFile } from '../../platform/backup/port.ts';
import type { Blobs } from '../../platform/blobs/port.ts';
import type { Verifier } from '../../platform/signing/port.ts';
import {
  addNamedByShard,
  blobPath,
  type CarriedSignature,
  MANIFEST_NAME,
  namedByManifest,
  SIGNATURE_NAME,
  type Sizes,
} from './carried.ts';
import { parseManifest, parseShard } from './content.ts';
import { manifestBytes } from './manifests.ts';
import type { SnapshotRow } from './store.ts';

/** How far an export or import is. */
export type CarryProgress = (done: { readonly blobs: number; readonly total: number; readonly bytes: number }) => void;

/** A snapshot ready to be written. */
export interface Exported {
  readonly number: number;
  readonly keyId: string;
  /** PEM: what the other home is to be given with `--key`, over another way than the file. */
  readonly publicKey: string;
  readonly blobs: number;
  /** The entries, in order; every byte is hashed on the way. Throws `blob-damaged` and `blob-missing`. */
  files(progress?: CarryProgress): AsyncGenerator<CarriedFile>;
}

/** Reads what a snapshot is made of. Throws `snapshot-damaged` where its signature does not hold. */
export async function exportSnapshot(
  { blobs, verifier }: { readonly blobs: Blobs; readonly verifier: Verifier },
  row: SnapshotRow,
): Promise<Exported> {
  const manifest = await manifestBytes(blobs, row);
  if (!verifier.verify(manifest, row.signature, row.public_key)) throw unsigned(row);
  const { shards, bases, named } = namedByManifest(parseManifest(manifest));
  for (const shard of shards) addNamedByShard(parseShard(await blobs.read(shard)), named);
  const listings = new Set([...shards, ...bases]);
  const listingSizes: Sizes = new Map();
  for (const digest of listings) {
    listingSizes.set(digest, await sizeOf(blobs, digest));
    named.delete(digest);
  }
  const signature: CarriedSignature = {
    schema: 'pratique.snapshot-signature/1',
    keyId: row.key_id,
    publicKey: row.public_key,
    signature: row.signature,
  };
  const order = [...inOrder(listingSizes), ...inOrder(named)];
  return {
    number: row.number,
    keyId: row.key_id,
    publicKey: row.public_key,
    blobs: order.length,
    async *files(progress) {
      yield fileOf(MANIFEST_NAME, manifest);
      yield fileOf(SIGNATURE_NAME, canonicalBytes(signature));
      let [done, bytes] = [0, 0];
      for (const [digest, size] of order) {
        yield { path: blobPath(digest), size, body: hashed(blobs, digest) };
        done += 1;
        bytes += size;
        progress?.({ blobs: done, total: order.length, bytes });
      }
    },
  };
}

function inOrder(sizes: Sizes): readonly (readonly [Digest, number])[] {
  return [...sizes].toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
}

async function sizeOf(blobs: Blobs, digest: Digest): Promise<number> {
  return (await blobs.size(digest)) ?? (await blobs.read(digest)).byteLength;
}

function fileOf(path: string, bytes: Uint8Array): CarriedFile {
  const body = async function* () {
    yield bytes;
  };
  return { path, size: bytes.byteLength, body: body() };
}

/** A file that was damaged on the disk is found here, and not behind the air gap. */
async function* hashed(blobs: Blobs, digest: Digest): AsyncGenerator<Uint8Array> {
  // Says which blob is missing, where one is; a stream would only say that some file is not there.
  if (!(await blobs.has(digest))) await blobs.read(digest);
  const hash = createHash('sha256');
  for await (const chunk of blobs.stream(digest)) {
    const bytes: Uint8Array = chunk;
    hash.update(bytes);
    yield bytes;
  }
  if (`sha256:${hash.digest('hex')}` === digest) return;
  throw new Problem({
    kind: 'internal',
    code: 'blob-damaged',
    what: `The stored bytes of ${digest} were changed; nothing was exported`,
    next: 'Run `pratique doctor --deep`, and restore from a backup.',
  });
}

function unsigned(row: SnapshotRow): Problem {
  return new Problem({
    kind: 'internal',
    code: 'snapshot-damaged',
    what: `The signature of snapshot ${row.number} of ${row.channel} does not hold; nothing was exported`,
    next: 'Run `pratique snapshot verify`, and restore from a backup.',
  });
}
