/** What clients of npm registries ask beside packages and files: audits, who they are, what there is, and whether it changed. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import type { Advisory } from '../../src/domain/advisory.ts';
import type { UpstreamAnswer } from '../../src/ecosystems/contract.ts';
import { findNodeClients, type NodeClient, type Project } from '../harness/node-clients.ts';
import { CHANNEL, openTestRegistry, type TestRegistry } from '../harness/registry.ts';
import { type KitFile, listingOf, NPM_KIT } from '../harness/registry-kits.ts';

/** A dozen runs of clients on a machine that does other things too. */
vi.setConfig({ testTimeout: 180_000, hookTimeout: 60_000 });

const { clients } = await findNodeClients();
const ABBREVIATED = 'application/vnd.npm.install-v1+json; q=1.0, application/json; q=0.8, */*';

/** `app` needs `harbour`, of which 1.0.0 leaks. */
const RELEASES = [
  { name: 'app', version: '1.0.0', requires: ['harbour'] },
  { name: 'harbour', version: '1.0.0' },
  { name: 'tide', version: '1.0.0' },
  { name: 'tide', version: '2.0.0' },
  { name: '@shore/estuary', version: '1.0.0' },
];
const LEAK: Advisory = {
  ...{ id: 'GHSA-made-here-test', aliases: ['CVE-2026-0001'], ecosystem: 'npm', name: 'harbour' },
  ...{ summary: 'The harbour leaks', malicious: false, versions: [], published: undefined },
  severity: { state: 'scored', score: 7.5, vector: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N', system: 'CVSS_V3' },
  ranges: [
    {
      events: [
        { at: 'introduced', version: '0' },
        { at: 'fixed', version: '1.9.0' },
      ],
    },
  ],
  modified: '2026-01-01T00:00:00Z',
};

/** How each client audits, with an exit code that tells; Bun answers from the same questions as npm. */
const AUDITS: Readonly<Record<NodeClient['kind'], readonly string[]>> = {
  npm: ['audit'],
  pnpm: ['audit'],
  'yarn-1': ['audit'],
  'yarn-4': ['npm', 'audit', '--all', '--recursive'],
  bun: ['audit'],
};

const oldReport = z.object({
  advisories: z.record(z.string(), z.looseObject({ id: z.number().int() })),
  metadata: z.object({ vulnerabilities: z.record(z.string(), z.number()) }),
});

describe.skipIf(clients.length === 0)('clients of npm registries', () => {
  let registry: TestRegistry;
  let folder: string;
  const files = new Map<string, (KitFile & { readonly version: string })[]>();
  /** Projects that know `tide` at 1.0.0: what they keep must not hide what is cleared later. */
  const early = new Map<string, Project>();
  const base = (suffix = '') => `${registry.url}/${CHANNEL}${suffix}/npm/`;
  const publish = async () => {
    await registry.snapshots.publish({ channel: CHANNEL, ecosystem: 'npm', names: [] });
    await registry.touch();
  };

  beforeAll(async () => {
    for (const release of RELEASES) {
      const file = { ...(await NPM_KIT.make(release)), version: release.version };
      files.set(release.name, [...(files.get(release.name) ?? []), file]);
    }
    const upstream = (name: string): UpstreamAnswer => listingOf(NPM_KIT.ecosystem, name, files.get(name) ?? []);
    const advisories = async () => new Map([['harbour', [LEAK]]]);
    registry = await openTestRegistry(upstream, { kit: NPM_KIT, advisories });
    folder = await mkdtemp(join(tmpdir(), 'pratique-questions-'));
    await registry.accept(RELEASES.slice(0, 2));
    for (const one of [RELEASES[2], RELEASES[4]]) await registry.accept(one === undefined ? [] : [one]);
    await publish();
  });
  afterAll(async () => {
    await registry?.close();
    await rm(folder, { recursive: true, force: true });
  });

  const clientOf = (id: string): NodeClient => {
    const found = clients.find((one) => one.id === id);
    if (found === undefined) throw new RangeError(id);
    return found;
  };

  it.each(clients.map(({ id }) => id))(
    'NP-13 %s audit names what is known against an installed version',
    async (id) => {
      const project = await clientOf(id).project(folder);
      const installed = await project.install(base(), ['app']);
      expect(installed.code, installed.printed).toBe(0);
      const { code, printed } = await project.run(base(), AUDITS[clientOf(id).kind]);
      // It asks one address that is built into it, which no setting changes: what it cannot reach it does not call clean.
      if (clientOf(id).kind === 'yarn-1')
        return expect([code === 0, printed]).toEqual([
          false,
          expect.stringMatching(/security\/audits: .*ECONNREFUSED/),
        ]);
      expect(code, printed).not.toBe(0);
      expect(printed).toMatch(/harbour/);
      expect(printed).toMatch(/The harbour leaks|GHSA-made-here-test/);
      expect(printed).toMatch(/high/i);
    },
  );

  it.each(clients.map(({ id }) => id))('NP-16 %s sees what was cleared since it last asked', async (id) => {
    const project = await clientOf(id).project(folder);
    early.set(id, project);
    const before = await project.install(base(), ['tide']);
    expect(before.code, before.printed).toBe(0);
    expect(project.version('tide')).toBe('1.0.0');
    if (early.size < clients.length) return;
    await registry.accept([{ name: 'tide', version: '2.0.0' }]);
    await publish();
    for (const [other, one] of early) {
      const after = await one.install(base(), ['tide@2.0.0']);
      expect([other, after.code], after.printed).toEqual([other, 0]);
      expect(one.version('tide')).toBe('2.0.0');
    }
  });

  it.each(clients.filter(({ kind }) => kind === 'npm').map(({ id }) => id))(
    'NP-11 %s shows a token where its registry is, pinned or not, pings, and is told who it is and what there is',
    async (id) => {
      for (const suffix of ['', '@2', '--2']) {
        const project = await clientOf(id).project(folder);
        const { host, pathname } = new URL(base(suffix));
        await writeFile(join(project.folder, '.npmrc'), `//${host}${pathname}:_authToken=prtq_made_here\n`);
        const who = await project.run(base(suffix), ['whoami']);
        expect([who.code, who.stdout.trim()], who.printed).toEqual([0, 'anonymous']);
        const ping = await project.run(base(suffix), ['ping']);
        expect(ping.code, ping.printed).toBe(0);
        const found = await project.run(base(suffix), ['search', '--json', 'estuary']);
        expect(JSON.parse(found.stdout)).toMatchObject([{ name: '@shore/estuary', version: '1.0.0' }]);
        const none = await project.run(base(suffix), ['search', '--json', 'nobody-cleared-this']);
        expect(JSON.parse(none.stdout)).toEqual([]);
      }
    },
  );

  it('NP-13 answers the older question, whole trees, with numbers for ids and the places of what is found', async () => {
    const tree = { dependencies: { app: { version: '1.0.0', dependencies: { harbour: { version: '1.0.0' } } } } };
    for (const path of ['audits', 'audits/quick']) {
      const response = await fetch(`${base()}-/npm/v1/security/${path}`, {
        method: 'POST',
        headers: { 'content-encoding': 'gzip', 'content-type': 'application/json' },
        body: gzipSync(JSON.stringify(tree)),
      });
      const report = oldReport.parse(await response.json());
      expect(Object.entries(report.advisories)).toEqual([
        [
          String(Object.values(report.advisories)[0]?.id),
          expect.objectContaining({ severity: 'high', findings: [{ version: '1.0.0', paths: ['app>harbour'] }] }),
        ],
      ]);
      expect(report.metadata.vulnerabilities).toMatchObject({ high: 1, low: 0 });
    }
  });

  it('NP-01 has a full and an abbreviated form, each with its own tag, and a scope in both spellings', async () => {
    const ask = async (path: string, accept: string, more: Record<string, string> = {}) => {
      const response = await fetch(base() + path, { headers: { accept, ...more } });
      const { headers, status } = response;
      return {
        status,
        type: headers.get('content-type'),
        etag: headers.get('etag') ?? '',
        vary: headers.get('vary'),
        body: await response.text(),
      };
    };
    const [short, full] = [await ask('tide', ABBREVIATED), await ask('tide', 'application/json')];
    expect(short.type).toBe('application/vnd.npm.install-v1+json');
    expect(full.type).toMatch(/^application\/json/);
    expect(short.etag).not.toBe(full.etag);
    for (const one of [short, full]) expect(one.vary).toMatch(/Accept\b/);
    const document = z.looseObject({ time: z.looseObject({ modified: z.string() }) });
    expect(document.safeParse(JSON.parse(full.body)).success).toBe(true);
    for (const accept of [ABBREVIATED, 'application/json']) {
      const { etag } = await ask('tide', accept);
      expect((await ask('tide', accept, { 'if-none-match': etag })).status).toBe(304);
      // pnpm sends both; the date is of a release, and says nothing of what was cleared meanwhile.
      const since = { 'if-none-match': '"of-before"', 'if-modified-since': new Date().toUTCString() };
      expect((await ask('tide', accept, since)).status).toBe(200);
      const [one, other] = [await ask('@shore/estuary', accept), await ask('@shore%2festuary', accept)];
      expect([one.status, other.status, other.body === one.body]).toEqual([200, 200, true]);
    }
  });
});
