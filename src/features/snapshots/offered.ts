/** The expanded list of a channel: what its current snapshot offers, each release with the path why it is there. */
import type { EcosystemId } from '../../domain/purl.ts';
import { purlOf } from '../../domain/purl.ts';
import type { Blobs } from '../../platform/blobs/port.ts';
import type { Queryable } from '../../platform/db/port.ts';
import { type Manifest, parseShard, type StoredPackage } from './content.ts';
import { manifestOf } from './manifests.ts';
import { shardOf } from './shelf.ts';
import { findSnapshot } from './store.ts';

/** Where snapshots are kept. */
interface Kept {
  readonly db: Queryable;
  readonly blobs: Blobs;
}

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
export async function expandedList(kept: Kept, channel: string): Promise<Expanded | undefined> {
  const manifest = await currentManifest(kept, channel);
  if (manifest === undefined) return undefined;
  const entries: ExpandedEntry[] = [];
  for (const [ecosystem, content] of Object.entries(manifest.content)) {
    for (const digest of Object.values(content.shards)) {
      const shard = parseShard(await kept.blobs.read(digest));
      for (const [name, stored] of Object.entries(shard)) entries.push(...entriesOf(ecosystem, name, stored));
    }
  }
  const byPurl = (a: ExpandedEntry, b: ExpandedEntry) => (a.purl < b.purl ? -1 : 1);
  return { snapshot: manifest.number, publishedAt: manifest.publishedAt, entries: entries.toSorted(byPurl) };
}

export interface ExpandedPage {
  readonly ecosystem: EcosystemId | undefined;
  /** Ecosystem, name and version of the last one seen. */
  readonly after: readonly [string, string, string] | undefined;
  /** So many, if there are; whole shards are read, so it may be more. */
  readonly atLeast: number;
}

/**
 * Releases after the last one seen, ordered by ecosystem, shard, name and version: only the shards that they stand in are
 * read, however long the list is.
 */
export async function expandedPage(
  kept: Kept,
  channel: string,
  { ecosystem, after, atLeast }: ExpandedPage,
): Promise<readonly ExpandedEntry[]> {
  const manifest = await currentManifest(kept, channel);
  const found: ExpandedEntry[] = [];
  const last = after === undefined ? undefined : placeOf({ ecosystem: after[0], name: after[1], version: after[2] });
  for (const [id, { shards }] of Object.entries(manifest?.content ?? {}).toSorted(byFirst)) {
    if (ecosystem !== undefined && id !== ecosystem) continue;
    for (const [shard, digest] of Object.entries(shards).toSorted(byFirst)) {
      if (last !== undefined && `${id}/${shard}/\uffff` < last) continue;
      const packages = Object.entries(parseShard(await kept.blobs.read(digest)));
      const all = packages.flatMap(([name, stored]) => entriesOf(id, name, stored));
      const rest = all.filter((one) => last === undefined || placeOf(one) > last);
      found.push(...rest.toSorted((a, b) => (placeOf(a) < placeOf(b) ? -1 : 1)));
      if (found.length >= atLeast) return found;
    }
  }
  return found;
}

function placeOf({ ecosystem, name, version }: Pick<ExpandedEntry, 'ecosystem' | 'name' | 'version'>): string {
  return `${ecosystem}/${shardOf(name)}/${name}/${version}`;
}

function byFirst([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1;
}

/** The releases of one package that the channel offers now. */
export async function offeredReleases(
  kept: Kept,
  { channel, ecosystem, name }: { readonly channel: string; readonly ecosystem: EcosystemId; readonly name: string },
): Promise<readonly ExpandedEntry[]> {
  const manifest = await currentManifest(kept, channel);
  const digest = manifest?.content[ecosystem]?.shards[shardOf(name)];
  if (digest === undefined) return [];
  const stored = parseShard(await kept.blobs.read(digest))[name];
  return stored === undefined ? [] : entriesOf(ecosystem, name, stored);
}

function entriesOf(ecosystem: EcosystemId, name: string, stored: StoredPackage): readonly ExpandedEntry[] {
  return stored.releases.map(({ version, state, why, targets }) => {
    return { purl: purlOf({ ecosystem, name, version }), ecosystem, name, version, state, why, targets };
  });
}

async function currentManifest({ db, blobs }: Kept, channel: string): Promise<Manifest | undefined> {
  const row = await findSnapshot(db, channel, 'current');
  return row === undefined ? undefined : manifestOf(blobs, row);
}
