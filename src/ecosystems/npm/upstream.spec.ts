import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listedTarball, registryAnswer } from '../../main/demo/made-here-registry.ts';
import { makeTarball } from '../../main/demo/made-here-tarballs.ts';
import { type MadeHereUpstream, startMadeHereUpstream } from '../../main/demo/made-here-upstream.ts';
import { createFetch } from '../../platform/fetch/index.ts';
import type { UpstreamReader } from '../contract.ts';
import { readPackument } from './packument.ts';
import { npmSources } from './sources.ts';
import { tagsOver } from './tags.ts';
import { createNpmUpstream } from './upstream.ts';

const AT = { name: 'x', source: 's', url: 'http://upstream.example/x' };
const dist = { tarball: 'http://upstream.example/x/-/x-1.0.0.tgz' };

let upstream: MadeHereUpstream;
let fetch: ReturnType<typeof createFetch>;
let reader: UpstreamReader;
let asked: string[] = [];

beforeAll(async () => {
  const releases = [
    listedTarball(makeTarball({ name: '@shore/estuary', version: '1.0.0', dependencies: { harbour: '1' } })),
    { ...listedTarball(makeTarball({ name: '@shore/estuary', version: '1.1.0' })), uploadedAt: undefined },
  ];
  upstream = await startMadeHereUpstream((question, url) => {
    asked.push(question.path);
    return question.path === '/broken' ? { ...NOT_JSON } : registryAnswer({ releases }, question, url);
  });
  const sources = [{ name: 's', kind: 'index' as const, url: upstream.url, only: undefined, caFile: undefined }];
  fetch = createFetch({ sources, version: '0', now: () => new Date(), random: () => 0, limits: { attempts: 1 } });
  reader = createNpmUpstream({ sources, reserved: ['@ours/*'], fetch, now: () => new Date(0) });
});
afterAll(async () => {
  await fetch.close();
  await upstream.close();
});
const NOT_JSON = {
  status: 200,
  headers: { 'content-type': 'application/json' },
  body: new TextEncoder().encode('<html>'),
};

describe('reading an npm registry', () => {
  it('reads versions, tags, times and hashes, and each manifest as it came', async () => {
    const answer = await reader.readPackage('@shore/estuary');
    if (answer.status !== 'found') throw new RangeError(answer.status);
    const [first, second] = answer.package.releases.flatMap(({ distributions }) => distributions);
    expect(answer.package.tags).toEqual({ latest: '1.1.0' });
    expect(answer.bytes).toBeGreaterThan(300);
    expect(answer.package.about).toMatchObject({ license: 'MIT' });
    expect(first).toMatchObject({
      filename: 'estuary-1.0.0.tgz',
      kind: 'tarball',
      uploadedAt: '2024-01-01T00:00:00.000000Z',
    });
    expect(first?.integrity).toMatch(/^sha512-/);
    expect(second?.uploadedAt).toBeUndefined();
    if (first === undefined) return;
    const metadata = await reader.readMetadata(first);
    expect('text' in metadata && JSON.parse(metadata.text)).toMatchObject({ dependencies: { harbour: '1' } });
  });

  it('tells what is not there from what cannot be read, and never asks for reserved names', async () => {
    expect((await reader.readPackage('nowhere')).status).toBe('unknown');
    expect((await reader.readPackage('not a name')).status).toBe('unknown');
    expect(await reader.readPackage('broken')).toMatchObject({ status: 'unreadable' });
    asked = [];
    expect((await reader.readPackage('@ours/secret')).status).toBe('unreadable');
    expect(asked).toEqual([]);
  });

  it('leaves out, by name, versions that are not what they say', () => {
    const read = readPackument(
      JSON.stringify({
        name: 'x',
        versions: {
          '1.0.0': { name: 'x', version: '1.0.0', dist: { ...dist, shasum: 'a'.repeat(40) } },
          '1.0.1': { name: 'y', version: '1.0.1', dist },
          'not-one': { name: 'x', version: 'not-one', dist },
          '1.0.2': { name: 'x', version: '1.0.2', dist: { tarball: 'file:///etc/passwd' } },
          '1.0.3': { name: 'x', version: '1.0.3' },
          'v1.0.0': { name: 'x', version: '1.0.0', dist: { ...dist, shasum: 'b'.repeat(40) }, bin: 'other.js' },
        },
        'dist-tags': {
          ...Object.fromEntries(Array.from({ length: 20_000 }, (_, at) => [`t${at}`, '1.0.0'])),
          ...{ '2.0.0': '1.0.0', '^1': '1.0.0', latest: '1.0.0' },
        },
      }),
      AT,
    );
    if (typeof read === 'string') throw new RangeError(read);
    expect(read.releases.map(({ version }) => version)).toEqual(['1.0.0']);
    expect(read.releases[0]?.distributions[0]?.integrity).toMatch(/^sha1-/);
    expect(read.manifests.get('1.0.0')).not.toHaveProperty('bin');
    expect(read.warnings).toHaveLength(5);
    expect(Object.keys(read.tags).length).toBeLessThanOrEqual(1000);
    expect(read.tags).toMatchObject({ latest: '1.0.0', t1: '1.0.0' });
    expect(Object.keys(read.tags).filter((tag) => /^[0-9^]/.test(tag))).toEqual([]);
    expect(readPackument('{"name":"y","versions":{}}', AT)).toContain('another package');
  });

  it('NP-08, NP-09 has tags that lead to what is there, `latest` never above upstream', () => {
    const tags = { latest: '2.0.0', next: '3.0.0-rc.1', cjs: '1.0.5' };
    expect(tagsOver(tags, ['1.0.0', '1.0.5', '1.9.0', '2.1.0'])).toEqual({ latest: '1.9.0', cjs: '1.0.5' });
    expect(tagsOver(tags, ['2.0.0', '3.0.0-rc.0'])).toEqual({ latest: '2.0.0', next: '3.0.0-rc.0' });
    expect(tagsOver(tags, ['1.0.0-beta.1'])).toEqual({ latest: '1.0.0-beta.1', cjs: '1.0.0-beta.1' });
    expect(tagsOver(tags, [])).toEqual({});
  });

  it('reads which releases are deprecated, and what is said of them', () => {
    const said = { '1.0.0': 'Use y', '1.1.0': '', '1.2.0': true, '1.3.0': false, '1.4.0': { a: 1 } };
    const versions = Object.fromEntries(
      Object.entries(said).map(([version, deprecated]) => [version, { name: 'x', version, dist, deprecated }]),
    );
    const read = readPackument(JSON.stringify({ name: 'x', versions }), AT);
    if (typeof read === 'string') throw new RangeError(read);
    const found = read.releases.map(({ distributions }) => distributions[0]?.deprecated);
    expect(found).toEqual(['Use y', undefined, '', undefined, undefined]);
  });

  it('asks npm itself where packages come from', async () => {
    const answers: Readonly<Record<string, string>> = {
      'config get registry': 'http://127.0.0.1:1/npm/\n',
      'config get cafile': 'null\n',
      'config list --json': '{"@ours:registry":"http://127.0.0.1:2/","x":1}',
    };
    const sources = await npmSources.discover(async (_npm, args) => answers[args.join(' ')] ?? '');
    expect(sources.map(({ name, url, only }) => [name, url, only])).toEqual([
      ['registry', 'http://127.0.0.1:1/npm/', undefined],
      ['scope-ours', 'http://127.0.0.1:2/', ['@ours/*']],
    ]);
    expect(sources.every(({ proxy }) => proxy === undefined)).toBe(true);
    await expect(npmSources.discover(() => Promise.reject(new Error('no such program')))).rejects.toThrow(
      'no such program',
    );
  });

  it.each([
    [{ proxy: 'http://p.example:1' }, ['http://p.example:1', 'http://p.example:1']],
    [
      { proxy: 'http://p.example:1', 'https-proxy': 'http://s.example:2' },
      ['http://s.example:2', 'http://s.example:2'],
    ],
    [{ proxy: null, 'https-proxy': null, noproxy: [''] }, [undefined, undefined]],
    [{ proxy: 'http://p.example:1', noproxy: ['.inside.example'] }, ['http://p.example:1', null]],
    [{ proxy: 'http://p.example:1', noproxy: 'upstream.example, side.example' }, [null, 'http://p.example:1']],
    [{ noproxy: ['example'] }, [null, null]],
  ])('asks through the proxy that npm itself would take: %j', async (settings, expected) => {
    const listed = { '@ours:registry': 'http://ours.inside.example/', ...settings };
    const answers: Readonly<Record<string, string>> = {
      'config get registry': 'http://upstream.example/',
      'config get cafile': 'null',
      'config list --json': JSON.stringify(listed),
    };
    const sources = await npmSources.discover(async (_npm, args) => answers[args.join(' ')] ?? '');
    expect(sources.map(({ proxy }) => proxy)).toEqual(expected);
  });
});
