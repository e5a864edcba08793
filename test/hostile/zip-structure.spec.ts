import { crc32 } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { zipProblems } from './examining.ts';
import { descriptor, end64, endRecord, rawZip, zip64Field } from './raw-zip.ts';

const honest = { name: 'a.py', content: 'print(1)', store: true };
const other = { name: 'b.py', content: 'print(2)', store: true };
const LONG = 0xffffffff;

describe('headers that contradict each other', () => {
  it.each([
    ['header-mismatch', { local: { name: 'b.py' } }],
    ['header-mismatch', { local: { method: 8 } }],
    ['header-mismatch', { local: { crc: 7 } }],
    ['header-mismatch', { local: { size: 7 } }],
    ['header-mismatch', { local: { flags: 0x0800 } }],
    ['header-mismatch', { local: { packedSize: 0 } }],
    ['overlapping-entries', { local: { packedSize: 900, size: 900 }, central: { packedSize: 900, size: 900 } }],
    ['hidden-data', { local: { packedSize: 3, size: 3 }, central: { packedSize: 3, size: 3 } }],
    ['local-header-broken', { central: { offset: 1 } }],
    ['data-descriptor-broken', { flags: 8, after: descriptor(1, 8, 8) }],
    ['hidden-data', { flags: 8, after: Buffer.concat([descriptor(crc32('print(1)'), 8, 8), Buffer.alloc(40)]) }],
    ['zip64-inconsistent', { central: { extra: zip64Field(9, 9) } }],
    ['zip64-inconsistent', { central: { size: LONG } }],
    ['zip64-inconsistent', { central: { size: LONG, extra: Buffer.from([1, 0, 4, 0, 8, 0, 0, 0]) } }],
    ['central-directory-broken', { central: { extra: Buffer.from([1, 0, 200, 0]) } }],
  ])('refuses %s: %j', async (code, lies) => {
    expect(await zipProblems(rawZip([{ ...honest, ...lies }]))).toContain(code);
  });

  it('refuses two entries over the same bytes', async () => {
    const twin = { ...honest, name: 'a.py' };
    const zip = rawZip([twin, { ...other, central: { offset: 0 } }]);
    expect(await zipProblems(zip)).toContain('overlapping-entries');
  });

  it('accepts an honest descriptor', async () => {
    const after = descriptor(crc32('print(1)'), 8, 8);
    const unknown = { crc: 0, size: 0, packedSize: 0 };
    expect(await zipProblems(rawZip([{ ...honest, flags: 8, local: unknown, after }]))).toEqual([]);
  });
});

describe('bytes that only some readers see', () => {
  it.each([
    ['trailing-data', rawZip([honest], { suffix: Buffer.from('junk') })],
    ['prefix-data', rawZip([honest], { prefix: Buffer.from('#!/bin/sh\n') })],
    ['prefix-data', rawZip([honest], { prefix: Buffer.from('#!/bin/sh\n'), relativeOffsets: true })],
    ['concatenated-archives', rawZip([honest], { prefix: rawZip([other]) })],
    ['concatenated-archives', rawZip([honest], { prefix: rawZip([other]), relativeOffsets: true })],
    ['hidden-data', rawZip([honest, { ...other, unlisted: true }])],
    ['hidden-data', rawZip([honest], { beforeDirectory: Buffer.alloc(9) })],
    ['not-a-zip', Buffer.from('PK\x03\x04 but no more')],
    ['not-a-zip', Buffer.alloc(0)],
    [
      'end-record-in-comment',
      rawZip([honest, other], { comment: endRecord({ count: 1, size: 50, offset: 0, disk: 0 }, Buffer.alloc(0)) }),
    ],
    ['split-archive', rawZip([honest], { end: { disk: 1 } })],
    ['central-directory-broken', rawZip([honest, other], { end: { count: 1 } })],
    ['central-directory-broken', rawZip([honest], { end: { count: 2 } })],
    ['central-directory-broken', rawZip([honest], { end: { offset: 900 } })],
  ])('refuses %s (case %#)', async (code, zip) => {
    expect(await zipProblems(zip)).toContain(code);
  });

  it('refuses every cut of an archive', async () => {
    const zip = rawZip([honest, other]);
    for (let length = 0; length < zip.length; length += 7) {
      expect(await zipProblems(zip.subarray(0, length)), `${length} bytes`).not.toEqual([]);
    }
  });
});

describe('64-bit end records', () => {
  const withEnd64 = (change: Partial<{ count: number; size: number; offset: number; at: number }>, end = {}): Buffer =>
    rawZip([honest], { beforeEnd: (d) => end64({ ...d, at: d.offset + d.size, ...change }), end });

  it('accepts one that says the same', async () => {
    expect(await zipProblems(withEnd64({}, { size: LONG, offset: LONG, count: 0xffff }))).toEqual([]);
  });

  it.each([{ count: 2 }, { size: 1 }, { offset: 1 }, { at: 3 }])(
    'refuses one that says something else: %j',
    async (change) => {
      expect(await zipProblems(withEnd64(change))).toEqual(['zip64-inconsistent']);
    },
  );

  it('refuses one that nothing refers to', async () => {
    expect(await zipProblems(withEnd64({}))).toEqual(['zip64-inconsistent']);
  });

  it('refuses a reference to one that is not there', async () => {
    expect(await zipProblems(rawZip([honest], { end: { offset: LONG } }))).toEqual(['zip64-inconsistent']);
    expect(await zipProblems(rawZip([honest], { end: { disk: 0xffff } }))).toEqual(['zip64-inconsistent']);
  });
});
