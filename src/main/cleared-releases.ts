/** What is cleared: the releases that current snapshots offer, dependencies too. */
import { listChannels } from '../features/channels/read.ts';
import { parseShard, readSnapshot, shardOf } from '../features/snapshots/read.ts';
import type { ClearedRelease } from '../features/vetting/index.ts';
import type { Blobs } from '../platform/blobs/port.ts';
import type { Queryable } from '../platform/db/port.ts';

/** The releases of one package that any channel offers; the same version in two channels stands twice. */
export async function clearedReleases(
  { db, blobs }: { readonly db: Queryable; readonly blobs: Blobs },
  ecosystem: string,
  name: string,
): Promise<readonly ClearedRelease[]> {
  const releases: ClearedRelease[] = [];
  for (const { name: channel } of await listChannels(db)) {
    const manifest = await readSnapshot({ db, blobs }, channel);
    const digest = manifest?.content[ecosystem]?.shards[shardOf(name)];
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
