/**
 * What a registry of each ecosystem offers as time goes by: trees are accepted for some targets and taken off again, packages
 * are stopped and released, and every snapshot can be asked for by its number for ever.
 */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Digest } from '../../src/domain/digest.ts';
import type { Ecosystem } from '../../src/ecosystems/contract.ts';
import { CHANNEL, openTestRegistry, type TestRegistry } from '../harness/registry.ts';
import { CRAN_KIT, NPM_KIT, PYPI_KIT } from '../harness/registry-kits.ts';
import {
  answerAt,
  documentsBelow,
  type Known,
  linksBelow,
  listingFrom,
  makeUpstream,
  NAMES,
  needsOf,
  tree,
  VERSIONS,
} from './offered-world.ts';

vi.setConfig({ testTimeout: 300_000, hookTimeout: 60_000 });

const RUNS = 6;
const TARGETS = 2;

const stop = fc.record({
  kind: fc.constantFrom('quarantines', 'denials'),
  name: fc.constantFrom(...NAMES),
  /** Of every version where there is none. */
  version: fc.option(fc.constantFrom(...VERSIONS), { nil: undefined }),
});
const step = fc.record({
  trees: fc.array(fc.record({ releases: tree, on: fc.subarray([0, 1], { minLength: 1 }) }), { maxLength: 4 }),
  stops: fc.array(stop, { maxLength: 2 }),
});
const story = fc.array(step, { minLength: 2, maxLength: 3 });
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;
type Stop = typeof stop extends fc.Arbitrary<infer T> ? T : never;

/** Two trees bring the same release, and each loses it by a stop of its own. */
const LOST_BY_TWO: Step[] = [
  {
    trees: [
      { releases: ['gamma', 'alpha', 'beta'].map(asMade), on: [1] },
      { releases: ['beta', 'alpha'].map(asMade), on: [0] },
    ],
    stops: ['beta', 'gamma'].map((name) => ({ kind: 'quarantines', name, version: undefined })),
  },
];

/** What was published, as it was then. */
interface Published {
  readonly number: number;
  readonly documents: readonly string[];
  readonly offered: ReadonlySet<Digest>;
}

describe.each([PYPI_KIT, NPM_KIT, CRAN_KIT])('a registry of $ecosystem.title, over time', (kit) => {
  const { ecosystem } = kit;
  const targets = ecosystem.targets.defaults.slice(0, TARGETS);
  let registry: TestRegistry;
  let other: TestRegistry;
  let upstream: ReadonlyMap<string, Known>;

  beforeAll(async () => {
    upstream = await makeUpstream(kit);
    registry = await openTestRegistry(listingFrom(kit, upstream), { kit, targets });
    other = await openTestRegistry(listingFrom(kit, upstream), { kit, targets });
    expect(targets.length).toBe(TARGETS);
  });
  afterAll(async () => {
    await registry?.close();
    await other?.close();
  });

  const base = (of: TestRegistry, pin = '') => `${of.url}/${CHANNEL}${pin}/${ecosystem.id}/`;
  const documents = (of: TestRegistry, pin: string, names?: readonly string[]) =>
    documentsBelow(kit, { url: of.url, base: base(of, pin), ...(names === undefined ? {} : { names }) });
  /** A page of a name of which a snapshot has nothing says why, as of now: it is none of the snapshot's. */
  const documentsOf = (offered: ReadonlySet<Digest>, pin: string) =>
    documents(registry, pin, [...new Set(filesOf(offered).map(({ name }) => name))]);

  async function stopAll(of: TestRegistry, stops: readonly Stop[]): Promise<void> {
    await of.pool.query('delete from quarantines');
    await of.pool.query('delete from denials');
    for (const [at, { kind, name, version }] of stops.entries()) {
      const [by, since] = kind === 'denials' ? ['created_by', 'created_at'] : ['started_by', 'started_at'];
      await of.pool.query(
        `insert into ${kind} (id, ecosystem, name, versions, reason, ${by}, ${since})
         values ($1, $2, $3, $4, 'x', 'p', '2026-01-01')`,
        [`S-${at}`, ecosystem.id, name, version === undefined ? null : exactly(ecosystem, version)],
      );
    }
    await of.touch();
  }

  async function publish(of: TestRegistry, trees: Step['trees']): Promise<number> {
    await of.clear();
    for (const { releases, on } of trees)
      await of.accept(
        releases,
        targets.filter((_, at) => on.includes(at)),
      );
    const { status } = await of.snapshots.publish({ channel: CHANNEL, ecosystem: ecosystem.id, names: NAMES });
    expect(status).not.toBe('refused');
    await of.touch();
    return Number((await of.pool.query('select max(number) as number from snapshots')).rows[0]?.number);
  }

  /** What the index leads to. What is not to be had leads to a refusal, and nothing else does. */
  async function downloaded(of: TestRegistry, pin = ''): Promise<ReadonlySet<Digest>> {
    const found = new Set<Digest>();
    for (const link of await linksBelow(kit, base(of, pin))) {
      const answer = await answerAt(base(of, pin) + link);
      if (typeof answer === 'number') expect(answer, link).toBe(403);
      else found.add(answer);
      expect(typeof answer === 'number', link).toBe(link.includes('-/refused/'));
    }
    return found;
  }

  /** Files that can be had at the addresses that a lock file has, whatever an index says. */
  async function within(of: TestRegistry, pin = ''): Promise<ReadonlySet<Digest>> {
    const found = new Set<Digest>();
    for (const file of upstream.values()) {
      const answer = await answerAt(base(of, pin) + ecosystem.protocol.filePath(file));
      if (typeof answer !== 'number') found.add(answer);
    }
    return found;
  }

  const isStopped = (stops: readonly Stop[], { name, version }: Known) =>
    stops.some((one) => one.name === name && [undefined, version].includes(one.version));
  const filesOf = (digests: ReadonlySet<Digest>) => [...upstream.values()].filter((one) => digests.has(one.sha256));

  it('offers what was accepted and is not stopped, whole: exactly that can be downloaded', async () => {
    await fc.assert(
      fc.asyncProperty(story, async (steps) => {
        for (const { trees, stops } of steps) {
          await stopAll(registry, stops);
          // From the moment on in which it is stopped, before anything is published anew.
          for (const file of filesOf(await within(registry))) expect(isStopped(stops, file), file.filename).toBe(false);
          await publish(registry, trees);
          const offered = await downloaded(registry);
          expect(await within(registry)).toEqual(offered);
          const accepted = new Set(
            trees.flatMap(({ releases }) => releases.map((one) => `${one.name}@${one.version}`)),
          );
          const names = new Set(filesOf(offered).map(({ name }) => name));
          for (const file of filesOf(offered)) {
            expect(accepted).toContain(`${file.name}@${file.version}`);
            expect(isStopped(stops, file), file.filename).toBe(false);
            for (const need of needsOf(file.name)) expect(names).toContain(need);
          }
          if (stops.length === 0) expect(offered.size).toBe(accepted.size);
        }
      }),
      { numRuns: RUNS },
    );
  });

  it('has every snapshot for ever under its number: the same bytes, and all its files but what is stopped now', async () => {
    await fc.assert(
      fc.asyncProperty(story, async (steps) => {
        const past: Published[] = [];
        let now: readonly Stop[] = [];
        for (const { trees, stops } of steps) {
          await stopAll(registry, stops);
          const number = await publish(registry, trees);
          const pin = `@${number}`;
          const offered = await downloaded(registry, pin);
          past.push({ number, documents: await documentsOf(offered, pin), offered });
          now = stops;
        }
        for (const { number, documents: then, offered } of past) {
          expect(await documentsOf(offered, `@${number}`)).toEqual(then);
          const left = new Set(
            [...offered].filter((digest) => !filesOf(new Set([digest])).some((one) => isStopped(now, one))),
          );
          expect(await within(registry, `@${number}`)).toEqual(left);
        }
      }),
      { numRuns: RUNS },
    );
  });

  it('has the same bytes for the same lists and stops, whatever came before and in whatever order', async () => {
    await fc.assert(
      fc.asyncProperty(story, async (steps) => {
        const last = steps.at(-1);
        if (last === undefined) return;
        for (const { trees, stops } of steps) {
          await stopAll(registry, stops);
          await publish(registry, trees);
        }
        await stopAll(other, last.stops);
        await publish(other, last.trees.toReversed());
        expect(await documents(other, '')).toEqual(await documents(registry, ''));
      }),
      { numRuns: RUNS, examples: [[LOST_BY_TWO]] },
    );
  });
});

function asMade(name: string) {
  return { name, version: '1.0.0', requires: needsOf(name) };
}

/** One version, as a range in the language of the ecosystem. */
function exactly({ id }: Ecosystem, version: string): string {
  return id === 'npm' ? version : `== ${version}`;
}
