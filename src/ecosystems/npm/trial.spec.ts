import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTrialGround, usable } from '../../../test/harness/trials.ts';
import type { TrialSteps } from '../../domain/trial.ts';
import { readSteps } from '../../features/vetting/trial-report.ts';
import { makeTarball, type TarballSpec } from '../../main/demo/made-here-tarballs.ts';
import { npmTargets } from './targets.ts';
import { npmTrials } from './trial.ts';

const MIB = 1024 * 1024;
const { machine, cage, isolated, why } = await openTrialGround(npmTrials);

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pratique-trial-npm-'));
});
afterAll(async () => {
  await cage.close();
  await rm(folder, { recursive: true, force: true });
});

/** Tries the first package with the real npm of this machine, in the real cage. */
async function attempt(specs: readonly TarballSpec[], seconds = {}, on = machine): Promise<TrialSteps> {
  const [root] = specs;
  if (root === undefined) throw new RangeError('nothing to try');
  const files = await Promise.all(
    specs.map(async (spec, number) => {
      const { filename, bytes } = makeTarball(spec);
      const path = join(folder, `${number}-${filename}`);
      await writeFile(path, bytes, { mode: 0o644 });
      return { filename, path };
    }),
  );
  const { name, version } = root;
  const source = { reason: 'none' };
  const ask = { machine: usable(on), name, version, extras: [], files, source, tools: null, seconds };
  const outcome = await cage.run({
    ...npmTrials.command(ask),
    writableBytes: 256 * MIB,
    limits: {
      ...{ cpuSeconds: 60, addressBytes: 16_384 * MIB, fileBytes: 64 * MIB, processes: 128, memoryBytes: 1024 * MIB },
      timeoutMs: 90_000,
    },
  });
  if (outcome.status !== 'ran') throw new Error(outcome.reason);
  return readSteps(outcome);
}

describe('the machine that npm releases are tried on', () => {
  it('is one of the targets, and no other', () => {
    const { settings } = usable(machine);
    const of = (id: string) => npmTargets.parse(id) ?? npmTargets.defaults[0];
    const own = of(`node${settings.major}.0.0-${settings.os}-${settings.cpu}`);
    const other = of(`node${Number(settings.major) + 1}.0.0-${settings.os}-${settings.cpu}`);
    if (own === undefined || other === undefined) throw new RangeError('no target');
    expect(npmTrials.isHere(usable(machine), own)).toBe(true);
    expect(npmTrials.isHere(usable(machine), other)).toBe(false);
  });
});

describe.skipIf(!isolated || 'unavailable' in machine)(`trials of npm releases (${why})`, { timeout: 120_000 }, () => {
  it('installs from the files of the tree alone, without scripts, and loads it', async () => {
    const steps = await attempt([
      {
        name: '@shore/app',
        version: '1.0.0',
        dependencies: { estuary: '^1.0.0', short: 'npm:@bay/estuary@cjs' },
        manifest: { scripts: { postinstall: 'touch /tmp/ran' }, optionalDependencies: { 'only-mac': '1' } },
        files: {
          'index.js':
            "if (require('fs').existsSync('/tmp/ran')) throw new Error('a script ran');\n" +
            "module.exports = [require('estuary'), require('short')];\n",
        },
      },
      { name: 'estuary', version: '1.0.0' },
      { name: '@bay/estuary', version: '1.0.0' },
    ]);
    expect(steps.install).toMatchObject({ status: 'installed' });
    const releases = steps.install.status === 'installed' ? steps.install.releases : [];
    expect(releases.map(({ name, version }) => `${name} ${version}`).toSorted()).toEqual([
      ...['@bay/estuary 1.0.0', '@shore/app 1.0.0', 'estuary 1.0.0'],
    ]);
    expect(steps.imports).toEqual({
      ...{ status: 'imported', warnings: [] },
      modules: [{ name: '@shore/app', error: null }],
    });
    expect(steps.tests).toMatchObject({ status: 'none' });
  });

  it('takes a Node that lies where a cage has its own room to write', async () => {
    const { title, settings } = usable(machine);
    const executable = join(folder, 'node');
    await copyFile(`${settings.executable}`, executable);
    const shown = [...(Array.isArray(settings.shown) ? settings.shown : []), executable];
    const elsewhere = { title, settings: { ...settings, executable, shown } };
    const { install, imports } = await attempt([{ name: 'app', version: '1.0.0' }], {}, elsewhere);
    expect(install).toMatchObject({ status: 'installed', releases: [{ name: 'app', version: '1.0.0' }] });
    expect(imports).toMatchObject({ modules: [{ name: 'app', error: null }] });
  });

  it('says what a release cannot do without its script', async () => {
    const { imports } = await attempt([
      {
        name: 'app',
        version: '1.0.0',
        manifest: { scripts: { install: 'node build.js' } },
        files: { 'index.js': "require('./built.js');\n", 'build.js': '' },
      },
    ]);
    expect(imports).toMatchObject({ modules: [{ name: 'app', error: expect.stringMatching(/Cannot find module/) }] });
  });

  it('refuses what the tree does not hold, and reaches nothing outside', async () => {
    const { install } = await attempt([{ name: 'app', version: '1.0.0', dependencies: { elsewhere: '1' } }]);
    expect(install).toMatchObject({ status: 'refused', last: expect.stringMatching(/elsewhere|404/) });
  });

  it('loads modules, and nothing where there is nothing to load by name', async () => {
    const module = { type: 'module', main: undefined, exports: { '.': './index.js' } };
    const esm = await attempt([
      { name: 'app', version: '1.0.0', manifest: module, files: { 'index.js': 'export default await 1;\n' } },
    ]);
    expect(esm.imports).toMatchObject({ modules: [{ name: 'app', error: null }] });
    const types = await attempt([
      { name: 'app', version: '1.0.0', manifest: { main: '', types: 'index.d.ts' }, files: { 'index.d.ts': '' } },
    ]);
    expect(types.imports).toMatchObject({ status: 'imported', modules: [], warnings: [expect.any(String)] });
  });

  it('ends what never ends, and what a package prints is not its evidence', async () => {
    const forged = JSON.stringify({ step: 'install', status: 'refused', last: 'forged' });
    const steps = await attempt(
      [
        {
          name: 'app',
          version: '1.0.0',
          files: { 'index.js': `console.log(${JSON.stringify(forged)}); setInterval(() => {}, 1000); for (;;);\n` },
        },
      ],
      { imports: 2 },
    );
    expect(steps.install).toMatchObject({ status: 'installed' });
    expect(steps.imports).toEqual({ status: 'ended-at-limit', limit: 'time', last: 'app' });
  });
});
