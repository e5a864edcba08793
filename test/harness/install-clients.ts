/** Fills the cache of real package clients (`PRATIQUE_INSTALL_CLIENTS=1`). What cannot be had is said, and is no failure here. */
import { existsSync } from 'node:fs';
import { chmod, cp, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { CLIENT_CACHE, findPythons, OLD_PIPS, PYTEST_WHEELS, pipFolder, runClient } from './clients.ts';
import { NEWER_R_FOLDER, NEWER_R_PACKAGES } from './newer-r.ts';
import { hasNginx } from './nginx.ts';
import { NODE_CLIENTS } from './node-clients.ts';
import { findRClient } from './r-client.ts';

/** The machine's own environment: its pip knows where packages come from. */
const AS_IT_IS: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(process.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
);

await mkdir(CLIENT_CACHE, { recursive: true });
let pythons = await findPythons();
if (!(await anyPip())) {
  await installFromSystem(['python3', 'python3-venv', 'python3-pip']);
  pythons = await findPythons();
}
await installOldPip();
await installNewestPip();
await downloadPytest();
await install('uv', 'uv', join(CLIENT_CACHE, 'uv'));
for (const [id, spec] of Object.entries(NODE_CLIENTS))
  await installNodeClient(join(CLIENT_CACHE, `node-${id}`), [spec]);
if (!hasNginx()) await installFromSystem(['nginx-light']);
await installR();
await installNodeClient(NEWER_R_FOLDER, NEWER_R_PACKAGES);
if (!existsSync('/usr/bin/bwrap')) await installFromSystem(['bubblewrap']);

async function anyPip(): Promise<boolean> {
  for (const { command } of pythons) {
    const pip = await runClient(command, ['-m', 'pip', '--version'], AS_IT_IS);
    const venv = await runClient(command, ['-c', 'import venv, ensurepip'], AS_IT_IS);
    if (pip.code === 0 && venv.code === 0) return true;
  }
  return false;
}

/** R itself, and the one helper of it that systems package. */
async function installR(): Promise<void> {
  const r = await findRClient();
  if (r?.has.has('remotes') !== true) await installFromSystem(['r-base-core', 'r-cran-remotes']);
}

async function installFromSystem(packages: readonly string[]): Promise<void> {
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return;
  say(`installing ${packages.join(', ')} from the system's packages`);
  const env = { ...AS_IT_IS, DEBIAN_FRONTEND: 'noninteractive' };
  await runClient('apt-get', ['update', '-q'], env);
  await runClient('apt-get', ['install', '-y', '-q', '--no-install-recommends', ...packages], env);
}

async function installOldPip(): Promise<void> {
  if (OLD_PIPS.some((version) => existsSync(pipFolder(version)))) return;
  for (const version of OLD_PIPS) {
    const folder = pipFolder(version);
    if (!(await install(`pip ${version}`, `pip==${version}`, folder))) continue;
    for (const { command } of pythons) {
      const answer = await runClient(command, ['-m', 'pip', '--version'], { ...AS_IT_IS, PYTHONPATH: folder });
      if (answer.code === 0) return;
    }
    await rm(folder, { recursive: true, force: true });
  }
}

async function installNewestPip(): Promise<void> {
  await install('the newest pip', 'pip', pipFolder('newest'));
}

/** With the Python that trials run on: which wheels pytest needs depends on it. */
async function downloadPytest(): Promise<void> {
  if (existsSync(PYTEST_WHEELS)) return;
  const fresh = await mkdtemp(join(CLIENT_CACHE, 'fresh-'));
  const args = ['-m', 'pip', 'download', '-q', '--only-binary', ':all:', '--dest', fresh, 'pytest'];
  const answer = await runClient('python3', args, { ...AS_IT_IS, PIP_DISABLE_PIP_VERSION_CHECK: '1' });
  // Trials read it as nobody.
  await chmod(fresh, 0o755);
  if (answer.code === 0) await rename(fresh, PYTEST_WHEELS);
  await rm(fresh, { recursive: true, force: true });
  say(
    answer.code === 0
      ? 'pytest is ready'
      : `pytest could not be downloaded: ${answer.stderr.trim().split('\n').at(-1)}`,
  );
}

/** Installs one package by name into a folder, with a pip of this machine; the folder appears whole or not at all. */
async function install(what: string, requirement: string, folder: string): Promise<boolean> {
  if (existsSync(folder)) return true;
  const fresh = await mkdtemp(join(CLIENT_CACHE, 'fresh-'));
  let reason = 'there is no Python';
  for (const { command } of pythons.toReversed()) {
    const args = ['-m', 'pip', 'install', '-q', '--no-deps', '--target', join(fresh, 'it'), requirement];
    const answer = await runClient(command, args, { ...AS_IT_IS, PIP_DISABLE_PIP_VERSION_CHECK: '1' });
    if (answer.code === 0) {
      await rename(join(fresh, 'it'), folder).catch(() => cp(join(fresh, 'it'), folder, { recursive: true }));
      await rm(fresh, { recursive: true, force: true });
      say(`${what} is ready`);
      return true;
    }
    reason = answer.stderr.trim().split('\n').at(-1) ?? '';
  }
  await rm(fresh, { recursive: true, force: true });
  say(`${what} could not be installed: ${reason}`);
  return false;
}

/** Installs a client of npm registries by name, with this machine's npm; the folder appears whole or not at all. */
async function installNodeClient(folder: string, specs: readonly string[]): Promise<void> {
  if (existsSync(folder)) return;
  const fresh = await mkdtemp(join(CLIENT_CACHE, 'fresh-'));
  const args = ['install', '--prefix', fresh, '--ignore-scripts', '--no-audit', '--no-fund', ...specs];
  const answer = await runClient('npm', args, AS_IT_IS);
  if (answer.code === 0) {
    await rename(fresh, folder);
    say(`${specs.join(' ')} is ready`);
    return;
  }
  await rm(fresh, { recursive: true, force: true });
  say(`${specs.join(' ')} could not be installed: ${answer.stderr.trim().split('\n').at(-1) ?? ''}`);
}

function say(text: string): void {
  process.stderr.write(`clients: ${text}\n`);
}
