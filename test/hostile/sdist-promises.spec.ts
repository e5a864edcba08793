import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { codesOf, examine } from './examining.ts';
import { pax, type RawTarEntry, rawTar } from './raw-tar.ts';
import { rawZip } from './raw-zip.ts';

const EXPECTED = { filename: 'demo_pkg-1.0.tar.gz', name: 'demo-pkg', version: '1.0' };
const INFO = { name: 'demo_pkg-1.0/PKG-INFO', content: 'Metadata-Version: 2.1\nName: demo-pkg\nVersion: 1.0\n' };
const sdist = (entries: readonly RawTarEntry[]): Buffer => gzipSync(rawTar(entries));

describe('what a source distribution promises of itself', () => {
  it('is kept by an honest one', async () => {
    const entries = [
      pax({ comment: 'x' }, 'g'),
      { name: 'demo_pkg-1.0/', type: '5' },
      INFO,
      { name: 'demo_pkg-1.0/setup.py' },
    ];
    const examination = await examine(sdist(entries), EXPECTED);
    expect(examination.problems).toEqual([]);
    expect(examination.metadata).toBe(INFO.content);
    const zip = await examine(rawZip([INFO]), { ...EXPECTED, filename: 'demo_pkg-1.0.zip' });
    expect(zip).toMatchObject({ problems: [], metadata: INFO.content });
  });

  it('says what its build needs: by pyproject.toml at its top, as installers would where there is none', async () => {
    const built = async (entries: readonly RawTarEntry[]) => (await examine(sdist(entries), EXPECTED)).buildRequires;
    const project = { name: 'demo_pkg-1.0/pyproject.toml', content: '[build-system]\nrequires = ["loom"]\n' };
    expect(await built([INFO, project])).toEqual(['loom']);
    expect(
      (await examine(rawZip([INFO, project]), { ...EXPECTED, filename: 'demo_pkg-1.0.zip' })).buildRequires,
    ).toEqual(['loom']);
    expect(await built([INFO, { ...project, name: 'demo_pkg-1.0/sub/pyproject.toml' }])).toEqual([
      'setuptools>=40.8.0',
      'wheel',
    ]);
    expect(await built([INFO, { ...project, content: '[build-system]' }])).toBeNull();
    expect(await built([INFO, { ...project, content: '#'.repeat(2 * 1024 * 1024) }])).toBeNull();
    expect(await built([INFO, { name: project.name, type: '2', linkName: 'PKG-INFO' }])).toBeNull();
    expect(await built([project])).toBeNull();
  });

  it.each([
    ['no-metadata', [{ name: 'demo_pkg-1.0/setup.py' }]],
    ['no-metadata', [{ name: 'demo_pkg-1.0/sub/PKG-INFO' }]],
    ['top-folder', [INFO, { name: 'other/setup.py' }]],
    ['top-folder', [INFO, { name: 'setup.py' }]],
    ['top-folder', [{ ...INFO, name: 'demo_pkg-2.0/PKG-INFO' }]],
    ['metadata-name', [{ ...INFO, content: 'Name: other\nVersion: 1.0\n' }]],
    ['metadata-version', [{ ...INFO, content: 'Name: demo-pkg\nVersion: 2\n' }]],
    ['metadata-encoding', [{ ...INFO, content: Buffer.from([0x4e, 0xff, 0xfe]) }]],
    ['duplicate-entry', [INFO, INFO]],
    ['link-outside', [INFO, { name: 'demo_pkg-1.0/x', type: '2', linkName: '../../x' }]],
  ])('is broken: %s (case %#)', async (code, entries) => {
    expect(codesOf(await examine(sdist(entries), EXPECTED))).toContain(code);
  });

  it.each(['tar.bz2', 'tar.xz', 'tar.Z', 'tar', 'tgz'])('is not read as .%s', async (ending) => {
    const expected = { ...EXPECTED, filename: `demo_pkg-1.0.${ending}` };
    expect(codesOf(await examine(sdist([INFO]), expected))).toEqual(['unsupported-archive']);
  });
});
