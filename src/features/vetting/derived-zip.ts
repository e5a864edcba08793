/** Writes a zip archive from a derivation: the same derivation of the same original gives the same bytes (APPNOTE 4.3). */
import { crc32 } from 'node:zlib';
import type { DerivedEntry } from '../../domain/derivation.ts';

/** Version 2.0 of the format: folders and deflate (4.4.3). */
const VERSION = 20;
/** The system that external attributes are of: Unix (4.4.2). */
const MADE_BY_UNIX = 3 << 8;
/** Bit 11: names are UTF-8 (appendix D). */
const FLAG_UTF8 = 0x0800;
/** 1 January 1980, the first day that the format knows. */
const FIRST_DAY = 0x0021;
/** A regular file that all may read. */
const ORDINARY_MODE = 0o100644;
/** What 32-bit fields of the format can hold; wheels beyond it stay as they are. */
const MOST_BYTES = 0xffff_ffff;
const MOST_ENTRIES = 0xffff;

interface Written {
  readonly name: Buffer;
  readonly method: number;
  readonly crc: number;
  readonly packedSize: number;
  readonly size: number;
  readonly mode: number;
  readonly offset: number;
}

/** The archive piece by piece; `read` gives bytes of the original. Throws `RangeError` where the format's 32 bits are too few. */
export async function* derivedZip(
  entries: readonly DerivedEntry[],
  read: (from: number, to: number) => AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  if (entries.length > MOST_ENTRIES) throw new RangeError(`${entries.length} files are too many for it`);
  const directory: Buffer[] = [];
  let offset = 0;
  for (const entry of entries) {
    const text = entry.kind === 'written' ? Buffer.from(entry.text, 'utf8') : undefined;
    const written: Written = { ...fieldsOf(entry, text), name: Buffer.from(entry.path, 'utf8'), offset };
    const header = localHeader(written);
    offset += header.length + written.packedSize;
    if (offset > MOST_BYTES || written.size > MOST_BYTES) throw new RangeError('it is larger than 4 GiB');
    directory.push(centralHeader(written));
    yield header;
    if (text !== undefined) yield text;
    else if (entry.kind === 'kept' && entry.to > entry.from) yield* read(entry.from, entry.to);
  }
  const central = Buffer.concat(directory);
  yield central;
  yield endRecord(entries.length, central.length, offset);
}

function fieldsOf(entry: DerivedEntry, text: Buffer | undefined): Omit<Written, 'name' | 'offset'> {
  if (entry.kind === 'kept') {
    const { method, crc, size, mode, from, to } = entry;
    return { method, crc, size, packedSize: to - from, mode: mode === 0 ? ORDINARY_MODE : mode };
  }
  const bytes = text ?? Buffer.alloc(0);
  return { method: 0, crc: crc32(bytes), size: bytes.length, packedSize: bytes.length, mode: ORDINARY_MODE };
}

/** The fields that both headers share, from "version needed" to "extra field length". */
function sharedFields({ method, crc, packedSize, size, name }: Written): Buffer {
  const fields = Buffer.alloc(26);
  fields.writeUInt16LE(VERSION, 0);
  fields.writeUInt16LE(FLAG_UTF8, 2);
  fields.writeUInt16LE(method, 4);
  fields.writeUInt16LE(FIRST_DAY, 8);
  fields.writeUInt32LE(crc, 10);
  fields.writeUInt32LE(packedSize, 14);
  fields.writeUInt32LE(size, 18);
  fields.writeUInt16LE(name.length, 22);
  return fields;
}

function localHeader(written: Written): Buffer {
  return Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), sharedFields(written), written.name]);
}

function centralHeader(written: Written): Buffer {
  const start = Buffer.from('PK\x01\x02\0\0', 'latin1');
  start.writeUInt16LE(MADE_BY_UNIX | VERSION, 4);
  const end = Buffer.alloc(14);
  end.writeUInt32LE((written.mode << 16) >>> 0, 6);
  end.writeUInt32LE(written.offset, 10);
  return Buffer.concat([start, sharedFields(written), end, written.name]);
}

function endRecord(entries: number, size: number, offset: number): Buffer {
  const record = Buffer.alloc(22);
  record.write('PK\x05\x06', 0, 'latin1');
  record.writeUInt16LE(entries, 8);
  record.writeUInt16LE(entries, 10);
  record.writeUInt32LE(size, 12);
  record.writeUInt32LE(offset, 16);
  return record;
}
