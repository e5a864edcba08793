/**
 * Real clients of npm registries for the tests: the machine's npm, and older and other ones from the cache that
 * `install-clients.ts` fills. A missing one is a named skip, or a failure where it is required.
 */
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CLIENT_CACHE, type ClientRun, cleanEnvironment, runClientIn } from './clients.ts';

/** Bun's package for this platform: the program alone. */
const BUN_PACKAGE = `@oven/bun-${process.platform}-${process.arch === 'arm64' ? 'aarch64' : process.arch}`;
const BUN = join(BUN_PACKAGE, 'bin', 'bun');
const PNPM_12 = join('@pnpm', `exe.${process.platform}-${process.arch}`, 'pnpm');

/** What `install-clients.ts` installs, by the name of its folder in the cache. */
export const NODE_CLIENTS = {
  'npm-9': 'npm@9',
  'npm-10': 'npm@10',
  'npm-11': 'npm@11',
  'npm-12': 'npm@12',
  'pnpm-10': 'pnpm@10',
  'pnpm-11': 'pnpm@11',
  'pnpm-12': 'pnpm@12',
  'yarn-1': 'yarn@1',
  'yarn-4': '@yarnpkg/cli-dist@4',
  'bun-1': `${BUN_PACKAGE}@1`,
} as const;
export type NodeClientId = keyof typeof NODE_CLIENTS | 'npm';

/** The folder of the cache that holds one client. */
export function nodeClientFolder(id: keyof typeof NODE_CLIENTS): string {
  return join(CLIENT_CACHE, `node-${id}`);
}

export interface Project {
  readonly folder: string;
  /** Adds packages, or installs what `package.json` and the lock file say. */
  install(registry: string, names: readonly string[]): Promise<ClientRun & { readonly printed: string }>;
  /** Any other command, with the same settings. */
  run(registry: string, args: readonly string[]): Promise<ClientRun & { readonly printed: string }>;
  /** Version of an installed package; `undefined` where it is not there. */
  version(name: string): string | undefined;
}

export interface NodeClient {
  readonly id: NodeClientId;
  readonly kind: 'npm' | 'pnpm' | 'yarn-1' | 'yarn-4' | 'bun';
  project(under: string): Promise<Project>;
}

/** The clients of this machine, and the ids of those that are not here. */
export async function findNodeClients(): Promise<{
  readonly clients: readonly NodeClient[];
  readonly missing: readonly string[];
}> {
  const clients: NodeClient[] = [];
  const missing: string[] = [];
  const own = await runClientIn('.', 'npm', ['--version']);
  if (own.code === 0) clients.push(client('npm', 'npm', ['npm']));
  else missing.push('npm');
  for (const id of ids()) {
    const program = programOf(id);
    if (program === undefined) missing.push(id);
    else clients.push(client(id, kindOf(id), program));
  }
  return { clients, missing };
}

function ids(): readonly (keyof typeof NODE_CLIENTS)[] {
  return [
    ...(['npm-9', 'npm-10', 'npm-11', 'npm-12'] as const),
    ...(['pnpm-10', 'pnpm-11', 'pnpm-12', 'yarn-1', 'yarn-4', 'bun-1'] as const),
  ];
}

function kindOf(id: keyof typeof NODE_CLIENTS): NodeClient['kind'] {
  if (id === 'yarn-1' || id === 'yarn-4') return id;
  if (id === 'bun-1') return 'bun';
  return id.startsWith('pnpm') ? 'pnpm' : 'npm';
}

/** How a client is started: as its own `package.json` names it, by Node where it is a script. */
function programOf(id: keyof typeof NODE_CLIENTS): readonly string[] | undefined {
  const modules = join(nodeClientFolder(id), 'node_modules');
  // Programs of their own, which an install script would put into the place of a script; none is run here.
  const native = [BUN, PNPM_12].map((path) => join(modules, path)).find((path) => existsSync(path));
  if (native !== undefined) return [native];
  const folder = join(modules, NODE_CLIENTS[id].replace(/@[^@]+$/, ''));
  if (!existsSync(folder)) return undefined;
  const { bin } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const paths: unknown[] = typeof bin === 'string' ? [bin] : Object.values(bin);
  const [first] = paths;
  return typeof first === 'string' ? [process.execPath, join(folder, first)] : undefined;
}

function client(id: NodeClientId, kind: NodeClient['kind'], command: readonly string[]): NodeClient {
  return { id, kind, project: (under) => makeProject(under, kind, command) };
}

/** A port that nobody answers (RFC 6335, discard). */
const NOWHERE = 'http://127.0.0.1:9';

/** An empty project, with a home, a cache and settings of its own: nothing of this machine is asked. */
async function makeProject(under: string, kind: NodeClient['kind'], command: readonly string[]): Promise<Project> {
  const folder = await mkdtemp(join(under, `${kind}-`));
  const home = join(folder, '.home');
  await mkdir(home);
  await writeFile(join(folder, 'package.json'), '{"name":"research","version":"1.0.0","private":true}\n');
  const env = {
    ...cleanEnvironment({ HOME: home, CI: 'true', NO_COLOR: '1' }),
    npm_config_userconfig: join(home, 'npmrc'),
    npm_config_globalconfig: join(home, 'npmrc-all'),
    npm_config_cache: join(home, 'cache'),
    npm_config_update_notifier: 'false',
    // pnpm from 11 on reads its own variables alone.
    npm_config_fetch_retries: '0',
    pnpm_config_fetch_retries: '0',
    // Nothing but the loopback is reached, whatever a client would like to ask.
    ...{ HTTPS_PROXY: NOWHERE, HTTP_PROXY: NOWHERE, NO_PROXY: '127.0.0.1' },
    YARN_ENABLE_TELEMETRY: '0',
    YARN_ENABLE_GLOBAL_CACHE: 'false',
  };
  const run = async (registry: string, args: readonly string[]) => {
    if (kind === 'yarn-4') await writeFile(join(folder, '.yarnrc.yml'), yarnSettings(registry));
    const [program = '', ...before] = command;
    const all = [...before, ...args, ...(kind === 'yarn-4' ? [] : ['--registry', registry])];
    const ran = await runClientIn(folder, program, all, env);
    return { ...ran, printed: `${ran.stdout}${ran.stderr}` };
  };
  return {
    folder,
    run,
    install: (registry, names) => run(registry, [...installArguments(kind, home, names.length === 0), ...names]),
    version(name) {
      const file = join(folder, 'node_modules', name, 'package.json');
      if (!existsSync(file)) return undefined;
      const { version } = JSON.parse(readFileSync(file, 'utf8'));
      return typeof version === 'string' ? version : undefined;
    },
  };
}

function installArguments(kind: NodeClient['kind'], home: string, all: boolean): readonly string[] {
  switch (kind) {
    case 'npm':
      return ['install', '--no-audit', '--no-fund', '--ignore-scripts', '--fetch-retries', '0'];
    case 'pnpm':
      return [all ? 'install' : 'add', '--ignore-scripts', '--store-dir', join(home, 'store')];
    case 'yarn-1':
      return [all ? 'install' : 'add', '--ignore-scripts', '--non-interactive', '--cache-folder', join(home, 'yarn')];
    case 'yarn-4':
      return [all ? 'install' : 'add'];
    case 'bun':
      return [all ? 'install' : 'add', '--ignore-scripts', '--cache-dir', join(home, 'bun')];
  }
}

function yarnSettings(registry: string): string {
  return [
    `npmRegistryServer: "${registry.replace(/\/$/, '')}"`,
    'unsafeHttpWhitelist: ["127.0.0.1"]',
    'nodeLinker: node-modules',
    'enableScripts: false',
    'httpRetry: 0',
    'enableImmutableInstalls: false',
    '',
  ].join('\n');
}
