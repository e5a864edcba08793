import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { hasVersionTables, tableBoolean, versionRows } from '../../../test/harness/version-tables.ts';
import { evaluateMarker, type MarkerEnvironment, mentionsExtra, parseMarker } from './markers.ts';
import { describeRequirement, parseRequirement } from './requirements.ts';
import { profileOf, pypiTargets } from './targets.ts';

function environmentOf(id: string): MarkerEnvironment {
  const target = pypiTargets.parse(id);
  if (target === undefined) throw new TypeError(id);
  return profileOf(target).environment;
}

const linux = environmentOf('cp311-manylinux_2_28_x86_64');
const holds = (text: string, extra = '', environment = linux): boolean | undefined => {
  const marker = parseMarker(text);
  return marker === undefined ? undefined : evaluateMarker(marker, environment, extra);
};

describe('markers (PEP 508)', () => {
  it('binds and tighter than or', () => {
    expect(holds("os_name == 'posix' or os_name == 'nt' and python_version < '3'")).toBe(true);
    expect(holds("(os_name == 'posix' or os_name == 'nt') and python_version < '3'")).toBe(false);
  });

  it('compares Python versions as versions, from either side', () => {
    expect(holds("python_version >= '3.9'")).toBe(true);
    expect(holds("'3.12' <= python_version")).toBe(false);
    expect(holds("python_version in '3.10, 3.11'")).toBe(true);
    expect(holds("python_full_version < '3.11.0a7'")).toBe(false);
  });

  it('has no order of texts and no comparison that is not defined', () => {
    expect(holds("sys_platform > 'aix'")).toBe(false);
    expect(holds("os_name ~= '1.0'")).toBe(false);
    expect(holds("platform_release >= '5'")).toBe(false);
  });

  it('speaks for each target', () => {
    const marker = "platform_system == 'Windows' and platform_machine == 'AMD64' and sys_platform == 'win32'";
    expect(holds(marker, '', environmentOf('cp312-win_amd64'))).toBe(true);
    expect(
      holds("platform_machine == 'arm64' and sys_platform == 'darwin'", '', environmentOf('cp312-macosx_11_0_arm64')),
    ).toBe(true);
    expect(holds("platform_machine == 'aarch64'", '', environmentOf('cp314-manylinux_2_28_aarch64'))).toBe(true);
  });

  it('bounds how deep it reads', () => {
    expect(parseMarker(`${'('.repeat(60)}os_name == 'a'${')'.repeat(60)}`)).toBeDefined();
    expect(parseMarker(`${'('.repeat(5000)}os_name == 'a'${')'.repeat(5000)}`)).toBeUndefined();
    expect(parseMarker("os_name == 'a")).toBeUndefined();
  });
});

describe('requirements (PEP 508)', () => {
  it('takes a requirement apart', () => {
    const one = parseRequirement('Foo.Bar [B_x, a] (>=1.0, <2) ; extra == "test" and python_version > "3"');
    expect(one === undefined ? undefined : describeRequirement(one)).toBe('foo-bar[a,b-x]>=1.0,<2');
    expect(one?.marker === undefined ? undefined : mentionsExtra(one.marker)).toBe(true);
  });

  it('reads addresses, whose end is a blank', () => {
    const one = parseRequirement('foo[a] @ https://upstream.example/foo.whl#sha256=1;2 ; os_name == "nt"');
    expect(one?.url).toBe('https://upstream.example/foo.whl#sha256=1;2');
    expect(one?.marker).toBeDefined();
  });

  it.each([
    '',
    '-foo',
    'foo bar',
    'foo=1',
    'foo>=',
    'foo[a',
    'foo[a]]',
    'foo; bar',
    'foo @ ',
    'foo>=1.0.*',
    'foo (>=1',
  ])('refuses %j', (text) => expect(parseRequirement(text)).toBeUndefined());
});

describe.skipIf(!hasVersionTables)('tables of packaging (skipped where the shared test data is absent)', () => {
  it('knows which texts are markers', () => {
    const rows = versionRows('pep508-markers-parse.tsv');
    const wrong = rows.filter(([text = '', valid]) => (parseMarker(text) !== undefined) !== tableBoolean(valid));
    expect(wrong).toEqual([]);
  });

  it('evaluates', () => {
    const settings = z.record(z.string(), z.string()).nullable();
    const wrong = versionRows('pep508-markers-evaluate.tsv').filter(([text = '', json = 'null', expected]) => {
      const { extra = '', ...others } = settings.parse(JSON.parse(json === '' ? 'null' : json)) ?? {};
      return holds(text, extra, { ...linux, ...others }) !== tableBoolean(expected);
    });
    expect(wrong).toEqual([]);
  });
});
