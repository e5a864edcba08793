// Makes a fresh clone able to run: installs the locked dependencies when they are missing or stale, and finds the Node
// that the lock file names. Plain JavaScript for any Node from 20.19 on; nothing here may import a dependency.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import module from 'node:module';
import { constants } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** The folder of the clone. */
export const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '..');

/** Below 24.15 some dependencies refuse to run (engines in the lock file). */
const OLDEST_NODE = [24, 15];
/** Signals that ask a process to end; each is passed on to the child. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'];
/** How often a process that waits for another one's install looks again, in milliseconds. */
const LOCK_POLL_MS = 200;

/** Installs what is missing, then runs `argv[0]` (a file below the root) with the rest under the right Node, and ends as it ends. */
export async function bootstrap(argv) {
  const [file, ...args] = argv;
  if (file === undefined) fail('usage: node scripts/run.mjs FILE [ARGUMENT]...');
  await ensureInstalled();
  const node = findNode();
  rememberCompiled();
  const target = resolve(ROOT, file);
  if (node === process.execPath) {
    process.argv = [process.execPath, target, ...args];
    await import(pathToFileURL(target).href);
    return;
  }
  await endAs(startChild(node, [target, ...args]));
}

/** Types are stripped once and remembered: a command starts in half the time. Children take the folder from the environment. */
function rememberCompiled() {
  process.env.NODE_COMPILE_CACHE ??= join(ROOT, '.cache', 'compiled');
  module.enableCompileCache?.(process.env.NODE_COMPILE_CACHE);
}

/** Runs a program with this terminal, passes signals on, and gives its exit code (128 + signal number for a signal). */
export function runChild(command, args, options = {}) {
  return startChild(command, args, options).then(({ code, signal }) => code ?? 128 + (constants.signals[signal] ?? 0));
}

function startChild(command, args, options = {}) {
  const child = spawn(command, args, { stdio: 'inherit', ...options });
  const handlers = SIGNALS.map((signal) => [signal, () => passOn(child, signal)]);
  for (const [signal, handler] of handlers) process.on(signal, handler);
  return new Promise((resolvePromise, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      for (const [name, handler] of handlers) process.off(name, handler);
      resolvePromise({ code, signal });
    });
  });
}

/** On a terminal Ctrl-C reaches the whole group by itself; passing it on would make two of one. */
function passOn(child, signal) {
  if (signal === 'SIGINT' && process.stdin.isTTY === true) return;
  child.kill(signal);
}

async function endAs(ending) {
  const { code, signal } = await ending;
  if (signal !== null) process.kill(process.pid, signal);
  process.exitCode = code ?? 1;
}

/** The Node to run on: the shipped one, else this one where it is new enough. Ends the process with advice where neither is. */
export function findNode(root = ROOT) {
  if (isNewEnough(process.versions.node)) return process.execPath;
  const platform = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
  const folder = join(root, 'node_modules', platform);
  const shipped = join(folder, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  if (existsSync(shipped)) {
    const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    if (isNewEnough(version)) return shipped;
  }
  return fail(
    `Pratique needs Node ${OLDEST_NODE.join('.')} or newer; this one is ${process.versions.node}, and the locked dependencies hold none for ${process.platform} ${process.arch}.`,
    'Install a newer Node and run the same command again.',
  );
}

/** Whether a version of Node can run Pratique. */
export function isNewEnough(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1]);
}

/** Installs the locked dependencies when the installed tree is not what the lock file says. Two at once wait for each other. */
export async function ensureInstalled(root = ROOT) {
  if (isInstalled(root)) return;
  const release = await takeLock(root);
  try {
    if (isInstalled(root)) return;
    process.stderr.write('Installing the locked dependencies (npm ci) ...\n');
    await install(root);
    if (!isInstalled(root)) fail('npm ci ended well, yet node_modules is not what package-lock.json says.');
  } finally {
    release();
  }
}

/** Whether `node_modules` is what `package-lock.json` says: npm keeps its own record of what it installed. */
export function isInstalled(root) {
  const installed = packagesOf(join(root, 'node_modules', '.package-lock.json'));
  if (installed === undefined) return false;
  const locked = packagesOf(join(root, 'package-lock.json')) ?? {};
  const wanted = Object.entries(locked).filter(([path]) => path !== '');
  const complete = wanted.every(([path, entry]) => {
    const found = installed[path];
    if (found === undefined) return entry.optional === true;
    return found.version === entry.version && found.integrity === entry.integrity && found.link === entry.link;
  });
  return complete && Object.keys(installed).every((path) => locked[path] !== undefined);
}

function packagesOf(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).packages;
  } catch {
    return undefined;
  }
}

async function install(root) {
  const [command, ...first] = npmCommand();
  const args = [...first, 'ci', '--ignore-scripts', '--include=dev', '--include=optional', '--no-audit', '--no-fund'];
  // Standard output belongs to the command that is about to run: it may be one JSON document.
  const stdio = ['ignore', 2, 2];
  const code = await runChild(command, [...args, '--loglevel=error'], { cwd: root, stdio });
  if (code === 0) return;
  fail(
    `npm ci failed with exit code ${code}.`,
    'Read its messages above; check that the package registry of your npm configuration answers.',
  );
}

/** npm as it started us; npx names its own file, and npm lies beside it. */
function npmCommand() {
  const started = process.env.npm_execpath;
  if (started !== undefined && /\.[cm]?js$/.test(started)) {
    const cli = basename(started).startsWith('npm') ? started : join(dirname(started), 'npm-cli.js');
    if (existsSync(cli)) return [process.execPath, cli];
  }
  return [process.platform === 'win32' ? 'npm.cmd' : 'npm'];
}

/** A folder is made by one process only; the number inside tells whether its maker still lives. */
async function takeLock(root) {
  const folder = join(root, '.cache', 'install.lock');
  const owner = join(folder, 'pid');
  mkdirSync(dirname(folder), { recursive: true });
  for (let waits = 0; ; waits += 1) {
    try {
      mkdirSync(folder);
      writeFileSync(owner, String(process.pid));
      return () => rmSync(folder, { recursive: true, force: true });
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    // A maker between its two calls has no number yet: given a few rounds before it counts as dead.
    if (!isAlive(owner) && waits > 5) rmSync(folder, { recursive: true, force: true });
    else await new Promise((wake) => setTimeout(wake, LOCK_POLL_MS));
  }
}

function isAlive(owner) {
  try {
    process.kill(Number(readFileSync(owner, 'utf8')), 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

function fail(...lines) {
  process.stderr.write(`${lines.join('\n')}\n`);
  process.exit(3);
}
