/** The real upstream, as pip on this machine knows it: asked politely, by name, a few small documents. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import type { Distribution } from '../../src/domain/distribution.ts';
import { releasedAt } from '../../src/domain/distribution.ts';
import { pypiSources } from '../../src/ecosystems/pypi/sources.ts';
import { createPypiUpstream } from '../../src/ecosystems/pypi/upstream.ts';
import { createFetch } from '../../src/platform/fetch/index.ts';

const execute = promisify(execFile);
const sources = await pypiSources.discover(async (command, args) => (await execute(command, args)).stdout);
const now = () => new Date();
const fetch = createFetch({ sources, version: 'test', now, random: Math.random });
const upstream = createPypiUpstream({ sources, fetch, now });
afterAll(() => fetch.close());

function isWheel(file: Distribution): boolean {
  return file.kind === 'wheel';
}

describe('the upstream of this machine', () => {
  it.each(['requests', 'numpy'])(
    'reads %s: releases, digests and the metadata of its newest wheel, with and without sidecar',
    async (name) => {
      const answer = await upstream.readPackage(name);
      if (answer.status !== 'found') throw new Error(JSON.stringify(answer));
      const { releases, warnings } = answer.package;
      expect(warnings.filter((each) => each.what.includes('did not answer'))).toEqual([]);
      expect(releases.length).toBeGreaterThan(20);
      const newest = releases
        .filter((release) => release.distributions.some(isWheel))
        .toSorted((a, b) => (releasedAt(a) ?? '').localeCompare(releasedAt(b) ?? ''))
        .at(-1);
      const wheel = newest?.distributions.find(isWheel);
      if (wheel === undefined) throw new Error('no wheel');
      expect(wheel.sha256).toBeDefined();
      const metadata = await upstream.readMetadata(wheel);
      expect('text' in metadata && metadata.text).toContain(`\nVersion: ${newest?.version}\n`);
      const ranged = await upstream.readMetadata({ ...wheel, metadata: undefined, sha256: undefined });
      expect(ranged).toEqual(metadata);
    },
  );

  it('knows a name that nobody has', async () => {
    expect((await upstream.readPackage('pratique-has-no-such-name-0')).status).toBe('unknown');
  });
});
