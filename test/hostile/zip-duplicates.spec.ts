import { describe, expect, it } from 'vitest';
import { zipProblems } from './examining.ts';
import { rawZip } from './raw-zip.ts';

describe('names that are one place', () => {
  it.each([
    ['duplicate-entry', ['a.py', 'a.py']],
    ['duplicate-entry', ['x/a.py', 'x/../x/a.py']],
    ['colliding-names', ['a.py', 'A.py']],
    ['colliding-names', ['stra\u00dfe', 'strasse']],
    ['colliding-names', ['\u00e9.py', 'e\u0301.py']],
    ['colliding-names', ['\ufb01le', 'file']],
    ['colliding-names', ['a.py', 'a.py.']],
    ['file-is-folder', ['a', 'a/b.py']],
    ['file-is-folder', ['a/b.py', 'a']],
    ['file-is-folder', ['a/', 'a']],
  ])('refuses %s: %j', async (code, names) => {
    expect(await zipProblems(rawZip(names.map((name) => ({ name }))))).toEqual([code]);
  });

  it('accepts folders listed beside their files', async () => {
    expect(await zipProblems(rawZip(['a/', 'a/b/', 'a/b/c.py'].map((name) => ({ name, store: true }))))).toEqual([]);
  });
});
