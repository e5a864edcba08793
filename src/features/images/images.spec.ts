import { describe, expect, it } from 'vitest';
import { cranImageFiles } from '../../ecosystems/cran/image.ts';
import { cranTargets } from '../../ecosystems/cran/targets.ts';
import { changesBetween } from './changes.ts';
import { type ImageManifest, parseImageManifest } from './manifest.ts';
import { beginningOf, monthOf } from './months.ts';

const digest = (text: string) => `sha256:${text.repeat(64)}` as const;

function image(id: string, releases: readonly (readonly [string, string, string])[]): ImageManifest {
  return {
    ...{ schema: 'pratique.image/1', channel: 'tier3', image: id, snapshot: 1, snapshotManifest: digest('0') },
    builtAt: '2026-11-01T00:00:00.000Z',
    files: [{ path: 'pypi/a/requirements.txt', sha256: digest('1'), size: 3 }],
    releases: releases.map(([name, version, bytes]) => ({
      ...{ purl: `pkg:pypi/${name}@${version}`, ecosystem: 'pypi', name, version, list: 'core' },
      ...{ targets: ['a'], neededBy: [] },
      files: [{ filename: `${name}-${version}.whl`, sha256: digest(bytes), size: 1 }],
    })),
  };
}

describe('what changed from one image to another', () => {
  it('tells added, removed and changed apart, and raises an alarm for other bytes of the same file', () => {
    const before = image('2026-10', [
      ['same', '1', 'a'],
      ['gone', '1', 'a'],
      ['newer', '1', 'a'],
      ['forged', '1', 'a'],
    ]);
    const after = image('2026-11', [
      ['same', '1', 'a'],
      ['come', '1', 'a'],
      ['newer', '2', 'a'],
      ['forged', '1', 'b'],
    ]);
    expect(changesBetween(before, after)).toMatchObject({
      ...{ from: '2026-10', to: '2026-11' },
      added: [{ name: 'come' }],
      removed: [{ name: 'gone' }],
      changed: [{ name: 'newer', from: ['1'], to: ['2'] }],
      otherBytes: ['pkg:pypi/forged@1'],
    });
  });
});

describe('a contents list', () => {
  it.each(['../up', '/etc/passwd', 'a/../../b', 'a//b', 'a\\b'])('names no file outside its folder: %s', (path) => {
    const bad = { ...image('2026-11', []), files: [{ path, sha256: digest('1'), size: 3 }] };
    expect(() => parseImageManifest(new TextEncoder().encode(JSON.stringify(bad)))).toThrow('not what it should be');
  });
});

describe('months', () => {
  it.each([
    ['UTC', '2026-11-01T00:00:00.000Z'],
    ['Europe/London', '2026-11-01T00:00:00.000Z'],
    ['America/New_York', '2026-11-01T04:00:00.000Z'],
    ['Asia/Kolkata', '2026-10-31T18:30:00.000Z'],
    ['Pacific/Kiritimati', '2026-10-31T10:00:00.000Z'],
  ])('begin at midnight on a wall in %s', (zone, moment) => {
    expect(beginningOf('2026-11', zone).toISOString()).toBe(moment);
    expect(monthOf(new Date(moment), zone)).toBe('2026-11');
    expect(monthOf(new Date(Date.parse(moment) - 1), zone)).toBe('2026-10');
  });
});

describe('the lock file for R', () => {
  it('names the frozen repository, and of each package what it needs', async () => {
    const target = cranTargets.parse('r4.4-source');
    if (target === undefined) throw new Error('no target');
    const release = (name: string, isCore: boolean, neededBy: readonly string[]) => ({
      ...{ name, version: '1.0', isCore, neededBy, metadata: undefined },
      files: [{ filename: `${name}_1.0.tar.gz`, sha256: digest('a'), size: 1 }],
    });
    const [file] = await cranImageFiles({
      ...{ base: 'https://pkg.haven.example/tier3--17/cran/', target },
      releases: [release('broom', true, []), release('rlang', false, ['broom'])],
    });
    expect(file?.path).toBe('cran/r4.4-source/renv.lock');
    expect(JSON.parse(file?.text ?? '')).toEqual({
      R: {
        Version: '4.4.0',
        Repositories: [{ Name: 'pratique', URL: 'https://pkg.haven.example/tier3--17/cran' }],
      },
      Packages: {
        broom: {
          Package: 'broom',
          Version: '1.0',
          Source: 'Repository',
          Repository: 'pratique',
          Requirements: ['rlang'],
        },
        rlang: { Package: 'rlang', Version: '1.0', Source: 'Repository', Repository: 'pratique' },
      },
    });
  });
});
