import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openVettingBench, type VettingBench } from '../../../test/harness/vetting.ts';
import { makeSdist, makeWheel } from '../../../test/harness/wheels.ts';
import type { Evidence, EvidenceSet } from '../../domain/evidence.ts';
import type { Cage } from '../../platform/sandbox/port.ts';
import { createVetting, type VettingDeps } from './index.ts';

const LISTED = { uploadedAt: '2025-06-01T00:00:00Z' };
/** Every CPython that a machine may have, and one that no machine is. */
const HERE = ['3.10', '3.11', '3.12', '3.13', '3.14'].map((version) => `cp${version.replace('.', '')}`);
const NOWHERE = 'cp312-win_amd64';

let bench: VettingBench;
let isolated: boolean;
beforeAll(async () => {
  const machines = [`manylinux_2_17_${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}`];
  bench = await openVettingBench([NOWHERE, ...HERE.flatMap((python) => machines.map((one) => `${python}-${one}`))]);
  bench.world.policy = { ...bench.world.policy, installProof: 'root' };
  isolated =
    (await bench.deps.cage.isolation()).isolated && !('unavailable' in (await bench.deps.trialMachine('pypi')));
});
afterAll(() => bench.close());

async function vetted(name: string, change: Partial<VettingDeps> = {}): Promise<EvidenceSet> {
  const vetting = createVetting({ ...bench.deps, ...change });
  const outcome = await vetting.vet({ channel: 'tier3', ecosystem: 'pypi', name, extras: [], version: null });
  return outcome.status === 'vetted' ? outcome.set : expect.fail(JSON.stringify(outcome));
}

function evidence(set: EvidenceSet, scanner: string, purl = set.root): Evidence | undefined {
  return set.releases.find((one) => one.purl === purl)?.evidence.find((one) => one.scanner === scanner);
}

/** A cage that counts what is run in it. */
function counting(cage: Cage): Cage & { readonly runs: () => number } {
  let runs = 0;
  return {
    ...cage,
    run(task) {
      runs += 1;
      return cage.run(task);
    },
    runs: () => runs,
  };
}

describe('trials', () => {
  it('try the root with the files of its tree, once for each set of them', async (context) => {
    context.skip(!isolated, 'needs bubblewrap, and Python with pip');
    bench.upstream.add(await makeWheel({ name: 'sails', version: '1.0', requires: ['mast'] }), LISTED);
    bench.upstream.add(await makeWheel({ name: 'mast', version: '2.0' }), LISTED);
    const tests = 'import unittest, sails\nclass It(unittest.TestCase):\n    def test_it(self): sails.__version__\n';
    bench.upstream.add(makeSdist({ name: 'sails', version: '1.0', files: { 'tests/test_it.py': tests } }), LISTED);
    const cage = counting(bench.deps.cage);
    const set = await vetted('sails', { cage });
    expect(evidence(set, 'install-proof')).toMatchObject({
      status: 'completed',
      findings: [{ data: { code: 'installed', releases: expect.arrayContaining(['sails 1.0', 'mast 2.0']) } }],
      freshUntil: null,
    });
    expect(evidence(set, 'upstream-tests')).toMatchObject({
      findings: [{ data: { code: 'tests-passed', passed: 1 } }],
    });
    const mast = evidence(set, 'install-proof', 'pkg:pypi/mast@2.0');
    expect(mast).toMatchObject({ status: 'not-applicable', reason: expect.stringContaining('install_proof: root') });
    const again = await vetted('sails', { cage });
    expect(evidence(again, 'install-proof')?.findings).toEqual(evidence(set, 'install-proof')?.findings);
    expect(cage.runs()).toBe(1);
    bench.upstream.add(await makeWheel({ name: 'mast', version: '2.1' }), LISTED);
    await vetted('sails', { cage });
    expect(cage.runs()).toBe(2);
  });

  it('whose tests could not run are tried again only where a folder of test tools may have got what they need', async (context) => {
    context.skip(!isolated, 'needs bubblewrap, and Python with pip');
    bench.upstream.add(await makeWheel({ name: 'rudder', version: '1.0' }), LISTED);
    const tests = 'import pytest\n@pytest.mark.slow\ndef test_it(): pass\n';
    bench.upstream.add(makeSdist({ name: 'rudder', version: '1.0', files: { 'tests/test_it.py': tests } }), LISTED);
    const cage = counting(bench.deps.cage);
    const first = await vetted('rudder', { cage, testTools: null });
    expect(evidence(first, 'upstream-tests')).toMatchObject({
      status: 'failed',
      reason: expect.stringContaining('neither in its tree nor in the folder of test tools'),
    });
    const second = await vetted('rudder', { cage, testTools: null });
    expect(evidence(second, 'upstream-tests')?.reason).toBe(evidence(first, 'upstream-tests')?.reason);
    expect(cage.runs()).toBe(1);
    const testTools = await mkdtemp(join(tmpdir(), 'pratique-test-tools-'));
    try {
      await vetted('rudder', { cage, testTools });
      await vetted('rudder', { cage, testTools });
    } finally {
      await rm(testTools, { recursive: true });
    }
    expect(cage.runs()).toBe(3);
  });

  it('build what the tree has as source alone, with what its build asks for, and try each release where policy says so', async (context) => {
    context.skip(!isolated, 'needs bubblewrap, and Python with pip');
    bench.world.policy = { ...bench.world.policy, installProof: 'tree', allowSdists: true };
    bench.upstream.add(await makeWheel({ name: 'brig', version: '1.0', requires: ['jib'] }), LISTED);
    bench.upstream.add(await makeWheel({ name: 'loom', version: '3.0', files: { 'loom.py': BACK_END } }), LISTED);
    const pyproject = '[build-system]\nrequires = ["loom"]\nbuild-backend = "loom"\n';
    const metadataText = 'Metadata-Version: 2.2\nName: jib\nVersion: 1.0\n';
    const files = { 'pyproject.toml': pyproject, 'jib.py': 'import brig\n' };
    bench.upstream.add(makeSdist({ name: 'jib', version: '1.0', metadataText, files }), LISTED);
    const cage = counting(bench.deps.cage);
    const set = await vetted('brig', { cage });
    bench.world.policy = { ...bench.world.policy, installProof: 'root', allowSdists: false };
    const told = (purl: string) =>
      evidence(set, 'install-proof', purl)?.findings.map(({ summary, data }) => [data.code, data.releases ?? summary]);
    expect(told('pkg:pypi/brig@1.0')).toEqual([['installed', expect.toSatisfy(sameAs('brig 1.0', 'jib 1.0'))]]);
    expect(told('pkg:pypi/loom@3.0')).toEqual([['installed', ['loom 3.0']]]);
    // What it imports without saying so is there only beside another.
    expect(told('pkg:pypi/jib@1.0')).toEqual([
      ['installed', ['jib 1.0']],
      ['import-failed', "import jib fails: ModuleNotFoundError: No module named 'brig'"],
    ]);
    expect(cage.runs()).toBe(3);
  });

  it('say so where the stock client takes another tree than was resolved', async (context) => {
    context.skip(!isolated, 'needs bubblewrap, and Python with pip');
    // A target has no release of its kernel, a machine has one.
    const requires = ['anchor; platform_release == ""', 'chain'];
    bench.upstream.add(await makeWheel({ name: 'windlass', version: '1.0', requires }), LISTED);
    bench.upstream.add(await makeWheel({ name: 'anchor', version: '1.0' }), LISTED);
    bench.upstream.add(await makeWheel({ name: 'chain', version: '1.0' }), LISTED);
    expect(evidence(await vetted('windlass'), 'install-proof')?.findings[1]).toMatchObject({
      kind: 'unsatisfied-dependency',
      data: { code: 'other-tree', more: [], less: ['anchor 1.0'] },
    });
  });

  it('find what a release forgot to say that it needs', async (context) => {
    context.skip(!isolated, 'needs bubblewrap, and Python with pip');
    const files = { 'keel.py': 'import ballast\n' };
    bench.upstream.add(await makeWheel({ name: 'keel', version: '1.0', files }), LISTED);
    const proof = evidence(await vetted('keel'), 'install-proof');
    expect(proof?.findings[1]).toMatchObject({
      location: 'keel',
      summary: "import keel fails: ModuleNotFoundError: No module named 'ballast'",
    });
  });

  it('do not apply on a machine that is none of the targets, nor where policy wants none', async (context) => {
    bench.upstream.add(await makeWheel({ name: 'oar', version: '1.0', platformTag: 'win_amd64' }), LISTED);
    const off = { ...bench.world.policy, installProof: 'off' } as const;
    const switchedOff = await vetted('oar', { policy: async () => ({ ...(await bench.deps.policy()), ...off }) });
    expect(evidence(switchedOff, 'install-proof')).toMatchObject({ status: 'not-applicable' });
    context.skip(!isolated, 'needs bubblewrap, and Python with pip');
    expect(evidence(await vetted('oar'), 'install-proof')).toMatchObject({
      status: 'not-applicable',
      reason: expect.stringMatching(/^none of its targets \(cp312-win_amd64\) is this machine: CPython 3/),
    });
  });

  it('are "could not check" without isolation or without a client, and nothing is run then', async () => {
    bench.upstream.add(await makeWheel({ name: 'rudder', version: '1.0' }), LISTED);
    const none: Cage = {
      isolation: async () => ({ isolated: false, detail: 'bubblewrap (bwrap) is not installed' }),
      run: () => expect.fail('it was run'),
      close: async () => undefined,
    };
    const machine = { title: 'CPython', settings: (await machineSettings()) ?? {} };
    const bare = await vetted('rudder', { cage: none, trialMachine: async () => machine });
    expect(evidence(bare, 'install-proof')).toMatchObject({
      status: 'failed',
      reason: expect.stringContaining('bubblewrap (bwrap) is not installed'),
    });
    const run: Cage['run'] = async () => ({
      ...{ status: 'ran', ending: 'exited', code: 127, stdout: '', wallMs: 1, peakBytes: 0 },
      stderr: 'prlimit: failed to execute /opt/python: No such file or directory\n',
    });
    const isolation: Cage['isolation'] = async () => ({ isolated: true, detail: 'bubblewrap' });
    const unstarted = await vetted('rudder', { cage: { ...none, isolation, run }, trialMachine: async () => machine });
    expect(evidence(unstarted, 'install-proof')).toMatchObject({
      status: 'failed',
      reason:
        'its program did not start in the cage: prlimit: failed to execute /opt/python: No such file or directory',
    });
    const noPip = await vetted('rudder', { cage: none, trialMachine: async () => ({ unavailable: 'no pip answers' }) });
    expect(evidence(noPip, 'upstream-tests')).toMatchObject({ status: 'failed', reason: 'no pip answers' });
  });
});

const sameAs =
  (...names: readonly string[]) =>
  (told: unknown) =>
    Array.isArray(told) && told.toSorted().join() === names.toSorted().join();

/** A build back end (PEP 517) in one module, which packs every module at the top. */
const BACK_END = `
import glob, zipfile
def build_wheel(folder, settings=None, metadata=None):
    lines = dict(line.split(": ", 1) for line in open("PKG-INFO").read().splitlines())
    stem = lines["Name"] + "-" + lines["Version"]
    with zipfile.ZipFile(folder + "/" + stem + "-py3-none-any.whl", "w") as wheel:
        for module in glob.glob("*.py"): wheel.write(module)
        info = stem + ".dist-info/"
        wheel.write("PKG-INFO", info + "METADATA")
        wheel.writestr(info + "WHEEL", "Wheel-Version: 1.0\\nGenerator: loom\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
        wheel.writestr(info + "RECORD", "".join(name + ",,\\n" for name in [*wheel.namelist(), info + "RECORD"]))
    return stem + "-py3-none-any.whl"
`;

async function machineSettings() {
  const machine = process.arch === 'arm64' ? 'aarch64' : 'x86_64';
  return { implementation: 'cpython', minor: '12', threads: 'locked', machine, libc: 'glibc 2.36' };
}
