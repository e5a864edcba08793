import { describe, expect, it } from 'vitest';
import type { Channel } from '../../domain/channel.ts';
import type { RootInput } from '../../ecosystems/contract.ts';
import { cran } from '../../ecosystems/cran/index.ts';
import type { Content, Stop, StoredPackage } from '../snapshots/read.ts';
import { NO_INSTALL_TOKENS } from '../tokens/read.ts';
import type { Overlay } from './overlay.ts';
import { createWholeIndex } from './whole-index.ts';

const DIGEST = `sha256:${'a'.repeat(64)}` as const;
const CHANNEL = 'quick';

function part(name: string, version: string): string {
  return `Package: ${name}\nVersion: ${version}\nFile: ${name}_${version}.tar.gz\n`;
}

/** A snapshot that offers `survey` 1.0 and 1.1 and `parent` 1.0, which needs `child` and was left out for it. */
const OFFERED: Readonly<Record<string, readonly string[]>> = { survey: ['1.0', '1.1'] };
const PARTS = `${part('survey', '1.1')}\n${part('survey', '1.0')}`;
const CONTENT: Content = {
  cran: {
    root: [
      { key: '-/packages', contentType: 'text/plain', forms: [{ encoding: 'identity', digest: DIGEST, size: 1 }] },
    ],
    shards: {},
    basis: DIGEST,
    leftOut: [{ entry: 'L-1', name: 'parent', version: '1.0', because: 'pkg:cran/child@1.0', id: 'Q-2' }],
  },
};

function stop(id: string, name: string, versions: string | null): Stop {
  return { id, kind: 'quarantined', channel: null, ecosystem: 'cran', name, versions, since: '', advisory: null };
}

function overlayWith(stops: readonly Stop[], generation = 1): Overlay {
  const channel: Channel = {
    ...{ name: CHANNEL, tier: 3, mode: 'cleared', providers: [], windowSeconds: null, timezone: 'UTC', targets: [] },
  };
  return {
    ...{ generation, channels: new Map([[CHANNEL, channel]]), current: new Map(), requests: new Map() },
    ...{ gates: new Map(), tokens: NO_INSTALL_TOKENS },
    ...{
      closingTimes: new Map(),
      acceptedMeanwhile: new Map(),
      beforeRollback: new Map(),
      reasons: new Map(),
      coolDownDays: 0,
    },
    stops: Map.groupBy(stops, ({ name }) => `cran/${name}`),
  };
}

/** `reads` counts how often the snapshot was read; while `broken`, it cannot be. */
function createIndex(state: { reads: number; broken?: boolean } = { reads: 0 }) {
  return createWholeIndex(
    {
      clock: { now: () => new Date(0) },
      log: { debug() {}, info() {}, warn() {}, error() {} },
      upstreamNames: async () => ['survey', 'parent', 'child', 'other'].map((name) => ({ name, version: '2.0' })),
    },
    {
      manifest: async () => undefined,
      document: async () => {
        state.reads += 1;
        if (state.broken === true) throw new Error('a blob is missing');
        return Buffer.from(PARTS);
      },
      package: async (_content, name) => storedPackage(OFFERED[name]),
    },
  );
}

function openIndex(state: { reads: number; broken?: boolean } = { reads: 0 }) {
  const index = createIndex(state);
  return (overlay: Overlay, key: string, otherwise?: string) =>
    index.document({ overlay, content: CONTENT, channel: CHANNEL, ecosystem: cran }, { key, otherwise });
}

async function listed(...stops: readonly Stop[]): Promise<readonly string[]> {
  const made = await openIndex()(overlayWith(stops), 'src/contrib/PACKAGES');
  const text = new TextDecoder().decode(made?.body);
  return text.split('\n\n').map((record) => {
    const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(record)?.[1] ?? '';
    return `${field('Package')} ${field('Version')} ${field('Path').replace('-/refused/', '')}`.trim();
  });
}

function storedPackage(versions: readonly string[] | undefined): StoredPackage | undefined {
  if (versions === undefined) return undefined;
  const releases = versions.map((version) => ({
    version,
    state: 'accepted' as const,
    why: [],
    targets: [],
    needs: [],
  }));
  return { documents: [], files: [], releases, refused: [] };
}

describe('the index of all packages, before the next snapshot', () => {
  it('offers what the snapshot offers, and leads to refusals for the rest', async () => {
    expect(await listed()).toEqual([
      'child 0.0 not-requested/-/run-pratique-why-child',
      'other 0.0 not-requested/-/run-pratique-why-other',
      'parent 0.0 not-requested/-/run-pratique-why-parent',
      'survey 1.1',
    ]);
  });

  it('offers the next release at once where the newest is stopped', async () => {
    expect(await listed(stop('Q-1', 'survey', '== 1.1'))).toContain('survey 1.0');
  });

  it('names the stop where nothing is left, and what holds up a release that needs what is stopped', async () => {
    const lines = await listed(stop('Q-1', 'survey', '<= 1.1'), stop('Q-2', 'child', null));
    expect(lines).toEqual([
      'child 0.0 quarantined/Q-2/run-pratique-why-child',
      'other 0.0 not-requested/-/run-pratique-why-other',
      'parent 0.0 quarantined/Q-2/run-pratique-why-parent',
      'survey 0.0 quarantined/Q-1/run-pratique-why-survey',
    ]);
  });
});

describe('a form of the index', () => {
  it('is made and hashed once, until something changed', async () => {
    const state = { reads: 0 };
    const ask = openIndex(state);
    const first = await ask(overlayWith([]), 'src/contrib/PACKAGES');
    expect(first?.etag).toMatch(/^"[0-9a-f]{32}"$/);
    expect(await ask(overlayWith([]), 'src/contrib/PACKAGES')).toBe(first);
    const other = await ask(overlayWith([]), 'src/contrib/PACKAGES.rds');
    expect(other?.etag).not.toBe(first?.etag);
    expect(state.reads).toBe(1);
    const later = await ask(overlayWith([stop('Q-1', 'survey', null)], 2), 'src/contrib/PACKAGES');
    expect(later?.etag).not.toBe(first?.etag);
    expect(state.reads).toBe(2);
  });

  it('is another one where it has none of its own, and nothing where that is missing too', async () => {
    const ask = openIndex();
    const own = await ask(overlayWith([]), 'bin/-/PACKAGES');
    expect(await ask(overlayWith([]), 'bin/windows/contrib/4.4/PACKAGES', 'bin/-/PACKAGES')).toBe(own);
    expect(await ask(overlayWith([]), 'bin/windows/contrib/4.4/PACKAGES')).toBeUndefined();
  });

  it('leaves out what is held up for many who ask at once as for one', async () => {
    let made = 0;
    const heldUp = (input: RootInput) => {
      made += 1;
      return cran.protocol.heldUp?.(input) ?? [];
    };
    const ecosystem = { ...cran, protocol: { ...cran.protocol, heldUp } };
    const overlay = overlayWith([stop('Q-1', 'survey', '== 1.1')]);
    const ask = { overlay, content: CONTENT, channel: CHANNEL, ecosystem };
    const index = createIndex();
    const release = { name: 'survey', version: '1.0' };
    await index.document(ask, { key: 'src/contrib/PACKAGES', otherwise: undefined });
    await Promise.all(Array.from({ length: 50 }, () => index.heldUpBy(ask, release)));
    expect(made).toBe(1);
  });

  it('that could not be made is tried again', async () => {
    const state = { reads: 0, broken: true };
    const ask = openIndex(state);
    await expect(ask(overlayWith([]), 'src/contrib/PACKAGES')).rejects.toThrow('a blob is missing');
    state.broken = false;
    expect((await ask(overlayWith([]), 'src/contrib/PACKAGES'))?.body.toString()).toContain('Package: survey');
  });
});
