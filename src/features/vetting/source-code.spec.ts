import { mkdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { commitFiles, git, hasGit, makeRepository } from '../../../test/harness/git-server.ts';
import { openVettingBench, type VettingBench } from '../../../test/harness/vetting.ts';
import { makeWheel } from '../../../test/harness/wheels.ts';
import type { RepositoryReader } from '../../domain/source-code.ts';
import { createGitRepositories } from '../../platform/git/repositories.ts';
import { createGuardedPrograms } from '../../platform/sandbox/guarded.ts';
import type { ConfinedTask } from '../../platform/sandbox/port.ts';
import { createVetting } from './index.ts';

describe.skipIf(!hasGit())('source code in a vetting (needs git)', () => {
  let bench: VettingBench;
  let folder = '';
  beforeAll(async () => {
    bench = await openVettingBench();
    folder = await mkdtemp(join(tmpdir(), 'pratique-source-'));
    mkdirSync(join(folder, 'served'));
    bench.world.repositories = createGitRepositories({
      hosts: [pathToFileURL(join(folder, 'served')).href],
      folder: join(folder, 'work'),
      caFile: undefined,
      environment: { PATH: '/usr/bin:/bin' },
      programs: createGuardedPrograms(),
    });
  });
  afterAll(async () => {
    await bench.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function sourceOf(version: string, files: Readonly<Record<string, string>>, vetting = bench.vetting) {
    const repository = pathToFileURL(join(folder, 'served', 'sails')).href;
    const metadataText = `Metadata-Version: 2.1\nName: sails\nVersion: ${version}\nProject-URL: Source, ${repository}\n`;
    const wheel = await makeWheel({ name: 'sails', version, files, metadataText });
    bench.upstream.add(wheel, { uploadedAt: '2025-06-01T00:00:00Z' });
    const ask = { channel: 'tier3', ecosystem: 'pypi', name: 'sails', extras: [], version };
    const outcome = await vetting.vet(ask);
    if (outcome.status !== 'vetted') throw new Error(JSON.stringify(outcome));
    return outcome.set.releases[0]?.evidence.find(({ scanner }) => scanner === 'source');
  }

  it('is compared with a real repository, and a file that was slipped in is named', async () => {
    const core = 'def sail():\n    return 1\n';
    const files = { 'src/sails/__init__.py': '', 'src/sails/core.py': core };
    makeRepository(join(folder, 'served', 'sails'), files, ['v1.0', 'sails-1.1']);
    const honest = await sourceOf('1.0', { 'sails/__init__.py': '', 'sails/core.py': core });
    expect(honest).toMatchObject({ status: 'completed', findings: [{ data: { code: 'compared', tag: 'v1.0' } }] });
    const slipped = { 'sails/core.py': `${core}print(1)\n`, 'sails/more.py': 'print(2)\n' };
    const changed = await sourceOf('1.1', { 'sails/__init__.py': '', ...slipped });
    expect(changed?.findings.map(({ data, location }) => [data.code, location])).toEqual([
      ['compared', undefined],
      ['differs', 'sails/core.py'],
      ['not-in-source', 'sails/more.py'],
    ]);
    expect(await sourceOf('1.2', {})).toMatchObject({ status: 'completed', findings: [{ data: { code: 'no-tag' } }] });
  });

  it('is named by digest in the one unpacking of a file, where that fails alone, and is known from then on', async () => {
    const place = join(folder, 'served', 'sails');
    const files = { 'sails/__init__.py': '', 'sails/core.py': 'x = 3\r\n' };
    commitFiles(place, { 'src/sails/core.py': 'x = 3\n' });
    git(place, ['tag', 'v3.0']);
    git(place, ['tag', 'v3.1']);
    bench.database.clock.advance(25 * 3_600_000);
    const together = watched(bench, false);
    const first = await sourceOf('3.0', files, together.vetting);
    expect(first?.findings).toMatchObject([{ data: { code: 'compared', equal: 2 } }]);
    expect(together.tasks).toEqual(['inspect-content with source']);
    expect((await sourceOf('3.0', files, together.vetting))?.findings).toEqual(first?.findings);
    expect(together.tasks).toEqual(['inspect-content with source']);

    const alone = watched(bench, true);
    const second = await sourceOf('3.1', files, alone.vetting);
    expect(second?.findings).toMatchObject([{ data: { code: 'compared', equal: 2 } }]);
    expect(alone.tasks).toEqual(['inspect-content with source', 'inspect-content', 'hash-source']);
    await sourceOf('3.1', files, alone.vetting);
    expect(alone.tasks).toHaveLength(3);
  });

  it('is asked for once a day, and a tag that moved since is noticed', async () => {
    const asked: string[] = [];
    const { repositories } = bench.world;
    const counted: RepositoryReader = {
      ...repositories,
      tags: (url) => repositories.tags(url).finally(() => asked.push('tags')),
      filesAt: (url, tag, suffixes) => repositories.filesAt(url, tag, suffixes).finally(() => asked.push(tag.commit)),
    };
    bench.world.repositories = counted;
    const place = join(folder, 'served', 'sails');
    commitFiles(place, { 'src/sails/core.py': 'x = 1\n' });
    git(place, ['tag', 'v2.0']);
    const commit = () => git(place, ['rev-parse', 'v2.0']);
    const first = commit();
    bench.database.clock.advance(25 * 3_600_000);
    const files = { 'sails/__init__.py': '', 'sails/core.py': 'x = 1\n' };
    const honest = await sourceOf('2.0', files);
    expect(honest?.findings.map(({ data }) => data.code)).toEqual(['compared']);
    expect(asked).toEqual(['tags', first]);
    expect((await sourceOf('2.0', files))?.findings).toEqual(honest?.findings);
    expect(asked).toEqual(['tags', first]);

    commitFiles(place, { 'src/sails/core.py': 'x = 2\n' });
    git(place, ['tag', '--force', 'v2.0']);
    bench.database.clock.advance(25 * 3_600_000);
    const moved = await sourceOf('2.0', files);
    expect(moved?.findings.map(({ data }) => data.code)).toEqual(['compared', 'tag-moved', 'differs']);
    expect(moved?.findings[1]?.data).toMatchObject({ before: first, now: commit() });
    expect(asked).toEqual(['tags', first, 'tags', commit()]);

    bench.world.repositories = {
      ...counted,
      allows: () => false,
      tags: async () => ({ status: 'not-allowed', reason: 'no' }),
    };
    expect(await sourceOf('2.0', files)).toMatchObject({ status: 'failed' });
    bench.world.repositories = repositories;
  });
});

/** A vetting, and what its sandbox is asked about source files; on demand it breaks where it is to name them along. */
function watched({ deps }: VettingBench, isAloneOnly: boolean) {
  const tasks: string[] = [];
  const sandbox = {
    ...deps.sandbox,
    run: async (task: ConfinedTask) => {
      const along = z.object({ source: z.array(z.string()).min(1) }).safeParse(task.input).success;
      if (/^(?:inspect-content|hash-source)$/.test(task.task)) tasks.push(`${task.task}${along ? ' with source' : ''}`);
      return along && isAloneOnly ? ({ status: 'failed', reason: 'it crashed' } as const) : deps.sandbox.run(task);
    },
  };
  return { tasks, vetting: createVetting({ ...deps, sandbox }) };
}
