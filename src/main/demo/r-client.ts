/** The machine's stock R. */
import { mkdtemp, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type ClientEnvironment, type PackageClient, runClient } from './package-client.ts';

/** No profile, library or setting of this machine, so that nothing but Pratique is asked. */
function alone(library: string) {
  return { dropped: /^(?:R|RENV)_/, set: { R_LIBS: library, R_LIBS_USER: library, R_LIBS_SITE: '' } };
}

const INSTALL = 'a <- commandArgs(TRUE); install.packages(a[1], lib = a[2], repos = a[3], type = "source")';

/** The stock R, or `undefined` where the machine has none. */
export async function findR(folder: string): Promise<PackageClient | undefined> {
  const found = await runClient('Rscript', ['--vanilla', '-e', 'cat(format(getRversion()))'], alone(folder));
  const version = /\d+\.\d+\.\d+/.exec(found.stdout)?.[0];
  if (!found.ok || version === undefined) return undefined;
  return { label: `R ${version}`, environment: () => makeEnvironment(folder) };
}

async function makeEnvironment(folder: string): Promise<ClientEnvironment> {
  const library = await mkdtemp(join(folder, 'library-'));
  return {
    async install(base, name) {
      const repository = base.replace(/\/$/, '');
      const outcome = await runClient(
        'Rscript',
        ['--vanilla', '-e', INSTALL, name, library, repository],
        alone(library),
      );
      const installed = await listed(library);
      // R ends well even when it was refused: what counts is what is there afterwards.
      const isThere = installed.some((one) => one.startsWith(`${name} `));
      return { ok: outcome.ok && isThere, printed: outcome.printed, installed };
    },
  };
}

async function listed(library: string): Promise<readonly string[]> {
  const names = (await readdir(library)).filter((name) => !name.startsWith('00LOCK')).toSorted();
  return await Promise.all(
    names.map(async (name) => {
      const text = await readFile(join(library, name, 'DESCRIPTION'), 'utf8');
      return `${name} ${/^Version: (.*)$/m.exec(text)?.[1] ?? ''}`;
    }),
  );
}
