import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { gzipProblems, tarProblems } from './examining.ts';
import { END, rawTar, tarEntry, ZERO_BLOCK } from './raw-tar.ts';

const file = { name: 'a.py', content: 'print(1)' };
const hidden = { name: 'hidden.py', content: 'print(2)' };

describe('tar archives that readers understand differently', () => {
  it.each([
    ['trailing-data', Buffer.concat([rawTar([file]), rawTar([hidden])])],
    ['trailing-data', Buffer.concat([rawTar([file]), ZERO_BLOCK, Buffer.alloc(512, 'x')])],
    ['lone-zero-block', Buffer.concat([tarEntry(file), ZERO_BLOCK, rawTar([hidden])])],
    ['missing-end', rawTar([file], Buffer.alloc(0))],
    ['missing-end', rawTar([file], ZERO_BLOCK)],
    ['truncated', rawTar([file]).subarray(0, 700)],
    ['truncated', rawTar([file]).subarray(0, 300)],
    ['not-a-tar', Buffer.alloc(0)],
    ['header-checksum', rawTar([{ ...file, badChecksum: true }])],
    ['header-checksum', Buffer.alloc(2048, 'no tar at all ')],
    ['header-field', rawTar([{ ...file, size: 'no number' }])],
    ['header-field', rawTar([{ ...file, size: `-${'1'.repeat(10)}\0` }])],
    ['duplicate-entry', rawTar([file, file])],
    ['colliding-names', rawTar([file, { ...file, name: 'A.py' }])],
    ['folder-with-content', rawTar([{ name: 'd/', type: '5', content: 'x' }])],
  ])('refuses %s (case %#)', async (code, tar) => {
    expect(await tarProblems(tar)).toEqual([code]);
  });

  it.each(['3', '4', '6', 'S', 'M', 'V', 'D', 'Z'])('refuses entries of type %s', async (type) => {
    expect(await tarProblems(rawTar([{ name: 'a', type }]))).toEqual(['special-file']);
  });

  it.each([
    ['path-traversal', '../a'],
    ['absolute-path', '/a'],
    ['backslash', 'a\\b'],
    ['drive-letter', 'C:/a'],
  ])('refuses %s', async (code, name) => {
    expect(await tarProblems(rawTar([{ name }]))).toEqual([code]);
  });

  it('accepts zeros behind the end mark, as blocking factors leave them', async () => {
    expect(await tarProblems(rawTar([file], Buffer.alloc(10_240)))).toEqual([]);
    expect(await tarProblems(rawTar([], END))).toEqual([]);
  });
});

describe('gzip around it', () => {
  const good = gzipSync(rawTar([file]));

  it.each([
    ['several-gzip-members', Buffer.concat([good, gzipSync(rawTar([hidden]))])],
    ['several-gzip-members', Buffer.concat([good, gzipSync('')])],
    ['trailing-data', Buffer.concat([good, Buffer.from('junk')])],
    ['trailing-data', Buffer.concat([good, Buffer.alloc(4)])],
    ['truncated', good.subarray(0, -3)],
    ['broken-compression', good.subarray(0, -20)],
    ['not-a-gzip', rawTar([file])],
    ['not-a-gzip', Buffer.from([0x1f])],
    ['gzip-header', Buffer.concat([Buffer.from([0x1f, 0x8b, 8, 0xe0]), good.subarray(4)])],
    ['gzip-header', Buffer.concat([Buffer.from([0x1f, 0x8b, 8, 8]), Buffer.alloc(100, 'x')])],
    ['checksum-mismatch', Buffer.concat([good.subarray(0, -8), Buffer.alloc(4), good.subarray(-4)])],
    ['size-mismatch', Buffer.concat([good.subarray(0, -4), Buffer.from([1, 2, 3, 4])])],
  ])('refuses %s (case %#)', async (code, stream) => {
    expect(await gzipProblems(stream)).toEqual([code]);
  });

  it('accepts the optional fields of the header', async () => {
    const named = Buffer.concat([
      good.subarray(0, 3),
      Buffer.from([8]),
      good.subarray(4, 10),
      Buffer.from('a.tar\0'),
      good.subarray(10),
    ]);
    expect(await gzipProblems(named)).toEqual([]);
  });
});
