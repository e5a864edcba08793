import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fileIn, filenameOf, folderOf, parseTree, pathOf, plainName, splitPath, treeId } from './files.ts';
import { cranTargets, profileOf } from './targets.ts';

const trees = fc.record({
  r: fc.constantFrom('3.6', '4.0', '4.4', '4.10'),
  platform: fc.constantFrom(
    'windows',
    'macosx-big-sur-arm64',
    'macosx-big-sur-x86_64',
    'linux-bookworm',
    'linux-noble-x86_64',
  ),
});

describe('a file of a package', () => {
  it('has one name here and one path, which say the same', () => {
    const names = fc.constantFrom('R6', 'data.table', 'broom.helpers');
    const versions = fc.constantFrom('1.0', '0.7-5', '1.2.3.9000');
    fc.assert(
      fc.property(names, versions, fc.option(trees, { nil: undefined }), (name, version, tree) => {
        const file = { name, version, tree };
        expect(fileIn(filenameOf(file))).toEqual(file);
        expect(splitPath(pathOf(file))).toEqual({ tree, rest: [plainName(file)] });
        if (tree !== undefined) expect(parseTree(treeId(tree))).toEqual(tree);
      }),
    );
  });

  it('lies where R looks for it', () => {
    const folder = (id: string) => folderOf(parseTree(id));
    expect(folder('')).toBe('src/contrib');
    expect(folder('r4.4-windows')).toBe('bin/windows/contrib/4.4');
    expect(folder('r4.4-macosx-big-sur-arm64')).toBe('bin/macosx/big-sur-arm64/contrib/4.4');
    expect(folder('r3.4-macosx')).toBe('bin/macosx/contrib/3.4');
    expect(folder('r4.4-linux-bookworm')).toBe('bin/linux/bookworm/4.4/src/contrib');
    expect(splitPath('__linux__/bookworm/4.4/src/contrib/PACKAGES')).toEqual({
      tree: { platform: 'linux-bookworm', r: '4.4' },
      rest: ['PACKAGES'],
    });
  });

  it('is none where the ending is not that of its platform, or anything is left over', () => {
    for (const filename of [
      'a2_1.0.zip',
      'a2_1.0.tgz',
      'a2_1.0_r4.4-windows.tgz',
      'a2_1.0_r4.4-windows.tar.gz',
      'a2_1.0_r4.4-linux-noble.tgz',
      'a2_1.0_r4.4.1-windows.zip',
      'a2_1.0_r4.4-solaris.zip',
      'a2_1.0_r4.4-windows.zip.zip',
      'a2_x_r4.4-windows.zip',
      'a_1.0.tar.gz',
      '../a2_1.0.tar.gz',
    ])
      expect(fileIn(filename), filename).toBeUndefined();
  });
});

describe('a target', () => {
  it('says its R and the tree that its packages come from', () => {
    const profile = (id: string) => {
      const target = cranTargets.parse(id);
      return target === undefined ? undefined : profileOf(target);
    };
    expect(profile('r4.4-source')).toEqual({ rVersion: '4.4.0', tree: undefined });
    expect(profile('r4.4.2-windows')).toEqual({ rVersion: '4.4.2', tree: { r: '4.4', platform: 'windows' } });
    expect(profile('r4.5-macosx-big-sur-x86_64')?.tree).toEqual({ r: '4.5', platform: 'macosx-big-sur-x86_64' });
    expect(profile('r4.5-linux-bookworm')?.tree).toEqual({ r: '4.5', platform: 'linux-bookworm' });
    for (const id of ['r4-source', 'r4.4', 'r4.4-linux', 'r4.4-solaris', 'r4.4-source-x', '4.4-source', 'r4.4-Windows'])
      expect(cranTargets.parse(id), id).toBeUndefined();
  });
});
