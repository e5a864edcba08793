import { describe, expect, it } from 'vitest';
import type { Distribution } from '../../domain/distribution.ts';
import type { CandidateView, Resolution } from '../contract.ts';
import { npmDependencies } from './resolve.ts';
import { npmTargets } from './targets.ts';

type Manifest = Readonly<Record<string, unknown>>;
/** Manifests by version by name; `young` is still cooling down. */
type Registry = Readonly<Record<string, Readonly<Record<string, Manifest & { readonly young?: boolean }>>>>;

function distribution(name: string, version: string): Distribution {
  return {
    ...{ filename: `${name}-${version}.tgz`, url: `http://upstream.example/${name}#${version}`, source: 'x' },
    ...{ kind: 'tarball', sha256: undefined, size: undefined, uploadedAt: undefined, requiresRuntime: undefined },
    ...{ yanked: false, metadata: undefined, provenanceUrl: undefined },
  };
}

function viewOf(
  registry: Registry,
  tags: Readonly<Record<string, Readonly<Record<string, string>>>> = {},
): CandidateView {
  return {
    async package(name) {
      if (name === 'dark') return { status: 'unreadable', reason: 'no answer about dark' };
      const versions = registry[name];
      if (versions === undefined) return { status: 'unknown' };
      const releases = Object.entries(versions).map(([version, { young }]) => ({
        ...{ version, distributions: [distribution(name, version)], preference: young === true ? 1 : 0 },
      }));
      return { status: 'found', releases, tags: tags[name] ?? { latest: Object.keys(versions).at(-1) ?? '' } };
    },
    async metadata({ url }) {
      const [, name = '', version = ''] = /([^/]+)#(.+)$/.exec(url) ?? [];
      return { text: JSON.stringify({ name, version, ...registry[name]?.[version] }) };
    },
    buildRequires: () => Promise.reject(new Error('npm builds nothing')),
  };
}

async function resolve(
  registry: Registry,
  target = 'node24-linux-x64',
  range: string | null = null,
): Promise<Resolution> {
  const [on] = [target].flatMap((id) => npmTargets.parse(id) ?? []);
  if (on === undefined) throw new RangeError(target);
  return npmDependencies.resolve([{ name: 'root', extras: [], range }], viewOf(registry), on, { allowSdists: false });
}

const tree = (resolution: Resolution) =>
  resolution.status === 'resolved' ? resolution.releases.map(({ name, version }) => `${name}@${version}`) : resolution;

describe('resolving as npm does', () => {
  it('does not fail by what cannot be read and nothing in the tree asks for', async () => {
    const resolution = await resolve({
      root: { '1.0.0': { dependencies: { c: '1', x: '1' } } },
      x: { '1.0.0': { dependencies: { c: '*' } } },
      c: { '1.0.0': {}, '2.0.0': { dependencies: { dark: '*' } } },
    });
    expect(tree(resolution)).toEqual(['c@1.0.0', 'root@1.0.0', 'x@1.0.0']);
  });

  it('takes peers along, several versions of a name, and says who needs which', async () => {
    const resolution = await resolve({
      root: { '1.0.0': { dependencies: { a: '1', b: '^2.0.0' }, peerDependencies: { p: '*' } } },
      a: { '1.0.0': { dependencies: { b: '1' } } },
      b: { '1.4.0': {}, '2.1.0': {} },
      p: { '3.0.0': {} },
    });
    expect(tree(resolution)).toEqual(['a@1.0.0', 'b@1.4.0', 'b@2.1.0', 'p@3.0.0', 'root@1.0.0']);
    const releases = resolution.status === 'resolved' ? resolution.releases : [];
    expect(releases.find(({ name }) => name === 'a')?.needs).toEqual([{ name: 'b', version: '1.4.0' }]);
    expect(releases.filter(({ isRoot }) => isRoot).map(({ name }) => name)).toEqual(['root']);
  });

  it('has optional packages only on the platforms that they are for', async () => {
    const registry: Registry = {
      root: {
        '1.0.0': {
          optionalDependencies: { 'bin-linux': '1', 'bin-win': '1', gone: '1', git: 'git+https://x.example/y' },
        },
      },
      'bin-linux': { '1.0.0': { os: ['linux'], cpu: ['x64'], libc: ['glibc'], dependencies: { only: '1' } } },
      'bin-win': { '1.0.0': { os: ['win32'] } },
      only: { '1.0.0': {} },
    };
    const resolution = await resolve(registry);
    expect(tree(resolution)).toEqual(['bin-linux@1.0.0', 'only@1.0.0', 'root@1.0.0']);
    expect(resolution).toMatchObject({ warnings: [expect.stringContaining('"git+https://x.example/y"')] });
    expect(tree(await resolve(registry, 'node24-linux-x64-musl'))).toEqual(['root@1.0.0']);
    expect(tree(await resolve(registry, 'node24-win32-x64'))).toEqual(['bin-win@1.0.0', 'root@1.0.0']);
  });

  it('says where something that is not optional is not for the platform', async () => {
    const registry: Registry = {
      root: { '1.0.0': { dependencies: { mac: '1' } } },
      mac: { '1.0.0': { os: ['darwin'] } },
    };
    expect(await resolve(registry)).toMatchObject({ status: 'unsatisfiable', code: 'no-match', name: 'mac' });
    expect(tree(await resolve(registry, 'node24-darwin-arm64'))).toEqual(['mac@1.0.0', 'root@1.0.0']);
  });

  it('names what is stopped here of the range that nothing fits', async () => {
    const view = viewOf({ root: { '1.0.0': { dependencies: { b: '^2.0.0' } } }, b: { '1.0.0': {} } });
    const stopped = [
      { version: '1.1.0', by: 'denied, D-1: x' },
      { version: '2.1.0', by: 'denied, D-1: x' },
    ];
    const over: CandidateView = {
      ...view,
      package: async (name) => {
        const found = await view.package(name);
        return name === 'b' && found.status === 'found' ? { ...found, stopped } : found;
      },
    };
    const [on] = npmTargets.defaults;
    if (on === undefined) throw new RangeError('no target');
    const roots = [{ name: 'root', extras: [], range: null }];
    expect(await npmDependencies.resolve(roots, over, on, { allowSdists: false })).toMatchObject({
      reason: 'no version of b that may be used is in ^2.0.0, needed by root; stopped here: b 2.1.0 (denied, D-1: x)',
    });
  });

  it('follows aliases and tags, and never a bundle or a shrinkwrap', async () => {
    const resolution = await resolve({
      root: {
        '1.0.0': {
          dependencies: { short: 'npm:long-name@^1.0.0', inside: '1' },
          bundleDependencies: ['inside'],
          _hasShrinkwrap: true,
        },
      },
      'long-name': { '1.2.0': {} },
    });
    expect(tree(resolution)).toEqual(['long-name@1.2.0', 'root@1.0.0']);
    expect(resolution).toMatchObject({ warnings: [expect.stringContaining('inside')] });
  });

  it('heeds no overrides but those of a project: what a package says of others is not asked for', async () => {
    const registry: Registry = {
      root: { '1.0.0': { dependencies: { a: '1' }, overrides: { b: '2.0.0' } } },
      a: { '1.0.0': { dependencies: { b: '^1.0.0' } } },
      b: { '1.0.0': {}, '2.0.0': {} },
    };
    expect(tree(await resolve(registry))).toEqual(['a@1.0.0', 'b@1.0.0', 'root@1.0.0']);
  });

  it('chooses a release that is cooling down only where no other fits', async () => {
    const b = { '1.0.0': {}, '1.1.0': { young: true }, '2.0.0': { young: true } };
    const root = (range: string): Registry => ({ root: { '1.0.0': { dependencies: { b: range } } }, b });
    expect(tree(await resolve(root('^1.0.0')))).toEqual(['b@1.0.0', 'root@1.0.0']);
    expect(tree(await resolve(root('^2.0.0')))).toEqual(['b@2.0.0', 'root@1.0.0']);
    expect(tree(await resolve(root('*')))).toEqual(['b@1.0.0', 'root@1.0.0']);
  });

  it('prefers what the Node release of the target may run', async () => {
    const registry: Registry = {
      root: { '1.0.0': { engines: { node: '>=18' } }, '2.0.0': { engines: { node: '>=24' } } },
    };
    expect(tree(await resolve(registry, 'node24-linux-x64'))).toEqual(['root@2.0.0']);
    expect(tree(await resolve(registry, 'node22-linux-x64'))).toEqual(['root@1.0.0']);
  });

  it.each([
    ['unknown-package', { dependencies: { nowhere: '1' } }, 'no source knows nowhere, needed by root'],
    ['no-match', { dependencies: { b: '^9.0.0' } }, 'no version of b'],
    ['no-match', { dependencies: { b: 'git+ssh://git@x.example/b.git' } }, 'not a release of a registry'],
    ['no-match', { dependencies: { b: 'http://x.example/b.tgz' } }, 'not a release of a registry'],
    ['no-match', { dependencies: { b: 'someone/b#v1' } }, 'not a release of a registry'],
    ['no-match', { dependencies: { b: 'gist:0123456789' } }, 'not a release of a registry'],
    ['no-match', { peerDependencies: { b: 'gitlab:someone/b' } }, 'not a release of a registry'],
    ['no-match', { dependencies: { b: 'file:../b' } }, 'not a release of a registry'],
    ['no-match', { dependencies: { b: 'link:../b' } }, 'not a release of a registry'],
    ['no-match', { dependencies: { b: 'workspace:*' } }, 'not a release of a registry'],
    ['conflict', { peerDependencies: { b: '1', c: '1' } }, 'peer dependencies'],
  ])('says why there is no tree: %s', async (code, manifest, words) => {
    const registry: Registry = {
      root: { '1.0.0': manifest },
      b: { '1.0.0': {}, '2.0.0': {} },
      c: { '1.0.0': { peerDependencies: { b: '2' } } },
    };
    expect(await resolve(registry)).toMatchObject({
      status: 'unsatisfiable',
      code,
      reason: expect.stringContaining(words),
    });
  });

  it('says that it cannot be known where a source does not answer, for an optional package too', async () => {
    expect(await resolve({ root: { '1.0.0': { optionalDependencies: { dark: '1' } } } })).toEqual({
      ...{ status: 'unreadable', target: 'node24-linux-x64', reason: 'no answer about dark' },
    });
  });

  it('takes exactly the version that is asked for, and refuses a range that is none', async () => {
    const registry: Registry = { root: { '1.0.0': {}, '1.1.0': {} } };
    expect(tree(await resolve(registry, 'node24-linux-x64', '1.0.0'))).toEqual(['root@1.0.0']);
    await expect(resolve(registry, 'node24-linux-x64', 'git+https://x.example/y')).rejects.toThrow(
      'no range of versions',
    );
  });
});
