/** A throw-away installation for journeys: the real command line and server as child processes, and an upstream that tests own. */
import { execFile, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { type ListedTarball, registryAnswer } from '../../src/main/demo/made-here-registry.ts';
import { startMadeHereUpstream } from '../../src/main/demo/made-here-upstream.ts';
import { openPlace, removePlace } from '../../src/platform/db/place.ts';
import { stopServer } from '../../src/platform/db/server.ts';
import { startUpstream, type UpstreamServer } from '../harness/upstream-server.ts';

const ENTRY = join(import.meta.dirname, '..', '..', 'bin', 'pratique.mjs');
/** Outside the repository; a command starts in half the time when its modules are compiled already. */
const COMPILED = join(tmpdir(), 'pratique-journeys-compiled');
const COMMAND_TIMEOUT_MS = 180_000;
const START_TIMEOUT_MS = 90_000;
/** `serve` promises to stop within 30 s. */
const STOP_TIMEOUT_MS = 35_000;
const POLL_MS = 50;

/** Nobody is asked before it publishes. */
export const CHANNEL = 'quick';
/** One organisation may object, for `WINDOW_SECONDS`. */
export const WINDOWED = 'windowed';
export const WINDOW_SECONDS = 6;
/** Pure wheels are made for these journeys: one target says as much as ten and is resolved faster. */
const TARGET = 'cp312-manylinux_2_28_x86_64';
const NODE_TARGET = 'node24-linux-x64';

export interface CommandRun {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** The document on standard output; `undefined` where it is none. */
  readonly json: unknown;
}

export interface Served {
  readonly url: string;
  /** Leader of the process group. */
  readonly pid: number;
  /** What the group has written to standard error so far. */
  log(): string;
  /** Asks politely; gives the exit code. */
  stop(): Promise<number | null>;
}

/** Dist-tags by package name. */
type Tags = Record<string, Record<string, string>>;

export interface Stage {
  readonly folder: string;
  readonly home: string;
  readonly upstream: UpstreamServer;
  /** The upstream of npm packages; tests add to its listing. */
  readonly npmUpstream: {
    readonly url: string;
    readonly releases: ListedTarball[];
    readonly tags: Tags;
    /** Signing keys and attestations by path. */
    readonly documents: Record<string, string>;
  };
  /** Leader of the server's process group; throws while nothing serves. */
  pid(): number;
  /** `http://127.0.0.1:PORT`; throws while nothing serves. */
  url(): string;
  /** What a client's index setting is: `@3` or `--3` as the suffix for a pinned snapshot. */
  index(channel?: string, suffix?: string): string;
  /** Runs one command on the home with `--json`. */
  pratique(args: readonly string[], as?: string): Promise<CommandRun>;
  /** The same for a command that must end with 0; its document, parsed. */
  answer<T>(schema: z.ZodType<T>, args: readonly string[], as?: string): Promise<T>;
  serve(): Promise<Served>;
  stop(): Promise<void>;
  /** Files a request as rosa and waits until it is in review; gives its id. */
  request(
    name: string,
    options?: { readonly version?: string; readonly channel?: string; readonly ecosystem?: string },
  ): Promise<string>;
  /** Accepts as vera. */
  accept(id: string): Promise<void>;
  /** Request, evidence, acceptance and publication in the channel without a window. */
  clear(name: string, version?: string): Promise<string>;
  state(id: string): Promise<string>;
  /** What the server has written to standard error so far. */
  log(): string;
  /** Stops everything and removes it; `keep` leaves the folder, to look at what went wrong. */
  close(options?: { readonly keep?: boolean }): Promise<void>;
}

const filed = z.object({ request: z.object({ id: z.string(), state: z.string() }) });

export interface StageOptions {
  /** Changes `pratique.yaml`, whose one source is the stage's upstream. */
  readonly config?: (text: string) => string;
  readonly installProof?: 'root' | 'tree' | 'off';
  readonly derivedWheels?: 'off' | 'without-tests';
  /** The one target of the channels. */
  readonly target?: string;
  /** Serves this program, as an installed package does, instead of the sources; absolute. */
  readonly built?: string;
}

/** Makes the home with four people and two channels, and serves it. */
export async function openStage(options: StageOptions = {}): Promise<Stage> {
  const folder = await mkdtemp(join(tmpdir(), 'pratique-journey-'));
  const home = join(folder, 'home');
  const upstream = await startUpstream();
  const releases: ListedTarball[] = [];
  const tags: Tags = {};
  const documents: Record<string, string> = {};
  const listing = { releases, tags, documents };
  const registry = await startMadeHereUpstream((question, url) => registryAnswer(listing, question, url));
  const npmUpstream = { url: registry.url, ...listing };
  let served: Served | undefined;
  const running = (): Served => {
    if (served === undefined) throw new Error('nothing serves');
    return served;
  };
  const pratique = (args: readonly string[], as?: string) => runCommand(home, args, as);
  const answer = async <T>(schema: z.ZodType<T>, args: readonly string[], as?: string): Promise<T> => {
    const run = await pratique(args, as);
    if (run.code !== 0) throw new Error(`pratique ${args.join(' ')} ended with ${run.code}: ${run.stderr}`);
    return schema.parse(run.json);
  };
  const stage: Stage = {
    ...{ folder, home, upstream, npmUpstream, pratique, answer },
    pid: () => running().pid,
    url: () => running().url,
    log: () => served?.log() ?? '',
    index: (channel = CHANNEL, suffix = '') => `${stage.url()}/${channel}${suffix}/pypi/simple/`,
    async serve() {
      served = await serveHome(home, options.built);
      return served;
    },
    async stop() {
      await served?.stop();
      served = undefined;
    },
    async request(name, { version, channel = CHANNEL, ecosystem = 'pypi' } = {}) {
      const about = version === undefined ? [] : ['--version', version];
      const args = ['request', 'new', ecosystem, name, ...about, '--channel', channel, ...ANSWERS];
      const { request } = await answer(filed, args, 'rosa');
      await until(`${request.id} (${name}) is in review`, async () => (await stage.state(request.id)) === 'in-review');
      return request.id;
    },
    async accept(id) {
      const said = ['--reason', 'Needed, and the evidence is clean.', '--note', 'No advisories here; read by hand.'];
      await answer(z.unknown(), ['review', 'decide', id, '--accept', 'extra', ...said], 'vera');
    },
    async clear(name, version) {
      const id = await stage.request(name, version === undefined ? {} : { version });
      await stage.accept(id);
      await until(`${name} is offered`, () => isOffered(stage, name, version));
      return id;
    },
    state: async (id) => (await answer(filed, ['request', 'show', id])).request.state,
    async close({ keep = false } = {}) {
      await stage.stop();
      await upstream.close();
      await registry.close();
      if (keep) return await stopServer(await openPlace({ home }));
      await removeHome(home);
      await rm(folder, { recursive: true, force: true });
    },
  };
  try {
    await furnish(stage, options);
    await stage.serve();
    await until('both channels have their first snapshot', async () => {
      const pages = [CHANNEL, WINDOWED].map((channel) => fetch(stage.index(channel), { method: 'HEAD' }));
      return (await Promise.all(pages)).every(({ ok }) => ok);
    });
    return stage;
  } catch (error) {
    await stage.close();
    throw error;
  }
}

const ANSWERS = ['--q1', 'Read the survey.', '--q2', 'It is the usual one.', '--q3', 'None that we know of.'];
const PROVIDER = 'Survey-Trust';

async function furnish(
  stage: Stage,
  { config, target = TARGET, installProof = 'off', derivedWheels = 'off' }: StageOptions,
): Promise<void> {
  const initialised = z.object({ operator_code: z.string() });
  const { operator_code: code } = await stage.answer(initialised, ['init']);
  const file = join(stage.home, 'pratique.yaml');
  const source = `sources:\n  pypi:\n    - name: local\n      url: ${stage.upstream.indexUrl}\n`;
  const npmSource = `  npm:\n    - name: registry\n      url: ${stage.npmUpstream.url}\n`;
  const text = (await readFile(file, 'utf8'))
    .replace(/^sources:\n(?: {2}\w+: discover\n)+/m, `${source}${npmSource}`)
    // A test machine may forbid namespaces; what the sandbox does is tested elsewhere.
    .replace('when_not_isolated: refuse', 'when_not_isolated: run');
  await writeFile(file, config === undefined ? text : config(text));
  // Trials are tested where they are made; here they would only cost time.
  const policy = join(stage.home, 'policy.yaml');
  const rules = await readFile(policy, 'utf8');
  const set = rules
    .replace('install_proof: root', `install_proof: ${installProof}`)
    .replace('derived_wheels: off', `derived_wheels: ${derivedWheels}`);
  await writeFile(policy, set);
  const person = (name: string, role: string, ...more: string[]) =>
    stage.answer(z.unknown(), ['user', 'create', name, '--role', role, ...more], 'olga');
  const channel = (name: string, ...more: string[]) => {
    const args = [
      'channel',
      'create',
      name,
      '--tier',
      '3',
      '--mode',
      'cleared',
      '--target',
      target,
      '--target',
      NODE_TARGET,
      ...more,
    ];
    return stage.answer(z.unknown(), args, 'olga');
  };
  await stage.answer(z.unknown(), ['user', 'create', 'olga', '--role', 'operator', '--code', code]);
  await person('rosa', 'researcher');
  await person('vera', 'reviewer');
  await person('pia', 'provider', '--organisation', PROVIDER);
  await channel(CHANNEL, '--window', 'none', '--undo', 'none');
  await channel(WINDOWED, '--provider', PROVIDER, '--window', `${WINDOW_SECONDS}s`);
}

const JSON_TYPE = 'application/vnd.pypi.simple.v1+json';
const projectPage = z.object({
  files: z.array(z.object({ filename: z.string(), url: z.string() })),
});

async function isOffered(stage: Stage, name: string, version: string | undefined): Promise<boolean> {
  const response = await fetch(`${stage.index()}${name}/`, { headers: { accept: JSON_TYPE } });
  const page = projectPage.safeParse(await response.json().catch(() => undefined));
  if (!page.success) return false;
  // What is offered has a file of ours; what is refused leads below `-/refused/`.
  const wanted = version === undefined ? '' : `-${version}-`;
  return page.data.files.some(({ filename, url }) => filename.includes(wanted) && !url.includes('/-/refused/'));
}

const snapshotList = z.object({ results: z.array(z.object({ number: z.number() })) });

/** Number of the newest snapshot of a channel. */
export async function newestSnapshot(stage: Stage, channel: string): Promise<number> {
  const { results } = await stage.answer(snapshotList, ['snapshot', 'list', '--channel', channel]);
  return Math.max(0, ...results.map(({ number }) => number));
}

/** Runs one command of the product on a home, as people do. */
export function runCommand(home: string, args: readonly string[], as?: string): Promise<CommandRun> {
  const all = [ENTRY, ...args, '--home', home, '--json', ...(as === undefined ? [] : ['--as', as])];
  return new Promise((resolve) => {
    const options = { env: stageEnvironment(), timeout: COMMAND_TIMEOUT_MS, maxBuffer: 64 * 1024 * 1024 };
    const child = execFile(process.execPath, all, options, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : 128;
      resolve({ code, stdout, stderr, json: jsonOf(stdout) });
    });
    child.stdin?.end();
  });
}

/** Serves a home on a free port, in a process group of its own. */
export async function serveHome(home: string, built?: string): Promise<Served> {
  // Only a clone remembers what it compiled (scripts/bootstrap.mjs).
  const remembered = built === undefined ? {} : { NODE_COMPILE_CACHE: undefined };
  const child = spawn(process.execPath, [built ?? ENTRY, 'serve', '--home', home, '--port', '0'], {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...stageEnvironment(), ...remembered },
  });
  let said = '';
  let log = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    log += text;
  });
  const ended = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
  const { pid = 0 } = child;
  for (let waited = 0; waited < START_TIMEOUT_MS && child.exitCode === null; waited += POLL_MS) {
    const url = /listening on (http:\S+)/.exec(said)?.[1];
    if (url !== undefined) return { url, pid, log: () => log, stop: () => stopGroup(pid, ended) };
    await sleep(POLL_MS);
  }
  await stopGroup(pid, ended);
  throw new Error(`the server did not start: ${log}`);
}

async function stopGroup(pid: number, ended: Promise<number | null>): Promise<number | null> {
  signal(pid, 'SIGTERM');
  const code = await Promise.race([ended, sleep(STOP_TIMEOUT_MS, 'late' as const, { ref: false })]);
  // Whatever of the group is left, its workers too.
  signal(-pid, 'SIGKILL');
  if (code === 'late') throw new Error('serve did not stop in time');
  return code;
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It has ended already.
  }
}

/** Stops the database of a home and removes it, wherever the home had to put it. */
export async function removeHome(home: string): Promise<void> {
  const place = await openPlace({ home });
  await stopServer(place);
  await removePlace(place);
  await rm(home, { recursive: true, force: true });
}

/** Asks again and again; fails with what was waited for. */
export async function until(what: string, ask: () => Promise<boolean>, seconds = 60): Promise<void> {
  const giveUp = performance.now() + seconds * 1000;
  while (performance.now() < giveUp) {
    if (await ask()) return;
    await sleep(POLL_MS);
  }
  throw new Error(`waited in vain until ${what}`);
}

/** Of the product's processes: nothing of this machine's own installation. */
export function stageEnvironment(): NodeJS.ProcessEnv {
  const { PRATIQUE_HOME: _home, PRATIQUE_AS: _as, DATABASE_URL: _url, ...rest } = process.env;
  return { ...rest, NODE_COMPILE_CACHE: COMPILED };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
