import { type FileHandle, open } from 'node:fs/promises';

/** Bytes of one read from disk: large enough that system calls cost nothing, small enough that memory stays flat. */
const READ_SIZE = 256 * 1024;

/** A file read by ranges: never whole, so that memory does not grow with its size. */
export interface ByteSource {
  /** Bytes. */
  readonly size: number;
  /** Exactly `length` bytes from `offset`, fewer only at the end of the file. */
  read(offset: number, length: number): Promise<Buffer>;
  /** The bytes of `[from, to)` in pieces. A piece is only valid until the next one is asked for. */
  pieces(from: number, to: number): AsyncGenerator<Buffer>;
  close(): Promise<void>;
}

/** Opens a file for reading by ranges. Rejects with the system's error where it cannot be opened. */
export async function openSource(path: string): Promise<ByteSource> {
  const handle = await open(path, 'r');
  const { size } = await handle.stat();
  const window = createWindow(handle, size);
  return {
    size,
    read: (offset, length) => {
      const available = Math.max(0, Math.min(length, size - offset));
      return available > WINDOW / 2 ? readRange(handle, offset, available) : window(offset, available);
    },
    pieces: (from, to) => readPieces(handle, from, Math.min(to, size)),
    close: () => handle.close(),
  };
}

/** Bytes read at once for small reads: neighbouring small entries then cost one system call together. */
const WINDOW = 64 * 1024;

/** Small reads out of a window over the file; the bytes are copied, so that they stay valid. */
function createWindow(handle: FileHandle, size: number): (offset: number, length: number) => Promise<Buffer> {
  let start = 0;
  let bytes: Buffer = Buffer.alloc(0);
  return async (offset, length) => {
    if (offset < start || offset + length > start + bytes.length) {
      bytes = await readRange(handle, offset, Math.min(WINDOW, size - offset));
      start = offset;
    }
    return Buffer.from(bytes.subarray(offset - start, offset - start + length));
  };
}

async function readRange(handle: FileHandle, offset: number, length: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await handle.read(buffer, filled, length - filled, offset + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return buffer.subarray(0, filled);
}

async function* readPieces(handle: FileHandle, from: number, to: number): AsyncGenerator<Buffer> {
  const buffer = Buffer.allocUnsafe(Math.min(READ_SIZE, Math.max(0, to - from)));
  let position = from;
  while (position < to) {
    const { bytesRead } = await handle.read(buffer, 0, Math.min(buffer.length, to - position), position);
    if (bytesRead === 0) return;
    position += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}
