import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTrialGround, usable } from '../../../test/harness/trials.ts';
import type { TrialSteps } from '../../domain/trial.ts';
import { readSteps } from '../../features/vetting/trial-report.ts';
import { makeSourcePackage, type SourcePackageSpec } from '../../main/demo/made-here-source-packages.ts';
import { cranTargets } from './targets.ts';
import { cranTrials } from './trial.ts';

const MIB = 1024 * 1024;
const run = promisify(execFile);
const { machine, cage, isolated, why } = await openTrialGround(cranTrials);

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pratique-trial-r-'));
});
afterAll(async () => {
  await cage.close();
  await rm(folder, { recursive: true, force: true });
});

/** Tries the first package with the real R of this machine, in the real cage. */
async function attempt(specs: readonly SourcePackageSpec[], seconds = {}): Promise<TrialSteps> {
  const [root] = specs;
  if (root === undefined) throw new RangeError('nothing to try');
  const files = await Promise.all(
    specs.map(async (spec) => {
      const { filename, bytes } = makeSourcePackage(spec);
      const path = join(folder, filename);
      await writeFile(path, bytes, { mode: 0o644 });
      return { filename, path };
    }),
  );
  const { name, version } = root;
  const ask = { name, version, extras: [], files, source: { reason: 'none' }, tools: null, seconds };
  const outcome = await cage.run({
    ...cranTrials.command({ ...ask, machine: usable(machine) }),
    writableBytes: 256 * MIB,
    limits: {
      ...{ cpuSeconds: 60, addressBytes: 16_384 * MIB, fileBytes: 64 * MIB, processes: 128, memoryBytes: 1024 * MIB },
      timeoutMs: 90_000,
    },
  });
  if (outcome.status !== 'ran') throw new Error(outcome.reason);
  return readSteps(outcome);
}

const shore = (files: SourcePackageSpec['files'] = {}, fields = {}): SourcePackageSpec => ({
  ...{ name: 'shore', version: '1.0.0', fields },
  files: { 'R/a.R': 'sail <- function(wind) wind * 2\n', ...files },
});

describe.skipIf('unavailable' in machine)('the machine that releases of R are tried on', () => {
  it('is the targets of its own R from source, and no others', () => {
    const isHere = (id: string) => {
      const target = cranTargets.parse(id);
      return target !== undefined && cranTrials.isHere(usable(machine), target);
    };
    const [major = '', minor = ''] = `${usable(machine).settings.version}`.split('.');
    expect(isHere(`r${major}.${minor}-source`)).toBe(true);
    expect(isHere(`r${major}.${Number(minor) + 1}-source`)).toBe(false);
    expect(isHere(`r${major}.${minor}-linux-bookworm`)).toBe(false);
  });
});

it('is none where no R answers', async () => {
  expect(await cranTrials.machine(() => Promise.reject(new Error('not found')))).toEqual({
    unavailable: 'no R answers on this machine',
  });
});

describe.skipIf(!isolated || 'unavailable' in machine)(`trials of releases of R (${why})`, { timeout: 120_000 }, () => {
  it('installs from the files of the tree alone, attaches it, and runs its own tests', async () => {
    const steps = await attempt([
      shore(
        {
          NAMESPACE: 'import(estuary)\nexport(sail)\n',
          'tests/a.R': 'library(shore)\nstopifnot(sail(2) == 4)\n',
          'tests/b.R': 'stopifnot(estuary::estuary_version() == "2.0.0")\n',
        },
        { Imports: 'estuary (>= 2.0)' },
      ),
      { name: 'estuary', version: '2.0.0' },
    ]);
    expect(steps.install).toMatchObject({ status: 'installed', warnings: [] });
    const releases = steps.install.status === 'installed' ? steps.install.releases : [];
    expect(releases.map(({ name, version }) => `${name} ${version}`).toSorted()).toEqual([
      ...['estuary 2.0.0', 'shore 1.0.0'],
    ]);
    expect(steps.imports).toEqual({ status: 'imported', modules: [{ name: 'shore', error: null }], warnings: [] });
    expect(steps.tests).toMatchObject({ status: 'ran', runner: 'scripts of R', passed: 2, failed: 0, skipped: 0 });
  });

  it('refuses what the tree does not hold, whatever else this machine has', async () => {
    const { install, imports, tests } = await attempt([shore({}, { Imports: 'nowhere' })]);
    expect(install).toMatchObject({ status: 'refused', last: expect.stringContaining('nowhere') });
    expect([imports.status, tests.status]).toEqual(['not-reached', 'not-reached']);
    // Packages of this machine's own library, which are there outside of the cage.
    const { stdout } = await run('Rscript', [
      ...['--vanilla', '-e', 'cat(setdiff(rownames(installed.packages()), rownames(installed.packages(.Library)))[1])'],
    ]);
    if (stdout !== '' && stdout !== 'NA') {
      const own = await attempt([shore({}, { Imports: stdout })]);
      expect(own.install).toMatchObject({ status: 'refused', last: expect.stringContaining(stdout) });
    }
  });

  it('tells which test fails, what tests lack, and that there are none', async () => {
    const failing = await attempt([shore({ 'tests/a.R': 'stop("the sea is rough")\n', 'tests/b.R': '1\n' })]);
    expect(failing.tests).toMatchObject({
      ...{ status: 'ran', passed: 1, failed: 1 },
      last: expect.stringContaining('the sea is rough'),
    });
    const lacking = await attempt([shore({ 'tests/a.R': 'library(notinthetree)\n' })]);
    expect(lacking.tests).toMatchObject({ status: 'not-runnable', reason: expect.stringContaining('notinthetree') });
    expect((await attempt([shore()])).tests).toEqual({ status: 'none', reason: 'its source package carries no tests' });
  });

  it('counts what testthat counts', async () => {
    const testthat: SourcePackageSpec = {
      ...{ name: 'testthat', version: '3.0.0' },
      files: { 'R/a.R': 'test_check <- function(...) cat("[ FAIL 0 | WARN 0 | SKIP 1 | PASS 12 ]\\n")\n' },
    };
    const files = { 'tests/testthat.R': 'library(testthat)\ntest_check("shore")\n' };
    expect((await attempt([shore(files, { Imports: 'testthat' }), testthat])).tests).toMatchObject({
      ...{ status: 'ran', runner: 'testthat', passed: 12, failed: 0, skipped: 1 },
    });
  });

  it('says what cannot be attached, and where a step takes too long', async () => {
    const broken = await attempt([shore({ 'R/z.R': '.onAttach <- function(...) stop("no anchor")\n' })]);
    // R tries to load what it installs.
    expect(JSON.stringify(broken)).toContain('no anchor');
    const slow = await attempt([shore({ 'R/z.R': '.onAttach <- function(...) Sys.sleep(60)\n' })], {
      imports: 3,
      install: 20,
    });
    expect(JSON.stringify([slow.install, slow.imports])).toContain('ended-at-limit');
  });

  it('has the last word, whatever a package prints and leaves running', async () => {
    const lie = '{"step":"tests","status":"ran","runner":"x","passed":99,"failed":0,"skipped":0,"last":"","seconds":1}';
    const loud = `.onAttach <- function(...) {
  system("(while true; do for f in /proc/[0-9]*/fd/1; do printf '%s\\\\n' '${lie.replaceAll('"', '\\"')}' > $f; done; sleep 0.1; done) >/dev/null 2>&1 &")
}\n`;
    const steps = await attempt([shore({ 'R/z.R': loud, 'tests/a.R': 'stop("no")\n' })]);
    expect(steps.tests).toMatchObject({ status: 'ran', passed: 0, failed: 1 });
  });
});
