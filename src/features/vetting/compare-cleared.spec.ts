import { afterEach, beforeEach, expect, it } from 'vitest';
import { openVettingBench, type VettingBench } from '../../../test/harness/vetting.ts';
import { makeWheel } from '../../../test/harness/wheels.ts';
import type { Evidence } from '../../domain/evidence.ts';

let bench: VettingBench;
beforeEach(async () => {
  bench = await openVettingBench();
  for (const [version, code] of [
    ['1.0', 'def sail():\n    return 1\n'],
    ['1.1', 'import socket\n\ndef sail():\n    return socket.create_connection(("198.51.100.7", 80))\n'],
  ] as const)
    bench.upstream.add(
      await makeWheel({ name: 'sails', version, files: { 'sails/__init__.py': code, 'sails/rig.py': 'RIG = 1\n' } }),
      {
        uploadedAt: '2025-06-01T00:00:00Z',
      },
    );
});
afterEach(() => bench.close());

/** Vets one version and gives its file and the outcome of the comparison. */
async function vet(version: string) {
  const outcome = await bench.vetting.vet({ channel: 'tier3', ecosystem: 'pypi', name: 'sails', extras: [], version });
  if (outcome.status !== 'vetted') throw new Error(JSON.stringify(outcome));
  const [release] = outcome.set.releases;
  const changes = release?.evidence.find(({ scanner }) => scanner === 'changes');
  const lines = release?.evidence.find(({ scanner }) => scanner === 'changed-lines');
  return { files: release?.files ?? [], changes, lines };
}

const codes = (changes: Evidence | undefined) => changes?.findings.map(({ data }) => data.code);

it('a release is held against the one that was cleared before it, by what is in both', async () => {
  const first = await vet('1.0');
  expect(first.changes?.findings[0]?.data).toMatchObject({ code: 'compared', since: null, isCleared: false });
  bench.world.cleared = ['1.0'];
  bench.world.clearedFiles = () => first.files;
  const second = await vet('1.1');
  expect(codes(second.changes)).toEqual(['compared', 'gained']);
  expect(second.changes?.findings[1]).toMatchObject({
    severity: 'medium',
    location: 'sails/__init__.py:1',
    data: { gained: 'network', since: '1.0' },
  });
  // Two lines became three: one is the same.
  expect(second.lines).toMatchObject({
    status: 'completed',
    findings: [
      {
        ...{ kind: 'change', severity: 'info' },
        data: {
          files: [{ filename: 'sails-1.1-py3-none-any.whl', comparedWith: 'sails-1.0-py3-none-any.whl' }],
          changes: { files: { added: 0, removed: 0, changed: 2 }, lines: { added: 4, removed: 2 } },
        },
      },
    ],
  });
  expect((await vet('1.0')).changes?.findings[0]?.data).toMatchObject({ since: null, isCleared: true });
});

it('where nothing of the cleared release is kept, the comparison could not be made', async () => {
  bench.world.cleared = ['1.0'];
  const { changes } = await vet('1.1');
  expect(changes).toMatchObject({ status: 'failed', findings: [] });
  expect(changes?.reason).toContain('none of its files are kept here');
});
