import { rename, rm } from 'node:fs/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { CHANNEL, openTestRegistry, type TestRegistry } from '../../test/harness/registry.ts';
import type { Digest } from '../domain/digest.ts';
import { readEvidenceSet } from '../features/vetting/read.ts';
import { lostFiles } from './lost-files.ts';

let registry: TestRegistry;
let evidence: Digest;
beforeAll(async () => {
  registry = await openTestRegistry();
  evidence = await registry.accept([
    { name: 'app', version: '1.0', requires: ['base>=1'] },
    { name: 'base', version: '1.0' },
  ]);
}, 120_000);
afterAll(() => registry.close());

it('names each file that was accepted and is gone, though no snapshot holds it', async () => {
  expect(await lostFiles(registry)).toEqual({ files: 2, faults: [] });
  const [, base] = (await readEvidenceSet(registry.blobs, evidence)).releases;
  const [file] = base?.files ?? [];
  const path = file === undefined ? '' : (registry.blobs.path(file.sha256) ?? '');
  await rename(path, `${path}.away`);
  expect((await lostFiles(registry)).faults).toEqual([
    `${CHANNEL}: pkg:pypi/base@1.0: ${file?.filename} (${file?.sha256}) is missing in the store`,
  ]);
  await rename(`${path}.away`, path);
  await rm(registry.blobs.path(evidence) ?? '');
  expect((await lostFiles(registry)).faults).toEqual([
    expect.stringContaining(`${CHANNEL}: the evidence of what was accepted cannot be read`),
  ]);
});
