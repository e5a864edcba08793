/**
 * The content-addressed store in a folder: `ab/abcdef...` by the SHA-256 of the bytes. A blob appears under its name in
 * one step, after its bytes have reached the disk; until then it is a file in `incoming/` that a later start removes.
 */
import { createHash, randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, mkdir, open, opendir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { type Digest, digestFromHex, hexOf } from '../../domain/digest.ts';
import { Problem } from '../../domain/problem.ts';
import type { Blobs, StoredBlob } from './port.ts';

/** An incoming file that nobody has written to for so long belongs to a process that was ended: seconds. */
const STALE_INCOMING_SECONDS = 3600;

/** Small pieces are gathered to this many bytes before they are written: one system call instead of dozens. */
const WRITE_BYTES = 256 * 1024;

export interface BlobProgress {
  readonly blobs: number;
  readonly bytes: number;
}

export interface BlobAudit extends BlobProgress {
  /** Blobs whose bytes no longer have the digest that is their name. */
  readonly damaged: readonly { readonly digest: Digest; readonly what: string }[];
}

/** What only a store of our own can do: for `backup` and `doctor --deep`. */
export interface FolderBlobs extends Blobs {
  /** Every blob, in the order of digests. */
  list(): AsyncIterable<StoredBlob>;
  /** Reads and hashes everything; says what is damaged and goes on. */
  verifyAll(progress?: (done: BlobProgress) => void): Promise<BlobAudit>;
  /** Removes what was only half received before a crash: how many files. Also done when the store is opened. */
  sweep(olderThanSeconds?: number): Promise<number>;
  path(digest: Digest): string;
}

/** Opens (and creates) the store in `folder`. */
export async function openFolderBlobs(folder: string): Promise<FolderBlobs> {
  const store = new FolderStore(folder);
  await mkdir(store.incoming, { recursive: true });
  await store.sweep();
  return store;
}

class FolderStore implements FolderBlobs {
  readonly incoming: string;
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
    this.incoming = join(folder, 'incoming');
  }

  async put(
    bytes: AsyncIterable<Uint8Array> | Uint8Array,
    expected: { readonly digest?: Digest | undefined; readonly maxBytes?: number | undefined } = {},
  ): Promise<StoredBlob> {
    const temporary = join(this.incoming, `${process.pid}.${randomBytes(8).toString('hex')}`);
    try {
      const received = await receive(bytes, temporary, expected.maxBytes);
      if (expected.digest !== undefined && expected.digest !== received.digest)
        throw mismatch(expected.digest, received);
      await this.#keep(temporary, received.digest);
      return received;
    } catch (error) {
      await rm(temporary, { force: true });
      throw explained(error, this.#folder);
    }
  }

  async has(digest: Digest): Promise<boolean> {
    return (await this.size(digest)) !== undefined;
  }

  async read(digest: Digest): Promise<Uint8Array> {
    const bytes = await readFile(this.path(digest)).catch((error: unknown) => {
      throw isCode(error, 'ENOENT') ? missing(digest, error) : error;
    });
    const found = createHash('sha256').update(bytes).digest('hex');
    if (found !== hexOf(digest)) throw damagedProblem(digest);
    return bytes;
  }

  async size(digest: Digest): Promise<number | undefined> {
    return stat(this.path(digest)).then(
      (found) => found.size,
      (error: unknown) => {
        if (isCode(error, 'ENOENT')) return undefined;
        throw error;
      },
    );
  }

  stream(digest: Digest, range?: { readonly start: number; readonly end: number }): Readable {
    return createReadStream(this.path(digest), range === undefined ? {} : { start: range.start, end: range.end });
  }

  path(digest: Digest): string {
    const hex = hexOf(digest);
    return join(this.#folder, hex.slice(0, 2), hex);
  }

  async *list(): AsyncIterable<StoredBlob> {
    for (let first = 0; first < 256; first += 1) {
      const folder = join(this.#folder, first.toString(16).padStart(2, '0'));
      for (const name of (await namesIn(folder)).toSorted()) {
        const digest = digestFromHex(name);
        const size = digest === undefined ? undefined : await this.size(digest);
        if (digest !== undefined && size !== undefined) yield { digest, size };
      }
    }
  }

  async verifyAll(progress: (done: BlobProgress) => void = () => undefined): Promise<BlobAudit> {
    const damaged: { digest: Digest; what: string }[] = [];
    let blobs = 0;
    let bytes = 0;
    for await (const blob of this.list()) {
      const what = await this.#damage(blob.digest);
      if (what !== undefined) damaged.push({ digest: blob.digest, what });
      blobs += 1;
      bytes += blob.size;
      progress({ blobs, bytes });
    }
    return { blobs, bytes, damaged };
  }

  async sweep(olderThanSeconds = STALE_INCOMING_SECONDS): Promise<number> {
    // Compared with the file system's own idea of now, which is what stamped the files.
    const marker = join(this.incoming, `${process.pid}.${randomBytes(8).toString('hex')}`);
    await (await open(marker, 'wx')).close();
    const now = (await stat(marker)).mtimeMs;
    await rm(marker, { force: true });
    let removed = 0;
    for (const name of await namesIn(this.incoming)) {
      const file = join(this.incoming, name);
      const found = await stat(file).catch(() => undefined);
      if (found === undefined || now - found.mtimeMs < olderThanSeconds * 1000) continue;
      await rm(file, { force: true });
      removed += 1;
    }
    return removed;
  }

  async #damage(digest: Digest): Promise<string | undefined> {
    const hash = createHash('sha256');
    try {
      for await (const chunk of this.stream(digest)) hash.update(chunk);
    } catch (error) {
      return `cannot be read: ${error instanceof Error ? error.message : String(error)}`;
    }
    const found = hash.digest('hex');
    return found === hexOf(digest) ? undefined : `its bytes have the SHA-256 ${found}`;
  }

  async #keep(temporary: string, digest: Digest): Promise<void> {
    if (await this.has(digest)) {
      await rm(temporary, { force: true });
      return;
    }
    const target = this.path(digest);
    const folder = join(target, '..');
    const created = await mkdir(folder, { recursive: true });
    await rename(temporary, target);
    await syncFolder(folder);
    if (created !== undefined) await syncFolder(this.#folder);
  }
}

async function receive(
  bytes: AsyncIterable<Uint8Array> | Uint8Array,
  file: string,
  maxBytes: number | undefined,
): Promise<StoredBlob> {
  const handle = await open(file, 'wx', 0o644);
  const hash = createHash('sha256');
  let size = 0;
  let waiting: Uint8Array[] = [];
  let waitingBytes = 0;
  const flush = async () => {
    await writeAll(handle, waiting);
    waiting = [];
    waitingBytes = 0;
  };
  try {
    for await (const chunk of bytes instanceof Uint8Array ? [bytes] : bytes) {
      size += chunk.byteLength;
      if (maxBytes !== undefined && size > maxBytes) throw tooLarge(maxBytes);
      hash.update(chunk);
      waiting.push(chunk);
      waitingBytes += chunk.byteLength;
      if (waitingBytes >= WRITE_BYTES) await flush();
    }
    await flush();
    await handle.sync();
  } finally {
    await handle.close();
  }
  return { digest: `sha256:${hash.digest('hex')}`, size };
}

/** `write` may write less than it was given (a nearly full disk): until all of it is there, or the error is. */
async function writeAll(handle: FileHandle, chunks: readonly Uint8Array[]): Promise<void> {
  for (const chunk of chunks) {
    let done = 0;
    while (done < chunk.byteLength) done += (await handle.write(chunk, done, chunk.byteLength - done)).bytesWritten;
  }
}

/** A name is durable only when its folder has reached the disk too. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function namesIn(folder: string): Promise<string[]> {
  const names: string[] = [];
  const entries = await opendir(folder).catch((error: unknown) => {
    if (isCode(error, 'ENOENT')) return undefined;
    throw error;
  });
  if (entries === undefined) return names;
  for await (const entry of entries) names.push(entry.name);
  return names;
}

function isCode(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && codes.includes(error.code);
}

function explained(error: unknown, folder: string): unknown {
  if (!isCode(error, 'ENOSPC', 'EDQUOT', 'EFBIG')) return error;
  return new Problem({
    kind: 'could-not-check',
    code: 'disk-full',
    what: `There is no room left in ${folder}`,
    why: 'the bytes could not be written whole, so nothing of them was kept',
    next: 'Free some space (or raise the quota) and try again.',
    cause: error,
  });
}

function mismatch(expected: Digest, received: StoredBlob): Problem {
  return new Problem({
    kind: 'could-not-check',
    code: 'blob-mismatch',
    what: 'The bytes received are not those that were promised',
    why: `expected ${expected}, received ${received.digest} (${received.size} bytes); nothing was kept`,
    next: 'Try again; should it happen again, the source is lying or broken.',
  });
}

function tooLarge(maxBytes: number): Problem {
  return new Problem({
    kind: 'could-not-check',
    code: 'blob-too-large',
    what: `More than ${maxBytes} bytes came`,
    why: 'that is the limit for it; nothing was kept',
    next: 'If a package is meant to be so large, raise limits.max_file_mib in policy.yaml.',
  });
}

function missing(digest: Digest, cause: unknown): Problem {
  return new Problem({
    kind: 'internal',
    code: 'blob-missing',
    what: `The stored bytes ${digest} are missing`,
    next: 'Run `pratique doctor --deep`, and restore the blob from a backup.',
    cause,
  });
}

function damagedProblem(digest: Digest): Problem {
  return new Problem({
    kind: 'internal',
    code: 'blob-damaged',
    what: `The stored bytes ${digest} were changed on the disk`,
    next: 'Run `pratique doctor --deep`, and restore the blob from a backup.',
  });
}
