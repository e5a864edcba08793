/** What is cleared: the releases that current snapshots offer, dependencies too. */
import { listChannels } from '../features/channels/read.ts';
import { parseShard, readSnapshot, shardOf } from '../features/snapshots/read.ts';
import type { ClearedRelease } from '../features/vetting/index.ts';
import type { Blobs } from '../platform/blobs/port.ts';
import type { Queryable } from '../platform/db/port.ts';

interface From {
  readonly db: Queryable;
  readonly blobs: Blobs;
}

type Manifest = NonNullable<Awaited<ReturnType<typeof readSnapshot>>>;

/** The releases of one package that any channel offers; the same version in two channels stands twice. */
export async function clearedReleases(from: From, ecosystem: string, name: string): Promise<readonly ClearedRelease[]> {
  return releasesIn(from, await currentManifests(from), { ecosystem, name });
}

/** The same for many packages: questions that come while the manifests are being read share the one reading. */
export function createClearedReleases(
  from: From,
): (ecosystem: string, name: string) => Promise<readonly ClearedRelease[]> {
  let reading: Promise<readonly Manifest[]> | undefined;
  return async (ecosystem, name) => {
    reading ??= currentManifests(from).finally(() => {
      reading = undefined;
    });
    return releasesIn(from, await reading, { ecosystem, name });
  };
}

/** Names of packages that any channel offers, dependencies too, by ecosystem; read anew where a channel has published. */
export function createOfferedNames(from: From): () => Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  let known: { readonly of: string; readonly names: ReadonlyMap<string, ReadonlySet<string>> } | undefined;
  return async () => {
    const manifests = await currentManifests(from);
    const of = manifests.map(({ channel, number }) => `${channel} ${number}`).join('\n');
    if (known?.of !== of) known = { of, names: await namesIn(from, manifests) };
    return known.names;
  };
}

async function namesIn({ blobs }: From, manifests: readonly Manifest[]) {
  const names = new Map<string, Set<string>>();
  for (const { content } of manifests)
    for (const [ecosystem, { shards }] of Object.entries(content)) {
      const found = names.get(ecosystem) ?? new Set<string>();
      names.set(ecosystem, found);
      for (const digest of Object.values(shards))
        for (const name of Object.keys(parseShard(await blobs.read(digest)))) found.add(name);
    }
  return names;
}

async function currentManifests(from: From): Promise<readonly Manifest[]> {
  const manifests: Manifest[] = [];
  for (const { name: channel } of await listChannels(from.db)) {
    const manifest = await readSnapshot(from, channel);
    if (manifest !== undefined) manifests.push(manifest);
  }
  return manifests;
}

async function releasesIn(
  { blobs }: From,
  manifests: readonly Manifest[],
  { ecosystem, name }: { readonly ecosystem: string; readonly name: string },
): Promise<readonly ClearedRelease[]> {
  const releases: ClearedRelease[] = [];
  for (const manifest of manifests) {
    const digest = manifest.content[ecosystem]?.shards[shardOf(name)];
    const found = digest === undefined ? undefined : parseShard(await blobs.read(digest))[name];
    for (const { version } of found?.releases ?? []) {
      const files = (found?.files ?? []).filter((one) => one.version === version);
      const metadata = files.find((one) => one.metadata !== null)?.metadata?.sha256;
      releases.push({
        version,
        metadata,
        files: files.map(({ filename, sha256, size }) => ({ filename, sha256, size })),
      });
    }
  }
  return releases;
}
