/** The stock R of this machine, with no profile and no library of its user, and repositories that it writes itself. */
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { MadeSourcePackage } from '../../src/main/demo/made-here-source-packages.ts';
import { type ClientRun, cleanEnvironment, runClient } from './clients.ts';

export interface RClient {
  /** `R 4.2.2` */
  readonly label: string;
  /** Packages of this machine beside those of R itself that tests use. */
  readonly has: ReadonlySet<string>;
  /** Runs a program; its arguments are in `a`. Installs go to `library`, where one is named. */
  run(program: string, args: readonly string[], library?: string): Promise<RRun>;
}

export interface RRun extends ClientRun {
  /** Both streams: what a person sees. */
  readonly printed: string;
}

const HELPERS = ['remotes', 'renv'] as const;
const ASK = `cat(format(getRversion()), Filter(function(p) nzchar(system.file(package = p)), c(${HELPERS.map((one) => `"${one}"`).join(', ')})))`;

/** `undefined` where this machine has no R. */
export async function findRClient(): Promise<RClient | undefined> {
  const answer = await runR(ASK, []);
  const [version, ...has] = answer.stdout.trim().split(' ');
  if (answer.code !== 0 || version === undefined) return undefined;
  return { label: `R ${version}`, has: new Set(has), run: runR };
}

async function runR(program: string, args: readonly string[], library?: string): Promise<RRun> {
  const own = library === undefined ? {} : { R_LIBS: library, R_LIBS_USER: library };
  const env = cleanEnvironment({ LC_ALL: 'C.UTF-8', ...own });
  const whole = `a <- commandArgs(TRUE); ${program}`;
  const run = await runClient('Rscript', ['--vanilla', '-e', whole, ...args], env);
  return { ...run, printed: `${run.stdout}${run.stderr}` };
}

/** An empty library below a folder. */
export function emptyLibrary(folder: string): Promise<string> {
  return mkdtemp(join(folder, 'library-'));
}

/** What is installed in a library, as `name version`, sorted. */
export async function installedIn(r: RClient, library: string): Promise<readonly string[]> {
  const list = 'm <- installed.packages(lib.loc = a[1]); cat(paste(m[, "Package"], m[, "Version"]), sep = "\\n")';
  const { stdout } = await r.run(list, [library]);
  return stdout
    .trim()
    .split('\n')
    .filter((line) => line !== '')
    .toSorted();
}

/** As the archive's own scripts do it: index with `tools::write_PACKAGES`, lists of files with `file.info`. */
const WRITE_INDEX = `
setwd(file.path(a[1], "src", "contrib"))
files <- list.files(pattern = "[.]tar[.]gz$")
invisible(Sys.setFileTime(list.files(pattern = "[.]tar[.]gz$", recursive = TRUE), as.POSIXct("2024-01-01", tz = "UTC")))
invisible(tools::write_PACKAGES(".", type = "source"))
dir.create("Meta", showWarnings = FALSE)
saveRDS(file.info(files), "Meta/current.rds")
setwd("Archive")
names <- list.files()
archive <- lapply(setNames(names, names), function(name) file.info(list.files(name, full.names = TRUE)))
saveRDS(archive, "../Meta/archive.rds")
`;

/** Writes a repository into a folder, indexed by R itself; gives its `file:` address. */
export async function writeRepository(
  r: RClient,
  folder: string,
  packages: { readonly current: readonly MadeSourcePackage[]; readonly archived?: readonly MadeSourcePackage[] },
): Promise<string> {
  const contrib = join(folder, 'src', 'contrib');
  await mkdir(join(contrib, 'Archive'), { recursive: true });
  const files = [
    ...packages.current.map((one) => [one.filename, one] as const),
    ...(packages.archived ?? []).map((one) => [join('Archive', one.name, one.filename), one] as const),
  ];
  for (const [path, { bytes }] of files) {
    await mkdir(dirname(join(contrib, path)), { recursive: true });
    await writeFile(join(contrib, path), bytes);
  }
  const written = await r.run(WRITE_INDEX, [folder]);
  if (written.code !== 0) throw new Error(`R wrote no repository: ${written.printed}`);
  return `file://${folder}`;
}
