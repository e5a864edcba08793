/** The machine's stock pip. */
import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { Problem } from '../../domain/problem.ts';
import { type ClientEnvironment, type PackageClient, runClient } from './package-client.ts';

/** No setting of this machine's pip, so that nothing but Pratique is asked. */
const ALONE = { dropped: /^(?:PIP|UV)_/i, set: { PIP_CONFIG_FILE: '/dev/null', PIP_NO_COLOR: '1' } };

/** The stock pip, or `undefined` where the machine has none. */
export async function findPip(folder: string): Promise<PackageClient | undefined> {
  const found = await runClient('python3', ['-m', 'pip', '--version'], ALONE);
  const version = /^pip (\S+) .*\(python ([\d.]+)\)/.exec(found.printed);
  if (!found.ok || version === null) return undefined;
  return { label: `pip ${version[1]} on Python ${version[2]}`, environment: () => makeEnvironment(folder) };
}

/** A Python without its venv module (some systems ship it apart) still has an empty folder to install into. */
async function makeEnvironment(folder: string): Promise<ClientEnvironment> {
  const place = await mkdtemp(join(folder, 'environment-'));
  const venv = await runClient('python3', ['-m', 'venv', place], ALONE);
  const python = venv.ok ? join(place, 'bin', 'python') : 'python3';
  const target = venv.ok ? [] : ['--target', place];
  const path = venv.ok ? [] : ['--path', place];
  const quiet = ['--no-cache-dir', '--disable-pip-version-check', '--no-input'];
  return {
    async install(base, name) {
      const from = ['--index-url', `${base}simple/`, name];
      const outcome = await runClient(python, ['-m', 'pip', 'install', ...target, ...quiet, ...from], ALONE);
      return { ok: outcome.ok, printed: outcome.printed, installed: await listed(python, path) };
    },
  };
}

const listing = z.array(z.object({ name: z.string(), version: z.string() }));
const PIP_ITSELF = new Set(['pip', 'setuptools', 'wheel']);

async function listed(python: string, args: readonly string[]): Promise<readonly string[]> {
  const { ok, printed, stdout } = await runClient(python, ['-m', 'pip', 'list', '--format', 'json', ...args], ALONE);
  if (!ok) {
    const what = 'pip could not list what it installed';
    throw new Problem({ kind: 'internal', code: 'demo-client', what, why: printed.trim() });
  }
  return listing
    .parse(JSON.parse(stdout))
    .filter(({ name }) => !PIP_ITSELF.has(name))
    .map(({ name, version }) => `${name}==${version}`);
}
