import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ADMIT, openVettingBench, type VettingBench } from '../../../test/harness/vetting.ts';
import { makeSdist, makeWheel } from '../../../test/harness/wheels.ts';
import { canonicalBytes } from '../../domain/canonical-json.ts';
import type { EvidenceSet } from '../../domain/evidence.ts';
import type { SdistSpec, WheelSpec } from '../../main/demo/made-here-wheels.ts';
import type { VetOutcome } from './ask.ts';
import { readEvidenceSet } from './read.ts';

const PY310 = 'cp310-manylinux_2_28_x86_64';
const PY312 = 'cp312-manylinux_2_28_x86_64';
const LISTED = { uploadedAt: '2025-06-01T00:00:00Z' };

let bench: VettingBench;
beforeEach(async () => {
  bench = await openVettingBench([PY310, PY312]);
  bench.world.policy = { ...bench.world.policy, allowSdists: true };
});
afterEach(() => bench.close());

async function offer(spec: WheelSpec): Promise<void> {
  bench.upstream.add(await makeWheel(spec), LISTED);
}

/** A source distribution whose metadata is static (PEP 643), unless the spec says otherwise. */
function offerSource(spec: SdistSpec, sidecar?: false): void {
  const requires = (spec.requires ?? []).map((one) => `Requires-Dist: ${one}\n`).join('');
  const metadataText = `Metadata-Version: 2.2\nName: ${spec.name}\nVersion: ${spec.version}\n${requires}`;
  bench.upstream.add(makeSdist({ metadataText, ...spec }), {
    ...LISTED,
    ...(sidecar === undefined ? {} : { sidecar }),
  });
}

async function vet(name: string, version: string | null = null): Promise<VetOutcome> {
  return bench.vetting.vet({ channel: 'tier3', ecosystem: 'pypi', name, extras: [], version });
}

async function vetted(name: string): Promise<EvidenceSet> {
  const outcome = await vet(name);
  if (outcome.status !== 'vetted') throw new Error(JSON.stringify(outcome));
  return outcome.set;
}

async function unresolvable(name: string, version: string | null = null) {
  const outcome = await vet(name, version);
  if (outcome.status !== 'unresolvable') throw new Error(JSON.stringify(outcome));
  return outcome;
}

const purls = (set: EvidenceSet) => set.releases.map((release) => release.purl);
const release = (set: EvidenceSet, name: string) => set.releases.find((one) => one.name === name);
const edges = (set: EvidenceSet, name: string) => release(set, name)?.needs.map(({ target, to }) => `${target} ${to}`);

describe('a source distribution', () => {
  it('brings what its build asks for, per target, and what that needs, into the tree', async () => {
    offerSource({ name: 'sails', version: '1.0', buildRequires: ['loom>=2', 'old-loom; python_version < "3.11"'] });
    await offer({ name: 'loom', version: '1.0' });
    await offer({ name: 'loom', version: '2.0', requires: ['thread'] });
    await offer({ name: 'old-loom', version: '0.1' });
    await offer({ name: 'thread', version: '1.0' });
    const set = await vetted('sails');
    expect(purls(set)).toEqual([
      'pkg:pypi/sails@1.0',
      'pkg:pypi/loom@2.0',
      'pkg:pypi/old-loom@0.1',
      'pkg:pypi/thread@1.0',
    ]);
    expect(edges(set, 'sails')).toEqual([
      `${PY310} pkg:pypi/loom@2.0`,
      `${PY310} pkg:pypi/old-loom@0.1`,
      `${PY312} pkg:pypi/loom@2.0`,
    ]);
    expect(release(set, 'loom')).toMatchObject({ role: 'dependency', requiredBy: ['pkg:pypi/sails@1.0'] });
    expect(release(set, 'old-loom')?.targets).toEqual([PY310]);
    const { digest } = await bench.deps.blobs.put(canonicalBytes(set));
    expect(release(await readEvidenceSet(bench.deps.blobs, digest), 'sails')?.files).toMatchObject([
      { kind: 'sdist', targets: [PY310, PY312], buildRequires: ['loom>=2', 'old-loom; python_version < "3.11"'] },
    ]);
    expect(set.warnings.join()).toContain('sails-1.0.tar.gz is built from source: its build back end may ask for more');
  });

  it('is built apart from what is installed: both may need another release of one package', async () => {
    offerSource({ name: 'sails', version: '1.0', requires: ['loom<2'], buildRequires: ['loom>=2', 'sails-macros'] });
    await offer({ name: 'loom', version: '1.0' });
    await offer({ name: 'loom', version: '2.0' });
    await offer({ name: 'sails-macros', version: '1.0', requires: ['loom'] });
    const set = await vetted('sails');
    expect(purls(set)).toEqual([
      'pkg:pypi/sails@1.0',
      'pkg:pypi/loom@1.0',
      'pkg:pypi/loom@2.0',
      'pkg:pypi/sails-macros@1.0',
    ]);
  });

  it('is built with what is itself built, as deep as it goes', async () => {
    offerSource({ name: 'sails', version: '1.0', requires: ['rope'], buildRequires: ['loom'] });
    await offer({ name: 'rope', version: '1.0' });
    offerSource({ name: 'loom', version: '1.0', buildRequires: ['saw'] });
    await offer({ name: 'saw', version: '1.0' });
    const set = await vetted('sails');
    expect(purls(set).slice(1)).toEqual(['pkg:pypi/loom@1.0', 'pkg:pypi/rope@1.0', 'pkg:pypi/saw@1.0']);
    expect(release(set, 'saw')?.requiredBy).toEqual(['pkg:pypi/loom@1.0']);
  });

  it('that has no pyproject.toml is built with setuptools and wheel', async () => {
    offerSource({ name: 'sails', version: '1.0', buildRequires: null });
    await offer({ name: 'setuptools', version: '40.0' });
    await offer({ name: 'setuptools', version: '70.0' });
    await offer({ name: 'wheel', version: '0.40' });
    expect(purls(await vetted('sails'))).toEqual([
      'pkg:pypi/sails@1.0',
      'pkg:pypi/setuptools@70.0',
      'pkg:pypi/wheel@0.40',
    ]);
  });

  it('cannot be built by a file that cannot be read', async () => {
    offerSource({ name: 'sails', version: '1.0', files: { 'pyproject.toml': 'requires = [' } });
    expect((await unresolvable('sails')).reason).toContain('its pyproject.toml cannot be read');
  });

  it('cannot be had where a build requirement is missing, and the reason names it', async () => {
    offerSource({ name: 'sails', version: '1.0', buildRequires: ['loom>=2; python_version >= "3.11"'] });
    await offer({ name: 'loom', version: '1.0' });
    const set = await vetted('sails');
    expect(set.unavailableTargets).toEqual([{ target: PY312, reason: expect.stringContaining('loom>=2') }]);
    expect(set.unavailableTargets[0]?.reason).toContain('sails-1.0.tar.gz has to be built from source');
    expect(set.releases[0]?.targets).toEqual([PY310]);
  });

  it('cannot be had where its build requirement is denied (PY-09)', async () => {
    offerSource({ name: 'sails', version: '1.0', buildRequires: ['loom'] });
    await offer({ name: 'loom', version: '1.0' });
    bench.world.stopped = (name) => name === 'loom';
    expect(await unresolvable('sails')).toMatchObject({
      code: 'build-requirement',
      reason: expect.stringContaining('loom is asked for'),
    });
  });

  it('is refused with its build requirement, which the reasons name (PY-09)', async () => {
    offerSource({ name: 'sails', version: '1.0', buildRequires: ['loom'] });
    await offer({ name: 'loom', version: '1.0' });
    const reasons = [{ rule: 'test', outcome: 'refuse', text: 'refused here', needs: 'exception' }] as const;
    bench.world.judge = (purl) => (purl === 'pkg:pypi/loom@1.0' ? { outcome: 'refuse', reasons } : ADMIT);
    const { verdict, alternative } = await vetted('sails');
    expect(verdict).toMatchObject({ outcome: 'refuse', reasons: [{ text: 'pkg:pypi/loom@1.0: refused here' }] });
    expect(alternative).toMatchObject({ without: ['pkg:pypi/loom@1.0'], tree: null });
  });

  it('counts by the metadata inside it, where that is static; what is only known once it is built is not guessed', async () => {
    offerSource({ name: 'sails', version: '1.0', requires: ['rope'] }, false);
    await offer({ name: 'rope', version: '1.0' });
    expect(purls(await vetted('sails'))).toEqual(['pkg:pypi/sails@1.0', 'pkg:pypi/rope@1.0']);
    const head = 'Name: flags\nVersion: 1.0\n';
    offerSource(
      { name: 'flags', version: '1.0', metadataText: `Metadata-Version: 2.2\nDynamic: Requires-Dist\n${head}` },
      false,
    );
    expect(await vet('flags')).toMatchObject({
      status: 'could-not-check',
      reason: 'What flags-1.0.tar.gz requires is only known once it is built',
    });
  });

  it('is not looked at where there is a wheel, nor where policy takes wheels only', async () => {
    offerSource({ name: 'sails', version: '1.0', buildRequires: ['loom'] });
    expect(await unresolvable('sails')).toMatchObject({ code: 'build-requirement' });
    await offer({ name: 'sails', version: '1.0' });
    const set = await vetted('sails');
    expect(purls(set)).toEqual(['pkg:pypi/sails@1.0']);
    expect(set.releases[0]?.files.map((file) => [file.kind, 'buildRequires' in file])).toEqual([['wheel', false]]);
    bench.world.policy = { ...bench.world.policy, allowSdists: false };
    offerSource({ name: 'flags', version: '1.0', buildRequires: ['loom'] });
    expect(await unresolvable('flags')).toMatchObject({ code: 'no-wheel' });
  });
});
