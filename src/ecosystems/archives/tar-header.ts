import { decodeUtf8 } from './names.ts';
import type { ProblemList } from './problems.ts';

/** Bytes of a tar block (POSIX pax, "ustar Interchange Format"). */
export const BLOCK = 512;

/** What a header says of the entry behind it. */
export interface TarHeader {
  readonly name: string;
  readonly linkName: string;
  /** Bytes of content behind the header, before padding. */
  readonly size: number;
  /** The type flag as written: `0`, `5`, `x`. The old NUL flag reads as `0`. */
  readonly type: string;
}

/** Whether a block is all zeros: the end mark is two of them. */
export function isZero(block: Buffer): boolean {
  return block[0] === 0 && block.equals(ZERO_BLOCK);
}
const ZERO_BLOCK = Buffer.alloc(BLOCK);

/** Reads a header block. `undefined` and a problem where its checksum or a field cannot be believed. */
export function readHeader(block: Buffer, problems: ProblemList): TarHeader | undefined {
  const stated = readNumber(block, CHECKSUM_AT, CHECKSUM_LENGTH);
  if (stated === undefined || stated !== checksum(block)) {
    problems.add('header-checksum');
    return undefined;
  }
  const size = readNumber(block, 124, 12);
  const name = readText(block, 0, 100);
  const linkName = readText(block, 157, 100);
  if (name === undefined || linkName === undefined) {
    problems.add('name-encoding', block.toString('latin1', 0, 100));
    return undefined;
  }
  // The prefix belongs to the name only in the POSIX form; GNU and star keep times in the same place.
  const isPosix = block.toString('latin1', 257, 265) === 'ustar\u000000';
  const prefix = isPosix ? readText(block, 345, 155) : '';
  if (size === undefined || prefix === undefined) {
    problems.add('header-field', name);
    return undefined;
  }
  const flag = block[156] ?? 0;
  return {
    name: prefix === '' ? name : `${prefix}/${name}`,
    linkName,
    size,
    type: flag === 0 ? '0' : String.fromCharCode(flag),
  };
}

const CHECKSUM_AT = 148;
const CHECKSUM_LENGTH = 8;

/** Sum of all bytes as unsigned numbers, the checksum field itself taken as spaces. */
function checksum(block: Buffer): number {
  let sum = CHECKSUM_LENGTH * SPACE;
  for (let at = 0; at < CHECKSUM_AT; at += 1) sum += block[at] ?? 0;
  for (let at = CHECKSUM_AT + CHECKSUM_LENGTH; at < BLOCK; at += 1) sum += block[at] ?? 0;
  return sum;
}

const SPACE = 0x20;
const ZERO_DIGIT = 0x30;

/**
 * An octal number between spaces, and behind it NULs too, or a base-256 one (GNU, for what octal digits cannot hold);
 * `undefined` where it is neither.
 */
function readNumber(block: Buffer, start: number, length: number): number | undefined {
  const end = start + length;
  if (block[start] === 0x80) {
    const value = BigInt(`0x${block.toString('hex', start + 1, end)}`);
    return value > BigInt(Number.MAX_SAFE_INTEGER) ? undefined : Number(value);
  }
  let at = start;
  while (at < end && block[at] === SPACE) at += 1;
  let value = 0;
  for (; at < end; at += 1) {
    const digit = (block[at] ?? 0) - ZERO_DIGIT;
    if (digit < 0 || digit > 7) break;
    value = value * 8 + digit;
  }
  while (at < end && (block[at] === SPACE || block[at] === 0)) at += 1;
  return at === end ? value : undefined;
}

/** Text up to the first NUL. */
function readText(block: Buffer, start: number, length: number): string | undefined {
  if (block[start] === 0) return '';
  const end = block.indexOf(0, start);
  return decodeUtf8(block.subarray(start, end === -1 ? start + length : Math.min(end, start + length)));
}
