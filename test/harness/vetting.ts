/** A vetting room over a local upstream, with the real fetch, sandbox, store and database; policy and feeds are the test's. */
import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Advisory } from '../../src/domain/advisory.ts';
import type { Channel } from '../../src/domain/channel.ts';
import type { Digest } from '../../src/domain/digest.ts';
import type { Verdict } from '../../src/domain/evidence.ts';
import type { MaliciousLookUp, RuleSources } from '../../src/domain/malicious.ts';
import type { RepositoryReader } from '../../src/domain/source-code.ts';
import type { TrustRoot } from '../../src/domain/trust-root.ts';
import type { Source } from '../../src/domain/upstream.ts';
import { npm } from '../../src/ecosystems/npm/index.ts';
import { pypi } from '../../src/ecosystems/pypi/index.ts';
import {
  type ClearedFile,
  createVetting,
  type Vetting,
  type VettingDeps,
  type VettingPolicy,
} from '../../src/features/vetting/index.ts';
import { createTrialMachines } from '../../src/main/trial-machines.ts';
import { openFolderBlobs } from '../../src/platform/blobs/folder.ts';
import { createFetch } from '../../src/platform/fetch/index.ts';
import { createCage } from '../../src/platform/sandbox/cage.ts';
import { createPrograms } from '../../src/platform/sandbox/programs.ts';
import { createSandbox } from '../../src/platform/sandbox/sandbox.ts';
import { signerOf } from '../../src/platform/signing/keys.ts';
import { SCANNERS } from '../../src/scanners/catalog.ts';
import { COMPARISON_VERSION } from '../../src/scanners/changed-lines/counterpart.ts';
import type { FeedState } from '../../src/scanners/contract.ts';
import { PRINTER_VERSION } from '../../src/scanners/copied-code/version.ts';
import { sourceSuffixes } from '../../src/scanners/source/suffixes.ts';
import { openTestDatabase, type TestDatabase } from './database.ts';
import { startUpstream, type UpstreamServer } from './upstream-server.ts';

const CONFINED = fileURLToPath(new URL('../../src/main/confined.ts', import.meta.url));

export interface VettingBench {
  readonly upstream: UpstreamServer;
  readonly database: TestDatabase;
  readonly vetting: Vetting;
  readonly deps: VettingDeps;
  readonly channel: Channel;
  /** What the next vettings are judged by and told. */
  readonly world: World;
  close(): Promise<void>;
}

/** The parts that tests change. */
export interface World {
  advisories: (name: string) => FeedState<readonly Advisory[]>;
  stopped: (name: string, version: string) => boolean;
  /** Versions that are cleared, of whatever package. */
  cleared: readonly string[];
  /** The files of those versions. */
  clearedFiles: (name: string, version: string) => readonly ClearedFile[];
  trustRoots: FeedState<readonly TrustRoot[]>;
  maliciousList: FeedState<MaliciousLookUp>;
  yaraRules: FeedState<RuleSources>;
  repositories: RepositoryReader;
  policy: Omit<VettingPolicy, 'judge'>;
  judge: (purl: string) => Verdict;
}

export const ADMIT: Verdict = { outcome: 'admit', reasons: [] };
/** What the bench says of whatever `World.stopped` names. */
export const STOPPED_BY = 'denied, D-1: it leaks; ask a reviewer about it';
const POLICY_DIGEST: Digest = `sha256:${'0'.repeat(64)}`;

export async function openVettingBench(
  targetIds: readonly string[] = ['cp312-manylinux_2_28_x86_64'],
): Promise<VettingBench> {
  const [upstream, database, folder] = await Promise.all([
    startUpstream(),
    openTestDatabase(),
    mkdtemp(join(tmpdir(), 'pratique-vetting-')),
  ]);
  const blobs = await openFolderBlobs(join(folder, 'blobs'));
  const source: Source = { name: 'local', kind: 'index', url: upstream.indexUrl, only: undefined, caFile: undefined };
  const now = () => database.clock.now();
  const fetch = createFetch({
    sources: [source],
    version: 'test',
    now,
    random: () => 0,
    limits: { backoffMs: 1, freshMs: 0, absentMs: 0, headersMs: 2000, idleMs: 2000 },
  });
  const sandbox = createSandbox({
    entry: CONFINED,
    nodePath: process.execPath,
    readable: [join(folder, 'blobs')],
    memoryMb: 256,
    workers: 2,
    readableAnswer: () => true,
  });
  const cage = createCage();
  const reader = pypi.upstream({ sources: [source], fetch, now });
  const channel: Channel = {
    name: 'tier3',
    tier: 3,
    mode: 'cleared',
    providers: [],
    windowSeconds: null,
    timezone: 'UTC',
    // Targets of other ecosystems stand beside in every real channel.
    targets: [...npm.targets.defaults, ...targetIds.flatMap((id) => pypi.targets.parse(id) ?? [])],
  };
  const world = ordinaryWorld();
  const deps: VettingDeps = {
    ...{ db: database.db, ledger: database.ledger, clock: database.clock, blobs, fetch, sandbox, cage },
    signer: signerOf(generateKeyPairSync('ed25519').privateKey),
    testTools: null,
    trialMachine: createTrialMachines(createPrograms({ PATH: process.env['PATH'] ?? '' })),
    scanners: SCANNERS,
    repositories: {
      get allowsAny() {
        return world.repositories.allowsAny;
      },
      allows: (url) => world.repositories.allows(url),
      tags: (url) => world.repositories.tags(url),
      filesAt: (url, tag, suffixes) => world.repositories.filesAt(url, tag, suffixes),
    },
    sourceSuffixes,
    codePrinter: PRINTER_VERSION,
    fileComparer: COMPARISON_VERSION,
    connected: (ecosystem) => (ecosystem === 'pypi' ? { ecosystem: pypi, reader } : undefined),
    channel: async () => channel,
    policy: async () => ({
      ...world.policy,
      judge: async (releases) => releases.map((release) => world.judge(release.purl)),
    }),
    stopped: async () => (name, version) => (world.stopped(name, version) ? STOPPED_BY : undefined),
    advisories: async (_ecosystem, name) => world.advisories(name),
    popularNames: async () => ({ status: 'not-configured' }),
    clearedNames: async () => [],
    popularity: async () => ({ status: 'not-configured' }),
    exploitation: async () => ({ known: { status: 'not-configured' }, chance: { status: 'not-configured' } }),
    clearedReleases: async (_ecosystem, name) =>
      world.cleared.map((version) => ({ version, metadata: undefined, files: world.clearedFiles(name, version) })),
    trustRoots: async () => world.trustRoots,
    maliciousList: async () => world.maliciousList,
    yaraRules: async () => world.yaraRules,
  };
  const close = async () => {
    await Promise.all([sandbox.close(), cage.close(), fetch.close(), upstream.close()]);
    await database.close();
    await rm(folder, { recursive: true, force: true });
  };
  return { upstream, database, vetting: createVetting(deps), deps, channel, world, close };
}

const NO_REPOSITORIES: RepositoryReader = {
  allowsAny: false,
  allows: () => false,
  tags: async () => ({ status: 'not-allowed', reason: 'none is allowed' }),
  filesAt: async () => ({ status: 'not-allowed', reason: 'none is allowed' }),
};

function ordinaryWorld(): World {
  return {
    advisories: () => ({ status: 'not-configured' }),
    stopped: () => false,
    cleared: [],
    clearedFiles: () => [],
    trustRoots: { status: 'not-configured' },
    maliciousList: { status: 'not-configured' },
    yaraRules: { status: 'not-configured' },
    repositories: NO_REPOSITORIES,
    policy: {
      digest: POLICY_DIGEST,
      coolDownDays: 7,
      allowSdists: false,
      maxFileBytes: 50 * 1024 * 1024,
      installProof: 'off',
      derivedWheels: 'off',
    },
    judge: () => ADMIT,
  };
}
