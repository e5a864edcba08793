import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tarOf } from '../../main/demo/made-here-tar.ts';
import { makeTarball } from '../../main/demo/made-here-tarballs.ts';
import { npmArchives } from './archive.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pratique-tarball-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const EXPECTED = { filename: 'estuary-1.0.0.tgz', name: '@shore/estuary', version: '1.0.0' };
const MANIFEST = '{"name":"@shore/estuary","version":"1.0.0"}';

async function examine(bytes: Uint8Array) {
  const path = join(folder, 'x.tgz');
  await writeFile(path, bytes);
  return { path, examination: await npmArchives.examine(path, EXPECTED) };
}

async function codes(files: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const { examination } = await examine(gzipSync(tarOf(files)));
  return examination.problems.map(({ code }) => code);
}

describe('reading tarballs', () => {
  it('takes what npm packs, whatever its top folder is called, and gives package.json', async () => {
    const { path, examination } = await examine(makeTarball({ name: '@shore/estuary', version: '1.0.0' }).bytes);
    expect(examination.problems).toEqual([]);
    expect(JSON.parse(examination.metadata ?? '')).toMatchObject({ name: '@shore/estuary' });
    const seen: string[] = [];
    expect(await npmArchives.walk(path, 'x.tgz', (file) => void seen.push(file.path))).toEqual({ status: 'walked' });
    expect(seen).toEqual(['package/package.json', 'package/index.js']);
    const visited: string[] = [];
    expect(await npmArchives.examine(path, EXPECTED, (file) => void visited.push(file.path))).toEqual(examination);
    expect(visited).toEqual(seen);
    const renamed = await examine(gzipSync(tarOf({ 'test/package.json': MANIFEST, 'test/lib/test/a.js': '' })));
    expect(renamed.examination.problems).toEqual([]);
    await npmArchives.walk(renamed.path, 'x.tgz', (file) => void seen.push(file.path));
    expect(seen.slice(2)).toEqual(['package/package.json', 'package/lib/test/a.js']);
    expect(await codes({ 'estuary/package.json': `\ufeff${MANIFEST.replace('1.0.0', 'v1.0.0')}` })).toEqual([]);
  });

  it.each([
    ['several-top-folders', { 'package/package.json': MANIFEST, 'other/index.js': '' }],
    ['no-top-folder', { 'package/package.json': MANIFEST, 'index.js': '' }],
    ['no-package-json', { 'package/index.js': '' }],
    ['no-package-json', { 'package/lib/package.json': MANIFEST }],
    ['metadata-name', { 'package/package.json': '{"name":"estuary","version":"1.0.0"}' }],
    ['metadata-version', { 'package/package.json': '{"name":"@shore/estuary","version":"1.0.1"}' }],
    ['metadata-broken', { 'package/package.json': '[]' }],
    ['path-traversal', { 'package/package.json': MANIFEST, 'package/../../x': '' }],
  ])('tells %s', async (code, files) => {
    expect(await codes(files)).toContain(code);
  });

  it('tells an archive that is none', async () => {
    const { examination } = await examine(Buffer.from('no gzip'));
    expect(examination.problems[0]?.code).toBe('not-a-gzip');
  });
});

describe('contradictions between a tarball and its registry', () => {
  const between = (own: object, listed: object) =>
    npmArchives.contradictions(JSON.stringify({ name: 'x', ...own }), JSON.stringify({ name: 'x', ...listed }));

  it('are none where publishing itself rewrote a field', () => {
    expect(
      between(
        { dependencies: { a: ' ^1 ' }, optionalDependencies: { o: '1' }, bin: './cli.js', bundledDependencies: ['a'] },
        {
          dependencies: { a: '^1', o: '1' },
          optionalDependencies: { o: '1' },
          bin: { x: 'cli.js' },
          bundleDependencies: ['a'],
        },
      ),
    ).toEqual([]);
    expect(between({ scripts: {} }, { scripts: { install: 'node-gyp rebuild' }, gypfile: true })).toEqual([]);
    expect(between({ scripts: { postinstall: 'x' } }, {})).toEqual([]);
  });

  it.each([
    ['dependencies b', { dependencies: { b: '1' } }, {}],
    ['dependencies b', {}, { dependencies: { b: '1' } }],
    ['dependencies constructor', { dependencies: { constructor: '1' } }, {}],
    ['peerDependencies toString', {}, { peerDependencies: { toString: '1' } }],
    ['The script postinstall', { scripts: { postinstall: 'node evil.js' } }, { scripts: { test: 'x' } }],
    ['bin', { bin: { npm: 'evil.js' } }, {}],
    ['os', { os: ['linux'] }, {}],
    ['The name', { name: 'y' }, {}],
  ])('are told: %s', (what, own, listed) => {
    expect(between(own, listed)).toEqual([expect.stringContaining(what)]);
  });
});
