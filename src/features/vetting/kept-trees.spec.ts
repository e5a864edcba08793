import fc from 'fast-check';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openVettingBench, type VettingBench } from '../../../test/harness/vetting.ts';
import { makeSdist, makeWheel } from '../../../test/harness/wheels.ts';
import { pypi } from '../../ecosystems/pypi/index.ts';
import type { WheelSpec } from '../../main/demo/made-here-wheels.ts';
import { createVetting, type Vetting } from './index.ts';

const TARGETS = ['cp310-manylinux_2_28_x86_64', 'cp312-manylinux_2_28_x86_64'];
const LONG_AGO = '2025-06-01T00:00:00Z';
/** Five days before the clock of the bench, whose cool-down is seven. */
const YOUNG = '2025-12-27T00:00:00Z';
const DAY_S = 86_400;

let bench: VettingBench;
let vetting: Vetting;
let resolved = 0;

/** The room of the bench, with resolutions counted; other rules resolve for themselves. */
function counting({ version = pypi.dependencies.version, hasForgotten = false } = {}): Vetting {
  const { resolve } = pypi.dependencies;
  const dependencies = {
    ...pypi.dependencies,
    version,
    resolve: (...asked: Parameters<typeof resolve>) => {
      resolved += 1;
      return resolve(...asked);
    },
  };
  const connected = (id: string) => {
    const one = bench.deps.connected(id);
    const reader = hasForgotten ? anotherReader() : one?.reader;
    return reader === undefined ? undefined : { reader, ecosystem: { ...pypi, dependencies } };
  };
  return createVetting({ ...bench.deps, connected, scanners: [] });
}

/** What another process reads with: it holds nothing yet. */
function anotherReader() {
  const { fetch, clock } = bench.deps;
  const source = {
    name: 'local',
    kind: 'index',
    url: bench.upstream.indexUrl,
    only: undefined,
    caFile: undefined,
  } as const;
  return pypi.upstream({ sources: [source], fetch, now: () => clock.now() });
}

beforeEach(async () => {
  bench = await openVettingBench(TARGETS);
  vetting = counting();
});
afterEach(() => bench.close());

async function offer(spec: WheelSpec, uploadedAt: string | undefined = LONG_AGO): Promise<void> {
  bench.upstream.add(await makeWheel(spec), { uploadedAt });
}

/** What the tree is, and how many targets were resolved for it. */
async function vet(name = 'sails', version: string | null = null) {
  resolved = 0;
  const outcome = await vetting.vet({ channel: 'tier3', ecosystem: 'pypi', name, extras: [], version });
  if (outcome.status !== 'vetted') return { status: outcome.status, resolved };
  const { releases, unavailableTargets, warnings, root, alternative, passedOver } = outcome.set;
  const tree = releases.map(({ evidence: _evidence, ...release }) => release);
  return {
    status: outcome.status,
    resolved,
    set: { tree, unavailableTargets, warnings, root, alternative, passedOver },
  };
}

/** The same where nothing is kept. */
async function vetAnew() {
  await sql`delete from kept_trees`.execute(bench.database.db);
  return (await vet()).set;
}

/** Rewrites a project page of the index. */
async function edit(name: string, change: (page: Page) => void): Promise<void> {
  const path = `/simple/${name}/`;
  bench.upstream.behave(path);
  const accept = 'application/vnd.pypi.simple.v1+json';
  const answer = await fetch(`${bench.upstream.url}${path}`, { headers: { accept } });
  const page: unknown = await answer.json();
  if (!isPage(page)) throw new TypeError('no index page');
  change(page);
  bench.upstream.misbehave(path, { kind: 'body', body: JSON.stringify(page), contentType: accept });
}

interface Page {
  files: Record<string, unknown>[];
}
const isPage = (value: unknown): value is Page => typeof value === 'object' && value !== null && 'files' in value;

/** sails needs mast and, on an old Python, rope; mast may be 1.0 or 1.1, and 2.0 came lately. */
async function offerSails(): Promise<void> {
  await offer({ name: 'sails', version: '1.0', requires: ['mast', 'rope; python_version < "3.11"'] });
  await offer({ name: 'mast', version: '1.0' });
  await offer({ name: 'mast', version: '1.1' });
  await offer({ name: 'mast', version: '2.0' }, YOUNG);
  await offer({ name: 'rope', version: '0.3' });
}

describe('vetting a tree again', () => {
  it('resolves nothing where nothing changed, and says the same', async () => {
    await offerSails();
    const first = await vet();
    const again = await vet();
    expect(first.resolved).toBe(TARGETS.length);
    expect(again.resolved).toBe(0);
    expect(again.set).toEqual(first.set);
    expect(first.set?.tree.map(({ purl }) => purl)).toEqual([
      'pkg:pypi/sails@1.0',
      'pkg:pypi/mast@1.1',
      'pkg:pypi/rope@0.3',
    ]);
  });

  it('asks upstream about every package that the answer follows from', async () => {
    await offerSails();
    await vet();
    bench.upstream.forgetRequests();
    await vet();
    for (const name of ['sails', 'mast', 'rope'])
      expect(bench.upstream.requests(`/simple/${name}/`).length).toBeGreaterThan(0);
  });

  const changes: readonly (readonly [string, () => Promise<void> | void])[] = [
    ['a release is new', () => offer({ name: 'mast', version: '1.2' })],
    ['a release of something that was asked for is young', () => offer({ name: 'sails', version: '2.0' }, YOUNG)],
    ['a release is yanked', () => edit('mast', ({ files }) => Object.assign(files[1] ?? {}, { yanked: 'broken' }))],
    ['a release is gone', () => edit('mast', (page) => page.files.splice(1, 1))],
    [
      'a release says it needs another Python',
      () => edit('mast', ({ files }) => Object.assign(files[1] ?? {}, { 'requires-python': '>=3.99' })),
    ],
    [
      'a release states another digest of its metadata',
      () => edit('rope', ({ files }) => Object.assign(files[0] ?? {}, { 'core-metadata': true })),
    ],
    [
      'an upload time is not stated any more',
      () => edit('mast', ({ files }) => Object.assign(files[2] ?? {}, { 'upload-time': null })),
    ],
    [
      'the project has another status',
      () => edit('rope', (page) => Object.assign(page, { 'project-status': { status: 'archived' } })),
    ],
    [
      'a release is denied',
      () => {
        bench.world.stopped = (name, version) => name === 'mast' && version === '1.1';
      },
    ],
    [
      'a release that nothing takes is denied',
      () => {
        bench.world.stopped = (name, version) => name === 'mast' && version === '1.0';
      },
    ],
    ['the cool-down of a release ends', () => bench.database.clock.advance(3 * DAY_S)],
    [
      'policy has another cool-down',
      () => {
        bench.world.policy = { ...bench.world.policy, coolDownDays: 2 };
      },
    ],
    [
      'policy allows source distributions',
      () => {
        bench.world.policy = { ...bench.world.policy, allowSdists: true };
      },
    ],
    [
      'policy has another limit on files',
      () => {
        bench.world.policy = { ...bench.world.policy, maxFileBytes: 1_000_000 };
      },
    ],
    [
      'a target is gone',
      () => {
        Object.assign(bench.channel, { targets: bench.channel.targets.filter(({ id }) => id !== TARGETS[0]) });
      },
    ],
    [
      'a target is another',
      () => {
        Object.assign(bench.channel, { targets: [pypi.targets.parse('cp311-manylinux_2_28_x86_64')] });
      },
    ],
    [
      'the rules resolve otherwise',
      () => {
        vetting = counting({ version: pypi.dependencies.version + 1 });
      },
    ],
    ['a week has gone by', () => bench.database.clock.advance(8 * DAY_S)],
    ['the clock went back', () => bench.database.clock.advance(-1)],
    [
      'what is kept cannot be read',
      async () => {
        await sql`update kept_trees set document = '{"tree": null}'`.execute(bench.database.db);
      },
    ],
  ];
  it.each(changes)('resolves anew where %s', async (_what, change) => {
    await offerSails();
    await vet();
    expect((await vet()).resolved).toBe(0);
    await change();
    const after = await vet();
    expect(after.resolved).toBeGreaterThan(0);
    expect(after.set).toEqual(await vetAnew());
  });

  it('asks for each version and each set of extras by itself', async () => {
    await offerSails();
    await vet();
    expect((await vet('sails', '1.0')).resolved).toBe(TARGETS.length);
    expect((await vet('sails', '1.0')).resolved).toBe(0);
    expect((await vet()).resolved).toBe(0);
  });

  it('resolves a tree anew where a name that no source knew is there by now', async () => {
    await offer({ name: 'sails', version: '1.0', requires: ['anchor'] });
    await offer({ name: 'sails', version: '0.9' });
    const first = await vet();
    expect(first.set).toMatchObject({
      root: 'pkg:pypi/sails@0.9',
      passedOver: { cause: expect.stringContaining('anchor') },
    });
    const again = await vet();
    expect({ resolved: again.resolved, set: again.set }).toEqual({ resolved: 0, set: first.set });
    await offer({ name: 'anchor', version: '1.0' });
    expect((await vet()).set?.root).toBe('pkg:pypi/sails@1.0');
  });

  it('could not check where upstream does not answer, though a tree is kept', async () => {
    await offerSails();
    await vet();
    bench.upstream.misbehave('/simple/mast/', { kind: 'status', status: 500 });
    expect((await vet()).status).toBe('could-not-check');
  });

  it('vets what upstream describes with signs that no database stores, each time anew', async () => {
    await offerSails();
    for (const [at, yanked] of ['of old \0', 'of old \ud800'].entries()) {
      await edit('mast', ({ files }) => Object.assign(files[1] ?? {}, { yanked, size: 1 + at }));
      await edit('sails', ({ files }) => Object.assign(files[0] ?? {}, { yanked }));
      expect((await vet('sails', '1.0')).status).toBe('vetted');
      expect((await vet('sails', '1.0')).resolved).toBe(TARGETS.length);
    }
  });

  it('reads again what no index states the digest of, and resolves anew where it says something else', async () => {
    const needy = await makeWheel({ name: 'sails', version: '1.0', requires: ['mast'] });
    const lone = await makeWheel({ name: 'sails', version: '1.0' });
    await offer({ name: 'mast', version: '1.0' });
    bench.upstream.add(needy, { uploadedAt: LONG_AGO });
    await edit('sails', ({ files }) => Object.assign(files[0] ?? {}, { 'core-metadata': true }));
    await vet();
    expect((await vet()).resolved).toBe(0);
    const path = bench.upstream.requests().find((one) => one.path.endsWith(`${needy.filename}.metadata`))?.path ?? '';
    bench.upstream.misbehave(path, { kind: 'body', body: lone.metadataText });
    vetting = counting({ hasForgotten: true });
    expect((await vet()).resolved).toBeGreaterThan(0);
  });

  it('keeps a tree that is built from source where the bytes that say how are stated, and else does not', async () => {
    bench.world.policy = { ...bench.world.policy, allowSdists: true };
    await offer({ name: 'tool', version: '1.0' });
    const source = await makeSdist({
      name: 'sails',
      version: '1.0',
      buildRequires: ['tool'],
      metadataText: 'Metadata-Version: 2.2\nName: sails\nVersion: 1.0\n',
    });
    bench.upstream.add(source, { uploadedAt: LONG_AGO });
    expect((await vet()).set?.tree.map(({ name }) => name)).toEqual(['sails', 'tool']);
    expect((await vet()).resolved).toBe(0);
    await edit('sails', ({ files }) => Object.assign(files[0] ?? {}, { hashes: {} }));
    expect((await vet()).resolved).toBe(TARGETS.length);
    expect((await vet()).resolved).toBe(TARGETS.length);
  });

  it('has the newest evidence over a tree that is kept', async () => {
    await offerSails();
    await vet();
    bench.world.judge = (purl) =>
      purl === 'pkg:pypi/mast@1.1'
        ? { outcome: 'refuse', reasons: [{ rule: 'test', outcome: 'refuse', text: 'refused', needs: 'exception' }] }
        : { outcome: 'admit', reasons: [] };
    const { set } = await vet();
    expect(set?.tree.map(({ purl }) => purl)).toContain('pkg:pypi/mast@1.0');
    expect(set?.alternative?.without).toEqual(['pkg:pypi/mast@1.1']);
    // The answer without it is kept as one of its own, beside the first.
    expect(await vet()).toMatchObject({ resolved: 0, set: { alternative: { without: ['pkg:pypi/mast@1.1'] } } });
  });

  it('says what resolving anew says, whatever happens in between', async () => {
    await offerSails();
    await vet();
    const versions = ['1.0', '1.1', '1.2', '2.0', '3.0'];
    const step = fc.oneof(
      fc.record({ what: fc.constant('offer' as const), version: fc.constantFrom('1.2', '3.0'), isYoung: fc.boolean() }),
      fc.record({ what: fc.constant('deny' as const), version: fc.constantFrom(...versions) }),
      fc.record({ what: fc.constant('wait' as const), days: fc.integer({ min: 0, max: 3 }) }),
      fc.record({ what: fc.constant('cool' as const), days: fc.integer({ min: 0, max: 9 }) }),
      fc.record({ what: fc.constant('nothing' as const) }),
    );
    const offered = new Set<string>();
    const take = async (one: StepOf<typeof step>) => {
      switch (one.what) {
        case 'offer':
          if (offered.has(one.version)) return;
          offered.add(one.version);
          return offer(
            { name: 'mast', version: one.version },
            one.isYoung ? bench.database.clock.now().toISOString() : LONG_AGO,
          );
        case 'deny':
          bench.world.stopped = (name, version) => name === 'mast' && version === one.version;
          return;
        case 'wait':
          return bench.database.clock.advance(one.days * DAY_S);
        case 'cool':
          bench.world.policy = { ...bench.world.policy, coolDownDays: one.days };
          return;
        case 'nothing':
          return;
      }
    };
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 3 }), async (steps) => {
        for (const one of steps) await take(one);
        const kept = (await vet()).set;
        expect(kept).toEqual(await vetAnew());
      }),
      { numRuns: 15 },
    );
  });
});

type StepOf<T> = T extends fc.Arbitrary<infer S> ? S : never;
