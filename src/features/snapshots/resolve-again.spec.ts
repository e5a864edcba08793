import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeSdist, makeWheel } from '../../../test/harness/wheels.ts';
import { pypi } from '../../ecosystems/pypi/index.ts';
import type { MadeDistribution } from '../../main/demo/made-here-wheels.ts';
import { openFolderBlobs } from '../../platform/blobs/folder.ts';
import type { Blobs } from '../../platform/blobs/port.ts';
import type { ExpandedRelease } from './expanded.ts';
import { unresolvedRoots } from './resolve-again.ts';

const TARGET = 'cp312-manylinux_2_28_x86_64';
let folder: string;
let blobs: Blobs;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pratique-again-'));
  blobs = await openFolderBlobs(folder);
});
afterEach(() => rm(folder, { recursive: true }));

async function offered(made: MadeDistribution, buildRequires?: readonly string[]): Promise<ExpandedRelease> {
  const { name, version, filename, sha256, kind, bytes, metadataText, requiresPython } = made;
  const metadata = await blobs.put(new TextEncoder().encode(metadataText));
  const file = {
    ...{ filename, sha256, kind, size: bytes.byteLength, uploadedAt: undefined, requiresRuntime: requiresPython },
    ...{ yanked: false as const, metadataSha256: metadata.digest, source: 'test', targets: [TARGET] },
    ...(buildRequires === undefined ? {} : { buildRequires }),
  };
  const purl = `pkg:pypi/${name}@${version}`;
  return { purl, name, version, state: 'accepted', targets: [TARGET], needs: [], files: [file] };
}

const METADATA = 'Metadata-Version: 2.2\nName: sails\nVersion: 1.0\n';
const sails = makeSdist({ name: 'sails', version: '1.0', metadataText: METADATA });

async function again(root: ExpandedRelease, others: readonly ExpandedRelease[]) {
  const tree = { evidence: sails.sha256, root, extras: [], releases: [root, ...others], names: ['sails'] };
  const entry = { id: 'L-1', name: 'sails', list: 'extra' as const, evidence: sails.sha256 };
  const target = pypi.targets.parse(TARGET);
  const none = { providers: [], windowSeconds: null, timezone: 'UTC', targets: target === undefined ? [] : [target] };
  return await unresolvedRoots({
    ecosystem: pypi,
    channel: { name: 'tier3', tier: 3, mode: 'cleared', ...none },
    blobs,
    allowSdists: true,
    releases: async (name) => [root, ...others].filter((one) => one.name === name),
    tags: async () => undefined,
    members: [{ entry, tree }],
  });
}

describe('a source distribution in a snapshot', () => {
  it('resolves again where the snapshot offers what its build asks for', async () => {
    const loom = await offered(await makeWheel({ name: 'loom', version: '2.0' }));
    expect(await again(await offered(sails, ['loom>=2']), [loom])).toEqual([]);
  });

  it('does not where it lacks what its build asks for, and the reason names that', async () => {
    const loom = await offered(await makeWheel({ name: 'loom', version: '1.0' }));
    const failures = await again(await offered(sails, ['loom>=2']), [loom]);
    expect(failures).toMatchObject([{ root: 'pkg:pypi/sails@1.0', reason: expect.stringContaining('loom>=2') }]);
  });

  it('does not where nobody knows what its build asks for', async () => {
    expect(await again(await offered(sails), [])).toMatchObject([
      { reason: expect.stringContaining('what its build needs was not vetted with it') },
    ]);
  });
});
