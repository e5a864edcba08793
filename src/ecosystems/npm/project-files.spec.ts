import { describe, expect, it } from 'vitest';
import { npmProjectFiles } from './project-files.ts';

const read = (filename: string, json: unknown) =>
  npmProjectFiles.read(filename, JSON.stringify(json))?.map(({ name, version }) => `${name}@${version}`);

describe('what a project needs', () => {
  it('is read from lock files of every version', () => {
    expect(
      read('package-lock.json', {
        lockfileVersion: 3,
        packages: {
          '': { name: 'me', version: '1.0.0' },
          'packages/w': { version: '1.0.0' },
          'node_modules/w': { resolved: 'packages/w', link: true },
          'node_modules/@s/a': { version: '1.0.0', resolved: 'http://upstream.example/a.tgz' },
          'node_modules/short': { name: 'long', version: '2.0.0' },
          'node_modules/b/node_modules/@s/a': { version: '1.0.0' },
          'node_modules/b/node_modules/inside': { version: '1.0.0', inBundle: true },
        },
      }),
    ).toEqual(['@s/a@1.0.0', 'long@2.0.0']);
    expect(
      read('npm-shrinkwrap.json', {
        dependencies: {
          a: { version: '1.0.0', dependencies: { b: { version: 'npm:c@2.0.0' } } },
          d: { version: '1.0.0', bundled: true },
        },
      }),
    ).toEqual(['a@1.0.0', 'c@2.0.0']);
  });

  it('is read from package.json, with a version only where one is pinned', () => {
    expect(
      read('package.json', {
        dependencies: { a: '1.0.0', b: '^1', w: 'workspace:*' },
        devDependencies: { c: 'npm:d@2.0.0' },
      }),
    ).toEqual(['d@2.0.0', 'a@1.0.0', 'b@null']);
  });

  it('is what the project wants instead of what its dependencies ask for, in the words of npm, Yarn and pnpm', () => {
    expect(
      read('package.json', {
        dependencies: { a: '1.0.0', b: '^1' },
        overrides: {
          a: '1.0.0',
          '@s/c@^1': '1.2.3',
          b: { '.': '1.5.0', d: { e: 'npm:f@2.0.0' } },
          g: '$a',
          h: 'file:h',
        },
        resolutions: { 'a/**/@s/i': '3.0.0', j: '4.0.0', 'k@npm:1.0.0': '5.0.0' },
        pnpm: { overrides: { 'l@1>m@<2': '6.0.0', n: '-' } },
      }),
    ).toEqual([
      ...['a@1.0.0', 'b@null', '@s/c@1.2.3', 'b@1.5.0', 'f@2.0.0'],
      ...['@s/i@3.0.0', 'j@4.0.0', 'k@5.0.0', 'm@6.0.0'],
    ]);
    expect(() => read('package.json', { overrides: { a: 'github:owner/a' } })).toThrow('a comes from github:owner/a');
    let deep: object = { a: '1.0.0' };
    for (let level = 0; level < 1000; level += 1) deep = { a: deep };
    expect(() => read('package.json', { overrides: deep })).toThrow('more than 20 deep');
  });

  it('is an error where it comes from no registry, and nothing where the file is another one', () => {
    const git = { packages: { 'node_modules/a': { version: '1.0.0', resolved: 'git+ssh://git@x.example/a.git#f00' } } };
    expect(() => read('package-lock.json', git)).toThrow('a comes from git+ssh://');
    expect(() => read('package.json', { dependencies: { a: 'owner/a' } })).toThrow('a comes from owner/a');
    expect(npmProjectFiles.read('package-lock.json', 'no json')).toBeUndefined();
    expect(npmProjectFiles.reads('requirements.txt')).toBe(false);
  });
});

describe('lock files of other clients', () => {
  const lines = (filename: string, ...text: readonly string[]) =>
    npmProjectFiles.read(filename, text.join('\n'))?.map(({ name, version }) => `${name}@${version}`);

  it('of pnpm name releases, whatever their version', () => {
    const keys = ["'@s/a@1.0.0':", 'b@2.0.0(c@1.0.0):', '/@s/d/1.0.0_peer@1.0.0:', '/e@1.2.3(f@1.0.0):', '/g/3.0.0:'];
    const packages = keys.flatMap((key) => [`  ${key}`, '    resolution: {integrity: sha512-x}']);
    const local = ["  'file:here':", '    resolution: {directory: here, type: directory}'];
    expect(lines('pnpm-lock.yaml', "lockfileVersion: '9.0'", 'packages:', ...packages, ...local)).toEqual([
      ...['@s/a@1.0.0', 'b@2.0.0', '@s/d@1.0.0', 'e@1.2.3', 'g@3.0.0'],
    ]);
    const git = ["  'git+https://code.example/a.git#f00':", '    name: a', '    version: 1.0.0'];
    expect(() => lines('pnpm-lock.yaml', 'lockfileVersion: 9', 'packages:', ...git)).toThrow('a comes from git+https:');
    expect(lines('pnpm-lock.yaml', 'a: &a [*a]')).toBeUndefined();
  });
  it('of Yarn name releases, classic and Berry', () => {
    const classic = [
      '# yarn lockfile v1',
      '',
      '"@s/a@^1.0.0", "@s/a@^1.1.0":',
      '  version "1.2.0"',
      '  resolved "http://upstream.example/a.tgz#0"',
      '  dependencies:',
      '    b "^2.0.0"',
      '',
      'b@^2.0.0:',
      '  version "2.0.1"',
      '',
      '"c@npm:d@^3":',
      '  version "3.0.0"',
    ];
    expect(lines('yarn.lock', ...classic)).toEqual(['@s/a@1.2.0', 'b@2.0.1', 'd@3.0.0']);
    const git = ['# yarn lockfile v1', '', '"a@git+https://code.example/a.git":', '  version "1.0.0"'];
    expect(() => lines('yarn.lock', ...git)).toThrow('a comes from git+https:');
    const berry = [
      '__metadata:',
      '  version: 8',
      '"a@npm:^1.0.0":',
      '  version: 1.0.1',
      '  resolution: "a@npm:1.0.1"',
      '"me@workspace:.":',
      '  version: 0.0.0-use.local',
      '  resolution: "me@workspace:."',
    ];
    expect(lines('yarn.lock', ...berry)).toEqual(['a@1.0.1']);
    expect(lines('yarn.lock', 'something else')).toBeUndefined();
  });
});
