/** Files from memory where they are asked for often, else from disk with pooled 1 MiB buffers and kept descriptors: half the cost of a stream of 64 KiB pieces. */
import { read } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import type { Writable } from 'node:stream';
import type { Digest } from '../../domain/digest.ts';
import { createHotFiles } from './hot-files.ts';
import type { FileSender } from './port.ts';

/** Bytes read at once. */
const BUFFER_BYTES = 1024 * 1024;
/** Sendings with large buffers at a time. Whoever reads slowly holds one: further ones get small ones, so that memory is bounded. */
const LARGE_AT_ONCE = 64;
/** Bytes read at once by further ones: what a stream takes. */
const SMALL_BUFFER_BYTES = 64 * 1024;
/** Buffers kept for the next reader. */
const BUFFERS_KEPT = 16;
/** Descriptors kept open; a process may have 1024 of them by default. */
const DESCRIPTORS_KEPT = 128;

interface Opened {
  readonly handle: Promise<FileHandle>;
  users: number;
}

/** Open files by digest: the oldest that nobody reads is closed when there are too many. */
interface Descriptors {
  acquire(digest: Digest): Opened;
  /** A file that could not be opened or read is not kept. */
  release(digest: Digest, entry: Opened, failed: boolean): void;
  close(): void;
}

export interface FileSenderOptions {
  /** Bytes of files kept in memory at most; 0 keeps none. */
  readonly hotBytes: number;
  /** Told once of a file whose bytes are not those of its digest. */
  onDamaged?(digest: Digest): void;
}

/** A sender of the files that `pathOf` names. */
export function createFileSender(
  pathOf: (digest: Digest) => string | undefined,
  { hotBytes, onDamaged }: FileSenderOptions,
): FileSender {
  const descriptors = keepDescriptors(pathOf);
  const hot = createHotFiles({ limit: hotBytes, pathOf, ...(onDamaged === undefined ? {} : { onDamaged }) });
  const buffers: Buffer[] = [];
  let sending = 0;
  return {
    async send(digest, range, to) {
      const entry = descriptors.acquire(digest);
      const isLarge = sending < LARGE_AT_ONCE;
      const buffer = isLarge
        ? (buffers.pop() ?? Buffer.allocUnsafeSlow(BUFFER_BYTES))
        : Buffer.allocUnsafeSlow(SMALL_BUFFER_BYTES);
      sending += 1;
      let failed = true;
      try {
        await pump(await entry.handle, { ...range, buffer, to });
        failed = false;
        // Only a buffer that nobody reads any more is used again.
        if (isLarge && buffers.length < BUFFERS_KEPT) buffers.push(buffer);
      } finally {
        sending -= 1;
        descriptors.release(digest, entry, failed);
      }
    },
    hot: (digest, size) => hot.take(digest, size),
    async ready(digest) {
      const entry = descriptors.acquire(digest);
      const found = await entry.handle.then(
        () => true,
        () => false,
      );
      descriptors.release(digest, entry, !found);
      return found;
    },
    async close() {
      descriptors.close();
    },
  };
}

function keepDescriptors(pathOf: (digest: Digest) => string | undefined): Descriptors {
  const opened = new Map<Digest, Opened>();
  return {
    acquire(digest) {
      const path = pathOf(digest);
      const entry = opened.get(digest) ?? {
        handle: path === undefined ? Promise.reject(new RangeError('no local file')) : open(path, 'r'),
        users: 0,
      };
      entry.users += 1;
      opened.delete(digest);
      opened.set(digest, entry);
      return entry;
    },
    release(digest, entry, failed) {
      entry.users -= 1;
      if (failed && opened.get(digest) === entry) opened.delete(digest);
      if (failed && entry.users === 0) closeQuietly(entry);
      for (const [oldest, other] of opened) {
        if (opened.size <= DESCRIPTORS_KEPT) break;
        if (other.users > 0) continue;
        opened.delete(oldest);
        closeQuietly(other);
      }
    },
    close() {
      for (const entry of opened.values()) closeQuietly(entry);
      opened.clear();
    },
  };
}

interface Pumping {
  readonly start: number;
  readonly end: number;
  readonly buffer: Buffer;
  readonly to: Writable;
}

/** Callbacks and not promises: this is most of what a large download costs beside the copies. */
function pump({ fd }: FileHandle, { start, end, buffer, to }: Pumping): Promise<void> {
  return new Promise((resolve, reject) => {
    let at = start;
    const closed = () => reject(new RangeError('The client went away'));
    to.once('close', closed);
    const stop = (error?: Error) => {
      to.off('close', closed);
      if (error === undefined) resolve();
      else reject(error);
    };
    const next = () => {
      if (at > end) stop();
      else read(fd, buffer, 0, Math.min(buffer.length, end - at + 1), at, send);
    };
    const send = (error: Error | null, bytes: number) => {
      if (error !== null) return stop(error);
      if (bytes === 0) return stop(new RangeError('The file is shorter than it was'));
      at += bytes;
      to.write(bytes === buffer.length ? buffer : buffer.subarray(0, bytes), (failed) =>
        failed === null || failed === undefined ? next() : stop(failed),
      );
    };
    next();
  });
}

function closeQuietly(entry: Opened): void {
  entry.handle.then((handle) => handle.close()).catch(() => undefined);
}
