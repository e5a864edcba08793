/** Sends stored files to clients. */
import type { Writable } from 'node:stream';
import type { Digest } from '../../domain/digest.ts';

export interface FileSender {
  /**
   * Writes bytes `start` to `end`, both inclusive, and leaves `to` open. Rejects where the file cannot be opened before
   * anything is written, and where reading or writing breaks off in the middle.
   */
  send(digest: Digest, range: { readonly start: number; readonly end: number }, to: Writable): Promise<void>;
  /** Opens the file, so that a missing one is known before a status is sent. */
  ready(digest: Digest): Promise<boolean>;
  close(): Promise<void>;
}
