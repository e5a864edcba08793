import { crc32 } from 'node:zlib';
import { type Inflated, inflate, inflateWhole } from './inflate.ts';
import { MAX_GZIP_HEADER, MAX_RATIO, MAX_UNPACKED, RATIO_FREE } from './limits.ts';
import type { ProblemList } from './problems.ts';
import type { ByteSource } from './source.ts';

/** Checksum and size behind the compressed data (RFC 1952, 2.3.1). */
const TRAILER = 8;

/**
 * Unpacks a file that is exactly one gzip stream (RFC 1952) into `sink`, which returns `false` to stop.
 * Several members, or anything behind the first, are refused: some readers go on, some stop.
 * Returns the bytes unpacked; problems say what was wrong.
 */
export async function readGzip(
  source: ByteSource,
  sink: (piece: Buffer) => boolean | Promise<boolean>,
  problems: ProblemList,
): Promise<number> {
  const from = headerEnd(await source.read(0, MAX_GZIP_HEADER), problems);
  if (from === undefined) return 0;
  let unpacked = 0;
  let crc = 0;
  const take = (piece: Buffer): boolean | Promise<boolean> => {
    unpacked += piece.length;
    if (!withinLimits(unpacked, source.size, problems)) return false;
    crc = crc32(piece, crc);
    return sink(piece);
  };
  const whole = unpackWhole(source, from);
  const outcome =
    whole === undefined ? await inflate(source, { from, to: source.size }, take) : await handOut(whole, take);
  if (outcome.status === 'broken') problems.add('broken-compression');
  if (outcome.status !== 'done') return unpacked;
  const end = from + outcome.consumed;
  const trailer = await source.read(end, TRAILER + 2);
  if (trailer.length < TRAILER) problems.add('truncated');
  else if (trailer.readUInt32LE(0) !== crc) problems.add('checksum-mismatch');
  else if (trailer.readUInt32LE(4) !== unpacked % 2 ** 32) problems.add('size-mismatch');
  else if (end + TRAILER < source.size) {
    const again = trailer[TRAILER] === 0x1f && trailer[TRAILER + 1] === 0x8b;
    problems.add(again ? 'several-gzip-members' : 'trailing-data');
  }
  return unpacked;
}

/** Packed and unpacked bytes up to which a stream is unpacked in one call, which costs half of the time. */
const WHOLE_PACKED = 8 * 1024 * 1024;
const WHOLE_UNPACKED = 16 * 1024 * 1024;
/** Bytes that are handed out at a time: what lies across the end of a piece is copied, and what lies in one is not. */
const PIECE = 4 * 1024 * 1024;

interface Whole {
  readonly bytes: Buffer;
  readonly consumed: number;
}

/** The unpacked stream where it is small and as long as its trailer promises; anything else is read piece by piece. */
function unpackWhole(source: ByteSource, from: number): Whole | undefined {
  const packed = source.size - from;
  if (packed < TRAILER || packed > WHOLE_PACKED) return undefined;
  const bytes = source.view(from, packed);
  if (bytes.length < packed) return undefined;
  const promised = bytes.readUInt32LE(packed - 4);
  if (promised > WHOLE_UNPACKED) return undefined;
  try {
    return inflateWhole(bytes, promised + 1);
  } catch {
    return undefined;
  }
}

async function handOut(
  { bytes, consumed }: Whole,
  take: (piece: Buffer) => boolean | Promise<boolean>,
): Promise<Inflated> {
  for (let at = 0; at < bytes.length; at += PIECE) {
    if (!(await take(bytes.subarray(at, at + PIECE)))) return { status: 'stopped' };
  }
  return { status: 'done', consumed };
}

function withinLimits(unpacked: number, packed: number, problems: ProblemList): boolean {
  if (unpacked > MAX_UNPACKED) problems.add('bomb-size', null, `more than ${MAX_UNPACKED} bytes`);
  else if (unpacked > RATIO_FREE && unpacked > packed * MAX_RATIO) {
    problems.add('bomb-ratio', null, `${packed} bytes become more than ${unpacked}`);
  } else return true;
  return false;
}

const FLAG_HEADER_CRC = 0x02;
const FLAG_EXTRA = 0x04;
const FLAG_NAME = 0x08;
const FLAG_COMMENT = 0x10;
const RESERVED_FLAGS = 0xe0;

/** Where the compressed data begins, or `undefined` and a problem. */
function headerEnd(bytes: Buffer, problems: ProblemList): number | undefined {
  if (bytes.length < 10 || bytes[0] !== 0x1f || bytes[1] !== 0x8b || bytes[2] !== 8) {
    problems.add('not-a-gzip');
    return undefined;
  }
  const flags = bytes[3] ?? 0;
  let at = 10;
  if (flags & FLAG_EXTRA && at + 2 <= bytes.length) at += 2 + bytes.readUInt16LE(at);
  for (const flag of [FLAG_NAME, FLAG_COMMENT]) {
    if (!(flags & flag)) continue;
    const end = bytes.indexOf(0, at);
    at = end === -1 ? bytes.length + 1 : end + 1;
  }
  if (flags & FLAG_HEADER_CRC) at += 2;
  if (at <= bytes.length && !(flags & RESERVED_FLAGS)) return at;
  problems.add('gzip-header');
  return undefined;
}
