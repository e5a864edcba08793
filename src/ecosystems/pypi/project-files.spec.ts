import { describe, expect, it } from 'vitest';
import { pypiProjectFiles } from './project-files.ts';
import { pypiTargets } from './targets.ts';

const LINUX = ['cp312-manylinux_2_28_x86_64'].flatMap((id) => pypiTargets.parse(id) ?? []);
const read = (filename: string, lines: readonly string[]) =>
  pypiProjectFiles.read(filename, lines.join('\n'), LINUX)?.map(({ name, version, extras = [], range }) => {
    const extra = extras.length === 0 ? '' : `[${extras.join(',')}]`;
    return `${name}${extra}${version === null ? (range ?? '') : ` ${version}`}`;
  });

describe('a requirements file', () => {
  it('is read with pins, ranges, extras, hashes and markers', () => {
    expect(
      read('requirements-dev.txt', [
        '--index-url http://127.0.0.1/simple # ours',
        'NumPy==2.0.0 \\',
        '    --hash=sha256:00 --hash=sha256:11',
        'scipy >= 1.0, < 2  # a comment',
        'fastapi[standard]',
        'pywin32==306; sys_platform == "win32"',
        'tomli>=2; python_version < "3.13"',
        'flask === 3.0',
      ]),
    ).toEqual(['numpy 2.0.0', 'scipy>=1.0,<2', 'fastapi[standard]', 'tomli>=2', 'flask 3.0']);
  });
  it.each([
    ['-r other.txt', 'other-file'],
    ['-c constraints.txt', 'other-file'],
    ['--requirement=other.txt', 'other-file'],
    ['-e .', 'other-file'],
    ['./local', 'not-a-release'],
    ['git+https://code.example/a.git', 'not-a-release'],
    ['a @ https://code.example/a.whl', 'not-a-release'],
    ['!!!', 'not-a-package'],
    ['name>=>1', 'not-a-package'],
  ])('is refused with %s', (line, code) => {
    expect(() => read('requirements.txt', ['numpy', line])).toThrow(expect.objectContaining({ code }));
  });
});

describe('pyproject.toml', () => {
  it('is read with extras, groups and the tables of Poetry', () => {
    expect(
      read('pyproject.toml', [
        '[project]',
        'name = "Mine"',
        'dependencies = ["numpy>=1.26", "mine[plot]"]',
        '[project.optional-dependencies]',
        'plot = ["matplotlib==3.9.0"]',
        '[dependency-groups]',
        'test = ["pytest", { include-group = "lint" }]',
        'lint = ["ruff==0.6.0"]',
        '[tool.poetry.dependencies]',
        'python = "^3.11"',
        'pandas = "^2.1"',
        'attrs = "~23.1"',
        'pin = "1.4"',
        'tiny = "^0.0.3"',
        'httpx = { version = ">=0.27", extras = ["http2"] }',
        'only-windows = { version = "*", markers = "sys_platform == \'win32\'" }',
        '[tool.poetry.group.dev.dependencies]',
        'black = "*"',
      ]),
    ).toEqual([
      ...['numpy>=1.26', 'matplotlib 3.9.0', 'pytest', 'ruff 0.6.0', 'pandas>=2.1,<3', 'attrs>=23.1,<23.2', 'pin 1.4'],
      ...['tiny>=0.0.3,<0.0.4', 'httpx[http2]>=0.27', 'black'],
    ]);
  });
  it('is an error where something comes from a repository, and nothing where it is no TOML', () => {
    expect(() =>
      read('pyproject.toml', ['[tool.poetry.dependencies]', 'a = { git = "https://code.example/a" }']),
    ).toThrow('a comes from https://code.example/a');
    expect(read('pyproject.toml', ['= no'])).toBeUndefined();
  });
});

describe('lock files', () => {
  it('of uv name releases, and pass over the project itself', () => {
    expect(
      read('uv.lock', [
        'version = 1',
        '[[package]]',
        'name = "mine"',
        'version = "0.1"',
        'source = { virtual = "." }',
        '[[package]]',
        'name = "numpy"',
        'version = "2.0.0"',
        'source = { registry = "http://127.0.0.1/simple" }',
      ]),
    ).toEqual(['numpy 2.0.0']);
    const git = ['[[package]]', 'name = "a"', 'version = "1.0"', 'source = { git = "https://code.example/a" }'];
    expect(() => read('uv.lock', git)).toThrow('a comes from git https://code.example/a');
  });
  it('of Poetry and PEP 751 name releases', () => {
    const poetry = ['[[package]]', 'name = "Ruamel.YAML"', 'version = "0.18"', 'optional = false'];
    expect(read('poetry.lock', poetry)).toEqual(['ruamel-yaml 0.18']);
    const standard = [
      'lock-version = "1.0"',
      '[[packages]]',
      'name = "attrs"',
      'version = "25.1.0"',
      '[[packages]]',
      'name = "winonly"',
      'version = "1.0"',
      'marker = "sys_platform == \'win32\'"',
    ];
    expect(read('pylock.toml', standard)).toEqual(['attrs 25.1.0']);
    const typed = ['[package.source]', 'type = "git"', 'url = "https://code.example/a"'];
    expect(() => read('poetry.lock', [...poetry, ...typed])).toThrow('comes from git https://code.example/a');
    expect(read('poetry.lock', ['[metadata]'])).toBeUndefined();
  });
});
