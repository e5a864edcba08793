import { isAscii } from 'node:buffer';
import { MAX_CENTRAL_DIRECTORY, MAX_ENTRIES, MAX_NAME } from './limits.ts';
import { decodeUtf8 } from './names.ts';
import type { ProblemList } from './problems.ts';
import type { ByteSource } from './source.ts';
import { type EndRecord, findEnd } from './zip-end.ts';
import { extraFields, type ZipFields, zip64Sizes } from './zip-fields.ts';

/** One entry as the central directory lists it. Sizes and offsets in bytes. */
export interface ZipEntry extends ZipFields {
  readonly offset: number;
  /** Upper half of the external attributes: the Unix mode, 0 where there is none. */
  readonly mode: number;
}

export interface ZipDirectory {
  /** In the order of the directory. */
  readonly entries: readonly ZipEntry[];
  /** Where the central directory begins: the entries fill everything before it. */
  readonly start: number;
}

/** Bytes of a central directory header without its variable parts (APPNOTE 4.3.12). */
const CENTRAL_HEADER = 46;
const CENTRAL_SIGNATURE = 0x02014b50;

/** Reads the end records and the central directory. `undefined` where they cannot be believed; the problems say why. */
export async function readDirectory(source: ByteSource, problems: ProblemList): Promise<ZipDirectory | undefined> {
  const end = await findEnd(source, problems);
  if (end === undefined) return undefined;
  if (end.entries > MAX_ENTRIES) {
    problems.add('too-many-entries', null, `${end.entries}`);
    return undefined;
  }
  if (end.directorySize > MAX_CENTRAL_DIRECTORY) {
    problems.add('directory-too-large', null, `${end.directorySize} bytes`);
    return undefined;
  }
  const bytes = await source.read(end.directoryOffset, end.directorySize);
  const entries = parseEntries(bytes, end, problems);
  return entries === undefined ? undefined : { entries, start: end.directoryOffset };
}

function parseEntries(bytes: Buffer, end: EndRecord, problems: ProblemList): readonly ZipEntry[] | undefined {
  const entries: ZipEntry[] = [];
  let position = 0;
  while (position < bytes.length) {
    if (problems.full) return undefined;
    const parsed = parseEntry(bytes, position, problems);
    if (parsed === undefined) {
      problems.add('central-directory-broken');
      return undefined;
    }
    if (parsed.entry !== undefined) entries.push(parsed.entry);
    position = parsed.next;
    if (entries.length > end.entries) break;
  }
  if (position !== bytes.length || (entries.length !== end.entries && !problems.any)) {
    problems.add('central-directory-broken', null, 'the number of entries differs');
    return undefined;
  }
  return entries;
}

interface ParsedEntry {
  readonly next: number;
  /** Absent where the entry itself cannot be believed; the problems say why. */
  readonly entry: ZipEntry | undefined;
}

function parseEntry(bytes: Buffer, at: number, problems: ProblemList): ParsedEntry | undefined {
  if (at + CENTRAL_HEADER > bytes.length || bytes.readUInt32LE(at) !== CENTRAL_SIGNATURE) return undefined;
  const nameEnd = at + CENTRAL_HEADER + bytes.readUInt16LE(at + 28);
  const extraEnd = nameEnd + bytes.readUInt16LE(at + 30);
  const next = extraEnd + bytes.readUInt16LE(at + 32);
  if (next > bytes.length) return undefined;
  const flags = bytes.readUInt16LE(at + 8);
  const rawName = bytes.subarray(at + CENTRAL_HEADER, nameEnd);
  const extra = extraFields(bytes.subarray(nameEnd, extraEnd));
  const name = readName(rawName, flags, extra, problems);
  if (name === undefined) return { next, entry: undefined };
  const sizes = zip64Sizes(
    {
      size: bytes.readUInt32LE(at + 24),
      packedSize: bytes.readUInt32LE(at + 20),
      offset: bytes.readUInt32LE(at + 42),
    },
    extra,
  );
  if (sizes?.offset === undefined) {
    problems.add('zip64-inconsistent', name);
    return { next, entry: undefined };
  }
  if (bytes.readUInt16LE(at + 34) !== 0) problems.add('split-archive', name);
  const entry: ZipEntry = {
    name,
    flags,
    method: bytes.readUInt16LE(at + 10),
    crc: bytes.readUInt32LE(at + 16),
    size: sizes.size,
    packedSize: sizes.packedSize,
    offset: sizes.offset,
    mode: bytes.readUInt16LE(at + 40),
  };
  return { next, entry };
}

/** Bit 11: the name is UTF-8 (APPNOTE 4.4.4, appendix D). */
export const FLAG_UTF8 = 0x0800;
/** Extra field that overrides the name for readers that know it (APPNOTE 4.6.9). */
const UNICODE_PATH = 0x7075;

/** The one name of an entry, or `undefined` and a problem where readers would see different ones. */
function readName(
  raw: Buffer,
  flags: number,
  extra: ReadonlyMap<number, Buffer> | undefined,
  problems: ProblemList,
): string | undefined {
  const name = raw.length > MAX_NAME ? undefined : decodeUtf8(raw);
  if (raw.length > MAX_NAME) {
    problems.add('name-too-long', raw.toString('latin1', 0, MAX_NAME));
  } else if (name === undefined || (!(flags & FLAG_UTF8) && !isAscii(raw))) {
    // Without bit 11 a name is code page 437 by the letter; half of all readers take it for UTF-8.
    problems.add('name-encoding', raw.toString('latin1'));
  } else if (extra === undefined) {
    problems.add('central-directory-broken', name, 'extra fields');
  } else {
    const second = extra.get(UNICODE_PATH);
    if (second === undefined || second.subarray(5).equals(raw)) return name;
    problems.add('name-override', name);
  }
  return undefined;
}
