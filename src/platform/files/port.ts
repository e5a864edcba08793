/** Sends stored files to clients. */
import type { Writable } from 'node:stream';
import type { Digest } from '../../domain/digest.ts';

/** Kept bytes in the hands of one answer. */
export interface HotFile {
  /** The whole file. */
  readonly bytes: Buffer;
  /** To be called once when they are not being written any more: until then they count as memory in use. */
  done(): void;
}

export interface FileSender {
  /**
   * Writes bytes `start` to `end`, both inclusive, and leaves `to` open. Rejects where the file cannot be opened before
   * anything is written, and where reading or writing breaks off in the middle.
   */
  send(digest: Digest, range: { readonly start: number; readonly end: number }, to: Writable): Promise<void>;
  /** The whole file where it is kept in memory, else `undefined`. Counts the asking: what is asked for often is kept. */
  hot(digest: Digest, size: number): HotFile | undefined;
  /** Opens the file, so that a missing one is known before a status is sent. */
  ready(digest: Digest): Promise<boolean>;
  close(): Promise<void>;
}
