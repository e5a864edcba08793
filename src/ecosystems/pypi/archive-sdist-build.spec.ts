import { describe, expect, it } from 'vitest';
import { buildRequiresOf, DEFAULT_BUILD_REQUIRES, MAX_PYPROJECT } from './archive-sdist-build.ts';

const read = (text: string) => buildRequiresOf(new TextEncoder().encode(text));

describe('the build requirements of a pyproject.toml', () => {
  it('are taken verbatim', () => {
    const requires = 'requires = [\n  "setuptools>=61", # back end\n  \'cffi; platform_system != "Windows"\',\n]';
    expect(read(`[project]\nname = "x"\n[build-system]\n${requires}\nbuild-backend = "x"\n`)).toEqual([
      'setuptools>=61',
      'cffi; platform_system != "Windows"',
    ]);
    expect(read('build-system.requires = []')).toEqual([]);
  });

  it.each([
    ['an empty file', ''],
    ['a file without the table', '[tool.other]\nbig = 99999999999999999999\nat = 1979-05-27\n[build-systems]\n'],
  ])('are the default for %s', (_case, text) => {
    expect(read(text)).toEqual(DEFAULT_BUILD_REQUIRES);
  });

  it.each([
    ['no TOML', '[build-system'],
    ['a key twice', '[build-system]\nrequires = []\nrequires = ["x"]\n'],
    ['a table without requires', '[build-system]\nbuild-backend = "x"\n'],
    ['requires that is no list', '[build-system]\nrequires = "x"\n'],
    ['a requirement that is no text', '[build-system]\nrequires = ["x", 1]\n'],
    ['no table', 'build-system = 1'],
    ['arrays without end', `x = ${'['.repeat(100_000)}`],
    ['far too many requirements', `[build-system]\nrequires = [${'"x",'.repeat(1001)}]`],
    ['a file that is too large', `# ${'x'.repeat(MAX_PYPROJECT)}`],
  ])('cannot be read from %s', (_case, text) => {
    expect(read(text)).toBeNull();
  });

  it('cannot be read from what is no UTF-8', () => {
    expect(buildRequiresOf(Uint8Array.of(0x23, 0xff, 0xfe))).toBeNull();
  });
});
