/** A wheel's METADATA read by ranges, without its body: for upstreams that have no sidecars. */
import { type FileEntry, Reader, Uint8ArrayWriter, ZipReader } from '@zip.js/zip.js';
import type { Distribution } from '../../domain/distribution.ts';
import type { UpstreamFetch } from '../../domain/upstream.ts';
import { parseWheelFilename } from './filenames.ts';
import { foldName } from './names.ts';
import { normaliseVersion } from './version.ts';

/**
 * The end of a wheel, where its directory and nearly always its `.dist-info` lie (PEP 427 asks for it): as much as the
 * end record with the longest comment can take (APPNOTE 4.3.16), which the ZIP reader looks through anyway.
 */
const TAIL_BYTES = 22 + 65_535;
/** All ranges of one wheel together: past this, fetching the file is no dearer. */
const MOST_RANGED_BYTES = 8 * 1024 * 1024;
/** Metadata larger than this is no metadata; the largest real ones, with whole change logs, are under 1 MB. */
export const MOST_METADATA_BYTES = 4 * 1024 * 1024;

type ReadRange = (from: number, to: number) => Promise<Uint8Array>;

/** A reason in plain words, thrown inside this file only. */
class NotReadable extends Error {}

/** The metadata bytes, or why they cannot be read so; then the caller fetches the file. */
export async function readWheelMetadata(
  fetch: UpstreamFetch,
  wheel: Distribution,
): Promise<{ readonly bytes: Uint8Array } | { readonly unreadable: string }> {
  try {
    const tail = await readTail(fetch, wheel);
    const reader = new ZipReader(new RangedFile(tail, rangesOf(fetch, wheel, tail.total)), {
      useWebWorkers: false,
      strictness: 'strict',
    });
    try {
      const entry = await metadataEntry(reader, wheel.filename);
      const bytes = await entry.getData(new Uint8ArrayWriter(), { checkSignature: true });
      return { bytes };
    } finally {
      await reader.close();
    }
  } catch (error) {
    const why = error instanceof Error ? error.message : 'it cannot be read';
    return { unreadable: `The metadata of ${wheel.filename} cannot be read in part: ${why}` };
  }
}

/** The end of the file; some servers do ranges but not the "last bytes" form, so without a size there is a second way. */
async function readTail(fetch: UpstreamFetch, wheel: Distribution): Promise<Tail> {
  const on = { linkedBy: wheel.source };
  const last = (size: number) => fetch.range(wheel.url, Math.max(0, size - TAIL_BYTES), size - 1, on);
  let tail = wheel.size === undefined ? await fetch.range(wheel.url, -TAIL_BYTES, -1, on) : await last(wheel.size);
  if (tail === undefined && wheel.size === undefined) {
    const first = await fetch.range(wheel.url, 0, 0, on);
    tail = first === undefined ? undefined : await last(first.total);
  }
  if (tail === undefined) throw new NotReadable('upstream does not answer ranges');
  if (wheel.size !== undefined && wheel.size !== tail.total) throw new NotReadable(otherSize(wheel.size, tail.total));
  return tail;
}

function otherSize(stated: number, found: number): string {
  return `the index says ${stated} bytes, the file has ${found}`;
}

function rangesOf(fetch: UpstreamFetch, wheel: Distribution, size: number): ReadRange {
  let spent = 0;
  return async (from, to) => {
    spent += to - from + 1;
    if (spent > MOST_RANGED_BYTES) throw new NotReadable('its directory is too large');
    const part = await fetch.range(wheel.url, from, to, { linkedBy: wheel.source });
    if (part === undefined) throw new NotReadable('upstream does not answer ranges');
    if (part.total !== size) throw new NotReadable(otherSize(size, part.total));
    return part.bytes;
  };
}

interface Tail {
  readonly bytes: Uint8Array;
  /** Bytes of the whole file. */
  readonly total: number;
}

/** Lets zip.js read a file by ranges, the end of it in one piece. */
class RangedFile extends Reader<Tail> {
  readonly #tail: Tail;
  readonly #read: ReadRange;

  constructor(tail: Tail, read: ReadRange) {
    super(tail);
    this.size = tail.total;
    this.#tail = tail;
    this.#read = read;
  }

  override async readUint8Array(index: number, length: number): Promise<Uint8Array> {
    const end = Math.min(index + length, this.size);
    if (end <= index) return new Uint8Array();
    const { bytes } = this.#tail;
    const tailFrom = this.size - bytes.byteLength;
    if (index >= tailFrom) return bytes.slice(index - tailFrom, end - tailFrom);
    return this.#read(index, end - 1);
  }
}

/** One entry at a time: the directories of the largest wheels have tens of thousands. */
async function metadataEntry(reader: ZipReader<unknown>, filename: string): Promise<FileEntry> {
  const named = parseWheelFilename(filename);
  const fitting: FileEntry[] = [];
  for await (const entry of reader.getEntriesGenerator()) {
    const match = /^([^/]+)-([^/-]+)\.dist-info\/METADATA$/.exec(entry.filename);
    if (match === null || entry.directory) continue;
    if (foldName(match[1] ?? '') !== named?.name || normaliseVersion(match[2] ?? '') !== named?.version) continue;
    fitting.push(entry);
  }
  const [entry, second] = fitting;
  if (entry === undefined || second !== undefined)
    throw new NotReadable('it has not exactly one METADATA of its own name and version');
  if (entry.uncompressedSize > MOST_METADATA_BYTES || entry.compressedSize > MOST_METADATA_BYTES)
    throw new NotReadable(`its metadata is larger than ${MOST_METADATA_BYTES} bytes`);
  return entry;
}
