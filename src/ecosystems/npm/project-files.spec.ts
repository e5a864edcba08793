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

  it('is an error where it comes from no registry, and nothing where the file is another one', () => {
    const git = { packages: { 'node_modules/a': { version: '1.0.0', resolved: 'git+ssh://git@x.example/a.git#f00' } } };
    expect(() => read('package-lock.json', git)).toThrow('a comes from git+ssh://');
    expect(() => read('package.json', { dependencies: { a: 'owner/a' } })).toThrow('a comes from owner/a');
    expect(npmProjectFiles.read('package-lock.json', 'no json')).toBeUndefined();
    expect(npmProjectFiles.reads('requirements.txt')).toBe(false);
  });
});
