import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

/** Bytes of one read from disk: large enough that system calls cost nothing, small enough that memory stays flat. */
const READ_SIZE = 256 * 1024;
/** Files up to this size are read in one go: most packages, whose readers go through them from both ends. Bytes. */
const WHOLE = 2 * 1024 * 1024;

/** A file read by ranges: never whole, so that memory does not grow with its size. */
export interface ByteSource {
  /** Bytes. */
  readonly size: number;
  /** Exactly `length` bytes from `offset`, fewer only at the end of the file. */
  read(offset: number, length: number): Promise<Buffer>;
  /** The same without a copy: only valid until the next read of any kind. */
  view(offset: number, length: number): Buffer;
  /** The bytes of `[from, to)` in pieces. A piece is only valid until the next one is asked for. */
  pieces(from: number, to: number): AsyncGenerator<Buffer>;
  close(): Promise<void>;
}

/**
 * Opens a file for reading by ranges. Rejects with the system's error where it cannot be opened.
 *
 * It reads while everything else waits: whoever reads archives is a process of its own that has nothing else to do, and
 * a turn through the thread pool costs several times what the read does.
 */
export async function openSource(path: string): Promise<ByteSource> {
  const file = openSync(path, 'r');
  const { size } = fstatSync(file);
  const window = new Window(file, size);
  return {
    size,
    read: async (offset, length) => Buffer.from(window.view(offset, length)),
    view: (offset, length) => window.view(offset, length),
    pieces: (from, to) => readPieces(file, from, Math.min(to, size)),
    close: async () => closeSync(file),
  };
}

/** The part of the file that was read last: neighbouring small entries cost one system call together. */
class Window {
  private readonly file: number;
  private readonly size: number;
  private buffer: Buffer = Buffer.allocUnsafe(0);
  private start = 0;
  private end = 0;

  constructor(file: number, size: number) {
    this.file = file;
    this.size = size;
  }

  view(offset: number, length: number): Buffer {
    const wanted = Math.max(0, Math.min(length, this.size - offset));
    if (offset < this.start || offset + wanted > this.end) this.fill(offset, wanted);
    return this.buffer.subarray(offset - this.start, Math.min(offset + wanted, this.end) - this.start);
  }

  private fill(offset: number, wanted: number): void {
    if (this.size <= WHOLE && this.buffer.length === 0) {
      this.buffer = Buffer.allocUnsafe(this.size);
      this.end = readRange(this.file, this.buffer, 0);
      if (this.end === this.size) return;
    }
    const length = Math.min(Math.max(wanted, READ_SIZE), Math.max(0, this.size - offset));
    // What was handed out by `read` is a copy, so the memory serves every read.
    if (length > this.buffer.length) this.buffer = Buffer.allocUnsafe(length);
    this.start = offset;
    this.end = offset + readRange(this.file, this.buffer.subarray(0, length), offset);
  }
}

/** Fills the buffer as far as the file goes; returns the bytes read. */
function readRange(file: number, buffer: Buffer, offset: number): number {
  let filled = 0;
  while (filled < buffer.length) {
    const bytes = readSync(file, buffer, filled, buffer.length - filled, offset + filled);
    if (bytes === 0) break;
    filled += bytes;
  }
  return filled;
}

async function* readPieces(file: number, from: number, to: number): AsyncGenerator<Buffer> {
  const buffer = Buffer.allocUnsafe(Math.min(READ_SIZE, Math.max(0, to - from)));
  let position = from;
  while (position < to) {
    const bytes = readSync(file, buffer, 0, Math.min(buffer.length, to - position), position);
    if (bytes === 0) return;
    position += bytes;
    yield buffer.subarray(0, bytes);
  }
}
