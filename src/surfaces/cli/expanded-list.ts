/** The expanded list of a channel: what its current snapshot offers, each release with the path why it is there. */
import type { EcosystemId } from '../../domain/purl.ts';
import { purlOf } from '../../domain/purl.ts';
import { parseShard, readSnapshot, type StoredPackage, shardOf } from '../../features/snapshots/read.ts';
import type { App } from './app.ts';

export interface ExpandedEntry {
  readonly purl: string;
  readonly ecosystem: EcosystemId;
  readonly name: string;
  readonly version: string;
  readonly state: 'core' | 'accepted' | 'dependency';
  /** Purls from a root to this release. */
  readonly why: readonly string[];
  readonly targets: readonly string[];
}

export interface Expanded {
  readonly snapshot: number;
  readonly publishedAt: string;
  readonly entries: readonly ExpandedEntry[];
}

/** The whole list; `undefined` where the channel has no snapshot. */
export async function expandedList(app: App, channel: string): Promise<Expanded | undefined> {
  const manifest = await readSnapshot(app, channel);
  if (manifest === undefined) return undefined;
  const entries: ExpandedEntry[] = [];
  for (const [ecosystem, content] of Object.entries(manifest.content)) {
    for (const digest of Object.values(content.shards)) {
      const shard = parseShard(await app.blobs.read(digest));
      for (const [name, stored] of Object.entries(shard)) entries.push(...entriesOf(ecosystem, name, stored));
    }
  }
  const byPurl = (a: ExpandedEntry, b: ExpandedEntry) => (a.purl < b.purl ? -1 : 1);
  return { snapshot: manifest.number, publishedAt: manifest.publishedAt, entries: entries.toSorted(byPurl) };
}

/** The releases of one package that the channel offers now. */
export async function offeredReleases(
  app: Pick<App, 'db' | 'blobs'>,
  { channel, ecosystem, name }: { readonly channel: string; readonly ecosystem: EcosystemId; readonly name: string },
): Promise<readonly ExpandedEntry[]> {
  const manifest = await readSnapshot(app, channel);
  const digest = manifest?.content[ecosystem]?.shards[shardOf(name)];
  if (digest === undefined) return [];
  const stored = parseShard(await app.blobs.read(digest))[name];
  return stored === undefined ? [] : entriesOf(ecosystem, name, stored);
}

function entriesOf(ecosystem: EcosystemId, name: string, stored: StoredPackage): readonly ExpandedEntry[] {
  return stored.releases.map(({ version, state, why, targets }) => {
    return { purl: purlOf({ ecosystem, name, version }), ecosystem, name, version, state, why, targets };
  });
}
