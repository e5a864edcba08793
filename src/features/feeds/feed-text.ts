import { gunzipSync } from 'node:zlib';
import type { Admit, ImportSource } from '../../platform/import-files/port.ts';
import type { FeedKind } from './kinds.ts';
import { unusableFeed } from './unusable.ts';

/** Bytes of a feed after unpacking: every CVE ever given, scored, takes a tenth of it. */
const MAX_UNPACKED_BYTES = 256 * 1024 * 1024;
/** Source: RFC 1952, section 2.3.1 (ID1, ID2). */
const GZIP_MAGIC = [0x1f, 0x8b];

/** One file of a feed. */
export interface FeedFile {
  readonly name: string;
  readonly text: string;
}

/** The files of a feed, gzip undone. Throws `feed-unusable`, and what `admit` throws, which is asked about each before it is text. */
export async function feedFiles(source: ImportSource, kind: FeedKind, admit: Admit): Promise<readonly FeedFile[]> {
  const files: FeedFile[] = [];
  let left = MAX_UNPACKED_BYTES;
  for await (const { name, bytes } of source.files()) {
    const unpacked = isGzip(bytes) ? gunzip(bytes, { left, name, kind }) : bytes;
    left -= unpacked.length;
    if (left < 0) throw unusableFeed(kind, `it has more than ${MAX_UNPACKED_BYTES} bytes`);
    admit({ name, bytes: unpacked });
    files.push({ name, text: decode(unpacked, name, kind) });
  }
  return files;
}

function isGzip(bytes: Uint8Array): boolean {
  return GZIP_MAGIC.every((byte, at) => bytes[at] === byte);
}

function gunzip(
  bytes: Uint8Array,
  { left, name, kind }: { readonly left: number; readonly name: string; readonly kind: FeedKind },
): Uint8Array {
  try {
    return gunzipSync(bytes, { maxOutputLength: Math.max(1, left) });
  } catch (error) {
    throw unusableFeed(kind, `${name}: ${error instanceof Error ? error.message : 'it cannot be unpacked'}`);
  }
}

function decode(bytes: Uint8Array, name: string, kind: FeedKind): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw unusableFeed(kind, `${name} is not UTF-8`);
  }
}
