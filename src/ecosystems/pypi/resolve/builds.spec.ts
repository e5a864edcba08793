import { describe, expect, it } from 'vitest';
import type { Distribution } from '../../../domain/distribution.ts';
import type { BuildRequiresAnswer, CandidateView } from '../../contract.ts';
import { kindOfFilename } from '../filenames.ts';
import { pypiDependencies } from '../resolve.ts';
import { pypiTargets } from '../targets.ts';

const target = pypiTargets.defaults.find(({ id }) => id === 'cp312-manylinux_2_28_x86_64');
if (target === undefined) throw new TypeError('no target');

/** What one release is: a list for the build requirements of a source distribution, a text for a wheel. */
type Packages = Readonly<Record<string, readonly string[] | 'wheel' | BuildRequiresAnswer>>;

function fileOf(name: string, packages: Packages): Distribution {
  const filename = packages[name] === 'wheel' ? `${name}-1-py3-none-any.whl` : `${name}-1.tar.gz`;
  const url = `https://upstream.example/${filename}`;
  const nothing = { sha256: undefined, size: undefined, uploadedAt: undefined, requiresRuntime: undefined };
  const kind = kindOfFilename(filename);
  return {
    ...nothing,
    filename,
    url,
    source: name,
    kind,
    yanked: false,
    metadata: undefined,
    provenanceUrl: undefined,
  };
}

async function resolve(packages: Packages, allowSdists = true) {
  const view: CandidateView = {
    package: async (name) =>
      Object.hasOwn(packages, name)
        ? {
            status: 'found',
            releases: [{ version: '1', preference: 0, distributions: [fileOf(name, packages)] }],
          }
        : { status: 'unknown' },
    metadata: async ({ source }) => ({ text: `Metadata-Version: 2.2\nName: ${source}\nVersion: 1\n` }),
    buildRequires: async ({ source }) => {
      const known = packages[source] ?? [];
      if (known === 'wheel') throw new TypeError(`${source} is not built`);
      return 'status' in known ? known : { status: 'found', requires: known };
    },
  };
  if (target === undefined) throw new TypeError('no target');
  const roots = [{ name: 'app', extras: [], range: null }];
  return await pypiDependencies.resolve(roots, view, target, { allowSdists });
}

async function builds(packages: Packages) {
  const resolution = await resolve(packages);
  if (resolution.status !== 'resolved') throw new TypeError(resolution.reason);
  return resolution.builds.map(({ of, needs }) => [of.name, ...needs]);
}

const chain = (length: number): Packages =>
  Object.fromEntries([
    ['app', ['b1']],
    ...Array.from({ length }, (_, at) => [`b${at + 1}`, at + 1 === length ? 'wheel' : [`b${at + 2}`]]),
  ]);

describe('builds', () => {
  it('are resolved for each source distribution once, however deep and however often it is needed', async () => {
    expect(await builds({ app: [] })).toEqual([['app']]);
    expect(await builds({ app: ['b', 'c'], b: ['c'], c: ['d'], d: 'wheel' })).toEqual([
      ['app', 'b', 'c'],
      ['b', 'c'],
      ['c', 'd'],
    ]);
    expect(await builds({ app: 'wheel' })).toEqual([]);
  });

  it('ask only for what their markers say of the target', async () => {
    expect(await builds({ app: ['b; python_version < "3.12"', 'c; sys_platform == "linux"'], c: 'wheel' })).toEqual([
      ['app', 'c'],
    ]);
  });

  it('say that the back end may ask for more', async () => {
    const resolution = await resolve({ app: [] });
    expect(resolution).toMatchObject({ warnings: [expect.stringContaining('get_requires_for_build_wheel')] });
    expect(await resolve({ app: 'wheel' })).toMatchObject({ warnings: [] });
  });

  it.each<[string, Packages, string, string]>([
    ['itself', { app: ['app'] }, 'app', 'cannot be: its build needs app 1 itself'],
    ['in a ring', { app: ['b'], b: ['c'], c: ['b'] }, 'b', 'for the build of c-1.tar.gz, for that of b-1.tar.gz'],
    ['nobody', { app: ['b>=1'] }, 'b', 'b>=1 is asked for, and no source knows b'],
    ['another release', { app: ['b>=2'], b: 'wheel' }, 'b', 'b>=2 is asked for, and there is no such release'],
    ['an address', { app: ['b @ https://upstream.example/b.zip'] }, 'b', 'names a file at an address'],
    ['no requirement', { app: ['=='] }, 'app', 'its build requirement "==" is none'],
    ['nothing readable', { app: { status: 'unstated', reason: 'garbled' } }, 'app', 'cannot be: garbled'],
    ['too many in a row', chain(9), 'b8', 'more than 8 builds in a row'],
  ])('cannot be had where they need %s', async (_case, packages, name, reason) => {
    const resolution = await resolve(packages);
    expect(resolution).toMatchObject({
      status: 'unsatisfiable',
      code: 'build-requirement',
      name,
      reason: expect.stringContaining(reason),
    });
  });

  it('go as deep as the limit', async () => {
    expect(await builds(chain(8))).toHaveLength(8);
  });

  it('that cannot be looked at now are not the same as builds that cannot be', async () => {
    const resolution = await resolve({ app: { status: 'unreadable', reason: 'time-out' } });
    expect(resolution).toMatchObject({ status: 'unreadable', reason: expect.stringContaining('time-out') });
  });

  it('are not looked at where wheels only are taken', async () => {
    expect(await resolve({ app: ['b'] }, false)).toMatchObject({ status: 'unsatisfiable', code: 'no-wheel' });
  });
});
