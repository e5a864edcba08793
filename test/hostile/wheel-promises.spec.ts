import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { codesOf, examine } from './examining.ts';
import { EXPECTED, madeWheel, type WheelFiles } from './made-wheel.ts';

const INFO = 'demo_pkg-1.0.dist-info';
const METADATA = `${INFO}/METADATA`;
const WHEEL = `${INFO}/WHEEL`;
const wheel = (tags: string, version = '1.0'): string => `Wheel-Version: ${version}\nRoot-Is-Purelib: true\n${tags}\n`;

describe('what a wheel promises of itself', () => {
  it('is kept by an honest wheel, whose metadata comes back to the letter', async () => {
    const examination = await examine(madeWheel(), EXPECTED);
    expect(examination.problems).toEqual([]);
    expect(examination.metadata).toBe('Metadata-Version: 2.1\nName: demo-pkg\nVersion: 1.0\n\nWörds.\n');
    expect(examination.entries).toBe(4);
  });

  it.each<[string, WheelFiles]>([
    ['several-dist-infos', { 'other-1.0.dist-info/METADATA': 'Name: other\n' }],
    ['several-dist-infos', { 'demo_pkg-1.0.data/purelib/other-1.0.dist-info/METADATA': 'Name: other\n' }],
    ['no-metadata', { [METADATA]: undefined }],
    ['metadata-name', { [METADATA]: 'Metadata-Version: 2.1\nName: demo-pkgs\nVersion: 1.0\n' }],
    ['metadata-version', { [METADATA]: 'Metadata-Version: 2.1\nName: demo-pkg\nVersion: 1.1\n' }],
    ['metadata-broken', { [METADATA]: 'Metadata-Version: 2.1\nName: demo-pkg\n' }],
    ['metadata-broken', { [METADATA]: 'Name: demo-pkg\nName: other\nVersion: 1.0\n' }],
    ['metadata-broken', { [METADATA]: '\nName: demo-pkg\nVersion: 1.0\n' }],
    ['metadata-encoding', { [METADATA]: 'Name: demo-pkg\nVersion: 1.0\n\0' }],
    ['metadata-too-large', { [METADATA]: `Name: demo-pkg\nVersion: 1.0\n\n${'long '.repeat(900_000)}` }],
    ['no-wheel-file', { [WHEEL]: undefined }],
    ['wheel-file-broken', { [WHEEL]: 'nothing' }],
    ['wheel-version', { [WHEEL]: wheel('Tag: py3-none-any', '2.0') }],
    ['tags-differ', { [WHEEL]: wheel('Tag: cp312-cp312-win32') }],
    ['tags-differ', { [WHEEL]: wheel('Tag: py3-none-any\nTag: py2-none-any') }],
    ['tags-differ', { [WHEEL]: wheel('') }],
    ['data-folder', { 'other-1.0.data/scripts/run': 'x' }],
    ['data-folder', { 'demo_pkg-1.0.data/startup/run': 'x' }],
    ['data-folder', { 'demo_pkg-1.0.data/run': 'x' }],
    ['installed-twice', { 'demo_pkg-1.0.data/purelib/demo_pkg/__init__.py': 'VALUE = 2\n' }],
    ['path-not-plain', { 'demo_pkg/./other.py': 'x' }],
    ['path-not-plain', { 'demo_pkg/../other.py': 'x' }],
  ])('is broken: %s (case %#)', async (code, files) => {
    expect(codesOf(await examine(madeWheel(files), EXPECTED))).toContain(code);
  });

  it('is broken where it has no .dist-info at all', async () => {
    const bare = madeWheel({ [METADATA]: undefined, [WHEEL]: undefined }, () => null);
    expect(codesOf(await examine(bare, EXPECTED))).toEqual(['no-dist-info']);
  });

  it('compares the tags with those of the name it came under', async () => {
    const other = { ...EXPECTED, filename: 'demo_pkg-1.0-py2-none-any.whl' };
    expect(codesOf(await examine(madeWheel(), other))).toEqual(['tags-differ']);
  });

  it.each([
    ['file-name', { ...EXPECTED, filename: 'demo_pkg-1.0.whl' }],
    ['file-name', { ...EXPECTED, name: 'other' }],
    ['file-name', { ...EXPECTED, version: '2.0' }],
    ['unsupported-archive', { ...EXPECTED, filename: 'demo_pkg-1.0.tar.xz' }],
    ['unsupported-archive', { ...EXPECTED, filename: 'demo_pkg-1.0.egg' }],
    ['not-a-gzip', { ...EXPECTED, filename: 'demo_pkg-1.0.tar.gz' }],
  ])('must be that of the expected release: %s (case %#)', async (code, expected) => {
    expect(codesOf(await examine(madeWheel(), expected))).toEqual([code]);
  });

  it('may spell name and version in other ways that mean the same', async () => {
    const metadata = 'Metadata-Version: 2.1\nName: Demo.Pkg\nVersion: 1.0.0\n';
    expect(codesOf(await examine(madeWheel({ [METADATA]: metadata }), EXPECTED))).toEqual([]);
  });

  it('may have data folders', async () => {
    const files = { 'demo_pkg-1.0.data/scripts/run': '#!python\n', 'demo_pkg-1.0.data/data/share/x': 'x' };
    expect(codesOf(await examine(madeWheel(files), EXPECTED))).toEqual([]);
  });
});

describe('RECORD', () => {
  it.each<[string, (honest: string) => string | null]>([
    ['no-record', () => null],
    ['not-in-record', (honest) => honest.replace(/^demo_pkg\/__init__.*\n/m, '')],
    ['missing-file', (honest) => `${honest}demo_pkg/gone.py,sha256=abc,3\n`],
    ['record-duplicate', (honest) => `${honest}demo_pkg/__init__.py,sha256=abc,3\n`],
    ['record-hash', (honest) => honest.replace(/sha256=./, 'sha256=')],
    ['record-size', (honest) => honest.replace(/,10\n/, ',11\n')],
    ['record-weak-hash', (honest) => honest.replace('sha256=', 'md5=')],
    ['record-weak-hash', (honest) => honest.replace('sha256=', 'constructor=')],
    ['record-weak-hash', (honest) => honest.replace(/sha256=[^,]*/, '')],
    ['record-broken', (honest) => `${honest}"unfinished,sha256=abc,3\n`],
    // Reading every line again for each further one would take hours here.
    ['record-broken', (honest) => `${honest}"${'a\n'.repeat(1_000_000)}`],
    ['record-broken', (honest) => `${honest}"${'a'.repeat(20_000_000)}",,\n`],
    ['record-broken', (honest) => `${honest}../outside.py,sha256=abc,3\n`],
    ['record-broken', (honest) => `${honest}a.py,sha256=abc,many\n`],
  ])('is refused: %s (case %#)', async (code, record) => {
    expect(codesOf(await examine(madeWheel({}, record), EXPECTED))).toContain(code);
  });

  it('may leave its signatures out and quote names', async () => {
    const files = { [`${INFO}/RECORD.jws`]: '{}', 'demo_pkg/a,b.txt': 'x' };
    const record = (honest: string): string =>
      honest.replace(/^.*RECORD\.jws.*\n/m, '').replace('demo_pkg/a,b.txt', '"demo_pkg/a,b.txt"');
    expect(codesOf(await examine(madeWheel(files, record), EXPECTED))).toEqual([]);
  });

  it('is held against hashes that whoever looks at the files can have too, where they are SHA-256', async () => {
    const module = 'demo_pkg/__init__.py';
    const hash = (algorithm: string, form: 'hex' | 'base64url') =>
      createHash(algorithm).update('VALUE = 1\n').digest(form);
    const told = async (record: (honest: string) => string) => {
      const files = new Map<string, string | undefined>();
      const { problems } = await examine(madeWheel({}, record), EXPECTED, ({ path, sha256 }) =>
        files.set(path, sha256),
      );
      return { problems, of: files.get(module) };
    };
    expect(await told((honest) => honest)).toEqual({ problems: [], of: hash('sha256', 'hex') });
    const longer = `${module},sha512=${hash('sha512', 'base64url')},10`;
    expect(await told((honest) => honest.replace(/^demo_pkg.__init__.*$/m, longer))).toEqual({
      problems: [],
      of: undefined,
    });
  });
});
