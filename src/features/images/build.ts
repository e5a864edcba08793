/** Builds the contents of an image: what the core list and all that it needs is, and the files that installs it. */
import { canonicalBytes } from '../../domain/canonical-json.ts';
import type { Channel } from '../../domain/channel.ts';
import { type Digest, isDigest } from '../../domain/digest.ts';
import type { ImageFile, ImageRelease } from '../../domain/image.ts';
import { Problem } from '../../domain/problem.ts';
import type { Target } from '../../domain/target.ts';
import type { Ecosystem } from '../../ecosystems/contract.ts';
import type { Blobs } from '../../platform/blobs/port.ts';
import type { Manifest } from '../snapshots/read.ts';
import { parseShard, type StoredPackage } from '../snapshots/read.ts';
import { billOfMaterials } from './bill-of-materials.ts';
import { type Chosen, coreClosure, listed } from './contents.ts';
import type { ImageManifest } from './manifest.ts';

export interface BuildDeps {
  readonly blobs: Blobs;
  ecosystem(id: string): Ecosystem | undefined;
  /** Without a slash at the end; where images reach this installation. */
  publicUrl(): string;
}

export interface BuildAsk {
  readonly channel: Channel;
  readonly image: string;
  readonly snapshot: Manifest;
  readonly snapshotManifest: Digest;
  readonly builtAt: string;
}

/** The bill of materials among the files of an image. */
const BILL_PATH = 'sbom.cdx.json';

/** Writes the files of an image and its contents list, and gives the list; nothing else changes. */
export async function buildContents(
  deps: BuildDeps,
  { channel, image, snapshot, snapshotManifest, builtAt }: BuildAsk,
): Promise<{ readonly manifest: ImageManifest; readonly digest: Digest; readonly bytes: Uint8Array }> {
  const files: ImageFile[] = [];
  const releases: ImageManifest['releases'] = [];
  for (const [id, { shards }] of Object.entries(snapshot.content).toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    const ecosystem = deps.ecosystem(id);
    if (ecosystem === undefined) throw unknownEcosystem(id);
    const chosen = coreClosure(id, await packagesIn(deps.blobs, Object.values(shards)));
    releases.push(...chosen.map((one) => listed(id, one)));
    const base = `${deps.publicUrl()}/${channel.name}--${snapshot.number}/${id}/`;
    for (const target of channel.targets.filter((one) => one.ecosystem === id)) {
      const inTarget = await releasesFor(deps.blobs, chosen, target);
      if (inTarget.length > 0) files.push(...(await ecosystem.imageFiles({ base, target, releases: inTarget })));
    }
  }
  if (releases.length === 0) throw nothingCore(channel.name);
  const head = { schema: 'pratique.image/1', channel: channel.name, image } as const;
  const about = { ...head, snapshot: snapshot.number, snapshotManifest, builtAt, releases };
  const bill = billOfMaterials({ ...about, files: [] });
  const all = [...files, { path: BILL_PATH, text: `${JSON.stringify(bill, null, 2)}\n` }];
  const manifest = { ...about, files: await stored(deps.blobs, all) };
  const bytes = canonicalBytes(manifest);
  const { digest } = await deps.blobs.put(bytes);
  return { manifest, digest, bytes };
}

async function packagesIn(blobs: Blobs, shards: readonly Digest[]): Promise<Readonly<Record<string, StoredPackage>>> {
  const packages: Record<string, StoredPackage> = {};
  for (const digest of shards) Object.assign(packages, parseShard(await blobs.read(digest)));
  return packages;
}

async function releasesFor(blobs: Blobs, chosen: readonly Chosen[], target: Target): Promise<readonly ImageRelease[]> {
  const releases: ImageRelease[] = [];
  for (const { name, version, isCore, targets, neededBy, files } of chosen) {
    if (!targets.has(target.id)) continue;
    const metadata = files.find((file) => file.metadata !== null)?.metadata?.sha256;
    releases.push({
      ...{ name, version, isCore, neededBy: [...(neededBy.get(target.id) ?? [])].toSorted() },
      files: files.map(({ filename, sha256, size }) => ({ filename, sha256, size })),
      metadata: metadata === undefined ? undefined : new TextDecoder().decode(await blobs.read(metadata)),
    });
  }
  return releases;
}

async function stored(blobs: Blobs, files: readonly ImageFile[]): Promise<ImageManifest['files']> {
  const listing: ImageManifest['files'] = [];
  for (const { path, text } of files.toSorted((a, b) => (a.path < b.path ? -1 : 1))) {
    const { digest: sha256, size } = await blobs.put(new TextEncoder().encode(text));
    listing.push({ path, sha256, size });
  }
  return listing;
}

/** The digest of a snapshot's signed manifest. Throws `snapshot-damaged`. */
export function manifestDigest(text: string): Digest {
  if (isDigest(text)) return text;
  throw new Problem({ kind: 'internal', code: 'snapshot-damaged', what: 'A snapshot names no manifest' });
}

function nothingCore(channel: string): Problem {
  return new Problem({
    kind: 'conflict',
    code: 'nothing-core',
    what: `Nothing on the core list of ${channel} is published`,
    why: 'an image is made of the core list and what it needs',
    next: 'Accept packages to core: `pratique review decide ID --accept core --criterion N --note TEXT --reason TEXT`.',
  });
}

function unknownEcosystem(id: string): Problem {
  return new Problem({
    kind: 'internal',
    code: 'unknown-ecosystem',
    what: `The snapshot holds packages of ${id}, which this release does not know`,
  });
}
