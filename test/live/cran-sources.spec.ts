/**
 * Real source packages of R give no false alarm, and what they need is what R itself says. They are those that the
 * operating system builds its own packages from, asked for by name; some systems repack theirs, which R would not take.
 */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cranArchives } from '../../src/ecosystems/cran/archive.ts';
import { readRecord } from '../../src/ecosystems/cran/record.ts';
import { hardRequirements } from '../../src/ecosystems/cran/requirements.ts';
import { cranClaimsOf } from '../../src/scanners/identity/cran-claims.ts';
import { readCranDeclaration } from '../../src/scanners/licences/declared/cran.ts';
import { findRClient, writeRepository } from '../harness/r-client.ts';

const run = promisify(execFile);
/** With and without code to compile, of many authors; not repacked in the release that this was written on. */
const NAMES = ['cli', 'dplyr', 'glue', 'magrittr', 'mass', 'purrr', 'r6', 'remotes', 'stringr', 'withr', 'xml2'];
/** The top of a tar archive, where the first entry stands (POSIX ustar). */
const NAME_BYTES = 100;

interface Real {
  readonly name: string;
  readonly version: string;
  readonly path: string;
}

let folder = '';
let packages: readonly Real[] = [];
const r = await findRClient();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pratique-live-r-'));
  packages = await fetchSources();
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('real source packages of R', () => {
  it('raise no alarm, and say what they are', async (context) => {
    if (packages.length === 0) context.skip('the system has no source packages of R that can be asked for');
    for (const { name, version, path } of packages) {
      const { problems, metadata } = await cranArchives.examine(path, {
        filename: `${name}_${version}.tar.gz`,
        name,
        version,
      });
      expect(problems, name).toEqual([]);
      const claims = cranClaimsOf(metadata ?? '');
      expect(claims?.maintainers, name).toHaveLength(1);
      expect(claims?.authors.length, name).toBeGreaterThan(0);
      expect(readCranDeclaration(metadata ?? '').meaning.kind, name).toBe('expression');
    }
  });

  it('need what R says that they need', async (context) => {
    if (r === undefined || packages.length === 0) context.skip('there is no R, or nothing to ask it about');
    const current = await Promise.all(
      packages.map(async ({ name, version, path }) => {
        return { name, version, filename: `${name}_${version}.tar.gz`, bytes: await readFile(path), record: '' };
      }),
    );
    const repository = join(folder, 'repository');
    await mkdir(repository);
    if (r === undefined) return;
    const address = await writeRepository(r, repository, { current });
    const program =
      'm <- available.packages(repos = a[1], type = "source", filters = "duplicates"); d <- tools::package_dependencies(rownames(m), m, which = c("Depends", "Imports", "LinkingTo")); for (n in sort(names(d))) cat(n, sort(unique(d[[n]]), method = "radix"), "\\n")';
    const { stdout } = await r.run(program, [address]);
    const said = stdout
      .trim()
      .split('\n')
      .map((line) => line.trim());
    const ours = await Promise.all(
      packages.map(async ({ name, version, path }) => {
        const { metadata } = await cranArchives.examine(path, { filename: `${name}_${version}.tar.gz`, name, version });
        const needs = hardRequirements(readRecord(metadata ?? '')?.fields ?? new Map()) ?? [];
        const names = new Set(needs.map((one) => one.name).filter((one) => one !== 'R'));
        return [name, ...[...names].toSorted()].join(' ');
      }),
    );
    expect(ours.toSorted()).toEqual(said.toSorted());
  });
});

/** Asks the system's own program, with lists of its own, so that nothing of the machine changes. */
async function fetchSources(): Promise<readonly Real[]> {
  const policy = await run('apt-cache', ['policy', 'r-cran-remotes']).catch(() => undefined);
  const [, mirror, suite] = /\s(https?:\S+) (\S+)\/main /.exec(policy?.stdout ?? '') ?? [];
  if (mirror === undefined || suite === undefined) return [];
  const place = (...path: string[]) => join(folder, ...path);
  for (const path of [['lists', 'partial'], ['cache', 'archives', 'partial'], ['src']])
    await mkdir(place(...path), { recursive: true });
  await writeFile(place('sources.list'), `deb-src ${mirror} ${suite} main\n`);
  const settings = [
    ...['-o', `Dir::Etc::sourcelist=${place('sources.list')}`, '-o', 'Dir::Etc::sourceparts=/dev/null'],
    ...['-o', `Dir::State::lists=${place('lists')}`, '-o', `Dir::Cache=${place('cache')}`, '-q'],
  ];
  const apt = (...args: readonly string[]) =>
    run('apt-get', [...settings, ...args], { cwd: place('src') }).catch(() => undefined);
  if ((await apt('update')) === undefined) return [];
  for (const name of NAMES) await apt('source', '--download-only', `r-cran-${name}`);
  const files = (await readdir(place('src'))).filter((one) => one.endsWith('.orig.tar.gz'));
  return await Promise.all(files.map((file) => releaseIn(place('src', file))));
}

/** The file has the system's own name: the release is read from DESCRIPTION. */
async function releaseIn(path: string): Promise<Real> {
  const tar = gunzipSync(await readFile(path));
  const [top = ''] = tar.toString('latin1', 0, NAME_BYTES).split('/');
  const { stdout } = await run('tar', ['xOzf', path, `${top}/DESCRIPTION`]);
  const record = readRecord(stdout);
  if (record === undefined) throw new Error(`${path} has no DESCRIPTION`);
  return { name: record.name, version: record.version, path };
}
