/** Tar archives made in memory. */
import { Header } from 'tar';

/** Contents by path. */
export type Files = Readonly<Record<string, string | Uint8Array>>;

/** Every entry has this time, so that the same files give the same bytes. */
const ENTRY_TIME = new Date(2024, 0, 1);
const TAR_BLOCK_BYTES = 512;

/** A tar of plain files, in the order given. */
export function tarOf(files: Files): Uint8Array {
  const entries = Object.entries(files).map(([path, content]) => tarEntry(path, bytesOf(content)));
  return Buffer.concat([...entries, Buffer.alloc(2 * TAR_BLOCK_BYTES)]);
}

function tarEntry(path: string, bytes: Uint8Array): Buffer {
  const block = Buffer.alloc(TAR_BLOCK_BYTES);
  const header = new Header({ path, mode: 0o644, size: bytes.byteLength, type: 'File', mtime: ENTRY_TIME });
  header.encode(block, 0);
  const padding = (TAR_BLOCK_BYTES - (bytes.byteLength % TAR_BLOCK_BYTES)) % TAR_BLOCK_BYTES;
  return Buffer.concat([block, bytes, Buffer.alloc(padding)]);
}

function bytesOf(content: string | Uint8Array): Uint8Array {
  return typeof content === 'string' ? new TextEncoder().encode(content) : content;
}
