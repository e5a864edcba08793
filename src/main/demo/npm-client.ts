/** The machine's stock npm. */
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { type ClientEnvironment, type PackageClient, runClient } from './package-client.ts';

/** No setting of this machine's npm, so that nothing but Pratique is asked; it wants two files, there or not. */
function alone(folder: string) {
  const files = {
    npm_config_userconfig: join(folder, 'npmrc-user'),
    npm_config_globalconfig: join(folder, 'npmrc-all'),
  };
  return { dropped: /^(?:npm|yarn|pnpm)_/i, set: { ...files, npm_config_update_notifier: 'false' } };
}

/** The stock npm, or `undefined` where the machine has none. */
export async function findNpm(folder: string): Promise<PackageClient | undefined> {
  const found = await runClient('npm', ['--version'], { ...alone(folder), cwd: folder });
  const version = /^\d+\.\d+\.\d+/.exec(found.stdout.trim())?.[0];
  if (!found.ok || version === undefined) return undefined;
  return { label: `npm ${version}`, environment: () => makeEnvironment(folder) };
}

async function makeEnvironment(folder: string): Promise<ClientEnvironment> {
  const cwd = await mkdtemp(join(folder, 'project-'));
  await writeFile(join(cwd, 'package.json'), '{"name":"research","version":"1.0.0","private":true}\n');
  return {
    async install(base, name) {
      const quiet = ['--no-audit', '--no-fund', '--ignore-scripts', '--cache', await mkdtemp(join(folder, 'cache-'))];
      const outcome = await runClient('npm', ['install', ...quiet, '--registry', base, name], {
        ...alone(folder),
        cwd,
      });
      return { ok: outcome.ok, printed: outcome.printed, installed: await listed(cwd) };
    },
  };
}

const lock = z.object({ packages: z.record(z.string(), z.object({ version: z.string().optional() })) });

/** What npm wrote down of what it installed; nothing where it installed nothing. */
async function listed(cwd: string): Promise<readonly string[]> {
  const text = await readFile(join(cwd, 'node_modules', '.package-lock.json'), 'utf8').catch(() => '{"packages":{}}');
  const { packages } = lock.parse(JSON.parse(text));
  const installed = Object.entries(packages).map(
    ([path, { version }]) => `${path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length)}@${version}`,
  );
  return [...new Set(installed)].toSorted();
}
