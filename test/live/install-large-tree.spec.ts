/**
 * A large tree of this machine's own npm upstream through a whole server: vetted, accepted, published, installed by npm, and
 * held against what npm itself locks without us. Politely: each file is fetched once.
 */
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { npm } from '../../src/ecosystems/npm/index.ts';
import { resolveActor } from '../../src/features/accounts/read.ts';
import { findRequest } from '../../src/features/requests/read.ts';
import { vettingProgress } from '../../src/features/vetting/read.ts';
import { createApp } from '../../src/main/app.ts';
import { openFoundation } from '../../src/main/foundation.ts';
import { openHome } from '../../src/main/home.ts';
import { readEnvironment } from '../../src/platform/environment/environment.ts';
import { CHANNEL, openStage, type Stage, until } from '../journeys/stage.ts';

const execute = promisify(execFile);
/**
 * Names, with a blank between them: `PRATIQUE_LARGE_TREE="express react-scripts"`. In November 2026 express has some 70
 * releases, typescript-eslint and @angular/cli 100, react-scripts 1,200.
 */
const WANTED = (process.env['PRATIQUE_LARGE_TREE'] ?? '@angular/cli').split(' ');
/** How often it says how far it is. */
const SAID_EVERY_MS = 30_000;
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
afterAll(async () => {
  if (stage === undefined) return;
  if (failed.length > 0) {
    const log = join(stage.folder, 'server.log');
    await writeFile(log, stage.log());
    console.log(`${failed.join('; ')}: what there is to look at is kept in ${stage.folder}`);
  }
  await stage.close({ keep: failed.length > 0 });
});

/** Tests that failed: then the home and the server's log are kept. */
const failed: string[] = [];
afterEach(({ task }) => {
  if (task.result?.state === 'fail') failed.push(task.name);
});

describe.each(WANTED)('the tree of %s through a server', (wanted) => {
  let direct: Locked = {};
  let directFolder = '';
  let ours: Locked = {};
  let oursFolder = '';
  let isOffered = false;

  it('is vetted, accepted and published', { timeout: TEST_MS }, async () => {
    const start = performance.now();
    const id = await fileAndWait(wanted);
    const vetted = performance.now();
    await stage.accept(id);
    await until('it is offered', async () => (await fetch(`${registry()}${escaped(wanted)}`)).ok, VETTING_TIMEOUT_S);
    isOffered = true;
    said(wanted, { vettedSeconds: seconds(start, vetted), publishedSeconds: seconds(vetted, performance.now()) });
  });

  it('installs with npm, and npm locks what it locks without us', { timeout: TEST_MS }, async () => {
    expect(isOffered).toBe(true);
    const before = new Date(Date.now() - COOL_DOWN_MS).toISOString();
    [directFolder, direct] = await locked(upstream, ['--package-lock-only', `--before=${before}`]);
    const start = performance.now();
    [oursFolder, ours] = await locked(registry(), []);
    said(wanted, { installSeconds: seconds(start, performance.now()), places: Object.keys(ours).length });
    // What no target of the channel has is not cleared, and is not listed.
    const cleared = Object.fromEntries(Object.entries(direct).filter(([place]) => place in ours));
    const left = Object.entries(direct).filter(([place]) => !(place in ours));
    said(wanted, { notCleared: left.map(([place]) => place) });
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
    said(wanted, { ciSeconds: seconds(start, between), ciOfOthersLockSeconds: seconds(between, performance.now()) });
  });

  it('is audited by npm, which hears of what is known against a release of it', { timeout: TEST_MS }, async () => {
    expect(oursFolder).not.toBe('');
    await importAdvisory('nobody-installs-this');
    const clean = await audited(oursFolder);
    expect(clean).toEqual({ code: 0, names: [] });
    await importAdvisory(wanted);
    const found = await audited(oursFolder);
    expect(found.code).not.toBe(0);
    expect(found.names).toContain(wanted);
  });

  const registry = () => `${stage.url()}/${CHANNEL}/npm/`;

  async function audited(folder: string): Promise<{ readonly code: number; readonly names: readonly string[] }> {
    const args = ['audit', '--json', '--cache', join(folder, '.home', 'cache'), '--registry', registry()];
    const { code, stdout } = await execute('npm', args, { cwd: folder, maxBuffer: 64 * 1024 * 1024 }).then(
      (ended) => ({ code: 0, stdout: ended.stdout }),
      (error: unknown) => endedSchema.parse(error),
    );
    return { code, names: Object.keys(auditSchema.parse(JSON.parse(stdout)).vulnerabilities) };
  }

  async function locked(from: string, more: readonly string[]): Promise<[string, Locked]> {
    const folder = await project();
    await run(folder, from, ['install', wanted, ...more]);
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

const endedSchema = z.object({ code: z.number(), stdout: z.string() });
const auditSchema = z.object({ vulnerabilities: z.record(z.string(), z.unknown()) });

/** One about every version of a package. */
async function importAdvisory(name: string): Promise<void> {
  const file = join(stage.folder, 'advisories.json');
  const affected = [
    { package: { ecosystem: 'npm', name }, ranges: [{ type: 'SEMVER', events: [{ introduced: '0' }] }] },
  ];
  const severity = [{ type: 'CVSS_V3', score: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:L/I:N/A:N' }];
  const id = `GHSA-made-here-${name.replaceAll(/[^a-z-]/g, '')}`;
  const modified = '2025-01-01T00:00:00Z';
  await writeFile(
    file,
    JSON.stringify({ schema_version: '1.7.0', id, modified, summary: 'A test', affected, severity }),
  );
  await stage.answer(z.unknown(), ['advisories', 'import', file], 'olga');
}

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
async function fileAndWait(wanted: string): Promise<string> {
  const environment = readEnvironment();
  const app = createApp(await openFoundation({ home: await openHome(stage.home), environment, logTo: 'file' }));
  try {
    const rosa = await resolveActor(app.db, 'rosa');
    const words = { q1: 'To measure.', q2: 'No other.', q3: 'unknown', version: undefined, answersConcern: undefined };
    const form = { channel: CHANNEL, ecosystem: 'npm', name: wanted, ...words };
    const { request } = await app.rooms.requests.file(rosa, form);
    const start = performance.now();
    let next = start;
    await until(
      'the evidence is there',
      async () => {
        const now = await findRequest(app.db, request.id);
        if (performance.now() >= next) {
          next += SAID_EVERY_MS;
          said(wanted, { after: seconds(start, performance.now()), ...(await vettingProgress(app.db, request.id)) });
        }
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

function said(wanted: string, what: object): void {
  console.log(wanted, JSON.stringify(what));
}
