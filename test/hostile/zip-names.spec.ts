import { describe, expect, it } from 'vitest';
import { zipProblems } from './examining.ts';
import { extraField, rawZip } from './raw-zip.ts';

const unicodePath = (name: string): Buffer =>
  extraField(0x7075, Buffer.concat([Buffer.from([1, 0, 0, 0, 0]), Buffer.from(name)]));

describe('names in zip archives', () => {
  it.each([
    ['path-traversal', '../evil.py'],
    ['path-traversal', 'a/../../evil.py'],
    ['absolute-path', '/etc/evil'],
    ['drive-letter', 'C:/evil.py'],
    ['drive-letter', 'c:evil.py'],
    ['backslash', 'a\\..\\..\\evil.py'],
    ['control-character', 'evil.py\0.txt'],
    ['control-character', 'a\nb.py'],
    ['control-character', 'a\u202egpj.py'],
    ['empty-name', ''],
    ['name-too-long', 'a'.repeat(256)],
    ['name-too-long', `${'abcdefg/'.repeat(300)}x`],
    ['too-deep', `${'d/'.repeat(70)}x`],
  ])('refuses %s: %j', async (code, name) => {
    expect(await zipProblems(rawZip([{ name, content: 'x' }]))).toContain(code);
  });

  it('refuses a name that is neither ASCII nor marked as UTF-8', async () => {
    expect(await zipProblems(rawZip([{ name: 'ä.py', content: 'x', flags: 0 }]))).toEqual(['name-encoding']);
    expect(await zipProblems(rawZip([{ name: Buffer.from([0xff, 0xfe]), flags: 0x0800 }]))).toEqual(['name-encoding']);
  });

  it('refuses a second name in an extra field, and takes one that is the same', async () => {
    const entry = (name: string) => ({ name: 'a.py', content: 'x', central: { extra: unicodePath(name) } });
    expect(await zipProblems(rawZip([entry('b.py')]))).toEqual(['name-override']);
    expect(await zipProblems(rawZip([{ ...entry('a.py'), local: { extra: unicodePath('a.py') } }]))).not.toContain(
      'name-override',
    );
  });

  it('accepts ordinary and foreign names', async () => {
    const names = ['a/b.py', 'ä/日本.txt', 'with space.txt', 'a..b/c...d', '.hidden'];
    expect(await zipProblems(rawZip(names.map((name) => ({ name, content: name }))))).toEqual([]);
  });
});
