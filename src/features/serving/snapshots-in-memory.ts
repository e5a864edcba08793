/** Snapshots and their documents as they are served: parsed once, kept within limits. */
import type { Digest } from '../../domain/digest.ts';
import {
  type EcosystemContent,
  type Manifest,
  parseShard,
  readSnapshot,
  type Shard,
  type StoredPackage,
  shardOf,
} from '../snapshots/read.ts';
import { createRecent } from './caches.ts';
import type { ServingDeps } from './deps.ts';
import type { Overlay } from './overlay.ts';

/** Pinned snapshots kept: manifests of about 20 kB. */
const PINNED_KEPT = 200;
/** Shards kept, of all snapshots: a shard of 400 packages takes about 1 MB. Two snapshots share what did not change. */
const SHARDS_KEPT = 512;
/** Bytes of index documents kept. */
const DOCUMENT_BYTES_KEPT = 64 * 1024 * 1024;

/** Which snapshot a client asks for. */
export type Pin =
  | { readonly kind: 'current' }
  | { readonly kind: 'number'; readonly number: number }
  | { readonly kind: 'time'; readonly at: Date };

export interface SnapshotsInMemory {
  /** The manifest; `undefined` where there is none. */
  manifest(overlay: Overlay, channel: string, pin: Pin): Promise<Manifest | undefined>;
  package(content: EcosystemContent | undefined, name: string): Promise<StoredPackage | undefined>;
  document(digest: Digest): Promise<Buffer>;
}

export function createSnapshotsInMemory(deps: Pick<ServingDeps, 'db' | 'blobs'>): SnapshotsInMemory {
  const pinned = createRecent<string, Promise<Manifest | undefined>>(PINNED_KEPT);
  const shards = createRecent<Digest, Promise<ReadonlyMap<string, Shard[string]>>>(SHARDS_KEPT);
  const documents = createRecent<Digest, Buffer>(DOCUMENT_BYTES_KEPT, (body) => body.byteLength);
  const readShard = async (digest: Digest) => new Map(Object.entries(parseShard(await deps.blobs.read(digest))));
  return {
    async manifest(overlay, channel, pin) {
      if (pin.kind === 'current') return overlay.current.get(channel);
      const current = overlay.current.get(channel);
      if (pin.kind === 'number' && pin.number === current?.number) return current;
      const key = `${channel}@${pin.kind === 'number' ? pin.number : pin.at.toISOString()}`;
      const known = pinned.get(key);
      if (known !== undefined) return await known;
      const reading = readSnapshot(deps, channel, pin.kind === 'number' ? { number: pin.number } : { at: pin.at });
      const found = await reading;
      // What is not there yet may come.
      if (found !== undefined) pinned.set(key, reading);
      return found;
    },
    async package(content, name) {
      const digest = content?.shards[shardOf(name)];
      if (digest === undefined) return undefined;
      let shard = shards.get(digest);
      if (shard === undefined) {
        shard = readShard(digest);
        shards.set(digest, shard);
        shard.catch(() => shards.clear());
      }
      return (await shard).get(name);
    },
    async document(digest) {
      const known = documents.get(digest);
      if (known !== undefined) return known;
      const bytes = await deps.blobs.read(digest);
      const body = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      documents.set(digest, body);
      return body;
    },
  };
}
