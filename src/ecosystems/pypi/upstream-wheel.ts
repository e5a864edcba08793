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
    const size = wheel.size ?? (await sizeOf(fetch, wheel));
    const reader = new ZipReader(new RangedFile(size, rangesOf(fetch, wheel, size)), {
      useWebWorkers: false,
      strictness: 'strict',
    });
    try {
      const entry = metadataEntry(await reader.getEntries(), wheel.filename);
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

async function sizeOf(fetch: UpstreamFetch, wheel: Distribution): Promise<number> {
  const first = await fetch.range(wheel.url, 0, 0, { linkedBy: wheel.source });
  if (first === undefined) throw new NotReadable('upstream does not answer ranges');
  return first.total;
}

function rangesOf(fetch: UpstreamFetch, wheel: Distribution, size: number): ReadRange {
  let spent = 0;
  return async (from, to) => {
    spent += to - from + 1;
    if (spent > MOST_RANGED_BYTES) throw new NotReadable('its directory is too large');
    const part = await fetch.range(wheel.url, from, to, { linkedBy: wheel.source });
    if (part === undefined) throw new NotReadable('upstream does not answer ranges');
    if (part.total !== size) throw new NotReadable(`the index says ${size} bytes, the file has ${part.total}`);
    return part.bytes;
  };
}

/** Lets zip.js read a file by ranges, the end of it in one piece. */
class RangedFile extends Reader<number> {
  readonly #read: ReadRange;
  #tail: { readonly from: number; readonly bytes: Uint8Array } | undefined;

  constructor(size: number, read: ReadRange) {
    super(size);
    this.size = size;
    this.#read = read;
  }

  override async init(): Promise<void> {
    const from = Math.max(0, this.size - TAIL_BYTES);
    this.#tail = { from, bytes: await this.#read(from, this.size - 1) };
  }

  override async readUint8Array(index: number, length: number): Promise<Uint8Array> {
    const end = Math.min(index + length, this.size);
    if (end <= index) return new Uint8Array();
    const tail = this.#tail;
    if (tail !== undefined && index >= tail.from) return tail.bytes.slice(index - tail.from, end - tail.from);
    return this.#read(index, end - 1);
  }
}

function metadataEntry(entries: Awaited<ReturnType<ZipReader<unknown>['getEntries']>>, filename: string): FileEntry {
  const named = parseWheelFilename(filename);
  const fitting = entries.filter((entry) => {
    const match = /^([^/]+)-([^/-]+)\.dist-info\/METADATA$/.exec(entry.filename);
    if (match === null) return false;
    return foldName(match[1] ?? '') === named?.name && normaliseVersion(match[2] ?? '') === named?.version;
  });
  const entry = fitting[0];
  if (entry === undefined || entry.directory || fitting.length > 1)
    throw new NotReadable('it has not exactly one METADATA of its own name and version');
  if (entry.uncompressedSize > MOST_METADATA_BYTES || entry.compressedSize > MOST_METADATA_BYTES)
    throw new NotReadable(`its metadata is larger than ${MOST_METADATA_BYTES} bytes`);
  return entry;
}
