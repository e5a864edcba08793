import { describe, expect, it } from 'vitest';
import type { Distribution } from '../../domain/distribution.ts';
import type { CandidateView, Resolution } from '../contract.ts';
import { filenameOf, parseTree } from './files.ts';
import { cranDependencies } from './resolve.ts';
import { cranTargets } from './targets.ts';

/** Files by `name version`, with the tree behind it where they were built; and their DESCRIPTION fields. */
type Shelf = Readonly<Record<string, string>>;

function viewOf(shelf: Shelf, preference: Readonly<Record<string, number>> = {}): CandidateView {
  const texts = new Map<string, string>();
  const distribution = (name: string, version: string, fields: string, id = ''): Distribution => {
    const tree = parseTree(id);
    const filename = filenameOf({ name, version, tree });
    texts.set(filename, `Package: ${name}\nVersion: ${version}\n${fields}`);
    return {
      ...{ filename, url: `http://127.0.0.1/${filename}`, source: 'made', sha256: undefined },
      kind: tree === undefined ? 'tarball' : 'binary',
      ...{ size: undefined, uploadedAt: undefined, requiresRuntime: undefined, yanked: false },
      ...{ metadata: undefined, provenanceUrl: undefined },
    };
  };
  return {
    async package(name) {
      const mine = Object.entries(shelf).filter(([key]) => key.split(' ')[0] === name);
      if (mine.length === 0) return { status: 'unknown' };
      const releases = [...Map.groupBy(mine, ([key]) => key.split(' ')[1] ?? '')].map(([version, files]) => ({
        version,
        preference: preference[`${name} ${version}`] ?? 0,
        distributions: files.map(([key, fields]) => distribution(name, version, fields, key.split(' ')[2])),
      }));
      return { status: 'found', releases };
    },
    metadata: async ({ filename }) => ({ text: texts.get(filename) ?? '' }),
    buildRequires: async () => ({ status: 'unstated', reason: 'not asked' }),
  };
}

async function resolve(
  shelf: Shelf,
  ask: { readonly range?: string; readonly target?: string; readonly asClientsChoose?: boolean } = {},
  preference?: Readonly<Record<string, number>>,
): Promise<Resolution> {
  const target = cranTargets.parse(ask.target ?? 'r4.4-source');
  if (target === undefined) throw new RangeError('no target');
  const root = { name: 'root', extras: [], range: ask.range ?? null };
  const options = { allowSdists: false, asClientsChoose: ask.asClientsChoose ?? false };
  return await cranDependencies.resolve([root], viewOf(shelf, preference), target, options);
}

function chosen(resolution: Resolution): readonly string[] | string {
  if (resolution.status === 'unsatisfiable') return `${resolution.code}: ${resolution.reason}`;
  if (resolution.status === 'unreadable') return resolution.reason;
  return resolution.releases.map(({ name, version }) => `${name} ${version}`);
}

describe('what installing a package brings along', () => {
  it('is what Depends, Imports and LinkingTo ask for, and neither R itself nor its own packages', async () => {
    const resolution = await resolve({
      'root 1.0': 'Depends: R (>= 4.0), aa\nImports: bb (>= 1.0), stats, utils\nLinkingTo: cc\nSuggests: dd\n',
      ...{ 'aa 1.0': '', 'bb 0.9': '', 'bb 1.1': 'Imports: aa\n', 'cc 1.0': '', 'dd 1.0': '' },
    });
    expect(chosen(resolution)).toEqual(['aa 1.0', 'bb 1.1', 'cc 1.0', 'root 1.0']);
    if (resolution.status !== 'resolved') throw new RangeError('not resolved');
    expect(resolution.releases.find(({ name }) => name === 'bb')?.needs).toEqual([{ name: 'aa', version: '1.0' }]);
    expect(resolution.releases.filter(({ isRoot }) => isRoot).map(({ name }) => name)).toEqual(['root']);
  });

  it('is an older release where the newest wants a later R', async () => {
    const shelf = { 'root 1.0': 'Imports: aa\n', 'aa 2.0': 'Depends: R (>= 4.4)\n', 'aa 1.0': 'Depends: R (>= 3.5)\n' };
    expect(chosen(await resolve(shelf))).toEqual(['aa 2.0', 'root 1.0']);
    expect(chosen(await resolve(shelf, { target: 'r4.2-source' }))).toEqual(['aa 1.0', 'root 1.0']);
  });

  it('is an older release where policy prefers it or a range forbids the newest', async () => {
    const shelf = { 'root 1.0': 'Imports: aa, bb\n', 'aa 1.0': '', 'aa 2.0': '', 'bb 1.0': 'Imports: aa (< 2.0)\n' };
    expect(chosen(await resolve(shelf))).toEqual(['aa 1.0', 'bb 1.0', 'root 1.0']);
    const young = { 'root 1.0': 'Imports: aa\n', 'aa 1.0': '', 'aa 2.0': '' };
    expect(chosen(await resolve(young, {}, { 'aa 2.0': 1 }))).toEqual(['aa 1.0', 'root 1.0']);
  });

  it('is not there where R itself would take something that does not fit', async () => {
    const shelf = { 'root 1.0': 'Imports: aa (< 2.0)\n', 'root 0.9': '', 'aa 1.0': '', 'aa 2.0': '' };
    expect(chosen(await resolve(shelf))).toEqual(['aa 1.0', 'root 1.0']);
    expect(chosen(await resolve(shelf, { asClientsChoose: true, range: '== 1.0' }))).toContain(
      'aa 2.0 is what R takes',
    );
    // What is asked for by version is fetched from the archive.
    expect(chosen(await resolve(shelf, { asClientsChoose: true, range: '== 0.9' }))).toEqual(['root 0.9']);
  });

  it('says what is missing, and for whom', async () => {
    expect(chosen(await resolve({ 'root 1.0': 'Imports: aa\n' }))).toBe(
      'unknown-package: no source knows aa, needed by root 1.0',
    );
    expect(chosen(await resolve({ 'root 1.0': 'Depends: R (>= 9.0)\n' }))).toBe('no-match: root 1.0 needs R >= 9.0');
    expect(chosen(await resolve({ 'root 1.0': 'Imports: aa (>= 2)\n', 'aa 1.0': '' }))).toBe(
      'no-match: no version of aa that may be used is in >= 2, needed by root 1.0',
    );
    expect(chosen(await resolve({ 'root 1.0': 'Imports: stats (>= 9.0)\n' }))).toContain('stats is that of R 4.4.0');
    expect(chosen(await resolve({ 'root 1.0': 'Imports: not a name\n' }))).toContain('cannot be read');
  });
});

it('names what is stopped here of the range that nothing fits', async () => {
  const view = viewOf({ 'root 1.0': 'Imports: aa (>= 2)\n', 'aa 1.0': '' });
  const stopped = ['1.5', '2.0', '2.1'].map((version) => ({ version, by: 'denied, D-1: x' }));
  const over: CandidateView = {
    ...view,
    package: async (name) => {
      const found = await view.package(name);
      return name === 'aa' && found.status === 'found' ? { ...found, stopped } : found;
    },
  };
  const target = cranTargets.parse('r4.4-source');
  if (target === undefined) throw new RangeError('no target');
  const roots = [{ name: 'root', extras: [], range: null }];
  expect(chosen(await cranDependencies.resolve(roots, over, target, { allowSdists: false }))).toBe(
    'no-match: no version of aa that may be used is in >= 2, needed by root 1.0; stopped here: aa 2.0, 2.1 (denied, D-1: x)',
  );
});

describe('what is built for a platform', () => {
  const files = (resolution: Resolution) =>
    resolution.status === 'resolved' ? resolution.releases.map((one) => one.distribution.filename) : chosen(resolution);

  it('comes from its own tree, in an older release where the newest was not built', async () => {
    const shelf = {
      ...{ 'root 2.0': 'Imports: aa\n', 'root 1.0': 'Imports: aa\n', 'aa 1.0': '' },
      ...{ 'root 1.0 r4.4-windows': 'Imports: aa\n', 'aa 1.0 r4.4-windows': '', 'root 2.0 r4.3-windows': '' },
    };
    expect(files(await resolve(shelf, { target: 'r4.4-windows' }))).toEqual([
      'aa_1.0_r4.4-windows.zip',
      'root_1.0_r4.4-windows.zip',
    ]);
    expect(files(await resolve(shelf, { target: 'r4.4.2-windows' }))).toHaveLength(2);
    expect(files(await resolve(shelf, { target: 'r4.3-windows' }))).toEqual(['root_2.0_r4.3-windows.zip']);
    expect(files(await resolve(shelf))).toEqual(['aa_1.0.tar.gz', 'root_2.0.tar.gz']);
  });

  it('is not there where a need was not built: no compilers are taken for granted but on Linux', async () => {
    const shelf = {
      'root 1.0 r4.4-windows': 'Imports: aa\n',
      'root 1.0 r4.4-linux-noble': 'Imports: aa\n',
      'aa 1.0': '',
    };
    expect(files(await resolve(shelf, { target: 'r4.4-windows' }))).toBe(
      'no-match: nothing of aa that may be used was built for r4.4-windows, needed by root 1.0',
    );
    expect(files(await resolve(shelf, { target: 'r4.4-linux-noble' }))).toEqual([
      'aa_1.0.tar.gz',
      'root_1.0_r4.4-linux-noble.tar.gz',
    ]);
  });
});

describe('the release of R that a package wants', () => {
  const fits = async (depends: string, target: string) =>
    Array.isArray(chosen(await resolve({ 'root 1.0': `Depends: ${depends}\n` }, { target })));

  it('is compared number by number; a target without a patch release is the first of its series', async () => {
    expect(await fits('R (>= 4.4.0)', 'r4.4-source')).toBe(true);
    expect(await fits('R (>= 4.4.1)', 'r4.4-source')).toBe(false);
    expect(await fits('R (>= 4.4.1)', 'r4.4.2-source')).toBe(true);
    expect(await fits('R (>= 4.10)', 'r4.4-source')).toBe(false);
    expect(await fits('R (> 4.4.0)', 'r4.4-source')).toBe(false);
    expect(await fits('R (< 4.4)', 'r4.4-source')).toBe(false);
    expect(await fits('R (>= 3.5), R (< 5)', 'r4.4-source')).toBe(true);
    expect(await fits('R (!= 4.4.0)', 'r4.4-source')).toBe(false);
  });

  it('may be a revision of its source, which every release has, and is nothing where it cannot be read', async () => {
    expect(await fits('R (>= r70000)', 'r4.4-source')).toBe(true);
    expect(await fits('R', 'r4.4-source')).toBe(true);
    expect(await fits('R (4.4)', 'r4.4-source')).toBe(false);
    expect(await fits('R (~> 4)', 'r4.4-source')).toBe(false);
    expect(await fits('R (>= 4', 'r4.4-source')).toBe(false);
  });
});
