import type { ProblemList } from './problems.ts';
import type { ByteSource } from './source.ts';
import { IN_ZIP64, IN_ZIP64_SHORT, readUInt64 } from './zip-fields.ts';

/** What the end records of a zip archive say, checked against where they stand. */
export interface EndRecord {
  readonly entries: number;
  readonly directoryOffset: number;
  /** Bytes. */
  readonly directorySize: number;
}

/** End of central directory record without its comment (APPNOTE 4.3.16); the comment is at most 65,535 bytes. */
const END_SIZE = 22;
const MAX_COMMENT = 0xffff;
const END_SIGNATURE = Buffer.from('PK\x05\x06', 'latin1');
/** Zip64 end record without its extensible part (4.3.14), and its locator (4.3.15). */
const END64_SIZE = 56;
const LOCATOR_SIZE = 20;
const END64_SIGNATURE = 0x06064b50;
const LOCATOR_SIGNATURE = 0x07064b50;
/** Signatures of records that have no business in a comment; a reader that scans backwards would take them. */
const RECORDS = ['PK\x05\x06', 'PK\x06\x06', 'PK\x06\x07'].map((text) => Buffer.from(text, 'latin1'));
/** First bytes of a zip archive: an entry, or the end record of an empty one. */
const BEGINNINGS = ['PK\x03\x04', 'PK\x05\x06'].map((text) => Buffer.from(text, 'latin1'));

/**
 * Finds the end record. It must be the last thing in the file and the directory must stand right before it: then every
 * reader, from the front or from the back, sees the same archive.
 */
export async function findEnd(source: ByteSource, problems: ProblemList): Promise<EndRecord | undefined> {
  const tailStart = Math.max(0, source.size - END_SIZE - MAX_COMMENT);
  const tail = await source.read(tailStart, source.size - tailStart);
  const at = locate(tail, problems);
  if (at === undefined) return undefined;
  const comment = tail.subarray(at + END_SIZE);
  if (RECORDS.some((record) => comment.includes(record))) {
    problems.add('end-record-in-comment');
    return undefined;
  }
  const short = readShort(tail, at);
  if (short.disks) {
    problems.add('split-archive');
    return undefined;
  }
  const end = await resolve64(source, tailStart + at, short, problems);
  if (end === undefined) return undefined;
  const expected = end.recordStart - end.directorySize;
  if (expected === end.directoryOffset) return end;
  await addMisplaced(source, expected - end.directoryOffset, problems);
  return undefined;
}

/** Position of the record whose comment ends exactly at the end of the file; the outermost where several do. */
function locate(tail: Buffer, problems: ProblemList): number | undefined {
  let last: number | undefined;
  let fitting: number | undefined;
  for (let at = tail.indexOf(END_SIGNATURE); at !== -1; at = tail.indexOf(END_SIGNATURE, at + 1)) {
    last = at;
    const fits = at + END_SIZE <= tail.length && at + END_SIZE + tail.readUInt16LE(at + 20) === tail.length;
    if (fits && fitting === undefined) fitting = at;
  }
  if (fitting === undefined) problems.add(last === undefined ? 'not-a-zip' : 'trailing-data');
  return fitting;
}

interface ShortEnd {
  readonly entries: number;
  readonly directoryOffset: number;
  readonly directorySize: number;
  readonly disks: boolean;
  /** Whether a number of a disk says: look in the long record. */
  readonly longDisks: boolean;
}

function readShort(tail: Buffer, at: number): ShortEnd {
  const onDisk = tail.readUInt16LE(at + 8);
  const entries = tail.readUInt16LE(at + 10);
  const numbers = [tail.readUInt16LE(at + 4), tail.readUInt16LE(at + 6)];
  return {
    entries,
    directorySize: tail.readUInt32LE(at + 12),
    directoryOffset: tail.readUInt32LE(at + 16),
    disks: onDisk !== entries || numbers.some((disk) => disk !== 0 && disk !== IN_ZIP64_SHORT),
    longDisks: numbers.includes(IN_ZIP64_SHORT),
  };
}

interface PlacedEnd extends EndRecord {
  /** Where the first of the end records begins. */
  readonly recordStart: number;
}

async function resolve64(
  source: ByteSource,
  at: number,
  short: ShortEnd,
  problems: ProblemList,
): Promise<PlacedEnd | undefined> {
  const locator = await source.read(Math.max(0, at - LOCATOR_SIZE), Math.min(LOCATOR_SIZE, at));
  if (locator.length < LOCATOR_SIZE || locator.readUInt32LE(0) !== LOCATOR_SIGNATURE) {
    // 65,535 entries may be meant as such; a sentinel size, offset or disk without its record cannot be.
    const long = short.directorySize === IN_ZIP64 || short.directoryOffset === IN_ZIP64 || short.longDisks;
    if (long) problems.add('zip64-inconsistent');
    else return { ...short, recordStart: at };
    return undefined;
  }
  const recordStart = at - LOCATOR_SIZE - END64_SIZE;
  const record = recordStart < 0 ? Buffer.alloc(0) : await source.read(recordStart, END64_SIZE);
  const end = recordStart === readUInt64(locator, 8) ? readLong(record, recordStart) : undefined;
  const agrees =
    end !== undefined &&
    // Readers differ in whether they look for a record that nothing refers to.
    (short.entries === IN_ZIP64_SHORT || short.directorySize === IN_ZIP64 || short.directoryOffset === IN_ZIP64) &&
    agreesWith(short.entries, end.entries, IN_ZIP64_SHORT) &&
    agreesWith(short.directorySize, end.directorySize, IN_ZIP64) &&
    agreesWith(short.directoryOffset, end.directoryOffset, IN_ZIP64);
  if (agrees) return end;
  problems.add('zip64-inconsistent');
  return undefined;
}

/** A short field either says "look at the long one" or repeats it. */
function agreesWith(short: number, long: number, sentinel: number): boolean {
  return short === sentinel || short === long;
}

function readLong(record: Buffer, recordStart: number): PlacedEnd | undefined {
  if (record.length < END64_SIZE || record.readUInt32LE(0) !== END64_SIGNATURE) return undefined;
  // The size field leaves out the first 12 bytes; an extensible part (encryption) is not read here.
  if (readUInt64(record, 4) !== END64_SIZE - 12) return undefined;
  if (record.readUInt32LE(16) !== 0 || record.readUInt32LE(20) !== 0) return undefined;
  const entries = readUInt64(record, 32);
  const directorySize = readUInt64(record, 40);
  const directoryOffset = readUInt64(record, 48);
  if (readUInt64(record, 24) !== entries) return undefined;
  if (entries === undefined || directorySize === undefined || directoryOffset === undefined) return undefined;
  return { entries, directorySize, directoryOffset, recordStart };
}

/** Names what it means that the directory is not where the end record says. `shift` is how many bytes it is off. */
async function addMisplaced(source: ByteSource, shift: number, problems: ProblemList): Promise<void> {
  if (shift < 0) {
    problems.add('central-directory-broken', null, 'it reaches into the end record');
    return;
  }
  const first = await source.read(0, 4);
  problems.add(BEGINNINGS.some((beginning) => beginning.equals(first)) ? 'concatenated-archives' : 'prefix-data');
}
