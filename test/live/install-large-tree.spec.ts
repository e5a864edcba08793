/**
 * A large tree of this machine's own npm upstream through a whole server: vetted, accepted, published, installed by npm, and
 * held against what npm itself locks without us. Politely: each file is fetched once.
 */
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { npm } from '../../src/ecosystems/npm/index.ts';
import { resolveActor } from '../../src/features/accounts/read.ts';
import { findRequest } from '../../src/features/requests/read.ts';
import { createApp } from '../../src/main/app.ts';
import { openFoundation } from '../../src/main/foundation.ts';
import { openHome } from '../../src/main/home.ts';
import { readEnvironment } from '../../src/platform/environment/environment.ts';
import { CHANNEL, openStage, type Stage, until } from '../journeys/stage.ts';

const execute = promisify(execFile);
/** Some 280 releases in November 2026; `PRATIQUE_LARGE_TREE=react-scripts` has 1,200. */
const WANTED = process.env['PRATIQUE_LARGE_TREE'] ?? '@angular/cli';
const VETTING_TIMEOUT_S = 3600;
const TEST_MS = 4_000_000;
/** As in the default policy: what is younger is not chosen where something older does. */
const COOL_DOWN_MS = 7 * 86_400_000;

const lockSchema = z.object({
  packages: z.record(
    z.string(),
    z.object({ version: z.string().optional(), integrity: z.string().optional(), optional: z.boolean().optional() }),
  ),
});
type Locked = z.infer<typeof lockSchema>['packages'];

let stage: Stage;
let upstream = '';

beforeAll(async () => {
  const sources = await npm.sources.discover(async (command, args) => (await execute(command, args)).stdout);
  upstream = sources.find(({ only }) => only === undefined)?.url ?? '';
  stage = await openStage({ config: (text) => text.replace(/(npm:\n.*\n +url: )\S+/, `$1${upstream}`) });
}, 300_000);
afterAll(() => stage?.close());

describe(`the tree of ${WANTED} through a server`, () => {
  let direct: Locked = {};
  let directFolder = '';
  let ours: Locked = {};
  let oursFolder = '';
  let isOffered = false;

  it('is vetted, accepted and published', { timeout: TEST_MS }, async () => {
    const start = performance.now();
    const id = await fileAndWait();
    const vetted = performance.now();
    await stage.accept(id);
    await until('it is offered', async () => (await fetch(`${registry()}${escaped(WANTED)}`)).ok, VETTING_TIMEOUT_S);
    isOffered = true;
    said({ vettedSeconds: seconds(start, vetted), publishedSeconds: seconds(vetted, performance.now()) });
  });

  it('installs with npm, and npm locks what it locks without us', { timeout: TEST_MS }, async () => {
    expect(isOffered).toBe(true);
    const before = new Date(Date.now() - COOL_DOWN_MS).toISOString();
    [directFolder, direct] = await locked(upstream, ['--package-lock-only', `--before=${before}`]);
    const start = performance.now();
    [oursFolder, ours] = await locked(registry(), []);
    said({ installSeconds: seconds(start, performance.now()), places: Object.keys(ours).length });
    // What no target of the channel has is not cleared, and is not listed.
    const cleared = Object.fromEntries(Object.entries(direct).filter(([place]) => place in ours));
    const left = Object.entries(direct).filter(([place]) => !(place in ours));
    said({ notCleared: left.map(([place]) => place) });
    expect(left.filter(([, one]) => one.optional !== true).map(([place]) => place)).toEqual([]);
    expect(ours).toEqual(cleared);
  });

  it('installs again from its own lock file, and from one that was made without us', { timeout: TEST_MS }, async () => {
    // Without one, npm would install whatever stands in the folder that it is started in.
    expect(oursFolder).not.toBe('');
    const start = performance.now();
    await cleanInstall(oursFolder);
    const between = performance.now();
    await cleanInstall(directFolder);
    said({ ciSeconds: seconds(start, between), ciOfOthersLockSeconds: seconds(between, performance.now()) });
  });

  const registry = () => `${stage.url()}/${CHANNEL}/npm/`;

  async function locked(from: string, more: readonly string[]): Promise<[string, Locked]> {
    const folder = await project();
    await run(folder, from, ['install', WANTED, ...more]);
    const { packages } = lockSchema.parse(JSON.parse(await readFile(join(folder, 'package-lock.json'), 'utf8')));
    const { '': _project, ...places } = packages;
    return [folder, places];
  }

  async function cleanInstall(of: string): Promise<void> {
    const folder = await project();
    for (const file of ['package.json', 'package-lock.json']) await cp(join(of, file), join(folder, file));
    await run(folder, registry(), ['ci', '--replace-registry-host', 'always']);
  }
});

async function project(): Promise<string> {
  const folder = await mkdtemp(join(stage.folder, 'project-'));
  await mkdir(join(folder, '.home'));
  await writeFile(join(folder, 'package.json'), '{"name":"research","version":"1.0.0","private":true}\n');
  return folder;
}

async function run(folder: string, registry: string, args: readonly string[]): Promise<void> {
  const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--cache', join(folder, '.home', 'cache')];
  // npm chooses by the Node that it runs on, and the channel's target is this one's.
  const env = { ...process.env, PATH: `${dirname(process.execPath)}:${process.env['PATH']}` };
  const options = { cwd: folder, env, maxBuffer: 64 * 1024 * 1024 };
  await execute('npm', [...args, ...quiet, '--registry', registry], options);
}

/** Files without running what follows in this process: that is left to the server's worker. */
async function fileAndWait(): Promise<string> {
  const environment = readEnvironment();
  const app = createApp(await openFoundation({ home: await openHome(stage.home), environment, logTo: 'file' }));
  try {
    const rosa = await resolveActor(app.db, 'rosa');
    const words = { q1: 'To measure.', q2: 'No other.', q3: 'unknown', version: undefined, answersConcern: undefined };
    const form = { channel: CHANNEL, ecosystem: 'npm', name: WANTED, ...words };
    const { request } = await app.rooms.requests.file(rosa, form);
    await until(
      'the evidence is there',
      async () => {
        const now = await findRequest(app.db, request.id);
        if (now?.state === 'failed') throw new Error(now.failure ?? 'failed');
        return now?.state === 'in-review';
      },
      VETTING_TIMEOUT_S,
    );
    return request.id;
  } finally {
    await app.close();
  }
}

function escaped(name: string): string {
  return name.replace('/', '%2f');
}

function seconds(from: number, to: number): number {
  return Math.round((to - from) / 100) / 10;
}

function said(what: object): void {
  console.log(WANTED, JSON.stringify(what));
}
