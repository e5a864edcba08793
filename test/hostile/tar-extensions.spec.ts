import { describe, expect, it } from 'vitest';
import { tarProblems } from './examining.ts';
import { pax, rawTar } from './raw-tar.ts';

const file = { name: 'a.py', content: 'print(1)' };

describe('extended headers', () => {
  it.each([
    ['path-traversal', [pax({ path: '../evil.py' }), file]],
    ['absolute-path', [pax({ path: '/evil.py' }), file]],
    ['path-traversal', [{ name: '././@LongLink', type: 'L', content: '../evil.py\0' }, file]],
    ['extended-override', [pax({ size: '512' }), file]],
    ['extended-override', [pax({ 'GNU.sparse.name': 'evil.py' }), file]],
    ['extended-override', [pax({ path: 'x.py' }, 'g'), file]],
    ['extended-override', [pax({ path: 'x.py' }), { name: '././@LongLink', type: 'L', content: 'y.py\0' }, file]],
    ['extended-header', [{ name: 'PaxHeader', type: 'x', content: '99 path=evil.py\n' }, file]],
    ['extended-header', [{ name: 'PaxHeader', type: 'x', content: 'nonsense' }, file]],
    ['extended-header', [pax({ path: 'b.py' })]],
    ['extended-header', [{ name: 'PaxHeader', type: 'x', content: Buffer.alloc(2 * 1024 * 1024) }, file]],
    ['name-encoding', [{ name: '././@LongLink', type: 'L', content: 'a.py\0evil.py\0' }, file]],
    ['control-character', [pax({ path: 'a\0b.py' }), file]],
    ['link-outside', [pax({ linkpath: '../../evil' }), { name: 'link', type: '2', linkName: 'fine' }]],
  ])('refuses %s (case %#)', async (code, entries) => {
    expect(await tarProblems(rawTar(entries))).toEqual([code]);
  });

  it('accepts long names and times, and the comment that git writes', async () => {
    const long = `${'folder/'.repeat(20)}file.py`;
    const entries = [
      pax({ comment: 'a'.repeat(40) }, 'g'),
      pax({ path: long, mtime: '1700000000.5' }),
      file,
      { name: '././@LongLink', type: 'L', content: `${long}2\0` },
      file,
      pax({ mtime: '1700000000.5', size: '8' }),
      file,
    ];
    expect(await tarProblems(rawTar(entries))).toEqual([]);
  });
});
