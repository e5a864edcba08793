/** A wheel's METADATA read by ranges, without its body: for upstreams that have no sidecars. */
import { crc32, inflateRawSync } from 'node:zlib';
import type { Distribution } from '../../domain/distribution.ts';
import type { UpstreamFetch } from '../../domain/upstream.ts';
import { parseWheelFilename } from './filenames.ts';
import { foldName } from './names.ts';
import { normaliseVersion } from './version.ts';

/**
 * The end of a wheel, where its directory and nearly always its `.dist-info` lie (PEP 427 asks for it): as much as the
 * end record with the longest comment can take (APPNOTE 4.3.16).
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
    return { bytes: await readEntry(tail, rangesOf(fetch, wheel, tail.total), wheel.filename) };
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

/** All that is read of a ZIP file's directory: where the one entry is (APPNOTE 4.3.12, 4.3.16). */
interface Entry {
  readonly method: number;
  readonly crc: number;
  readonly packed: number;
  readonly unpacked: number;
  readonly at: number;
}

interface Tail {
  readonly bytes: Uint8Array;
  /** Bytes of the whole file. */
  readonly total: number;
}

const END_SIGNATURE = 0x06054b50;
const END_BYTES = 22;
const DIRECTORY_SIGNATURE = 0x02014b50;
const DIRECTORY_BYTES = 46;
const LOCAL_SIGNATURE = 0x04034b50;
const LOCAL_BYTES = 30;
/** Name and extra field of a local header: as long as the two can be together (APPNOTE 4.3.7). */
const MOST_LOCAL_FIELDS = 2 * 65_535;
const METADATA_ENDING = Buffer.from('.dist-info/METADATA');
const STORED = 0;
const DEFLATED = 8;

/** The bytes of METADATA, checked against their stated size and CRC. The whole file is examined strictly elsewhere. */
async function readEntry(tail: Tail, read: ReadRange, filename: string): Promise<Uint8Array> {
  const tailFrom = tail.total - tail.bytes.byteLength;
  const bytesOf = async (from: number, length: number): Promise<Buffer> => {
    if (from < 0 || length < 0 || from + length > tail.total) throw new NotReadable('its directory points outside it');
    if (length === 0) return Buffer.alloc(0);
    const bytes = from >= tailFrom ? tail.bytes.subarray(from - tailFrom) : await read(from, from + length - 1);
    return Buffer.from(bytes.buffer, bytes.byteOffset, length);
  };
  const directory = directoryPlace(tail);
  const entry = findMetadata(await bytesOf(directory.at, directory.length), filename);
  if (entry.packed > MOST_METADATA_BYTES || entry.unpacked > MOST_METADATA_BYTES)
    throw new NotReadable(`its metadata is larger than ${MOST_METADATA_BYTES} bytes`);
  const most = LOCAL_BYTES + MOST_LOCAL_FIELDS + entry.packed;
  // Fields are short in truth, so a small piece around the entry nearly always holds it whole.
  const guess = Math.min(most, LOCAL_BYTES + 1024 + entry.packed, directory.at - entry.at);
  const local = await bytesOf(entry.at, guess);
  if (local.byteLength < LOCAL_BYTES || local.readUInt32LE(0) !== LOCAL_SIGNATURE)
    throw new NotReadable('its directory points to no entry');
  const start = LOCAL_BYTES + local.readUInt16LE(26) + local.readUInt16LE(28);
  const whole = start + entry.packed <= local.byteLength;
  const packed = whole ? local.subarray(start, start + entry.packed) : await bytesOf(entry.at + start, entry.packed);
  return unpack(packed, entry);
}

function unpack(packed: Buffer, entry: Entry): Uint8Array {
  if (entry.method !== STORED && entry.method !== DEFLATED)
    throw new NotReadable('its metadata is packed in another way');
  // One byte more than stated is enough to see a lie; zlib stops there.
  const bytes = entry.method === STORED ? packed : inflateRawSync(packed, { maxOutputLength: entry.unpacked + 1 });
  if (bytes.byteLength !== entry.unpacked || crc32(bytes) !== entry.crc)
    throw new NotReadable('its metadata is not what its directory states');
  return bytes;
}

function directoryPlace(tail: Tail): { readonly at: number; readonly length: number } {
  const bytes = Buffer.from(tail.bytes.buffer, tail.bytes.byteOffset, tail.bytes.byteLength);
  for (let end = bytes.byteLength - END_BYTES; end >= 0; end -= 1) {
    const commentLength = bytes.byteLength - END_BYTES - end;
    if (bytes.readUInt32LE(end) !== END_SIGNATURE || bytes.readUInt16LE(end + 20) !== commentLength) continue;
    const length = bytes.readUInt32LE(end + 12);
    const at = bytes.readUInt32LE(end + 16);
    // A directory that does not end here is ZIP64, or has something in between: then the file is fetched whole.
    if (at + length !== tail.total - bytes.byteLength + end)
      throw new NotReadable('its directory is of an unusual form');
    return { at, length };
  }
  throw new NotReadable('it is no ZIP file');
}

function findMetadata(directory: Buffer, filename: string): Entry {
  const named = parseWheelFilename(filename);
  const fitting: Entry[] = [];
  for (let at = 0; at < directory.byteLength; ) {
    if (at + DIRECTORY_BYTES > directory.byteLength || directory.readUInt32LE(at) !== DIRECTORY_SIGNATURE)
      throw new NotReadable('its directory cannot be read');
    const nameLength = directory.readUInt16LE(at + 28);
    const nameAt = at + DIRECTORY_BYTES;
    if (
      directory
        .subarray(nameAt, nameAt + nameLength)
        .subarray(-METADATA_ENDING.length)
        .equals(METADATA_ENDING)
    ) {
      const match = /^([^/]+)-([^/-]+)\.dist-info\/METADATA$/.exec(
        directory.toString('utf8', nameAt, nameAt + nameLength),
      );
      const own = foldName(match?.[1] ?? '') === named?.name && normaliseVersion(match?.[2] ?? '') === named?.version;
      if (match !== null && own) fitting.push(entryAt(directory, at));
    }
    at = nameAt + nameLength + directory.readUInt16LE(at + 30) + directory.readUInt16LE(at + 32);
  }
  const [entry, second] = fitting;
  if (entry === undefined || second !== undefined)
    throw new NotReadable('it has not exactly one METADATA of its own name and version');
  return entry;
}

function entryAt(directory: Buffer, at: number): Entry {
  return {
    method: directory.readUInt16LE(at + 10),
    crc: directory.readUInt32LE(at + 16),
    packed: directory.readUInt32LE(at + 20),
    unpacked: directory.readUInt32LE(at + 24),
    at: directory.readUInt32LE(at + 42),
  };
}
