import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PYTEST_WHEELS } from '../../../test/harness/clients.ts';
import { openTrialGround, usable } from '../../../test/harness/trials.ts';
import { type MadeDistribution, makeSdist, makeWheel } from '../../../test/harness/wheels.ts';
import type { TrialMachine, TrialSteps } from '../../domain/trial.ts';
import { readSteps } from '../../features/vetting/trial-report.ts';
import { pypiTargets } from './targets.ts';
import { pypiTrials } from './trial.ts';

const MIB = 1024 * 1024;
const run = promisify(execFile);
const { machine, cage, isolated, why } = await openTrialGround(pypiTrials);

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pratique-trial-'));
});
afterAll(async () => {
  await cage.close();
  await rm(folder, { recursive: true, force: true });
});

const HARMLESS = { name: 'demo-pkg', version: '1.0' };
const sdistWith = (files: Readonly<Record<string, string>>) => makeSdist({ ...HARMLESS, files });

type Offered = Pick<MadeDistribution, 'filename' | 'bytes'>;

interface Attempt {
  readonly wheels: readonly Offered[];
  readonly sdist?: Offered;
  readonly seconds?: Readonly<Record<string, number>>;
  readonly memoryMib?: number;
  /** A folder of wheels. */
  readonly tools?: string;
}

/** Tries `demo-pkg` 1.0 with the real pip of this machine, in the real cage. */
async function attempt({ wheels, sdist, seconds = {}, memoryMib = 512, tools }: Attempt): Promise<TrialSteps> {
  const kept = async ({ filename, bytes }: Offered) => {
    const path = join(folder, filename);
    await writeFile(path, bytes, { mode: 0o644 });
    return { filename, path };
  };
  const command = pypiTrials.command({
    machine: usable(machine),
    ...HARMLESS,
    extras: [],
    files: await Promise.all(wheels.map(kept)),
    source: sdist === undefined ? { reason: 'there is no source distribution' } : await kept(sdist),
    tools: tools ?? null,
    seconds,
  });
  const outcome = await cage.run({
    ...command,
    writableBytes: 64 * MIB,
    limits: {
      cpuSeconds: 20,
      addressBytes: 1024 * MIB,
      fileBytes: 64 * MIB,
      processes: 32,
      memoryBytes: memoryMib * MIB,
      timeoutMs: 60_000,
    },
  });
  if (outcome.status !== 'ran') throw new Error(outcome.reason);
  return readSteps(outcome);
}

const IMPORTED = { status: 'imported', modules: [{ name: 'demo_pkg', error: null }] };

describe.skipIf(!isolated || 'unavailable' in machine)(
  `a trial (needs Python with pip, and bubblewrap: ${why})`,
  () => {
    it('installs from the candidate set alone, imports, and runs the tests of the source distribution', async () => {
      const needed = await makeWheel({ name: 'needed', version: '2.0' });
      const wheel = await makeWheel({
        ...HARMLESS,
        requires: ['needed>=1'],
        files: { 'demo_pkg/__init__.py': 'import needed\n' },
      });
      const sdist = sdistWith({
        'demo_pkg/__init__.py': 'raise Exception("the source stood in for what was installed")\n',
        'tests/test_it.py': `import unittest, demo_pkg, needed
class It(unittest.TestCase):
    def test_version(self): self.assertEqual(needed.__version__, "2.0")
    @unittest.skip("not today")
    def test_skipped(self): pass
`,
      });
      const steps = await attempt({ wheels: [wheel, needed], sdist });
      expect(steps).toMatchObject({
        install: { status: 'installed' },
        imports: IMPORTED,
        missingLibraries: [],
        tests: { status: 'ran', runner: 'unittest', passed: 1, failed: 0, skipped: 1 },
      });
      expect(steps.install).toMatchObject({
        releases: expect.arrayContaining([HARMLESS, { name: 'needed', version: '2.0' }]),
      });
      expect(steps.peakBytes).toBeGreaterThan(5 * MIB);
    });

    it('says what pip says where something is missing', async () => {
      const wheel = await makeWheel({ ...HARMLESS, requires: ['absent>=3'] });
      expect(await attempt({ wheels: [wheel] })).toMatchObject({
        install: { status: 'refused', last: expect.stringContaining('No matching distribution found for absent>=3') },
        imports: { status: 'not-reached' },
        tests: { status: 'not-reached' },
      });
    });

    it('tells the exception of an import that fails, and counts tests that fail', async () => {
      const wheel = await makeWheel({
        ...HARMLESS,
        files: {
          'demo_pkg/__init__.py': '',
          'demo_pkg/tests/__init__.py': '',
          'demo_pkg/tests/test_it.py': `import unittest
class It(unittest.TestCase):
    def test_good(self): pass
    def test_bad(self): self.fail("it is broken")
    def test_worse(self): raise ValueError("worse")
`,
          'broken.py': 'import ctypes\nctypes.CDLL("libabsent.so.9")\n',
        },
      });
      expect(await attempt({ wheels: [wheel] })).toMatchObject({
        imports: {
          modules: [
            {
              name: 'broken',
              error: expect.stringMatching(/^OSError: libabsent.so.9: cannot open shared object file/),
            },
            { name: 'demo_pkg', error: null },
          ],
        },
        tests: { status: 'ran', passed: 1, failed: 2 },
      });
    });

    it('finds libraries that compiled code needs and nobody has', async () => {
      const native = await nativeModuleOf(usable(machine), ['libc.so.6', 'libq.so.6']);
      const wheel = await makeWheel({
        ...HARMLESS,
        files: { 'demo_pkg/__init__.py': '', 'demo_pkg/native.so': native, 'demo_pkg.libs/libother.so': '' },
      });
      expect(await attempt({ wheels: [wheel] })).toMatchObject({
        imports: IMPORTED,
        missingLibraries: [{ file: 'demo_pkg/native.so', library: 'libq.so.6' }],
      });
    });

    it('needs pytest for tests that are written for it', async () => {
      const wheel = await makeWheel({ ...HARMLESS, files: { 'demo_pkg/__init__.py': '' } });
      const sdist = sdistWith({ 'tests/test_it.py': 'import pytest\ndef test_it(): pass\n' });
      expect(await attempt({ wheels: [wheel], sdist })).toMatchObject({
        tests: { status: 'not-runnable', reason: expect.stringContaining('pytest') },
      });
      expect(await attempt({ wheels: [wheel] })).toMatchObject({ tests: { status: 'none' } });
    });

    it('skips a file of tests that needs a module which is not there, and says so where all do', async () => {
      const wheel = await makeWheel({ ...HARMLESS, files: { 'demo_pkg/__init__.py': '' } });
      const test = (needed: string) =>
        `import unittest, ${needed}\nclass It(unittest.TestCase):\n    def test_it(self): pass\n`;
      const both = sdistWith({ 'tests/test_it.py': test('demo_pkg'), 'tests/test_more.py': test('absent_tool') });
      expect(await attempt({ wheels: [wheel], sdist: both })).toMatchObject({
        tests: { status: 'ran', runner: 'unittest', passed: 1, failed: 0, skipped: 1 },
      });
      const absent = sdistWith({ 'tests/test_more.py': test('absent_tool') });
      expect(await attempt({ wheels: [wheel], sdist: absent })).toMatchObject({
        tests: { status: 'not-runnable', reason: expect.stringContaining('its tests need absent_tool') },
      });
      // What the release itself should hold and does not is no tool that is missing here.
      const own = sdistWith({ 'tests/test_it.py': test('demo_pkg'), 'tests/test_own.py': test('demo_pkg.gone') });
      expect(await attempt({ wheels: [wheel], sdist: own })).toMatchObject({ tests: { passed: 1, failed: 1 } });
    });

    it('ends tests that fork for ever, sleep, or eat memory, and leaves nothing of them', async () => {
      const wheel = await makeWheel({ ...HARMLESS, files: { 'demo_pkg/__init__.py': '' } });
      const test = (body: string) =>
        sdistWith({
          'tests/test_it.py': `import unittest\nclass It(unittest.TestCase):\n    def test_it(self):\n${body}\n`,
        });
      const forks = test(`        import os
        while True:
            try: os.fork()
            except OSError: pass`);
      const atTime = { imports: IMPORTED, tests: { status: 'ended-at-limit', limit: 'time' } };
      expect(await attempt({ wheels: [wheel], sdist: forks, seconds: { tests: 1 } })).toMatchObject(atTime);
      const sleeps = test('        import subprocess; subprocess.run(["sleep", "4721"])');
      expect(await attempt({ wheels: [wheel], sdist: sleeps, seconds: { tests: 1 } })).toMatchObject(atTime);
      const eats = test('        kept = [bytearray(10**7) for _ in range(60)]\n        import time; time.sleep(4722)');
      expect(await attempt({ wheels: [wheel], sdist: eats, memoryMib: 256 })).toMatchObject({
        imports: IMPORTED,
        tests: { status: 'ended-at-limit', limit: 'memory' },
      });
      expect(await left('4721')).toBe(0);
    });

    it('lets code that runs on import reach nothing: no network, no files, no process that outlives it', async () => {
      const server = createServer((socket) => socket.end());
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      let reached = false;
      server.on('connection', () => {
        reached = true;
      });
      const address = server.address();
      const port = typeof address === 'object' ? address?.port : 0;
      const module = `
import os, socket, subprocess
subprocess.Popen(["sleep", "4723"], start_new_session=True)
wrote = []
for at in ("/", "/usr/lib", "/etc", ${JSON.stringify(folder)}, "/candidates", os.path.dirname(os.__file__), "/proc/1", "/dev"):
    try:
        open(os.path.join(at, "written"), "w"); wrote.append(at)
    except OSError: pass
try:
    socket.create_connection(("127.0.0.1", ${port}), 2); wrote.append("network")
except OSError: pass
raise RuntimeError("wrote %r, read %r, is %d" % (wrote, os.path.exists("/root/.ssh") or os.path.exists("/home"), os.getuid()))
`;
      const wheel = await makeWheel({ ...HARMLESS, files: { 'demo_pkg.py': module } });
      expect(await attempt({ wheels: [wheel] })).toMatchObject({
        imports: { modules: [{ error: 'RuntimeError: wrote [], read False, is 65534' }] },
      });
      server.close();
      expect(reached).toBe(false);
      expect(await left('4723')).toBe(0);
      expect((await readdir(folder)).every((name) => name.startsWith('demo_pkg') || name.startsWith('needed'))).toBe(
        true,
      );
    });

    it('ends an import that does not end', async () => {
      const wheel = await makeWheel({ ...HARMLESS, files: { 'demo_pkg.py': 'import time\ntime.sleep(4724)\n' } });
      expect(await attempt({ wheels: [wheel], seconds: { oneImport: 1 } })).toMatchObject({
        imports: { status: 'ended-at-limit', limit: 'time', last: 'import demo_pkg' },
        tests: { status: 'none' },
      });
    });
  },
);

const hasPytest = existsSync(PYTEST_WHEELS);

describe.skipIf(!isolated || 'unavailable' in machine || !hasPytest)(
  `a trial with pytest (needs Python with pip, bubblewrap, and pytest as PRATIQUE_INSTALL_CLIENTS=1 downloads it: ${why})`,
  () => {
    const plain = () => makeWheel({ ...HARMLESS, files: { 'demo_pkg/__init__.py': '' } });
    const withTools = async (files: Readonly<Record<string, string>>) =>
      attempt({ wheels: [await plain()], sdist: sdistWith(files), tools: PYTEST_WHEELS });

    it('counts what passed, failed, went wrong and was skipped, whatever the options of the project are', async () => {
      const steps = await withTools({
        'pyproject.toml': '[tool.pytest.ini_options]\naddopts = "--no-such-option"\n',
        'tests/test_it.py': `import pytest
@pytest.mark.parametrize("n", [1, 2, 3])
def test_good(n): assert n
def test_bad(): assert 1 == 2
@pytest.fixture
def broken(): raise ValueError("broken")
def test_with_broken(broken): pass
def test_with_plugin(httpbin): pass
def test_skipped(): pytest.skip("not today")
@pytest.mark.xfail
def test_known_to_fail(): assert False
`,
      });
      expect(steps.tests).toMatchObject({ status: 'ran', runner: 'pytest', passed: 3, failed: 2, skipped: 3 });
      expect(steps.tests).toMatchObject({ last: expect.stringMatching(/1 failed, 3 passed, 1 skipped.*2 errors/) });
    });

    it('says that there are none, or what is missing to read them; a module of its own that is missing is a failure', async () => {
      expect((await withTools({ 'tests/test_it.py': 'import pytest\n' })).tests).toMatchObject({
        status: 'none',
        reason: 'its files of tests hold none that pytest finds',
      });
      for (const path of ['tests/conftest.py', 'tests/test_more.py']) {
        const needs = await withTools({ [path]: 'import absent_tool.sub\n', 'tests/test_it.py': 'import pytest\n' });
        expect(needs.tests).toMatchObject({
          status: 'not-runnable',
          reason: 'its tests need absent_tool, which is neither in its tree nor in the folder of test tools',
        });
      }
      const own = await withTools({
        'tests/test_it.py': 'import pytest, demo_pkg.gone\ndef test_it(): pass\n',
        'tests/test_other.py': 'import absent_tool\n',
      });
      expect(own.tests).toMatchObject({ status: 'ran', passed: 0, failed: 2 });
    });

    it('takes the pytest of the tree before that of the tools', async () => {
      const names = await readdir(PYTEST_WHEELS);
      const pytest = names.map(async (filename) => ({
        filename,
        bytes: await readFile(join(PYTEST_WHEELS, filename)),
      }));
      const wheel = await makeWheel({ ...HARMLESS, requires: ['pytest'], files: { 'demo_pkg/__init__.py': '' } });
      const posing = await makeWheel({
        name: 'pytest',
        version: '1.0',
        files: { 'pytest/__init__.py': 'raise SystemExit(9)' },
      });
      const steps = await attempt({
        wheels: [wheel, ...(await Promise.all(pytest))],
        sdist: sdistWith({ 'tests/test_it.py': 'import pytest\ndef test_it(): assert "/env/" in pytest.__file__\n' }),
        tools: await folderWith(posing.filename, posing.bytes),
      });
      expect(steps.tests).toMatchObject({ status: 'ran', runner: 'pytest', passed: 1, failed: 0 });
    });

    it('says what is wrong with the folder of test tools', async () => {
      const sdist = sdistWith({ 'tests/test_it.py': 'import pytest\ndef test_it(): pass\n' });
      const reason = async (tools: string) => {
        const { tests } = await attempt({ wheels: [await plain()], sdist, tools });
        return tests.status === 'not-runnable' ? tests.reason : tests.status;
      };
      const broken = await folderWith('pytest-9.0-py3-none-any.whl', Buffer.from('no zip'));
      expect(await reason(broken)).toMatch(/the test tools cannot be installed: .*pytest-9.0-py3-none-any.whl/);
      if (process.getuid?.() !== 0) return;
      await chmod(broken, 0o700);
      expect(await reason(broken)).toMatch(/cannot be read by others than its owner$/);
    });
  },
);

describe.skipIf('unavailable' in machine)('the machine', () => {
  it('is one target of each C library that it is new enough for', () => {
    const { settings, title } = usable(machine);
    expect(title).toMatch(/^CPython 3\./);
    const here = (id: string) => pypiTargets.parse(id) ?? expect.fail(id);
    const of = (minor: string, glibc: string, machineName = settings.machine) =>
      pypiTrials.isHere(usable(machine), here(`cp3${minor}-manylinux_2_${glibc}_${machineName}`));
    const threads = settings.threads === 'free' ? 't' : '';
    expect(of(`${settings.minor}${threads}`, '17')).toBe(`${settings.libc}`.startsWith('glibc'));
    expect(of(`${settings.minor}${threads}`, '99')).toBe(false);
    expect(of(`${Number(settings.minor) + 1}${threads}`, '17')).toBe(false);
    expect(of(`${settings.minor}${threads}`, '17', settings.machine === 's390x' ? 'x86_64' : 's390x')).toBe(false);
  });
});

let folders = 0;
/** A folder of one file, for all to read. */
async function folderWith(filename: string, bytes: Uint8Array): Promise<string> {
  folders += 1;
  const path = join(folder, `demo_pkg-tools-${folders}`);
  await mkdir(path);
  await chmod(path, 0o755);
  await writeFile(join(path, filename), bytes, { mode: 0o644 });
  return path;
}

/** A compiled module of this machine's Python, asking for another library than it was built with. */
async function nativeModuleOf({ settings }: TrialMachine, [from, to]: readonly [string, string]): Promise<Uint8Array> {
  const ask = 'import sysconfig; print(sysconfig.get_config_var("DESTSHARED"))';
  const { stdout } = await run(`${settings.executable}`, ['-c', ask]);
  const name = (await readdir(stdout.trim())).find((each) => each.endsWith('.so'));
  const bytes = await readFile(join(stdout.trim(), name ?? ''));
  return Buffer.from(bytes.toString('latin1').replaceAll(from, to), 'latin1');
}

/** Processes that have a word in their command line, once what is dying had a moment. */
async function left(word: string): Promise<number> {
  for (let tries = 0; tries < 40; tries += 1) {
    const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
    const lines = await Promise.all(ids.map((id) => readFile(`/proc/${id}/cmdline`, 'utf8').catch(() => '')));
    if (!lines.some((line) => line.split('\0').includes(word))) return 0;
    await wait(50);
  }
  return 1;
}
