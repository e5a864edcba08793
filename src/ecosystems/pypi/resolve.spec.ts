import { describe, expect, it } from 'vitest';
import type { Distribution } from '../../domain/distribution.ts';
import type { CandidatePackage, CandidateView, RootRequirement } from '../contract.ts';
import { kindOfFilename } from './filenames.ts';
import { pypiDependencies } from './resolve.ts';
import { pypiTargets } from './targets.ts';

interface ReleaseCase {
  readonly requires?: readonly string[];
  readonly extras?: readonly string[];
  readonly python?: string;
  readonly indexPython?: string;
  readonly yanked?: boolean;
  readonly preference?: number;
  readonly files?: readonly string[];
  readonly metadata?: string;
  readonly unreadable?: boolean;
  /** What the build of its source distribution asks for. */
  readonly builds?: readonly string[];
}
type Packages = Readonly<Record<string, Readonly<Record<string, ReleaseCase>>>>;

function fileOf(filename: string, { indexPython, yanked }: ReleaseCase = {}): Distribution {
  return {
    filename,
    url: `https://upstream.example/${filename}`,
    source: 'upstream',
    kind: kindOfFilename(filename),
    sha256: undefined,
    size: undefined,
    uploadedAt: undefined,
    requiresRuntime: indexPython,
    yanked: yanked === true ? 'broken' : false,
    metadata: undefined,
    provenanceUrl: undefined,
  };
}

function metadataOf(name: string, version: string, release: ReleaseCase): string {
  const lines = [
    'Metadata-Version: 2.3',
    `Name: ${name}`,
    `Version: ${version}`,
    ...(release.python === undefined ? [] : [`Requires-Python: ${release.python}`]),
    ...(release.requires ?? []).map((one) => `Requires-Dist: ${one}`),
    ...(release.extras ?? []).map((one) => `Provides-Extra: ${one}`),
  ];
  return `${lines.join('\n')}\n`;
}

/** A view over packages held in memory; `reads` counts what was looked at. */
function viewOf(packages: Packages, unreadable: readonly string[] = []): CandidateView & { readonly reads: string[] } {
  const reads: string[] = [];
  const texts = new Map<string, ReleaseCase & { readonly text: string }>();
  const found = new Map<string, CandidatePackage>();
  for (const [name, versions] of Object.entries(packages)) {
    const releases = Object.entries(versions).map(([version, release]) => {
      const files = release.files ?? [`${name}-${version}-py3-none-any.whl`];
      for (const file of files)
        texts.set(file, { ...release, text: release.metadata ?? metadataOf(name, version, release) });
      const distributions = files.map((file) => fileOf(file, release));
      return { version, distributions, preference: release.preference ?? 0 };
    });
    found.set(name, { status: 'found', releases });
  }
  return {
    reads,
    package: async (name) => {
      if (unreadable.includes(name)) return { status: 'unreadable', reason: 'time-out' };
      return found.get(name) ?? { status: 'unknown' };
    },
    metadata: async ({ filename }) => {
      reads.push(filename);
      const known = texts.get(filename);
      return known === undefined || known.unreadable === true ? { unreadable: '404' } : { text: known.text };
    },
    buildRequires: async ({ filename }) => ({ status: 'found', requires: texts.get(filename)?.builds ?? [] }),
  };
}

function targetOf(id: string) {
  const target = pypiTargets.parse(id);
  if (target === undefined) throw new TypeError(id);
  return target;
}

const target = targetOf('cp311-manylinux_2_28_x86_64');
const root = (name: string, range: string | null = null, extras: readonly string[] = []): RootRequirement => ({
  name,
  extras,
  range,
});

async function resolve(roots: readonly RootRequirement[], view: CandidateView, allowSdists = false) {
  const answer = await pypiDependencies.resolve(roots, view, target, { allowSdists });
  const tree =
    answer.status === 'resolved' ? answer.releases.map(({ name, version }) => `${name} ${version}`) : undefined;
  return { answer, tree };
}

describe('resolution', () => {
  it('takes the preferred release before the newest', async () => {
    const view = viewOf({ a: { '3': { preference: 1 }, '2': {}, '1': {} } });
    expect((await resolve([root('a')], view)).tree).toEqual(['a 2']);
    expect((await resolve([root('a', '>2')], view)).tree).toEqual(['a 3']);
  });

  it('takes a yanked release only where it is pinned', async () => {
    const view = viewOf({ a: { '2': { yanked: true }, '1': {} } });
    expect((await resolve([root('a')], view)).tree).toEqual(['a 1']);
    expect((await resolve([root('a', '==2')], view)).tree).toEqual(['a 2']);
    const { answer } = await resolve([root('a', '>=2')], view);
    expect(answer).toMatchObject({
      status: 'unsatisfiable',
      code: 'no-match',
      reason: expect.stringContaining('yanked'),
    });
  });

  it('says what it has chosen as it goes, also what it gives up later', async () => {
    const said: string[] = [];
    const packages = {
      app: { '1': { requires: ['a', 'b'] } },
      a: { '2': { requires: ['c>=2'] }, '1': {} },
      b: { '1': { requires: ['c<2'] } },
      c: { '2': {}, '1': {} },
    };
    const view: CandidateView = {
      ...viewOf(packages),
      chosen: ({ name, version, distribution }) => said.push(`${name} ${version} ${distribution.filename}`),
    };
    expect((await resolve([root('app')], view)).tree).toEqual(['a 1', 'app 1', 'b 1', 'c 1']);
    expect(said[0]).toBe('app 1 app-1-py3-none-any.whl');
    expect(said).toContain('a 2 a-2-py3-none-any.whl');
    expect(said).toContain('c 1 c-1-py3-none-any.whl');
  });

  it('adds what extras ask for, also of the package itself, and says which extra there is not', async () => {
    const requires = ['b; extra == "x"', 'a[x]; extra == "all"', 'c; extra == "y"'];
    const view = viewOf({ a: { '1': { requires, extras: ['x', 'all', 'y'] } }, b: { '1': {} }, c: { '1': {} } });
    const { answer, tree } = await resolve([root('a', null, ['all', 'nope'])], view);
    expect(tree).toEqual(['a 1', 'b 1']);
    expect(answer).toMatchObject({
      warnings: ['a 1 has no extra nope'],
      releases: [
        { name: 'a', extras: ['all', 'x'], needs: [{ name: 'b', version: '1' }] },
        { name: 'b', extras: [] },
      ],
    });
  });

  it('keeps a package and the same with extras at one release', async () => {
    const view = viewOf({
      a: { '2': { requires: ['b'], extras: ['x'] }, '1': { requires: ['c; extra == "x"'], extras: ['x'] } },
      b: { '1': { requires: ['a<2'] } },
      c: { '1': {} },
    });
    expect((await resolve([root('a', null, ['x'])], view)).tree).toEqual(['a 1', 'c 1']);
  });

  it('reads no more metadata than one release of each package where nothing conflicts', async () => {
    const view = viewOf({
      a: { '2': { requires: ['b<3', 'c'] }, '1': {} },
      b: { '3': {}, '2': {}, '1': {} },
      c: { '1': {} },
    });
    await resolve([root('a')], view);
    expect(view.reads.toSorted()).toEqual(['a-2-py3-none-any.whl', 'b-2-py3-none-any.whl', 'c-1-py3-none-any.whl']);
  });

  it('passes releases over whose metadata is for another Python, another release, or none', async () => {
    const view = viewOf({
      a: {
        '5': { indexPython: '>=3.12' },
        '4': { python: '>=3.12' },
        '3': { metadata: metadataOf('b', '3', {}) },
        '2': { requires: ['!!'] },
        '1': {},
      },
    });
    const { answer, tree } = await resolve([root('a')], view);
    expect(tree).toEqual(['a 1']);
    expect(answer).toMatchObject({ warnings: [expect.stringContaining('a-2'), expect.stringContaining('a-3')] });
  });
});

describe('resolution that cannot be', () => {
  it('says what cannot be had, with the chain that asks for it', async () => {
    const packages: Packages = {
      app: { '1': { requires: ['mid'] } },
      mid: { '1': { requires: ['leaf>=2'] } },
      leaf: { '2': { files: ['leaf-2.tar.gz', 'leaf-2-cp311-cp311-win_amd64.whl'] }, '1': {} },
    };
    const { answer } = await resolve([root('app')], viewOf(packages));
    const reason =
      'app is asked for, app 1 requires mid, mid 1 requires leaf>=2, and no release in that range has a wheel for cp311-manylinux_2_28_x86_64';
    expect(answer).toMatchObject({ status: 'unsatisfiable', code: 'no-wheel', name: 'leaf', reason });
  });

  it.each([
    ['unknown-package', { a: { '1': { requires: ['gone'] } } }, 'no source knows gone'],
    ['no-match', { a: { '1': { requires: ['b>1'] } }, b: { '1': {} } }, 'there is no such release'],
    ['no-match', { a: { '1': { requires: ['b @ https://upstream.example/b.whl'] } } }, 'names a file at an address'],
    ['no-match', { a: { '1': { python: '<3' } } }, 'cannot be used with Python 3.11.0'],
    ['no-match', { a: { '1': { indexPython: '<3' } } }, 'needs another Python than 3.11.0'],
    [
      'conflict',
      { a: { '1': { requires: ['b', 'c<2'] } }, b: { '1': { requires: ['c>=2'] } }, c: { '1': {}, '2': {} } },
      'c<2',
    ],
  ] as const)('%s', async (code, packages: Packages, words) => {
    const { answer } = await resolve([root('a')], viewOf(packages));
    expect(answer).toMatchObject({ status: 'unsatisfiable', code, reason: expect.stringContaining(words) });
  });

  it('is unreadable only where the unreadable is needed', async () => {
    const packages: Packages = {
      a: { '3': { requires: ['b', 'missing'] }, '2': { requires: ['c'] } },
      c: { '2': { unreadable: true }, '1': {} },
    };
    const { answer } = await resolve([root('a')], viewOf(packages, ['b']));
    expect(answer).toMatchObject({ status: 'unreadable', reason: expect.stringContaining('c-2') });
    expect((await resolve([root('a'), root('c', '<2')], viewOf(packages, ['b']))).tree).toEqual(['a 2', 'c 1']);
    expect((await resolve([root('b')], viewOf(packages, ['b']))).answer.status).toBe('unreadable');
  });

  it('ends with an answer where the search is too hard', async () => {
    // Pigeons that all fit alone and never together: no single conflict tells where to go back to.
    const names = Array.from({ length: 9 }, (_, index) => `p${index}`);
    const versions = Array.from({ length: 8 }, (_, index) => `${index + 1}`);
    const packages = Object.fromEntries(
      names.map((name) => [
        name,
        Object.fromEntries(
          versions.map((version) => [
            version,
            { requires: names.filter((other) => other !== name).map((other) => `${other}!=${version}`) },
          ]),
        ),
      ]),
    );
    const { answer } = await resolve(
      names.map((name) => root(name)),
      viewOf(packages),
    );
    expect(answer).toMatchObject({
      status: 'unsatisfiable',
      code: 'conflict',
      reason: expect.stringContaining('steps'),
    });
  });

  it('refuses a range that is none', async () => {
    await expect(resolve([root('a', 'newest')], viewOf({}))).rejects.toMatchObject({ code: 'bad-range' });
  });
});

describe('the file of a release', () => {
  const choose = (names: readonly string[], id: string, allowSdists = false): string | undefined =>
    pypiDependencies.choose(
      names.map((name) => fileOf(name)),
      targetOf(id),
      { allowSdists },
    )?.filename;

  it.each([
    ['cp311-manylinux_2_28_x86_64', 'a-1-cp311-cp311-manylinux_2_17_x86_64.manylinux2014_x86_64.whl'],
    ['cp312-manylinux_2_28_x86_64', 'a-1-cp39-abi3-manylinux_2_28_x86_64.whl'],
    ['cp312-manylinux_2_28_aarch64', 'a-1-2-py3-none-any.whl'],
    ['cp313-macosx_14_0_arm64', 'a-1-cp39-abi3-macosx_11_0_universal2.whl'],
    ['cp313-win_amd64', 'a-1-2-py3-none-any.whl'],
  ])('%s takes %s', (id, expected) => {
    const names = [
      'a-1-py3-none-any.whl',
      'a-1-2-py3-none-any.whl',
      'a-1.tar.gz',
      'a-1-cp311-cp311-manylinux_2_17_x86_64.manylinux2014_x86_64.whl',
      'a-1-cp39-abi3-manylinux_2_28_x86_64.whl',
      'a-1-cp312-cp312-manylinux_2_34_x86_64.whl',
      'a-1-cp39-abi3-macosx_11_0_universal2.whl',
    ];
    expect(choose(names, id)).toBe(expected);
  });

  it('takes a source distribution only where that is allowed and no wheel fits', () => {
    expect(choose(['a-1.tar.gz'], 'cp311-manylinux_2_28_x86_64')).toBeUndefined();
    expect(choose(['a-1.tar.gz'], 'cp311-manylinux_2_28_x86_64', true)).toBe('a-1.tar.gz');
    expect(choose(['a-1.tar.gz', 'a-1-py3-none-any.whl'], 'cp311-manylinux_2_28_x86_64', true)).toBe(
      'a-1-py3-none-any.whl',
    );
  });
});

describe('targets', () => {
  it('has ten by default and reads what operators write', () => {
    expect(pypiTargets.defaults.map(({ id }) => id)).toContain('cp314-manylinux_2_28_aarch64');
    expect(pypiTargets.defaults).toHaveLength(10);
    expect(pypiTargets.parse('cp312.4-win_amd64')?.settings).toMatchObject({ python: '3.12.4', platform: 'win_amd64' });
    for (const bad of [
      '',
      'cp27-win32',
      'cp312',
      'cp312-any',
      'cp312-manylinux_3_1_x86_64',
      'cp312-manylinux_2_28_vax',
    ]) {
      expect(pypiTargets.parse(bad), bad).toBeUndefined();
    }
  });
});
