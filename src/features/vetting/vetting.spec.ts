import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ADMIT, openVettingBench, STOPPED_BY, type VettingBench } from '../../../test/harness/vetting.ts';
import { makeSdist, makeWheel } from '../../../test/harness/wheels.ts';
import type { EvidenceSet, Verdict } from '../../domain/evidence.ts';
import type { WheelSpec } from '../../main/demo/made-here-wheels.ts';
import type { ConfinedTask, Sandbox } from '../../platform/sandbox/port.ts';
import { SCANNERS } from '../../scanners/catalog.ts';
import type { VetOutcome } from './ask.ts';
import { createVetting, type VettingDeps } from './index.ts';
import { newestEvidenceOf, readEvidenceSet } from './read.ts';

const REFUSE: Verdict = {
  outcome: 'refuse',
  reasons: [{ rule: 'test', outcome: 'refuse', text: 'refused here', needs: 'exception' }],
};

let bench: VettingBench;
beforeEach(async () => {
  bench = await openVettingBench(['cp310-manylinux_2_28_x86_64', 'cp312-manylinux_2_28_x86_64']);
});
afterEach(() => bench.close());

async function offer(spec: WheelSpec, uploadedAt: string | undefined = '2025-06-01T00:00:00Z'): Promise<void> {
  bench.upstream.add(await makeWheel(spec), { uploadedAt });
}

async function vet(name: string, version: string | null = null): Promise<VetOutcome> {
  return bench.vetting.vet({ channel: 'tier3', ecosystem: 'pypi', name, extras: [], version });
}

async function vetted(name: string, version: string | null = null): Promise<EvidenceSet> {
  const outcome = await vet(name, version);
  if (outcome.status !== 'vetted') throw new Error(JSON.stringify(outcome));
  return outcome.set;
}

const purls = (set: EvidenceSet) => set.releases.map((release) => release.purl);

describe('a vetting', () => {
  it('covers the package and everything it would pull in, with the files that each target would install', async () => {
    await offer({ name: 'sails', version: '1.0', requires: ['mast>=1', 'old-rope; python_version < "3.11"'] });
    await offer({ name: 'mast', version: '1.4' });
    await offer({ name: 'old-rope', version: '0.3' });
    const set = await vetted('sails');
    expect(purls(set)).toEqual(['pkg:pypi/sails@1.0', 'pkg:pypi/mast@1.4', 'pkg:pypi/old-rope@0.3']);
    const rope = set.releases.find((release) => release.name === 'old-rope');
    expect(rope?.targets).toEqual(['cp310-manylinux_2_28_x86_64']);
    expect(rope?.requiredBy).toEqual(['pkg:pypi/sails@1.0']);
    expect(set.releases.every((release) => release.files.every((file) => file.metadataSha256 !== undefined))).toBe(
      true,
    );
    expect(set.releases[0]?.evidence.map((one) => [one.scanner, one.status])).toContainEqual(['archive', 'completed']);
  });

  it('is evidence of every scanner there is on every release: one for other ecosystems says that it does not apply', async () => {
    await offer({ name: 'sails', version: '1.0', requires: ['mast'] });
    await offer({ name: 'mast', version: '1.0' });
    const set = await vetted('sails');
    for (const { evidence } of set.releases) {
      expect(evidence.map(({ scanner }) => scanner)).toEqual(SCANNERS.map(({ id }) => id));
      for (const { id, ecosystems } of SCANNERS)
        if (ecosystems !== 'every' && !ecosystems.includes('pypi'))
          expect(evidence.find(({ scanner }) => scanner === id)).toMatchObject({
            ...{
              status: 'not-applicable',
              reason: expect.stringContaining(ecosystems.join(' and ')),
              freshUntil: null,
            },
          });
    }
  });

  it('prefers a release past the cool-down to a younger one, and takes the young one where nothing else fits', async () => {
    await offer({ name: 'sails', version: '1.0', requires: ['mast', 'flag>=2'] });
    await offer({ name: 'mast', version: '1.0' });
    await offer({ name: 'mast', version: '2.0' }, '2025-12-30T00:00:00Z');
    await offer({ name: 'flag', version: '1.0' });
    await offer({ name: 'flag', version: '2.0' }, '2025-12-30T00:00:00Z');
    expect(purls(await vetted('sails'))).toEqual(['pkg:pypi/sails@1.0', 'pkg:pypi/flag@2.0', 'pkg:pypi/mast@1.0']);
  });

  it('says which newer release of what was asked for was passed over, and why, where nobody named a version', async () => {
    await offer({ name: 'sails', version: '1.0' });
    await offer({ name: 'sails', version: '2.0' }, '2025-12-30T00:00:00Z');
    expect(await vetted('sails')).toMatchObject({
      root: 'pkg:pypi/sails@1.0',
      passedOver: { version: '2.0', reason: 'cooling-down', until: '2026-01-06T00:00:00.000Z' },
    });
    expect((await vetted('sails', '1.0')).passedOver).toBeUndefined();
    expect((await vetted('sails', '2.0')).passedOver).toBeUndefined();
  });

  it('says that the newest release was not taken, where something that it needs is not to be had', async () => {
    await offer({ name: 'sails', version: '1.0' });
    await offer({ name: 'sails', version: '2.0', requires: ['nowhere'] });
    expect(await vetted('sails')).toMatchObject({
      root: 'pkg:pypi/sails@1.0',
      passedOver: {
        ...{ version: '2.0', reason: 'not-installable', until: null },
        cause: expect.stringContaining('nowhere'),
      },
    });
  });

  it('names the denial that keeps the newest release from being taken, of itself and of what it needs', async () => {
    await offer({ name: 'sails', version: '1.0' });
    await offer({ name: 'sails', version: '2.0', requires: ['mast'] });
    await offer({ name: 'mast', version: '1.0' });
    bench.world.stopped = (name) => name === 'mast';
    const needs = await vetted('sails');
    expect(needs).toMatchObject({
      root: 'pkg:pypi/sails@1.0',
      passedOver: { version: '2.0', reason: 'not-installable' },
    });
    expect(needs.passedOver?.cause).toContain('mast');
    expect(needs.passedOver?.cause).toContain(STOPPED_BY);
    bench.world.stopped = (name, version) => name === 'sails' && version === '2.0';
    expect((await vetted('sails')).passedOver).toEqual({
      ...{ version: '2.0', reason: 'stopped', until: null },
      cause: STOPPED_BY,
    });
  });

  it('expects no yanked release where it says what was not taken', async () => {
    await offer({ name: 'sails', version: '1.0' });
    bench.upstream.add(await makeWheel({ name: 'sails', version: '2.0' }), {
      uploadedAt: '2025-01-01T00:00:00Z',
      yanked: 'broken',
    });
    const set = await vetted('sails');
    expect({ root: set.root, passedOver: set.passedOver }).toEqual({
      root: 'pkg:pypi/sails@1.0',
      passedOver: undefined,
    });
  });

  it('resolves again without a dependency that policy refuses, and shows both answers', async () => {
    await offer({ name: 'sails', version: '1.0', requires: ['mast'] });
    await offer({ name: 'mast', version: '1.0' });
    await offer({ name: 'mast', version: '2.0' });
    bench.world.judge = (purl) => (purl === 'pkg:pypi/mast@2.0' ? REFUSE : ADMIT);
    const set = await vetted('sails');
    expect(purls(set)).toEqual(['pkg:pypi/sails@1.0', 'pkg:pypi/mast@1.0']);
    expect(set.alternative).toMatchObject({
      without: ['pkg:pypi/mast@2.0'],
      tree: ['pkg:pypi/sails@1.0', 'pkg:pypi/mast@2.0'],
    });
    expect(set.verdict.outcome).toBe('admit');
  });

  it('keeps the refused answer where there is no other', async () => {
    await offer({ name: 'sails', version: '1.0', requires: ['mast>=2'] });
    await offer({ name: 'mast', version: '2.0' });
    bench.world.judge = (purl) => (purl === 'pkg:pypi/mast@2.0' ? REFUSE : ADMIT);
    const set = await vetted('sails');
    expect(set.verdict.outcome).toBe('refuse');
    expect(set.alternative).toMatchObject({ without: ['pkg:pypi/mast@2.0'], tree: null });
  });

  it('never chooses a denied release', async () => {
    await offer({ name: 'sails', version: '1.0' });
    await offer({ name: 'sails', version: '2.0' });
    bench.world.stopped = (_name, version) => version === '2.0';
    expect(purls(await vetted('sails'))).toEqual(['pkg:pypi/sails@1.0']);
  });

  it('says what stops a release where nothing else would do, and not that there is none', async () => {
    await offer({ name: 'sails', version: '1.0', requires: ['mast>=2'] });
    await offer({ name: 'mast', version: '1.0' });
    await offer({ name: 'mast', version: '2.0' });
    bench.world.stopped = (name, version) => name === 'mast' && version === '2.0';
    const [asked, stopped] = ['sails==1.0 is asked for, sails 1.0 requires mast>=2', `mast 2.0 (${STOPPED_BY})`];
    const reason = `${asked}, and in that range is stopped here: ${stopped}`;
    expect(await vet('sails', '1.0')).toMatchObject({ status: 'unresolvable', code: 'no-match', reason });
    bench.world.stopped = (name) => name === 'sails';
    expect(await vet('sails', '1.0')).toMatchObject({
      status: 'unresolvable',
      reason: `sails==1.0 is asked for, and in that range is stopped here: sails 1.0 (${STOPPED_BY})`,
    });
    // What is stopped outside of the range explains nothing.
    bench.world.stopped = (name, version) => name === 'sails' && version === '1.0';
    expect(await vet('sails', '3.0')).toMatchObject({ reason: expect.stringContaining('there is no such release') });
  });

  it('names the versions that there are, next to one that there is not, before a request too', async () => {
    for (const version of ['1.0', '1.2', '2.0', '1.10', '3.0']) await offer({ name: 'sails', version });
    expect(await vet('sails', '1.5')).toMatchObject({
      status: 'unresolvable',
      reason: expect.stringMatching(/there is no such release; near it are 1\.0, 1\.2, 1\.10, 2\.0, 3\.0$/),
    });
    const ask = { channel: 'tier3', ecosystem: 'pypi', name: 'sails', version: '1.5' };
    expect(await bench.vetting.preflight(ask)).toMatchObject({
      ...{ code: 'unknown-version', why: 'Near it upstream lists 1.0, 1.2, 1.10, 2.0, 3.0' },
    });
  });

  it('can be had where one target resolves, and names the targets that do not', async () => {
    await offer({ name: 'sails', version: '1.0', requiresPython: '>=3.11' });
    const set = await vetted('sails');
    expect(set.unavailableTargets.map((one) => one.target)).toEqual(['cp310-manylinux_2_28_x86_64']);
    expect(set.unavailableTargets[0]?.reason).toContain('3.10');
  });

  it('reads the metadata of a wheel itself where upstream has no sidecar', async () => {
    bench.upstream.add(await makeWheel({ name: 'sails', version: '1.0', requires: ['mast'] }), {
      sidecar: false,
      uploadedAt: '2025-06-01T00:00:00Z',
    });
    await offer({ name: 'mast', version: '1.0' });
    expect(purls(await vetted('sails'))).toContain('pkg:pypi/mast@1.0');
  });

  it('finds that upstream serves other metadata than its index states, and resolves by what is inside the wheel', async () => {
    const sidecar = 'Metadata-Version: 2.1\nName: sails\nVersion: 1.0\nRequires-Dist: bilge\n';
    const uploadedAt = '2025-06-01T00:00:00Z';
    bench.upstream.add(await makeWheel({ name: 'sails', version: '1.0', requires: ['mast'] }), { sidecar, uploadedAt });
    await offer({ name: 'mast', version: '1.0' });
    const set = await vetted('sails');
    expect(purls(set)).toEqual(['pkg:pypi/sails@1.0', 'pkg:pypi/mast@1.0']);
    const integrity = set.releases[0]?.evidence.find(({ scanner }) => scanner === 'integrity');
    const found = integrity?.status === 'completed' ? integrity.findings.map(({ summary }) => summary) : [];
    expect(found).toContain('The metadata served beside the file has another SHA-256 than the index says');
  });

  it('says that it could not check where upstream does not answer, and keeps nothing', async () => {
    await offer({ name: 'sails', version: '1.0', requires: ['mast'] });
    bench.upstream.misbehave('/simple/mast/', { kind: 'status', status: 500 });
    const outcome = await vet('sails');
    expect(outcome).toMatchObject({ status: 'could-not-check' });
    expect(
      await bench.database.db.withTables<{ ledger: { sequence: number } }>().selectFrom('ledger').selectAll().execute(),
    ).toEqual([]);
  });

  it('refuses bytes that differ from the digest that the index states', async () => {
    const wheel = await makeWheel({ name: 'sails', version: '1.0' });
    bench.upstream.add(wheel, { uploadedAt: '2025-06-01T00:00:00Z', stated: { sha256Hex: '1'.repeat(64) } });
    const outcome = await vet('sails');
    expect(outcome).toMatchObject({ status: 'could-not-check', reason: expect.stringContaining(wheel.filename) });
    expect(await bench.deps.blobs.has(wheel.sha256)).toBe(false);
  });
});

describe('what content scanners see', () => {
  const contentScanners = SCANNERS.filter((scanner) => scanner.looksAt === 'content');
  const testCode = { 'sails/__init__.py': '', 'sails/tests/test_sails.py': 'def test_it(): pass\n' };

  /** The same room, with a sandbox that writes down what it is asked for, or fails where it inspects. */
  function observed(options: { readonly fails?: boolean; readonly scanners?: VettingDeps['scanners'] } = {}) {
    const tasks: ConfinedTask[] = [];
    const { sandbox } = bench.deps;
    const run: Sandbox['run'] = async (task) => {
      tasks.push(task);
      if (options.fails === true && task.task === 'inspect-content') return { status: 'failed', reason: 'it crashed' };
      return sandbox.run(task);
    };
    const scanners = options.scanners ?? bench.deps.scanners;
    const { isolation, close } = sandbox;
    const vetting = createVetting({ ...bench.deps, scanners, sandbox: { run, isolation, close } });
    const vetSails = async () => {
      const ask = { channel: 'tier3', ecosystem: 'pypi', name: 'sails', extras: [], version: null };
      const outcome = await vetting.vet(ask);
      if (outcome.status !== 'vetted') throw new Error(JSON.stringify(outcome));
      return outcome.set;
    };
    return { vetSails, inspections: () => tasks.filter(({ task }) => task === 'inspect-content') };
  }

  const evidenceOf = (set: EvidenceSet, release: number) =>
    new Map(set.releases[release]?.evidence.map((one) => [one.scanner, one]));

  it('is evidence of every one of them on every release, out of one unpacking each', async () => {
    await offer({ name: 'sails', version: '1.0', requires: ['mast'], files: testCode });
    await offer({ name: 'mast', version: '1.0' });
    const room = observed();
    const set = await room.vetSails();
    expect(contentScanners.length).toBeGreaterThan(0);
    for (const { id, version } of contentScanners) {
      for (const release of [0, 1]) {
        expect(evidenceOf(set, release).get(id)).toMatchObject({ version, status: 'completed', freshUntil: null });
      }
    }
    expect(evidenceOf(set, 0).get('tests')?.findings).toMatchObject([{ kind: 'tests', data: { files: 1 } }]);
    expect(room.inspections()).toHaveLength(2);
  });

  it('is not unpacked again for the same bytes and scanners, by whoever asks', async () => {
    await offer({ name: 'sails', version: '1.0', files: testCode });
    const first = await observed().vetSails();
    const again = observed();
    expect(evidenceOf(await again.vetSails(), 0).get('tests')).toEqual(evidenceOf(first, 0).get('tests'));
    expect(again.inspections()).toEqual([]);
  });

  it('is looked at anew by the scanner that has a new version, and by no other', async () => {
    await offer({ name: 'sails', version: '1.0', files: testCode });
    await observed().vetSails();
    const scanners = bench.deps.scanners.map((one) =>
      one.id === 'tests' ? { ...one, version: one.version + 1 } : one,
    );
    const newer = observed({ scanners });
    await newer.vetSails();
    expect(newer.inspections().map(({ input }) => input)).toMatchObject([{ scanners: ['tests'] }]);
  });

  it('could not be checked where the confined program crashes, and is asked for again', async () => {
    await offer({ name: 'sails', version: '1.0', files: testCode });
    const crashed = evidenceOf(await observed({ fails: true }).vetSails(), 0);
    for (const { id } of contentScanners) {
      expect(crashed.get(id)).toMatchObject({ status: 'failed', reason: expect.stringContaining('crashed') });
    }
    expect(crashed.get('archive')).toMatchObject({ status: 'completed' });
    expect(evidenceOf(await observed().vetSails(), 0).get('tests')).toMatchObject({ status: 'completed' });
  });

  it('is one finding where several wheels of a release hold the same', async () => {
    await offer({ name: 'sails', version: '1.0', pythonTag: 'cp310', files: testCode });
    await offer({ name: 'sails', version: '1.0', pythonTag: 'cp312', files: testCode });
    const set = await observed().vetSails();
    expect(set.releases[0]?.files).toHaveLength(2);
    expect(evidenceOf(set, 0).get('tests')?.findings).toHaveLength(1);
  });

  it('names the distributions that a claim is about where it is not about all, beside what the claim itself counts', async () => {
    await offer({ name: 'sails', version: '1.0', pythonTag: 'cp310', files: testCode });
    await offer({ name: 'sails', version: '1.0', pythonTag: 'cp312' });
    const found = evidenceOf(await observed().vetSails(), 0).get('tests')?.findings;
    expect(found?.map(({ data }) => [data['files'], data['distributions']])).toEqual([
      [1, [expect.stringContaining('cp310')]],
    ]);
  });

  it('does not apply to a source distribution where a scanner says so', async () => {
    bench.world.policy = { ...bench.world.policy, allowSdists: true };
    // Since metadata 2.2 a source distribution states what it needs (PEP 643).
    const metadataText = 'Metadata-Version: 2.2\nName: sails\nVersion: 1.0\n';
    const files = { 'tests/test_sails.py': 'x = 1\n' };
    bench.upstream.add(makeSdist({ name: 'sails', version: '1.0', metadataText, files }), {
      uploadedAt: '2025-06-01T00:00:00Z',
    });
    const evidence = evidenceOf(await observed().vetSails(), 0).get('tests');
    expect(evidence).toMatchObject({ status: 'not-applicable', findings: [] });
  });
});

describe('evidence for a request', () => {
  it('is kept by digest, tells the ledger, and is not collected twice for one fact', async () => {
    await offer({ name: 'sails', version: '1.0' });
    const fact = {
      kind: 'request-filed',
      request: 'R-1',
      channel: 'tier3',
      ecosystem: 'pypi',
      name: 'sails',
      version: null,
      extras: [],
    } as const;
    await bench.vetting.collectForRequest(fact);
    const digest = await newestEvidenceOf(bench.database.db, 'R-1');
    expect(digest).toBeDefined();
    if (digest === undefined) return;
    expect((await readEvidenceSet(bench.deps.blobs, digest)).root).toBe('pkg:pypi/sails@1.0');
    bench.database.clock.advance(60_000);
    await bench.vetting.collectForRequest(fact);
    expect(await newestEvidenceOf(bench.database.db, 'R-1')).toBe(digest);
  });

  it('is asked for before filing: a package without a wheel is refused with what can be done', async () => {
    bench.upstream.add(makeSdist({ name: 'sails', version: '1.0' }), { uploadedAt: '2025-06-01T00:00:00Z' });
    const ask = { channel: 'tier3', ecosystem: 'pypi', version: null };
    expect(await bench.vetting.preflight({ ...ask, name: 'sails' })).toMatchObject({
      status: 'refused',
      code: 'no-wheel',
    });
    expect(await bench.vetting.preflight({ ...ask, name: 'nothing-of-that-name' })).toMatchObject({
      code: 'unknown-package',
    });
    bench.upstream.misbehave('/simple/mast/', { kind: 'status', status: 500 });
    expect(await bench.vetting.preflight({ ...ask, name: 'mast' })).toMatchObject({ code: 'could-not-check' });
  });
});
