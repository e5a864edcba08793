/** The journey of npm packages with each client of this machine: refused, requested, cleared, installed, pinned, stopped. */
import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { listedTarball } from '../../src/main/demo/made-here-registry.ts';
import { makeTarball, type TarballSpec } from '../../src/main/demo/made-here-tarballs.ts';
import { requiredClients } from '../harness/clients.ts';
import { findNodeClients, type NodeClient, type Project } from '../harness/node-clients.ts';
import { CHANNEL, newestSnapshot, openStage, type Stage, until } from './stage.ts';

/** A dozen runs of clients on a machine that does other things too. */
vi.setConfig({ testTimeout: 180_000, hookTimeout: 300_000 });

const { clients, missing } = await findNodeClients();
const npms = clients.filter(({ kind }) => kind === 'npm');

/** `app` is cleared at 1.0.0 and stands upstream at 2.0.0; its tree has a scope, an alias to a tag and another platform's part. */
const PACKAGES: readonly TarballSpec[] = [
  {
    name: 'app',
    version: '1.0.0',
    dependencies: { '@shore/estuary': '^1.0.0', short: 'npm:harbour@cjs' },
    manifest: { optionalDependencies: { 'only-mac': '1.0.0' } },
  },
  { name: 'app', version: '2.0.0' },
  { name: '@shore/estuary', version: '1.0.0', manifest: { scripts: { postinstall: 'node index.js' } } },
  { name: '@shore/estuary', version: '1.5.0-rc.1' },
  { name: 'harbour', version: '1.0.0' },
  { name: 'harbour', version: '2.0.0' },
  { name: 'only-mac', version: '1.0.0', manifest: { os: ['darwin'] } },
  { name: 'nobody-asked', version: '1.0.0' },
];
const SIGNATURES = [{ keyid: 'SHA256:made-here', sig: 'MEUCIQDx' }];

if (missing.length > 0)
  it(`not here: ${missing.join(', ')}`, (context) => {
    expect(requiredClients().filter((name) => missing.includes(name))).toEqual([]);
    context.skip(`${missing.join(', ')}: PRATIQUE_INSTALL_CLIENTS=1 installs them`);
  });

describe.skipIf(clients.length === 0)('npm packages with the stock clients', () => {
  let stage: Stage;
  const registry = (suffix = '') => `${stage.url()}/${CHANNEL}${suffix}/npm/`;
  const packument = async (name: string, suffix = '') =>
    z
      .looseObject({ versions: z.record(z.string(), z.looseObject({ dist: z.looseObject({ tarball: z.string() }) })) })
      .parse(await (await fetch(`${registry(suffix)}${name}`)).json());
  const offers = (name: string, version: string) =>
    packument(name).then(
      ({ versions }) => version in versions,
      () => false,
    );
  /** Projects that were refused before anything was cleared: their caches must not hide the clearance. */
  const early = new Map<string, Project>();

  beforeAll(async () => {
    stage = await openStage();
    for (const spec of PACKAGES)
      stage.npmUpstream.releases.push({ ...listedTarball(makeTarball(spec)), dist: { signatures: SIGNATURES } });
    stage.npmUpstream.tags.harbour = { latest: '2.0.0', cjs: '1.0.0' };
    stage.npmUpstream.tags.app = { latest: '2.0.0' };
  });
  afterAll(() => stage?.close());

  it.each(clients.map(({ id }) => id))('NP-05 %s reads who was refused, why and where to ask', async (id) => {
    const project = await clientOf(id).project(stage.folder);
    early.set(id, project);
    const ran = await project.install(registry(), ['app']);
    expect(ran.code, ran.printed).not.toBe(0);
    expect(inOneLine(ran.printed)).toMatch(WORDS[clientOf(id).kind].nothingCleared);
    expect(project.version('app')).toBeUndefined();
  });

  it('is vetted with its tree, and published as one', async () => {
    const id = await stage.request('app', { version: '1.0.0', ecosystem: 'npm' });
    await stage.accept(id);
    await until('app is offered', () => offers('app', '1.0.0'));
    expect(Object.keys((await packument('@shore/estuary')).versions)).toEqual(['1.0.0']);
    const harbour = await packument('harbour');
    expect(harbour).toMatchObject({ 'dist-tags': { latest: '1.0.0', cjs: '1.0.0' } });
    expect(harbour.versions['1.0.0']?.dist).toMatchObject({ signatures: SIGNATURES });
    expect((await fetch(`${registry()}only-mac`)).status).toBe(403);
  });

  it.each(clients.map(({ id }) => id))('NP-03, NP-08, NP-14, ALL-05 %s installs what was cleared', async (id) => {
    const project = early.get(id) ?? (await clientOf(id).project(stage.folder));
    const ran = await project.install(registry(), ['app@>=1.0.0']);
    expect(ran.code, ran.printed).toBe(0);
    expect(project.version('app')).toBe('1.0.0');
    const harbour = project.version('short') ?? project.version('app/node_modules/short');
    if (clientOf(id).kind !== 'pnpm') expect(harbour).toBe('1.0.0');
  });

  it.each(clients.filter(({ kind }) => kind === 'npm').map(({ id }) => id))(
    '%s prints the tags that the packument has',
    async (id) => {
      const project = await clientOf(id).project(stage.folder);
      const ran = await project.run(registry(), ['dist-tag', 'ls', 'harbour']);
      expect(ran.printed).toMatch(/cjs: 1\.0\.0\nlatest: 1\.0\.0/);
      const refused = await project.run(registry(), ['dist-tag', 'ls', 'only-mac']);
      expect(refused.code).not.toBe(0);
      expect(refused.printed).toContain('NOT REQUESTED: only-mac. Ask: pratique request new npm only-mac');
    },
  );

  it.each(clients.map(({ id }) => id))('NP-04 %s says what it can of a pinned version that is refused', async (id) => {
    const project = await clientOf(id).project(stage.folder);
    const ran = await project.install(registry(), ['app@2.0.0']);
    expect(ran.code).not.toBe(0);
    expect(inOneLine(ran.printed)).toMatch(WORDS[clientOf(id).kind].pinnedVersion);
    expect(project.version('app')).toBeUndefined();
    // npm alone reads why; the page and `pratique why` tell everybody.
    if (clientOf(id).kind === 'npm') expect(ran.printed).toContain(`${stage.url()}/b/npm/app?channel=${CHANNEL}`);
    expect(await (await fetch(`${stage.url()}/b/npm/app/2.0.0`)).text()).toContain('NOT REQUESTED');
  });

  it('NP-06 refuses a tarball under a lock file, and NP-10 installs a lock made elsewhere', async () => {
    stage.npmUpstream.releases.push(listedTarball(makeTarball({ name: '@shore/estuary', version: '1.6.0' })));
    const npm = await firstNpm().project(stage.folder);
    const without = ['--replace-registry-host', 'always'];
    await writeFile(join(npm.folder, 'package.json'), '{"name":"r","version":"1.0.0","dependencies":{"app":"1.0.0"}}');
    expect((await npm.run(stage.npmUpstream.url, ['install', '--package-lock-only', '--no-audit'])).code).toBe(0);
    const lock = await readFile(join(npm.folder, 'package-lock.json'), 'utf8');
    expect(lock).toContain(stage.npmUpstream.url);
    const ci = ['ci', '--no-audit', '--ignore-scripts', '--fetch-retries', '0', ...without];
    // The lock was made where newer releases are allowed: what is not cleared of it is refused by name.
    const refused = await npm.run(registry(), ci);
    expect(refused.code).not.toBe(0);
    expect(refused.printed).toMatch(/NOT REQUESTED: @shore\/estuary 1\.6\.0\. Use @shore\/estuary 1\.0\.0/);
    const again = await firstNpm().project(stage.folder);
    await again.install(registry(), ['app@1.0.0']);
    const clean = await firstNpm().project(stage.folder);
    for (const file of ['package.json', 'package-lock.json'])
      await cp(join(again.folder, file), join(clean.folder, file));
    const moved = (await readFile(join(clean.folder, 'package-lock.json'), 'utf8')).replaceAll(
      registry(),
      stage.npmUpstream.url,
    );
    await writeFile(join(clean.folder, 'package-lock.json'), moved);
    const installed = await clean.run(registry(), ci);
    expect(installed.code, installed.printed).toBe(0);
    expect(clean.version('@shore/estuary')).toBe('1.0.0');
  });

  it('NP-13 says what is known against an installed version, and that it could not check without advisories', async () => {
    const npm = await firstNpm().project(stage.folder);
    await npm.install(registry(), ['app']);
    const unknown = await npm.run(registry(), ['audit']);
    expect([unknown.code === 0, unknown.printed]).toEqual([false, expect.stringContaining('COULD NOT CHECK')]);
    const file = join(stage.folder, 'advisories.json');
    await writeFile(file, JSON.stringify(ADVISORY));
    await stage.answer(z.unknown(), ['advisories', 'import', file], 'olga');
    const audit = await npm.run(registry(), ['audit']);
    expect(audit.code).not.toBe(0);
    expect(audit.printed).toMatch(/harbour[\s\S]*GHSA-made-here-test/);
    const ping = await npm.run(registry(), ['ping']);
    expect(ping.code, ping.printed).toBe(0);
    const found = await npm.run(registry(), ['search', '--json', 'estuary']);
    expect(JSON.parse(found.stdout)).toMatchObject([{ name: '@shore/estuary', version: '1.0.0' }]);
  });

  it('is stopped at once, on pinned snapshots too, and back when it is released or rolled back', async () => {
    const npm = await firstNpm().project(stage.folder);
    const number = await newestSnapshot(stage, CHANNEL);
    expect((await packument('app', `@${number}`)).versions['1.0.0']?.dist.tarball).toContain(
      `/${CHANNEL}@${number}/npm/`,
    );
    const started = z.object({ quarantine: z.object({ id: z.string() }) });
    const why = ['--reason', 'A test.'];
    const { quarantine } = await stage.answer(started, ['quarantine', 'start', 'npm', 'harbour', ...why], 'vera');
    await until(
      'the quarantine shows',
      async () => (await fetch(`${registry()}harbour/-/harbour-1.0.0.tgz`)).status === 403,
    );
    const pinned = await npm.install(registry(`@${number}`), ['app']);
    expect(pinned.printed).toMatch(new RegExp(`QUARANTINED since .*: harbour 1\\.0\\.0.* ${quarantine.id}`));
    for (const { id, kind } of clients) {
      const lockFile = LOCK_FILES.get(kind);
      if (lockFile === undefined) continue;
      const fresh = await clientOf(id).project(stage.folder);
      for (const file of ['package.json', lockFile])
        await cp(join(early.get(id)?.folder ?? '', file), join(fresh.folder, file));
      const ran = await fresh.install(registry(), []);
      expect([id, ran.code === 0], ran.printed).toEqual([id, false]);
      // pnpm from 11 on asks for documents first, and may end at another package of the tree.
      expect(ran.printed).toMatch(kind === 'npm' ? /QUARANTINED since \S+: harbour 1\.0\.0/ : /\b403\b/);
    }
    await stage.answer(z.unknown(), ['quarantine', 'release', quarantine.id, ...why], 'vera');
    await until(
      'it is served again',
      async () => (await fetch(`${registry()}harbour/-/harbour-1.0.0.tgz`)).status === 200,
    );
    const before = await packument('app', `@${number}`);
    await stage.answer(z.unknown(), ['snapshot', 'rollback', String(number), '--channel', CHANNEL], 'olga');
    await until('the rollback shows', async () => (await newestSnapshot(stage, CHANNEL)) > number);
    const plain = (text: object) => JSON.stringify(text).replaceAll(`${CHANNEL}@${number}/`, `${CHANNEL}/`);
    await until('the old bytes are back', async () => plain(await packument('app')) === plain(before));
  });
});

const NOT_REQUESTED = 'NOT REQUESTED: app[.] Ask: pratique request new npm app';

/** What each client makes of a refusal, in its own words: of a name, and of a version. */
const WORDS: Readonly<Record<NodeClient['kind'], Readonly<Record<Refused, RegExp>>>> = {
  npm: {
    nothingCleared: new RegExp(`npm (?:error|ERR!) 403 403 ${NOT_REQUESTED}`),
    pinnedVersion:
      /E403[\s\S]*Could not download app@2\.0\.0 due to policy violations:[\s\S]*NOT CLEARED: this version of app/,
  },
  pnpm: {
    nothingCleared: new RegExp(`http:\\S+/npm/app: (?:HTTP status client error [(]403 )?${NOT_REQUESTED}`),
    pinnedVersion: /ERR_PNPM_NO_MATCHING_VERSION[\s\S]*app@2\.0\.0/,
  },
  'yarn-1': {
    nothingCleared: new RegExp(`${NOT_REQUESTED} http://\\S+/b/npm/app`),
    pinnedVersion: /Couldn't find any versions for "app" that matches "2\.0\.0"/,
  },
  'yarn-4': {
    nothingCleared: new RegExp(`Response Code: 403 \\(${NOT_REQUESTED}\\)`),
    pinnedVersion: /app@npm:2\.0\.0: No candidates found/,
  },
  bun: {
    nothingCleared: /GET http:\S+\/npm\/app - 403/,
    pinnedVersion: /No version matching "2\.0\.0" found for specifier "app" \(but package exists\)/,
  },
};
type Refused = 'nothingCleared' | 'pinnedVersion';

/** Clients break lines where they like. */
function inOneLine(printed: string): string {
  return printed.replaceAll(/\s+/g, ' ');
}

/** Of the clients whose words about a locked file are looked at. */
const LOCK_FILES: ReadonlyMap<NodeClient['kind'], string> = new Map([
  ['npm', 'package-lock.json'],
  ['pnpm', 'pnpm-lock.yaml'],
]);

/** Scored 5.3: from 7.0 on the release would be quarantined, and what needs it would leave the snapshot. */
const ADVISORY = {
  schema_version: '1.7.0',
  id: 'GHSA-made-here-test',
  modified: '2025-01-01T00:00:00Z',
  summary: 'The harbour leaks',
  affected: [
    {
      package: { ecosystem: 'npm', name: 'harbour' },
      ranges: [{ type: 'SEMVER', events: [{ introduced: '0' }, { fixed: '1.9.0' }] }],
    },
  ],
  severity: [{ type: 'CVSS_V3', score: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:L/I:N/A:N' }],
};

function clientOf(id: string): NodeClient {
  const found = clients.find((one) => one.id === id);
  if (found === undefined) throw new RangeError(id);
  return found;
}

function firstNpm(): NodeClient {
  return npms[0] ?? clientOf('npm');
}
