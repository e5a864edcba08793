/** Bytes by digest. Written whole or not at all; putting the same bytes twice is one blob. */
import type { Readable } from 'node:stream';
import type { Digest } from '../../domain/digest.ts';

export interface StoredBlob {
  readonly digest: Digest;
  /** Bytes. */
  readonly size: number;
}

export interface Blobs {
  /** Streams into the store, hashing on the way. Throws `blob-mismatch` and keeps nothing where `expected` differs. */
  put(
    bytes: AsyncIterable<Uint8Array> | Uint8Array,
    expected?: { readonly digest?: Digest | undefined; readonly maxBytes?: number | undefined },
  ): Promise<StoredBlob>;
  has(digest: Digest): Promise<boolean>;
  /** The whole blob, for documents. Throws `blob-missing`. */
  read(digest: Digest): Promise<Uint8Array>;
  size(digest: Digest): Promise<number | undefined>;
  /** Streams a slice, for files; `end` is inclusive. */
  stream(digest: Digest, range?: { readonly start: number; readonly end: number }): Readable;
  /** Path on this machine, for the sandbox and for sending files; `undefined` where the store is remote. */
  path(digest: Digest): string | undefined;
}
