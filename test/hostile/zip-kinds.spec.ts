import { describe, expect, it } from 'vitest';
import { zipProblems } from './examining.ts';
import { rawZip } from './raw-zip.ts';

describe('entries that are no plain files', () => {
  it.each([
    ['symbolic-link', { name: 'link', content: '/etc/passwd', mode: 0o120777 }],
    ['special-file', { name: 'device', mode: 0o020666 }],
    ['special-file', { name: 'pipe', mode: 0o010666 }],
    ['special-file', { name: 'socket', mode: 0o140666 }],
    ['special-file', { name: 'folder-without-slash', mode: 0o040755 }],
    ['folder-with-content', { name: 'folder/', content: 'hidden' }],
    ['encrypted', { name: 'a', content: 'x', flags: 0x0001 }],
    ['encrypted', { name: 'a', content: 'x', flags: 0x0041 }],
    ['encrypted', { name: 'a', content: 'x', flags: 0x2000 }],
    ['unsupported-compression', { name: 'a', content: 'x', flags: 0x0020 }],
    ['unsupported-compression', { name: 'a', content: 'x', local: { method: 12 }, central: { method: 12 } }],
    ['unsupported-compression', { name: 'a', content: 'x', local: { method: 93 }, central: { method: 93 } }],
  ])('refuses %s: %j', async (code, entry) => {
    expect(await zipProblems(rawZip([entry]))).toEqual([code]);
  });

  it('accepts modes of files and folders', async () => {
    const entries = [
      { name: 'a/', store: true, mode: 0o040755 },
      { name: 'a/b', content: 'x', mode: 0o100644 },
      { name: 'a/c', content: 'x', mode: 0o644 },
    ];
    expect(await zipProblems(rawZip(entries))).toEqual([]);
  });
});
