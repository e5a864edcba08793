/** A registry for tests: real database, real blobs, real sockets; lists are written by the test, without people. */
import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { canonicalBytes } from '../../src/domain/canonical-json.ts';
import type { Digest } from '../../src/domain/digest.ts';
import type { EvidenceSet, VettedRelease } from '../../src/domain/evidence.ts';
import { purlOf } from '../../src/domain/purl.ts';
import type { Target } from '../../src/domain/target.ts';
import type { UpstreamAnswer } from '../../src/ecosystems/contract.ts';
import { createServing, type ServingDeps } from '../../src/features/serving/index.ts';
import { createSnapshots, type PublishAsk, type SnapshotsDeps } from '../../src/features/snapshots/index.ts';
import { treeOf } from '../../src/features/snapshots/trees.ts';
import { readEvidenceSet } from '../../src/features/vetting/read.ts';
import { askerOf } from '../../src/main/asker.ts';
import { createHttpServer } from '../../src/main/http-server.ts';
import { openFolderBlobs } from '../../src/platform/blobs/folder.ts';
import type { Blobs } from '../../src/platform/blobs/port.ts';
import { networkOf } from '../../src/platform/fetch/networks.ts';
import { createFileSender } from '../../src/platform/files/sender.ts';
import { signerOf, verifier } from '../../src/platform/signing/keys.ts';
import { createPages } from '../../src/surfaces/pages/index.ts';
import { createRegistrySurface, type RegistrySurfaceDeps } from '../../src/surfaces/registry/index.ts';
import { openTestDatabase } from './database.ts';
import { type MadeRelease, PYPI_KIT, type RegistryKit } from './registry-kits.ts';

export type { MadeRelease } from './registry-kits.ts';

export const TARGET: Target = PYPI_KIT.target;
export const CHANNEL = 'tier3';

export type TestRegistry = Awaited<ReturnType<typeof openTestRegistry>>;

export interface RegistryOptions {
  /** Bytes of files kept in memory. */
  readonly hotBytes?: number;
  /** The internal location of an nginx in front. */
  readonly nginxFiles?: string;
  /** What it is a registry of; PyPI by default. */
  readonly kit?: RegistryKit;
  /** Those of the channel; the one of the kit by default. */
  readonly targets?: readonly Target[];
  /** Of the whole ecosystem. */
  readonly advisories?: ServingDeps['advisories'];
  readonly takeAudit?: RegistrySurfaceDeps['takeAudit'];
  readonly takeWrongToken?: RegistrySurfaceDeps['takeWrongToken'];
  readonly tokenUsed?: ServingDeps['tokenUsed'];
  /** What serving is told beside that; nothing by default. */
  readonly told?: Pick<ServingDeps, 'upstreamNames' | 'closingTimes' | 'publicReason'>;
  /** Their `X-Forwarded-For` is believed. */
  readonly trustedProxies?: readonly string[];
}

/** Opens everything; close it in `afterAll`. */
export async function openTestRegistry(
  upstream: (name: string) => UpstreamAnswer = () => ({ status: 'unknown', warnings: [] }),
  { hotBytes = 16 * 1024 * 1024, nginxFiles, kit = PYPI_KIT, ...more }: RegistryOptions = {},
) {
  const { ecosystem } = kit;
  let signingKeys: Digest | undefined;
  const database = await openTestDatabase();
  const { db, pool, clock, ledger } = database;
  const folder = await mkdtemp(join(tmpdir(), 'registry-'));
  const blobs = await openFolderBlobs(folder);
  await pool.query(`insert into channels values ($1, 3, 'cleared', '{}', null, 'UTC', $2, now())`, [
    CHANNEL,
    JSON.stringify(more.targets ?? [kit.target]),
  ]);
  const signer = signerOf(generateKeyPairSync('ed25519').privateKey);
  const snapshotsDeps = (stored: Blobs): SnapshotsDeps => ({
    db,
    ledger,
    blobs: stored,
    verifier,
    signer,
    ecosystem: (id) => (id === ecosystem.id ? ecosystem : undefined),
    evidence: (digest) => readEvidenceSet(blobs, digest),
    upstreamListing: async (_ecosystem, name) => {
      const answer = upstream(name);
      return answer.status === 'found' ? answer.package : undefined;
    },
    signingKeys: async () => signingKeys,
    allowSdists: async () => false,
    deriveAgain: async () => ({ reason: 'nothing is derived here' }),
  });
  const snapshots = createSnapshots(snapshotsDeps(blobs));
  const quiet = () => undefined;
  const firstUses: string[] = [];
  const serving = createServing({
    db,
    blobs,
    clock,
    log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
    ecosystems: [ecosystem],
    ...(more.advisories === undefined ? {} : { advisories: more.advisories }),
    lookup: async (_channel, _ecosystem, name) => upstream(name),
    firstUse: async (ask) => void firstUses.push(`${ask.name} ${ask.version ?? 'any'}`),
    reserved: { [ecosystem.id]: ['ours-*'] },
    coolDownDays: async () => 7,
    network: networkOf,
    ...(more.tokenUsed === undefined ? {} : { tokenUsed: more.tokenUsed }),
    ...more.told,
  });
  const asker = (request: IncomingMessage) => askerOf(request, more.trustedProxies ?? []);
  const files = createFileSender((digest) => blobs.path(digest), { hotBytes });
  const registry = createRegistrySurface({
    serving,
    files,
    ...(nginxFiles === undefined
      ? {}
      : { handOver: (digest: Digest) => `${nginxFiles}${relative(folder, blobs.path(digest) ?? '')}` }),
    clock,
    log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
    publicUrl: '',
    asker,
    ...(more.takeWrongToken === undefined ? {} : { takeWrongToken: more.takeWrongToken }),
    ...(more.takeAudit === undefined ? {} : { takeAudit: more.takeAudit }),
  });
  const pages = createPages({
    ...{ serving, ecosystem: (id) => (id === ecosystem.id ? ecosystem : undefined), asker },
    ...(more.takeWrongToken === undefined ? {} : { takeWrongToken: more.takeWrongToken }),
  });
  const server = createHttpServer((request, response) => {
    if (!registry(request, response) && !pages(request, response)) response.writeHead(404).end();
  });
  await snapshots.init(CHANNEL);
  await serving.refresh();
  await new Promise<void>((resolve) => void server.listener.listen(0, '127.0.0.1', resolve));
  const address = server.listener.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  let entries = 0;
  return {
    ...database,
    blobs,
    /** Where the blobs lie. */
    folder,
    snapshots,
    snapshotsDeps,
    serving,
    /** `name version` of what an open channel was asked for the first time. */
    firstUses,
    port,
    /** The tree of accepted evidence. */
    treeOf: async (evidence: Digest) => treeOf(evidence, await readEvidenceSet(blobs, evidence)),
    url: `http://127.0.0.1:${port}`,
    /** Puts a tree on the list: the first release is the root, all others what it needs. */
    async accept(releases: readonly MadeRelease[], targets: readonly Target[] = [kit.target]): Promise<Digest> {
      const evidence = await putEvidence(blobs, kit, { made: releases, targets: targets.map(({ id }) => id) });
      entries += 1;
      const root = releases[0];
      await pool.query(
        `insert into list_entries (id, channel, ecosystem, list, name, version, extras, evidence, decision, added_at)
         values ($1, $2, $3, 'extra', $4, $5, '{}', $6, $7, now())`,
        [`L-${entries}`, CHANNEL, ecosystem.id, root?.name, root?.version, evidence, `A-${entries}`],
      );
      return evidence;
    },
    /** Takes everything off the list. */
    async clear(): Promise<void> {
      await pool.query('delete from list_entries');
    },
    /** The keys that the next snapshot passes on. */
    async sign(keys: Uint8Array): Promise<void> {
      signingKeys = (await blobs.put(keys)).digest;
    },
    /** Takes a release out of accepted evidence and leaves the needs of others as they are. */
    async dropFromEvidence(evidence: Digest, name: string): Promise<void> {
      const set = await readEvidenceSet(blobs, evidence);
      const less = { ...set, releases: set.releases.filter((release) => release.name !== name) };
      const stored = await blobs.put(canonicalBytes(less));
      await pool.query('update list_entries set evidence = $1 where evidence = $2', [stored.digest, evidence]);
    },
    /** Publishes, but the disk is full after some writes. */
    async publishCutOff(ask: PublishAsk, writes: number): Promise<'finished' | 'cut off'> {
      let left = writes;
      const put: Blobs['put'] = (...asked) => {
        left -= 1;
        return left < 0 ? Promise.reject(new Error('ENOSPC')) : blobs.put(...asked);
      };
      const cut = createSnapshots(
        snapshotsDeps({
          put,
          has: (digest) => blobs.has(digest),
          read: (digest) => blobs.read(digest),
          size: (digest) => blobs.size(digest),
          stream: (digest, range) => blobs.stream(digest, range),
          path: (digest) => blobs.path(digest),
        }),
      );
      return await cut.publish(ask).then(
        () => 'finished',
        (error: unknown) => {
          if (String(error).includes('ENOSPC')) return 'cut off';
          throw error;
        },
      );
    },
    /** Says in the ledger that something changed, so that serving looks. */
    async touch(): Promise<void> {
      const fact = { kind: 'channel-changed', channel: CHANNEL, what: 'a test' } as const;
      await ledger.change({ kind: 'system' }, async ({ append }) => append(fact));
      await serving.refresh();
    },
    async close(): Promise<void> {
      serving.close();
      await files.close();
      server.listener.closeAllConnections();
      await server.close();
      await database.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function putEvidence(
  blobs: Awaited<ReturnType<typeof openFolderBlobs>>,
  { ecosystem: { id: ecosystem }, ...kit }: RegistryKit,
  { made, targets }: { readonly made: readonly MadeRelease[]; readonly targets: readonly string[] },
): Promise<Digest> {
  const purl = ({ name, version }: MadeRelease) => purlOf({ ecosystem, name, version });
  const releases: VettedRelease[] = [];
  for (const [index, release] of made.entries()) {
    const { bytes, metadataText, ...file } = await kit.make(release);
    await blobs.put(bytes);
    const metadata = await blobs.put(new TextEncoder().encode(metadataText));
    const needs = made.filter((other) => release.requires?.some((one) => one.split(/[^a-z0-9-]/)[0] === other.name));
    releases.push({
      purl: purl(release),
      ecosystem,
      name: release.name,
      version: release.version,
      role: index === 0 ? 'root' : 'dependency',
      extras: [],
      requiredBy: [],
      needs: targets.flatMap((target) => needs.map((other) => ({ target, to: purl(other) }))),
      targets: [...targets],
      releasedAt: null,
      files: [
        {
          ...file,
          size: bytes.byteLength,
          uploadedAt: '2025-01-01T00:00:00Z',
          yanked: false,
          metadataSha256: metadata.digest,
          source: 'test',
          targets: [...targets],
        },
      ],
      evidence: [],
      verdict: { outcome: 'admit', reasons: [] },
    });
  }
  const set: EvidenceSet = {
    schema: 'pratique.evidence-set/1',
    channel: CHANNEL,
    ecosystem,
    asked: { name: made[0]?.name ?? '', extras: [], version: null },
    root: releases[0]?.purl ?? '',
    releases,
    unavailableTargets: [],
    alternative: null,
    warnings: [],
    verdict: { outcome: 'admit', reasons: [] },
    policy: `sha256:${'0'.repeat(64)}`,
    collectedAt: '2026-01-01T00:00:00Z',
  };
  return (await blobs.put(canonicalBytes(set))).digest;
}
