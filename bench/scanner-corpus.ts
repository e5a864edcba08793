/**
 * What the scanners are measured on: ordinary wheels and npm tarballs, fetched by name with this machine's own clients
 * into folders outside the clone. A folder that holds packages is used as it is.
 */
import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import type { ContentSubject } from '../src/domain/content.ts';
import type { ArchiveRules } from '../src/ecosystems/contract.ts';
import { npmArchives } from '../src/ecosystems/npm/archive.ts';
import { pypiArchives } from '../src/ecosystems/pypi/archive.ts';
import { parseFilename } from '../src/ecosystems/pypi/filenames.ts';

const run = promisify(execFile);

/** A few popular packages; with what they need they come to some hundred wheels of all kinds. */
export const WHEEL_ROOTS: readonly string[] = [
  ...['jupyterlab', 'scikit-learn', 'pandas', 'boto3', 'django', 'sqlalchemy', 'fastapi', 'cryptography', 'black'],
];

/** Popular packages of npm, without what they need: libraries, frameworks, compilers and their bundles. */
export const TARBALLS: readonly string[] =
  'lodash react react-dom vue express axios typescript webpack rollup vite eslint prettier @babel/core @babel/parser @babel/types chalk commander debug glob semver uuid yargs inquirer moment dayjs date-fns rxjs zod jest mocha chai jquery d3 three next postcss tailwindcss terser acorn ws undici node-fetch socket.io mongoose pg redis sequelize graphql @types/node core-js'.split(
    ' ',
  );

/** One package on disk, and how it is read. */
export interface Package {
  readonly path: string;
  readonly subject: ContentSubject;
  readonly archives: ArchiveRules;
}

/** The wheels (`PRATIQUE_BENCH_WHEELS`, or below the system's temporary folder). */
export async function wheels(): Promise<readonly Package[]> {
  const folder = process.env.PRATIQUE_BENCH_WHEELS ?? join(tmpdir(), 'pratique-bench-wheels');
  return wheelsIn(folder, WHEEL_ROOTS);
}

/** The wheels of the most downloaded packages, without what they need; none where the list is not at hand. */
export async function popularWheels(): Promise<readonly Package[]> {
  return wheelsIn(join(tmpdir(), 'pratique-bench-popular-wheels'), await popular('pypi-top5000.tsv'), ['--no-deps']);
}

/** The tarballs of the most downloaded packages of npm; none where the list is not at hand. */
export async function popularTarballs(): Promise<readonly Package[]> {
  return tarballsIn(join(tmpdir(), 'pratique-bench-popular-npm'), await popular('npm-top5000.tsv'));
}

/** How many of the most downloaded packages are measured. */
const POPULAR = 50;
const LISTS = join(import.meta.dirname, '..', '..', 'shared', 'data', 'popularity');

async function popular(list: string): Promise<readonly string[]> {
  const lines = (await readFile(join(LISTS, list), 'utf8').catch(() => '')).split('\n').slice(1, POPULAR + 1);
  return lines.flatMap((line) => line.split('\t')[1] ?? []);
}

async function wheelsIn(
  folder: string,
  names: readonly string[],
  options: readonly string[] = [],
): Promise<readonly Package[]> {
  if (names.length === 0) return [];
  const fetch = () => run('pip', ['download', '--quiet', '--only-binary', ':all:', ...options, '-d', folder, ...names]);
  return (await filesIn(folder, '.whl', fetch)).map((path) => {
    const filename = basename(path);
    const parsed = parseFilename(filename);
    const subject = { ecosystem: 'pypi', name: parsed?.name ?? '', version: parsed?.version ?? '', filename };
    return { path, subject, archives: pypiArchives };
  });
}

/** The npm tarballs (`PRATIQUE_BENCH_TARBALLS`, or below the system's temporary folder). */
export async function tarballs(): Promise<readonly Package[]> {
  return tarballsIn(process.env.PRATIQUE_BENCH_TARBALLS ?? join(tmpdir(), 'pratique-bench-npm'), TARBALLS);
}

async function tarballsIn(folder: string, names: readonly string[]): Promise<readonly Package[]> {
  if (names.length === 0) return [];
  const fetch = () =>
    run('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', folder, ...names], { cwd: tmpdir() });
  return (await filesIn(folder, '.tgz', fetch)).map((path) => {
    const filename = basename(path);
    const [, name = '', version = ''] = /^(.+)-(\d+[.]\d+[.]\d+.*)[.]tgz$/.exec(filename) ?? [];
    return { path, subject: { ecosystem: 'npm', name, version, filename }, archives: npmArchives };
  });
}

async function filesIn(folder: string, ending: string, fetch: () => Promise<unknown>): Promise<readonly string[]> {
  await mkdir(folder, { recursive: true });
  const list = async () => (await readdir(folder)).filter((name) => name.endsWith(ending)).toSorted();
  if ((await list()).length === 0) {
    console.log(`fetching packages into ${folder}`);
    await fetch();
  }
  return (await list()).map((name) => join(folder, name));
}
