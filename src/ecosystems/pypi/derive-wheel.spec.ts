import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeWheel } from '../../../test/harness/wheels.ts';
import type { Derivation } from '../../domain/derivation.ts';
import { derivedZip } from '../../features/vetting/derived-zip.ts';
import type { WheelSpec } from '../../main/demo/made-here-wheels.ts';
import { pypiArchives } from './archive.ts';
import { deriveWithoutTests } from './derive-wheel.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pratique-derive-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const TESTED = {
  'demo_pkg/__init__.py': 'VALUE = 1\n',
  'demo_pkg/testing/__init__.py': 'def helper(): pass\n',
  'demo_pkg/notes.txt': 'a comma\n'.repeat(100),
  'demo_pkg/tests/__init__.py': '',
  'demo_pkg/tests/data/x.bin': 'y'.repeat(500),
  'demo_pkg/test_more.py': 'def test_it(): pass\n',
};

async function derived(files: WheelSpec['files'], more: Partial<WheelSpec> = {}) {
  const made = await makeWheel({
    name: 'demo-pkg',
    version: '1.0',
    ...(files === undefined ? {} : { files }),
    ...more,
  });
  const path = join(folder, made.filename);
  await writeFile(path, made.bytes);
  return { made, plan: await deriveWithoutTests(path, made.filename) };
}

async function bytesOf({ entries }: Derivation, original: Uint8Array): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  const read = async function* (from: number, to: number) {
    yield original.subarray(from, to);
  };
  for await (const piece of derivedZip(entries, read)) pieces.push(piece);
  return Buffer.concat(pieces);
}

describe('a derived wheel', () => {
  it('is a whole wheel by the strictest reading, without its tests, under a name and build tag of its own', async () => {
    const { made, plan } = await derived(TESTED);
    if (plan === null) throw new Error('nothing was derived');
    expect(plan.filename).toBe('demo_pkg-1.0-0notests-py3-none-any.whl');
    expect(plan.removed.map(({ path }) => path).toSorted()).toEqual([
      'demo_pkg/test_more.py',
      'demo_pkg/tests/__init__.py',
      'demo_pkg/tests/data/x.bin',
    ]);
    const bytes = await bytesOf(plan, made.bytes);
    expect(await bytesOf(plan, made.bytes)).toEqual(bytes);
    const path = join(folder, plan.filename);
    await writeFile(path, bytes);
    const expected = { filename: plan.filename, name: 'demo-pkg', version: '1.0' };
    expect(await pypiArchives.examine(path, expected)).toMatchObject({ problems: [], metadata: made.metadataText });
    const seen = new Map<string, string | undefined>();
    await pypiArchives.walk(path, plan.filename, (file) => void seen.set(file.path, file.text));
    expect(seen.get('demo_pkg/notes.txt')).toBe('a comma\n'.repeat(100));
    expect(seen.has('demo_pkg/testing/__init__.py')).toBe(true);
    expect(seen.get('demo_pkg-1.0.dist-info/WHEEL')).toMatch(/\nBuild: 0notests\n$/);
    expect([...seen.keys()].some((one) => /tests\/|test_more/.test(one))).toBe(false);
    expect(await deriveWithoutTests(path, plan.filename)).toBeNull();
  });

  it('keeps the number of a build tag', async () => {
    const { plan } = await derived(TESTED, { build: '7' });
    expect(plan?.filename).toBe('demo_pkg-1.0-7notests-py3-none-any.whl');
  });

  it('drops signatures over the old RECORD', async () => {
    const { plan } = await derived({ ...TESTED, 'demo_pkg-1.0.dist-info/RECORD.jws': '{}' });
    expect(plan?.removed.map(({ path }) => path)).toContain('demo_pkg-1.0.dist-info/RECORD.jws');
  });

  it.each([
    ['nothing', { 'demo_pkg/__init__.py': '', 'demo_pkg/latest.py': '' }],
    ['what the package imports', { ...TESTED, 'demo_pkg/__init__.py': 'from .tests import run\n' }],
    ['what it imports over several lines', { ...TESTED, 'demo_pkg/b.py': 'from . import (\n    a,\n    tests,\n)\n' }],
    [
      'what an entry point names',
      { ...TESTED, 'demo_pkg-1.0.dist-info/entry_points.txt': '[x]\ny = demo_pkg.tests:z\n' },
    ],
  ])('takes away %s: the original stays', async (_what, files) => {
    expect((await derived(files)).plan).toBeNull();
  });

  it('is not made of what cannot be believed', async () => {
    const path = join(folder, 'demo_pkg-1.0-py3-none-any.whl');
    await writeFile(path, 'no zip');
    expect(await deriveWithoutTests(path, 'demo_pkg-1.0-py3-none-any.whl')).toBeNull();
    expect(await deriveWithoutTests(path, 'demo_pkg-1.0.tar.gz')).toBeNull();
  });
});
