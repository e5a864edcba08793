/** The journey of R packages that were built for a platform: for Linux with the stock R, for Windows and macOS as R downloads them. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { makeSourcePackage } from '../../src/main/demo/made-here-source-packages.ts';
import { emptyLibrary, findRClient, installedIn, writeRepository } from '../harness/r-client.ts';
import { rawZip } from '../hostile/raw-zip.ts';
import { newestSnapshot, openStage, type Stage, until } from './stage.ts';

/** Several runs of a client on a machine that does other things too. */
vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

const r = await findRClient();
if (r === undefined)
  it('not here: R', (context) => context.skip('Rscript is not on the PATH; PRATIQUE_INSTALL_CLIENTS=1 installs it'));

const minor = r?.label.replace(/^R (\d+\.\d+).*$/, '$1') ?? '4.2';
const LINUX = `bin/linux/bookworm/${minor}`;
const WINDOWS = `bin/windows/contrib/${minor}`;
const MAC_TYPE = 'mac.binary.big-sur-arm64';
const MAC = `bin/macosx/big-sur-arm64/contrib/${minor}`;
const CHANNEL = 'built';

/** `later` is newer as source than what was built of it; `source.only` was never built. */
const PACKAGES = [
  { name: 'parent', version: '1.0', fields: { Imports: 'child (>= 1.0), source.only, stats' } },
  { name: 'child', version: '1.0' },
  { name: 'source.only', version: '1.0' },
  { name: 'zipped', version: '1.0', fields: { Imports: 'zipped.child' } },
  { name: 'zipped.child', version: '1.0' },
  { name: 'foreign', version: '1.0' },
  { name: 'nobody.asked', version: '1.0' },
].map(makeSourcePackage);
const FOR_LINUX = ['parent', 'child', 'nobody.asked'];
const FOR_MAC = ['zipped', 'zipped.child', 'nobody.asked'];
const FOR_WINDOWS = ['zipped', 'zipped.child', 'child', 'nobody.asked'];

/** Builds packages with R itself, in order, and writes the index of the folder as repositories of built packages have it. */
const BUILD = `
contrib <- a[2]; dir.create(contrib, recursive = TRUE, showWarnings = FALSE)
work <- tempfile(); dir.create(work); setwd(work); lib <- file.path(work, "lib"); dir.create(lib)
Sys.setenv(R_LIBS = lib)
for (source in a[-(1:2)]) {
  package <- sub("[.]tar[.]gz$", "", basename(source))
  flag <- if (basename(source) %in% paste0(c("source.only"), "_1.0.tar.gz")) NULL else "--build"
  system2(file.path(R.home("bin"), "R"), c("CMD", "INSTALL", flag, "-l", lib, source), stdout = FALSE, stderr = FALSE)
  built <- Sys.glob(paste0(package, "_R_*.tar.gz"))
  if (length(built) == 1) file.rename(built, file.path(contrib, paste0(package, ".tar.gz")))
}
cat(tools::write_PACKAGES(contrib, type = "source", fields = "Built"))
`;

const filed = z.object({ request: z.object({ id: z.string() }) });
const quarantined = z.object({ quarantine: z.object({ id: z.string() }) });

describe.skipIf(r === undefined)(`built R packages with the stock ${r?.label ?? 'R'}`, () => {
  let stage: Stage;
  let folder: string;
  const client = () => {
    if (r === undefined) throw new Error('there is no R');
    return r;
  };
  const base = (suffix = '') => `${stage.url()}/${CHANNEL}${suffix}/cran`;
  const library = () => emptyLibrary(stage.folder);
  const install = (into: string, names: readonly string[], from: string) =>
    client().run(
      'install.packages(a[-(1:2)], lib = a[1], repos = a[2], type = "source")',
      [into, from, ...names],
      into,
    );
  const download = (into: string, names: readonly string[], type = 'win.binary') =>
    client().run('print(download.packages(a[-(1:3)], a[1], repos = a[2], type = a[3]))', [
      into,
      base(),
      type,
      ...names,
    ]);
  const listed = async (contrib: string) => {
    const program =
      'm <- available.packages(contriburl = a[1]); cat(paste(m[, "Package"], m[, "Version"], sub(a[1], "", m[, "Repository"], fixed = TRUE)), sep = "\\n")';
    return (await client().run(program, [contrib])).stdout
      .trim()
      .split('\n')
      .map((line) => line.trim());
  };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'pratique-r-built-'));
    const upstream = await writeRepository(client(), folder, { current: PACKAGES });
    const sources = ['child', 'source.only', 'parent', 'nobody.asked'].map((name) =>
      join(folder, 'src', 'contrib', `${name}_1.0.tar.gz`),
    );
    const count = await client().run(BUILD, [folder, join(folder, LINUX, 'src', 'contrib'), ...sources]);
    if (count.stdout !== String(FOR_LINUX.length)) throw new Error(`R built ${count.printed}`);
    await writeWindowsTree();
    await writeMacTree();
    stage = await openStage({
      target: `r${minor}-source`,
      config: (text) =>
        text
          .replace('\n  cran: discover', '')
          .replace('\n  pypi:\n', `\n  cran:\n    - name: local\n      url: ${upstream}\n  pypi:\n`),
    });
    const targets = [
      `r${minor}-source`,
      `r${minor}-windows`,
      `r${minor}-linux-bookworm`,
      `r${minor}-macosx-big-sur-arm64`,
    ];
    const args = [
      'channel',
      'create',
      CHANNEL,
      '--tier',
      '3',
      '--mode',
      'cleared',
      '--window',
      'none',
      '--undo',
      'none',
    ];
    await stage.answer(z.unknown(), [...args, ...targets.flatMap((id) => ['--target', id])], 'olga');
  });
  afterAll(async () => {
    await stage?.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('prints an address that says what is refused, in each index that R may ask', async () => {
    const refused = (place: string, file: string) =>
      `${base()}/${place}/-/refused/not-requested/-/run-pratique-why-nobody.asked/nobody.asked_0.0${file}`;
    const from = `${base()}/${LINUX}`;
    expect((await install(await library(), ['nobody.asked'], from)).printed).toContain(
      refused(`${LINUX}/src/contrib`, '.tar.gz'),
    );
    const { printed } = await download(await library(), ['nobody.asked']);
    expect(printed).toContain(refused(WINDOWS, '.zip'));
    for (const [type, place] of [
      [MAC_TYPE, MAC],
      // Upstream has no such tree: what is refused is told all the same.
      ['mac.binary', `bin/macosx/contrib/${minor}`],
    ] as const)
      expect((await download(await library(), ['nobody.asked'], type)).printed).toContain(refused(place, '.tgz'));
    expect(printed).toMatch(/403 Forbidden|HTTP status was '403/);
  });

  it('vets, accepts and publishes what each target installs: the built file, or the source package on Linux alone', async () => {
    await clear('parent');
    await clear('zipped');
    expect(await listed(`${base()}/${WINDOWS}`)).toEqual([
      'foreign 0.0 /-/refused/not-requested/-/run-pratique-why-foreign',
      'nobody.asked 0.0 /-/refused/not-requested/-/run-pratique-why-nobody.asked',
      'zipped 1.0',
      'zipped.child 1.0',
    ]);
    expect((await listed(`${base()}/${MAC}`)).filter((one) => !one.includes(' 0.0 '))).toEqual([
      'zipped 1.0',
      'zipped.child 1.0',
    ]);
    expect((await listed(`${base()}/${LINUX}/src/contrib`)).filter((one) => !one.includes(' 0.0 '))).toEqual([
      'child 1.0',
      'parent 1.0',
      'source.only 1.0 /-/source',
      'zipped 1.0 /-/source',
      'zipped.child 1.0 /-/source',
    ]);
  });

  it('installs built packages on Linux as they are, and builds what was not built', async () => {
    const into = await library();
    const { printed } = await install(into, ['parent'], `${base()}/${LINUX}`);
    expect(await installedIn(client(), into)).toEqual(['child 1.0', 'parent 1.0', 'source.only 1.0']);
    expect(printed).toContain("installing *binary* package 'parent'".replaceAll("'", '‘').replace(/‘ ?$/, '’'));
    expect(printed).toMatch(/installing \*source\* package .source\.only/);
    const used = await client().run('cat(parent::parent_version())', [], into);
    expect(used.stdout).toBe('1.0');
  });

  it('gives the very bytes that were vetted, and says that they were built', async () => {
    const address = `${base()}/${LINUX}/src/contrib/parent_1.0.tar.gz`;
    const answer = await fetch(address);
    expect(Buffer.from(await answer.arrayBuffer())).toEqual(
      await readFile(join(folder, LINUX, 'src', 'contrib', 'parent_1.0.tar.gz')),
    );
    expect(answer.headers.get('x-package-binary-tag')).toBe(`${minor}-bookworm`);
    expect((await fetch(`${base()}/src/contrib/parent_1.0.tar.gz`)).headers.get('x-package-type')).toBeNull();
    const into = await library();
    const { printed } = await download(into, ['zipped', 'zipped.child']);
    expect(await readFile(join(into, 'zipped_1.0.zip')), printed).toEqual(
      await readFile(join(folder, WINDOWS, 'zipped_1.0.zip')),
    );
    const mac = await library();
    const ran = await download(mac, ['zipped', 'zipped.child'], MAC_TYPE);
    for (const file of ['zipped_1.0.tgz', 'zipped.child_1.0.tgz'])
      expect(await readFile(join(mac, file)), ran.printed).toEqual(await readFile(join(folder, MAC, file)));
  });

  it('refuses by its address what was not cleared: another release of R, another name', async () => {
    for (const path of [
      `bin/windows/contrib/3.6/zipped_1.0.zip`,
      `${WINDOWS}/foreign_1.0.zip`,
      `${WINDOWS}/parent_1.0.zip`,
    ]) {
      const answer = await fetch(`${base()}/${path}`);
      expect(answer.status, path).toBe(403);
      expect(answer.statusText).toMatch(/^NOT REQUESTED: /);
    }
  });

  it('does not clear a file that was built for something else than its place says', async () => {
    const vetted = await stage.pratique(['vet', 'pkg:cran/foreign@1.0', '--channel', CHANNEL]);
    expect(vetted.stdout).toContain('built-for-another');
    expect(vetted.stdout).toMatch(/"outcome": ?"refuse"/);
  });

  it('stops at once in every tree, pinned or not', async () => {
    const start = ['quarantine', 'start', 'cran', 'child', '--reason', 'Seen sending data away.'];
    const { quarantine } = await stage.answer(quarantined, start, 'vera');
    await until('the stop is seen', async () =>
      (await listed(`${base()}/${WINDOWS}`)).some((one) => one.startsWith('child 0.0')),
    );
    const into = await library();
    const { printed } = await install(into, ['child'], `${base()}/${LINUX}`);
    expect(printed).toContain(`/-/refused/quarantined/${quarantine.id}/run-pratique-why-child/`);
    for (const suffix of ['', `@${await newestSnapshot(stage, CHANNEL)}`]) {
      const answer = await fetch(`${base(suffix)}/${LINUX}/src/contrib/child_1.0.tar.gz`);
      expect(answer.status, suffix).toBe(403);
      expect(answer.statusText).toMatch(/^QUARANTINED since [0-9-]+: child 1\.0\. Q-/);
    }
  });

  /** Zip files as R on Windows makes them, made here; one of them says that it was built elsewhere. */
  async function writeWindowsTree(): Promise<void> {
    const tree = join(folder, WINDOWS);
    await mkdir(tree, { recursive: true });
    for (const { name, version } of PACKAGES.filter((one) => [...FOR_WINDOWS, 'foreign'].includes(one.name))) {
      const imports = name === 'zipped' ? 'Imports: zipped.child\n' : '';
      const os = name === 'foreign' ? 'unix' : 'windows';
      const description = `Package: ${name}\nVersion: ${version}\nTitle: Made Here\nLicense: GPL-3\n${imports}NeedsCompilation: no\nBuilt: R ${minor}.0; ; 2024-06-14 00:00:00 UTC; ${os}\n`;
      const entries = [
        { name: `${name}/DESCRIPTION`, content: description },
        { name: `${name}/R/${name}`, content: 'x <- 1\n' },
      ];
      await writeFile(join(tree, `${name}_${version}.zip`), rawZip(entries));
    }
    const written = await client().run('cat(tools::write_PACKAGES(a[1], type = "win.binary", fields = "Built"))', [
      tree,
    ]);
    if (written.stdout !== String(FOR_WINDOWS.length + 1)) throw new Error(`R wrote no index: ${written.printed}`);
  }

  async function writeMacTree(): Promise<void> {
    const tree = join(folder, MAC);
    await mkdir(tree, { recursive: true });
    const Built = `R ${minor}.0; ; 2024-06-14 00:00:00 UTC; unix`;
    for (const name of FOR_MAC) {
      const Imports = name === 'zipped' ? { Imports: 'zipped.child' } : {};
      const { bytes } = makeSourcePackage({ name, version: '1.0', fields: { ...Imports, Built } });
      await writeFile(join(tree, `${name}_1.0.tgz`), bytes);
    }
    const written = await client().run('cat(tools::write_PACKAGES(a[1], type = "mac.binary", fields = "Built"))', [
      tree,
    ]);
    if (written.stdout !== String(FOR_MAC.length)) throw new Error(`R wrote no index: ${written.printed}`);
  }

  async function clear(name: string): Promise<void> {
    const answers = ['--q1', 'Read the survey.', '--q2', 'It is the usual one.', '--q3', 'None that we know of.'];
    const args = ['request', 'new', 'cran', name, '--channel', CHANNEL, ...answers];
    const { request } = await stage.answer(filed, args, 'rosa');
    await until(`${name} is in review`, async () => (await stage.state(request.id)) === 'in-review');
    await stage.accept(request.id);
    await until(`${name} is offered`, async () => {
      const text = await (await fetch(`${base()}/-/packages/${name}`)).text();
      return text.split('\n').includes('Version: 1.0');
    });
  }
});
