import { deflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { zipProblems } from './examining.ts';
import { type RawEntry, rawZip } from './raw-zip.ts';

const content = 'print("hello")\n'.repeat(20);
const packed = deflateRawSync(content);
/** The same lie in both headers: only unpacking can find it. */
const lie = (lies: { size?: number; crc?: number; packedSize?: number }): RawEntry => ({
  name: 'a.py',
  content,
  local: lies,
  central: lies,
});

describe('content that is not what the headers promise', () => {
  it.each<[string, RawEntry]>([
    ['checksum-mismatch', lie({ crc: 1 })],
    ['size-mismatch', lie({ size: content.length - 1 })],
    ['size-mismatch', lie({ size: 9 })],
    ['size-mismatch', lie({ size: content.length + 1 })],
    ['size-mismatch', { ...lie({ size: content.length + 1 }), store: true }],
    ['checksum-mismatch', { ...lie({ crc: 1 }), store: true }],
    ['hidden-compressed-data', { name: 'a.py', content, packed: Buffer.concat([packed, Buffer.from('hidden')]) }],
    ['broken-compression', { name: 'a.py', content, packed: packed.subarray(0, -4) }],
    ['broken-compression', { name: 'a.py', content, packed: Buffer.from('no deflate at all') }],
  ])('refuses %s (case %#)', async (code, entry) => {
    expect(await zipProblems(rawZip([entry]))).toEqual([code]);
  });

  it('finds the same in entries too large for one call', async () => {
    const large = Buffer.alloc(3_000_000, 'pratique ');
    const good = deflateRawSync(large);
    const entry = { name: 'large.bin', content: large };
    expect(await zipProblems(rawZip([entry]))).toEqual([]);
    const hidden = { ...entry, packed: Buffer.concat([good, Buffer.from('hidden')]) };
    expect(await zipProblems(rawZip([hidden]))).toEqual(['hidden-compressed-data']);
    const cut = { ...entry, packed: good.subarray(0, -9) };
    expect(await zipProblems(rawZip([cut]))).toEqual(['broken-compression']);
    const short = { size: 2_999_999 };
    expect(await zipProblems(rawZip([{ ...entry, local: short, central: short }]))).toEqual(['size-mismatch']);
    const wrong = { crc: 5 };
    expect(await zipProblems(rawZip([{ ...entry, local: wrong, central: wrong }]))).toEqual(['checksum-mismatch']);
  });
});
