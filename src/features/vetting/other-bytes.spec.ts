import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openVettingBench, type VettingBench } from '../../../test/harness/vetting.ts';
import { type MadeDistribution, makeWheel } from '../../../test/harness/wheels.ts';
import type { Distribution } from '../../domain/distribution.ts';
import type { Finding } from '../../domain/evidence.ts';
import type { EcosystemId } from '../../domain/purl.ts';
import { createOtherBytes } from './other-bytes.ts';
import { findWorsened } from './reexamine.ts';
import { saveUpstreamPackage } from './upstream-store.ts';

let bench: VettingBench;
beforeAll(async () => {
  bench = await openVettingBench();
});
afterAll(() => bench.close());
beforeEach(() => {
  bench.world.cleared = [];
});

const wheelWith = (name: string, text: string): Promise<MadeDistribution> =>
  makeWheel({ name, version: '1.0', files: { [`${name}/__init__.py`]: text } });

async function vetted(wheel: MadeDistribution) {
  bench.upstream.addEmpty(wheel.name);
  bench.upstream.add(wheel, { uploadedAt: '2025-06-01T00:00:00Z' });
  const { name } = wheel;
  const outcome = await bench.vetting.vet({ channel: 'tier3', ecosystem: 'pypi', name, extras: [], version: null });
  if (outcome.status !== 'vetted') throw new Error(JSON.stringify(outcome));
  const evidence = outcome.set.releases[0]?.evidence.find((one) => one.scanner === 'replaced');
  return { digest: outcome.digest, status: evidence?.status, findings: evidence?.findings ?? [] };
}

const places = (findings: readonly Finding[]) =>
  findings.map(({ severity, data }) => [data.where, severity, data.hash]);

interface Read {
  readonly ecosystem: EcosystemId;
  readonly name: string;
  readonly version: string;
  readonly readAt: string;
}

/** A listing of one release with one file, for which the index states what is given. */
function listingOf({ version, ...read }: Read, stated: Pick<Distribution, 'filename' | 'sha256' | 'integrity'>) {
  const distribution: Distribution = {
    ...{ url: 'https://upstream.example/f', source: 'local', kind: 'other', size: undefined, uploadedAt: undefined },
    ...{ requiresRuntime: undefined, yanked: false, metadata: undefined, provenanceUrl: undefined },
    ...stated,
  };
  return { ...read, status: undefined, warnings: [], releases: [{ version, distributions: [distribution] }] };
}

describe('the same version with other bytes', () => {
  it('is an alarm where other bytes were seen, and a greater one where they are cleared', async () => {
    const first = await wheelWith('sloop', 'x = 1\n');
    const second = await wheelWith('sloop', 'x = 2\n');
    expect((await vetted(first)).findings).toEqual([]);
    expect((await vetted(first)).findings).toEqual([]);
    expect(places((await vetted(second)).findings)).toEqual([['seen', 'high', first.sha256]]);
    bench.world.cleared = ['1.0'];
    bench.world.clearedFiles = () => [{ filename: first.filename, sha256: first.sha256, size: first.bytes.length }];
    expect(places((await vetted(second)).findings)).toEqual([['cleared', 'critical', first.sha256]]);
  });

  it('comes up for what is cleared once upstream lists other bytes', async () => {
    const first = await wheelWith('ketch', 'x = 1\n');
    const { digest } = await vetted(first);
    const told: string[] = [];
    const policy = await bench.deps.policy();
    const deps: typeof bench.deps = {
      ...bench.deps,
      policy: async () => ({
        ...policy,
        judge: async (releases) =>
          releases.map(({ evidence }) => {
            const all = evidence.flatMap(({ findings }) => findings.filter(({ kind }) => kind === 'archive'));
            told.push(...all.map(({ data }) => String(data.where)));
            const reasons = all.map(({ summary: text }) => {
              return { rule: 'archive', outcome: 'refuse' as const, text, needs: 'exception' as const };
            });
            return { outcome: reasons.length > 0 ? ('refuse' as const) : ('admit' as const), reasons };
          }),
      }),
    };
    const entries = [{ channel: 'tier3', evidence: digest }];
    expect(await findWorsened(deps, entries)).toEqual([]);
    const { filename, sha256 } = await wheelWith('ketch', 'x = 2\n');
    const read = { ecosystem: 'pypi', name: 'ketch', version: '1.0', readAt: '2026-01-02T00:00:00Z' };
    await saveUpstreamPackage(bench.deps.db, listingOf(read, { filename, sha256 }));
    expect(await findWorsened(deps, entries, { ecosystem: 'pypi', name: 'other' })).toEqual([]);
    expect(told).toEqual([]);
    const worsened = await findWorsened(deps, entries, { ecosystem: 'pypi', name: 'ketch' });
    expect(worsened).toMatchObject([{ name: 'ketch', version: '1.0' }]);
    expect(told).toEqual(['listed']);
    expect(await findWorsened(deps, entries)).toEqual(worsened);
  });

  it.each([
    ['npm', 'yawl-1.0.0.tgz', 'sha512'],
    ['cran', 'yawl_1.0.0.tar.gz', 'md5'],
  ] as const)('is told in %s by the hash that its index gives', async (ecosystem, filename, algorithm) => {
    const text = (one: string) => new TextEncoder().encode(`${ecosystem} ${one}`);
    const { digest: ours } = await bench.deps.blobs.put(text('first'));
    const integrityOf = (one: string) => `${algorithm}-${createHash(algorithm).update(text(one)).digest('base64')}`;
    const { otherBytes } = createOtherBytes(bench.deps, ecosystem);
    const file = { name: 'yawl', version: '1.0.0', filename, sha256: ours, size: text('first').length };
    const list = async (integrity: string, readAt: string) => {
      const stated = { filename, integrity, sha256: undefined };
      await saveUpstreamPackage(
        bench.deps.db,
        listingOf({ ecosystem, name: 'yawl', version: '1.0.0', readAt }, stated),
      );
      return otherBytes(file);
    };
    expect(await list(integrityOf('first'), '2026-01-01T00:00:00Z')).toEqual([]);
    expect(await list(integrityOf('second'), '2026-01-02T00:00:00Z')).toMatchObject([
      { where: 'listed', hash: integrityOf('second') },
    ]);
  });
});
