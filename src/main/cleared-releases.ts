/** What is cleared: the releases that current snapshots offer, dependencies too. */
import { listChannels } from '../features/channels/read.ts';
import { parseShard, readSnapshot, shardOf } from '../features/snapshots/read.ts';
import type { ClearedRelease } from '../features/vetting/index.ts';
import type { Foundation } from './foundation.ts';

/** The releases of one package that any channel offers; the same version in two channels stands twice. */
export async function clearedReleases(
  { database, blobs }: Pick<Foundation, 'database' | 'blobs'>,
  ecosystem: string,
  name: string,
): Promise<readonly ClearedRelease[]> {
  const releases: ClearedRelease[] = [];
  for (const { name: channel } of await listChannels(database.db)) {
    const manifest = await readSnapshot({ db: database.db, blobs }, channel);
    const digest = manifest?.content[ecosystem]?.shards[shardOf(name)];
    const found = digest === undefined ? undefined : parseShard(await blobs.read(digest))[name];
    for (const { version } of found?.releases ?? []) {
      const file = found?.files.find((one) => one.version === version && one.metadata !== null);
      releases.push({ version, metadata: file?.metadata?.sha256 });
    }
  }
  return releases;
}
