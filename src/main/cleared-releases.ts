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
