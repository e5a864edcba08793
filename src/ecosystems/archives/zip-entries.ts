import { crc32 } from 'node:zlib';
import { inflate, inflateWhole } from './inflate.ts';
import type { ProblemList } from './problems.ts';
import type { ByteSource } from './source.ts';
import type { ZipEntry } from './zip-directory.ts';
import { extraFields, readUInt64, zip64Sizes } from './zip-fields.ts';

/** Local file header without its variable parts (APPNOTE 4.3.7). */
const LOCAL_HEADER = 30;
const LOCAL_SIGNATURE = 0x04034b50;
const DESCRIPTOR_SIGNATURE = 0x08074b50;
/** Longest data descriptor: signature, checksum and two 64-bit sizes (4.3.9). */
const MAX_DESCRIPTOR = 24;
/** Room for the name and extra fields of ordinary entries, so that one read gets header and small content. */
const READ_AHEAD = 512;

const METHOD_STORED = 0;
const METHOD_DEFLATE = 8;
/** Encrypted, strongly encrypted, masked headers, and patch data (APPNOTE 4.4.4). */
const FLAGS_ENCRYPTED = 0x0001 | 0x0040 | 0x2000;
const FLAG_PATCH = 0x0020;
const FLAG_DESCRIPTOR = 0x0008;
/** Bits that change how the entry is read; the others (compression level) may differ between the two headers. */
const FLAGS_THAT_MATTER = FLAGS_ENCRYPTED | FLAG_PATCH | FLAG_DESCRIPTOR | 0x0800;

/**
 * Packed and unpacked size up to which an entry is unpacked in one call, in bytes: that costs a tenth of the time of
 * feeding a stream. All that a walk hands out of one file fits.
 */
const SMALL = 8 * 1024 * 1024;
/** The same for one that is only copied, in bytes: what lies beside it is read from disk along with it. */
const SMALL_STORED = 256 * 1024;

/** Where the content of an entry lies. */
export interface EntryData {
  readonly from: number;
  readonly to: number;
}

/** Whether an entry may be unpacked at all. */
export function checkEntryForm(entry: ZipEntry, problems: ProblemList): boolean {
  if (entry.flags & FLAGS_ENCRYPTED) problems.add('encrypted', entry.name);
  else if (entry.flags & FLAG_PATCH || (entry.method !== METHOD_STORED && entry.method !== METHOD_DEFLATE)) {
    problems.add('unsupported-compression', entry.name, `method ${entry.method}`);
  } else if (entry.method === METHOD_STORED && entry.size !== entry.packedSize) {
    problems.add('size-mismatch', entry.name);
  } else return true;
  return false;
}

/**
 * Reads the header in front of an entry, and the descriptor behind it, and compares them with the directory.
 * `end` is where the next entry, or the directory, begins: nothing may lie between.
 */
export function locateData(
  source: ByteSource,
  entry: ZipEntry,
  end: number,
  problems: ProblemList,
): EntryData | undefined {
  let bytes = source.view(entry.offset, Math.min(LOCAL_HEADER + READ_AHEAD, end - entry.offset));
  if (bytes.length < LOCAL_HEADER || bytes.readUInt32LE(0) !== LOCAL_SIGNATURE) {
    problems.add('local-header-broken', entry.name);
    return undefined;
  }
  const headerEnd = LOCAL_HEADER + bytes.readUInt16LE(26) + bytes.readUInt16LE(28);
  if (headerEnd > bytes.length) bytes = source.view(entry.offset, headerEnd);
  const from = entry.offset + headerEnd;
  const to = from + entry.packedSize;
  if (to > end) {
    problems.add('overlapping-entries', entry.name);
    return undefined;
  }
  if (!localAgrees(bytes.subarray(0, headerEnd), entry)) {
    problems.add('header-mismatch', entry.name);
    return undefined;
  }
  const gap = end - to;
  const described = (entry.flags & FLAG_DESCRIPTOR) !== 0;
  if (described ? !descriptorAgrees(source.view(to, Math.min(gap, MAX_DESCRIPTOR + 1)), entry) : gap > 0) {
    problems.add(described && gap <= MAX_DESCRIPTOR ? 'data-descriptor-broken' : 'hidden-data', entry.name);
    return undefined;
  }
  return { from, to };
}

function localAgrees(header: Buffer, entry: ZipEntry): boolean {
  const nameEnd = LOCAL_HEADER + header.readUInt16LE(26);
  const flags = header.readUInt16LE(6);
  if (header.toString('utf8', LOCAL_HEADER, nameEnd) !== entry.name) return false;
  if ((flags & FLAGS_THAT_MATTER) !== (entry.flags & FLAGS_THAT_MATTER)) return false;
  if (header.readUInt16LE(8) !== entry.method) return false;
  const extra = extraFields(header.subarray(nameEnd));
  if (extra === undefined) return false;
  const sizes = zip64Sizes(
    { size: header.readUInt32LE(22), packedSize: header.readUInt32LE(18), offset: undefined },
    extra,
  );
  if (sizes === undefined) return false;
  const same =
    header.readUInt32LE(14) === entry.crc && sizes.size === entry.size && sizes.packedSize === entry.packedSize;
  // With a descriptor the three may be left at zero: they were not known yet.
  return (
    same ||
    ((flags & FLAG_DESCRIPTOR) !== 0 && unknownYet([header.readUInt32LE(14), sizes.size, sizes.packedSize], entry))
  );
}

function unknownYet(values: readonly [number, number, number], entry: ZipEntry): boolean {
  const known = [entry.crc, entry.size, entry.packedSize];
  return values.every((value, index) => value === 0 || value === known[index]);
}

/** The four forms: with and without signature, 32 and 64 bits. */
function descriptorAgrees(bytes: Buffer, entry: ZipEntry): boolean {
  const signed = bytes.length === 16 || bytes.length === 24;
  const start = signed ? 4 : 0;
  const body = bytes.length - start;
  if (body !== 12 && body !== 20) return false;
  if (signed && bytes.readUInt32LE(0) !== DESCRIPTOR_SIGNATURE) return false;
  const packedSize = body === 12 ? bytes.readUInt32LE(start + 4) : readUInt64(bytes, start + 4);
  const size = body === 12 ? bytes.readUInt32LE(start + 8) : readUInt64(bytes, start + 12);
  return bytes.readUInt32LE(start) === entry.crc && packedSize === entry.packedSize && size === entry.size;
}

/** An entry, and where its content lies. */
export interface OpenedEntry {
  readonly entry: ZipEntry;
  readonly data: EntryData;
}

/**
 * Unpacks one entry into `sink` and checks size and checksum against the directory. `false` and a problem where they
 * differ. Never hands `sink` more than the directory promised. A piece as long as the entry may be kept.
 */
export function readEntry(
  source: ByteSource,
  opened: OpenedEntry,
  sink: (piece: Buffer) => void,
  problems: ProblemList,
): boolean | Promise<boolean> {
  const content = new Content(opened.entry, sink, problems);
  const read = readContent(source, opened, content);
  return read instanceof Promise ? read.then((problem) => content.end(problem)) : content.end(read);
}

type ReadProblem = 'truncated' | 'broken-compression' | 'size-mismatch' | 'hidden-compressed-data';

/** The content of an entry as it comes, held against what the directory promises of it. */
class Content {
  private readonly entry: ZipEntry;
  private readonly sink: (piece: Buffer) => void;
  private readonly problems: ProblemList;
  private size = 0;
  private crc = 0;

  constructor(entry: ZipEntry, sink: (piece: Buffer) => void, problems: ProblemList) {
    this.entry = entry;
    this.sink = sink;
    this.problems = problems;
  }

  /** `false` where that is more than was promised. */
  take(piece: Buffer): boolean {
    this.size += piece.length;
    if (this.size > this.entry.size) return false;
    this.crc = crc32(piece, this.crc);
    this.sink(piece);
    return true;
  }

  end(problem: ReadProblem | undefined): boolean {
    const { entry, problems } = this;
    if (problem !== undefined) problems.add(problem, entry.name);
    else if (this.size !== entry.size) problems.add('size-mismatch', entry.name);
    else if (this.crc !== entry.crc) problems.add('checksum-mismatch', entry.name);
    else return true;
    return false;
  }
}

function readContent(
  source: ByteSource,
  opened: OpenedEntry,
  content: Content,
): ReadProblem | undefined | Promise<ReadProblem | undefined> {
  const { entry, data } = opened;
  if (entry.method === METHOD_STORED) {
    return entry.size <= SMALL_STORED ? copySmall(source, data, content) : copyLarge(source, data, content);
  }
  const small = entry.size <= SMALL && entry.packedSize <= SMALL;
  return small ? inflateSmall(source, opened, content) : inflateLarge(source, data, content);
}

function copySmall(source: ByteSource, { from, to }: EntryData, content: Content): ReadProblem | undefined {
  // Folders, and many a file, have none.
  if (from === to) return undefined;
  return content.take(Buffer.from(source.view(from, to - from))) ? undefined : 'size-mismatch';
}

async function copyLarge(source: ByteSource, data: EntryData, content: Content): Promise<ReadProblem | undefined> {
  for await (const piece of source.pieces(data.from, data.to)) {
    if (!content.take(piece)) return 'size-mismatch';
  }
  return undefined;
}

function inflateSmall(source: ByteSource, { entry, data }: OpenedEntry, content: Content): ReadProblem | undefined {
  const packed = source.view(data.from, data.to - data.from);
  try {
    // One byte of room beyond the promise, so that a longer content shows as such.
    const { bytes, consumed } = inflateWhole(packed, entry.size + 1);
    if (consumed !== packed.length) return 'hidden-compressed-data';
    return content.take(bytes) ? undefined : 'size-mismatch';
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    return code === 'ERR_BUFFER_TOO_LARGE' ? 'size-mismatch' : 'broken-compression';
  }
}

async function inflateLarge(source: ByteSource, data: EntryData, content: Content): Promise<ReadProblem | undefined> {
  const outcome = await inflate(source, data, (piece) => content.take(piece));
  if (outcome.status === 'broken') return 'broken-compression';
  if (outcome.status === 'stopped') return 'size-mismatch';
  return outcome.consumed === data.to - data.from ? undefined : 'hidden-compressed-data';
}
