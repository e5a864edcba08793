import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pythonModule, TAKEN_IN_PART, TOUCHED_UP } from '../../../test/corpora/code.ts';
import { openVettingBench, type VettingBench } from '../../../test/harness/vetting.ts';
import { makeWheel } from '../../../test/harness/wheels.ts';
import type { Evidence, Finding } from '../../domain/evidence.ts';
import { createVetting, type VettingDeps } from './index.ts';

// One index for all: each test has code and names of its own.
let bench: VettingBench;
beforeAll(async () => {
  bench = await openVettingBench();
});
afterAll(() => bench.close());

interface Offer {
  readonly name: string;
  readonly version?: string;
  readonly licence?: string;
  readonly requires?: readonly string[];
  readonly files: Readonly<Record<string, string>>;
}

async function offer({ name, version = '1.0', licence = 'MIT', requires = [], files }: Offer): Promise<void> {
  const needs = requires.map((one) => `Requires-Dist: ${one}\n`).join('');
  const metadataText = `Metadata-Version: 2.4\nName: ${name}\nVersion: ${version}\nLicense-Expression: ${licence}\n${needs}`;
  bench.upstream.add(await makeWheel({ name, version, metadataText, files }), { uploadedAt: '2025-06-01T00:00:00Z' });
}

async function evidenceOf(name: string, deps: VettingDeps = bench.deps): Promise<Evidence | undefined> {
  const outcome = await createVetting(deps).vet({
    channel: 'tier3',
    ecosystem: 'pypi',
    name,
    extras: [],
    version: null,
  });
  if (outcome.status !== 'vetted') throw new Error(JSON.stringify(outcome));
  return outcome.set.releases[0]?.evidence.find(({ scanner }) => scanner === 'copied-code');
}

const told = (evidence: Evidence | undefined) =>
  evidence?.findings.map(({ severity, data }: Finding) => [
    severity,
    data.code,
    data.package,
    data.files,
    data.fragments,
  ]);

describe('code that stands in another package', () => {
  it('is told on both sides, once both were vetted, with the licences', async () => {
    const original = pythonModule(10, 30);
    await offer({ name: 'sails1', files: { 'sails/core.py': original } });
    await offer({ name: 'copycat1', licence: 'GPL-3.0-only', files: { 'copycat/x.py': original } });
    expect(await evidenceOf('sails1')).toMatchObject({ status: 'completed', findings: [] });
    expect(told(await evidenceOf('copycat1'))).toEqual([['medium', 'other-licence', 'pkg:pypi/sails1@1.0', 1, 0]]);
    expect(told(await evidenceOf('sails1'))).toEqual([['medium', 'other-licence', 'pkg:pypi/copycat1@1.0', 1, 0]]);
    expect((await evidenceOf('sails1'))?.freshUntil).not.toBeNull();
  });

  it('is found in a dependency of the same tree', async () => {
    const original = pythonModule(20, 30);
    await offer({ name: 'sails2', requires: ['mast2'], files: { 'sails/_vendor/mast.py': original } });
    await offer({ name: 'mast2', files: { 'mast/core.py': original } });
    expect(told(await evidenceOf('sails2'))).toEqual([['info', 'same-licence', 'pkg:pypi/mast2@1.0', 1, 0]]);
  });

  it('is found when it was touched up, or taken in part, and not when it is only alike', async () => {
    const original = pythonModule(30, 30);
    const own = pythonModule(31, 10);
    const touched = Object.values(TOUCHED_UP).map((touch, at) => [`copycat/touched${at}.py`, touch(original)]);
    const taken = Object.values(TAKEN_IN_PART).map((take, at) => [`part/part${at}.py`, take(original, own)]);
    const alike = [7, 8, 9].map((seed) => [`part/own${seed}.py`, pythonModule(seed, 30)]);
    await offer({ name: 'sails3', files: { 'sails/core.py': original } });
    await offer({ name: 'copycat3', files: Object.fromEntries(touched) });
    await offer({ name: 'part3', files: Object.fromEntries([...taken, ...alike]) });
    await evidenceOf('sails3');
    expect(told(await evidenceOf('part3'))).toEqual([['info', 'same-licence', 'pkg:pypi/sails3@1.0', 0, taken.length]]);
    // One copy has a header of another licence; every other one goes by the licence of its release.
    const findings = told(await evidenceOf('copycat3'));
    expect(findings).toContainEqual(['medium', 'other-licence', 'pkg:pypi/sails3@1.0', 1, 0]);
    expect(findings).toContainEqual(['info', 'same-licence', 'pkg:pypi/sails3@1.0', touched.length - 1, 0]);
  });

  it('is nothing to tell between versions of one package, or where the file states one licence in both', async () => {
    const original = pythonModule(40, 30);
    const header = '# SPDX-License-Identifier: ISC\n';
    await offer({ name: 'sails4', version: '1.0', licence: 'ISC', files: { 'sails/core.py': original } });
    expect(told(await evidenceOf('sails4'))).toEqual([]);
    await offer({
      name: 'sails4',
      version: '2.0',
      licence: 'GPL-3.0-only',
      files: { 'sails/core.py': `${header}${original}` },
    });
    expect(told(await evidenceOf('sails4'))).toEqual([]);
    await offer({ name: 'other4', licence: 'Apache-2.0', files: { 'other/core.py': `${header}${original}` } });
    expect(told(await evidenceOf('other4'))).toEqual([['info', 'same-licence', 'pkg:pypi/sails4@2.0', 1, 0]]);
  });

  it('says nothing any more once it stands everywhere', async () => {
    const original = pythonModule(50, 30);
    const names = Array.from({ length: 12 }, (_, at) => `everywhere${at}`);
    for (const name of names) await offer({ name, licence: 'MIT', files: { [`${name}/six.py`]: original } });
    await offer({ name: 'all5', licence: 'GPL-3.0-only', requires: names, files: { 'all/six.py': original } });
    expect(told(await evidenceOf('all5'))).toEqual([]);
  });

  it('is never said to be nowhere else where it could not be printed, and is printed once', async () => {
    const original = pythonModule(60, 30);
    await offer({ name: 'sails6', files: { 'sails/core.py': original } });
    const { sandbox } = bench.deps;
    let printed = 0;
    let fails = true;
    const run: typeof sandbox.run = async (task) => {
      if (task.task === 'inspect-content')
        return sandbox.run({ ...task, input: { ...Object(task.input), examine: false } });
      if (task.task !== 'print-code') return sandbox.run(task);
      printed += 1;
      return fails ? { status: 'failed', reason: 'it crashed' } : sandbox.run(task);
    };
    const deps = { ...bench.deps, sandbox: { ...sandbox, run } };
    expect(await evidenceOf('sails6', deps)).toMatchObject({ status: 'failed', findings: [] });
    fails = false;
    expect(await evidenceOf('sails6', deps)).toMatchObject({ status: 'completed' });
    expect(await evidenceOf('sails6', deps)).toMatchObject({ status: 'completed' });
    expect(printed).toBe(2);
    expect(await evidenceOf('sails6', { ...deps, codePrinter: deps.codePrinter + 1 })).toMatchObject({
      status: 'failed',
    });
  });
});
