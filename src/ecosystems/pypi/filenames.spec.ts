import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hasVersionTables, versionRows } from '../../../test/harness/version-tables.ts';
import { kindOfFilename, parseSdistFilename, parseWheelFilename, versionOfFilename } from './filenames.ts';
import { foldName, normaliseName, pypiNames } from './names.ts';

describe('names (PEP 503, PEP 508)', () => {
  it('reads what people ask for', () => {
    expect(pypiNames.parseRequest(' FastAPI[Standard, all,ALL] ')).toEqual({
      name: 'fastapi',
      extras: ['all', 'standard'],
    });
    expect(pypiNames.parseRequest('a[]')).toEqual({ name: 'a', extras: [] });
    for (const bad of ['', 'a b', 'a[', 'a[b', 'a]b[', 'a[b]c', 'a[b,,c]', '[b]', '../a', 'a==1']) {
      expect(pypiNames.parseRequest(bad), bad).toBeUndefined();
    }
  });

  it.each(['hi\n', '\nhi', 'h\ni', '\u212A', 'a'.repeat(300), '-', '.a', 'a_'])('refuses %j', (text) => {
    expect(normaliseName(text)).toBeUndefined();
  });

  it('has a normal form that is its own', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-zA-Z0-9]([a-zA-Z0-9._-]{0,20}[a-zA-Z0-9])?$/), (text) => {
        const normal = normaliseName(text);
        expect(normal).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
        expect(normaliseName(normal ?? '')).toBe(normal);
      }),
    );
  });
});

describe('file names', () => {
  it('multiplies compressed tags out and reads the build tag', () => {
    expect(
      parseWheelFilename('Foo_bar-1.0.0-007x-py2.py3-none-manylinux_2_17_x86_64.manylinux2014_x86_64.whl'),
    ).toEqual({
      kind: 'wheel',
      name: 'foo-bar',
      version: '1.0.0',
      build: { number: '7', rest: 'x' },
      tags: [
        'py2-none-manylinux_2_17_x86_64',
        'py2-none-manylinux2014_x86_64',
        'py3-none-manylinux_2_17_x86_64',
        'py3-none-manylinux2014_x86_64',
      ],
    });
  });

  it('looks for a known project first, as old versions hold dashes', () => {
    expect(versionOfFilename('foo-bar-1.0-1.tar.gz')).toBe('1');
    expect(versionOfFilename('foo-bar-1.0-1.tar.gz', 'foo-bar')).toBe('1.0.post1');
    expect(versionOfFilename('Foo_Bar-1.0.tar.gz', 'foo-bar')).toBe('1.0');
  });

  it('tells kinds apart and refuses paths', () => {
    expect(kindOfFilename('foo-1.0-py3.9.egg')).toBe('other');
    expect(kindOfFilename('foo-1.0.tar.gz')).toBe('sdist');
    for (const bad of [
      '../foo-1.0.tar.gz',
      'a/foo-1.0-py3-none-any.whl',
      `${'a'.repeat(300)}-1.0.tar.gz`,
      '-1.0.zip',
    ]) {
      expect(kindOfFilename(bad), bad).toBe('other');
    }
    const many = Array.from({ length: 40 }, (_, index) => `a${index}`).join('.');
    expect(parseWheelFilename(`foo-1.0-${many}-${many}-any.whl`)).toBeUndefined();
  });
});

describe.skipIf(!hasVersionTables)('table of packaging (skipped where the shared test data is absent)', () => {
  // Three rows of names hold a line end that the table does not quote; they are tested above.
  const rows = versionRows('pypi-names-filenames.tsv').filter((row) => row.length === 3);

  it.each(rows)('%s %s', (kind, input, expected) => {
    const name = (): string | undefined => {
      if (kind === 'invalid_name') return normaliseName(input);
      if (kind === 'canonicalize' || kind === 'is_normalized_source') return foldName(input);
      return (kind?.startsWith('wheel') ? parseWheelFilename(input) : parseSdistFilename(input))?.name;
    };
    expect(name() ?? '').toBe(expected);
  });
});
