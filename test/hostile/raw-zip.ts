/**
 * A zip writer that can lie: every field of every header can be set on its own. Honest unless told otherwise.
 * Layout: APPNOTE 4.3.7 (local header), 4.3.9 (descriptor), 4.3.12 (central directory), 4.3.14 to 4.3.16 (end records).
 */
import { crc32, deflateRawSync } from 'node:zlib';

/** What a header may say instead of the truth. */
export interface ZipLies {
  readonly name?: string | Buffer;
  readonly flags?: number;
  readonly method?: number;
  readonly crc?: number;
  readonly packedSize?: number;
  readonly size?: number;
  readonly extra?: Buffer;
  /** Central only. */
  readonly offset?: number;
}

export interface RawEntry {
  readonly name: string | Buffer;
  readonly content?: string | Buffer;
  /** Default `deflate`. */
  readonly store?: boolean;
  /** Instead of compressing the content. */
  readonly packed?: Buffer;
  readonly flags?: number;
  /** Unix mode in the external attributes. */
  readonly mode?: number;
  readonly local?: ZipLies;
  readonly central?: ZipLies;
  /** Bytes behind the content: a data descriptor, or anything. */
  readonly after?: Buffer;
  /** Leaves the entry out of the directory. */
  readonly unlisted?: boolean;
}

export interface ZipLayout {
  readonly prefix?: Buffer;
  /** Offsets count from the start of the archive, not from that of the file. */
  readonly relativeOffsets?: boolean;
  readonly beforeDirectory?: Buffer;
  /** Between the directory and the end record: zip64 records. Told where the directory is. */
  readonly beforeEnd?: (directory: {
    readonly offset: number;
    readonly size: number;
    readonly count: number;
  }) => Buffer;
  readonly comment?: Buffer;
  readonly suffix?: Buffer;
  readonly end?: { readonly count?: number; readonly size?: number; readonly offset?: number; readonly disk?: number };
}

export function rawZip(entries: readonly RawEntry[], layout: ZipLayout = {}): Buffer {
  const prefix = layout.prefix ?? Buffer.alloc(0);
  const parts: Buffer[] = [prefix];
  const central: Buffer[] = [];
  let position = layout.relativeOffsets === true ? 0 : prefix.length;
  for (const entry of entries) {
    const honest = honestFields(entry);
    const bytes = Buffer.concat([
      localHeader({ ...honest, ...entry.local }),
      honest.packed,
      entry.after ?? Buffer.alloc(0),
    ]);
    if (entry.unlisted !== true) {
      central.push(centralHeader({ ...honest, offset: position, ...entry.central }, entry.mode ?? 0));
    }
    parts.push(bytes);
    position += bytes.length;
  }
  parts.push(layout.beforeDirectory ?? Buffer.alloc(0));
  position += layout.beforeDirectory?.length ?? 0;
  const directory = { offset: position, size: Buffer.concat(central).length, count: central.length };
  const end = { ...directory, disk: 0, ...layout.end };
  parts.push(
    ...central,
    layout.beforeEnd?.(directory) ?? Buffer.alloc(0),
    endRecord(end, layout.comment ?? Buffer.alloc(0)),
  );
  parts.push(layout.suffix ?? Buffer.alloc(0));
  return Buffer.concat(parts);
}

type Fields = Required<Omit<ZipLies, 'offset'>> & { readonly packed: Buffer };

function honestFields(entry: RawEntry): Fields {
  const content = Buffer.from(entry.content ?? '');
  const packed = entry.packed ?? (entry.store === true ? content : deflateRawSync(content));
  return {
    name: entry.name,
    flags: entry.flags ?? (Buffer.from(entry.name).some((byte) => byte > 127) ? 0x0800 : 0),
    method: entry.store === true ? 0 : 8,
    crc: crc32(content),
    packedSize: packed.length,
    size: content.length,
    extra: Buffer.alloc(0),
    packed,
  };
}

function localHeader(fields: Fields): Buffer {
  const name = Buffer.from(fields.name);
  const header = Buffer.alloc(30);
  header.writeUInt32LE(0x04034b50, 0);
  header.writeUInt16LE(20, 4);
  writeShared(header, 6, fields);
  header.writeUInt16LE(name.length, 26);
  header.writeUInt16LE(fields.extra.length, 28);
  return Buffer.concat([header, name, fields.extra]);
}

function centralHeader(fields: Fields & { readonly offset: number }, mode: number): Buffer {
  const name = Buffer.from(fields.name);
  const header = Buffer.alloc(46);
  header.writeUInt32LE(0x02014b50, 0);
  header.writeUInt16LE(0x0314, 4);
  header.writeUInt16LE(20, 6);
  writeShared(header, 8, fields);
  header.writeUInt16LE(name.length, 28);
  header.writeUInt16LE(fields.extra.length, 30);
  header.writeUInt16LE(mode, 40);
  header.writeUInt32LE(fields.offset, 42);
  return Buffer.concat([header, name, fields.extra]);
}

/** The part that both headers have: flags, method, time, checksum, sizes. */
function writeShared(header: Buffer, at: number, fields: Fields): void {
  header.writeUInt16LE(fields.flags, at);
  header.writeUInt16LE(fields.method, at + 2);
  header.writeUInt16LE(0x0021, at + 6);
  header.writeUInt32LE(fields.crc, at + 8);
  header.writeUInt32LE(fields.packedSize, at + 12);
  header.writeUInt32LE(fields.size, at + 16);
}

export function endRecord(
  end: { readonly count: number; readonly size: number; readonly offset: number; readonly disk: number },
  comment: Buffer,
): Buffer {
  const record = Buffer.alloc(22);
  record.writeUInt32LE(0x06054b50, 0);
  record.writeUInt16LE(end.disk, 4);
  record.writeUInt16LE(end.count, 8);
  record.writeUInt16LE(end.count, 10);
  record.writeUInt32LE(end.size, 12);
  record.writeUInt32LE(end.offset, 16);
  record.writeUInt16LE(comment.length, 20);
  return Buffer.concat([record, comment]);
}

/** Zip64 end record and its locator, placed where the record will stand. */
export function end64(end: {
  readonly count: number;
  readonly size: number;
  readonly offset: number;
  readonly at: number;
}): Buffer {
  const record = Buffer.alloc(76);
  record.writeUInt32LE(0x06064b50, 0);
  record.writeBigUInt64LE(44n, 4);
  record.writeBigUInt64LE(BigInt(end.count), 24);
  record.writeBigUInt64LE(BigInt(end.count), 32);
  record.writeBigUInt64LE(BigInt(end.size), 40);
  record.writeBigUInt64LE(BigInt(end.offset), 48);
  record.writeUInt32LE(0x07064b50, 56);
  record.writeBigUInt64LE(BigInt(end.at), 64);
  record.writeUInt32LE(1, 72);
  return record;
}

/** An extra field. */
export function extraField(id: number, data: Buffer): Buffer {
  const head = Buffer.alloc(4);
  head.writeUInt16LE(id, 0);
  head.writeUInt16LE(data.length, 2);
  return Buffer.concat([head, data]);
}

/** A zip64 extra field with the given 64-bit numbers. */
export function zip64Field(...numbers: readonly number[]): Buffer {
  const data = Buffer.alloc(numbers.length * 8);
  for (const [index, number] of numbers.entries()) data.writeBigUInt64LE(BigInt(number), index * 8);
  return extraField(1, data);
}

/** A data descriptor, with signature. */
export function descriptor(crc: number, packedSize: number, size: number): Buffer {
  const bytes = Buffer.alloc(16);
  bytes.writeUInt32LE(0x08074b50, 0);
  bytes.writeUInt32LE(crc, 4);
  bytes.writeUInt32LE(packedSize, 8);
  bytes.writeUInt32LE(size, 12);
  return bytes;
}
