/** What a denial or a quarantine touches: releases that are offered now, and what was accepted with them in its tree. */
import { isDigest } from '../../domain/digest.ts';
import { purlOf } from '../../domain/purl.ts';
import type { Ecosystem } from '../../ecosystems/contract.ts';
import type { Blobs } from '../../platform/blobs/port.ts';
import type { Queryable } from '../../platform/db/port.ts';
import { listChannels } from '../channels/read.ts';
import { findDecision } from '../decisions/read.ts';
import { clearedEntries, type ListEntry } from '../lists/read.ts';
import { isQuarantined } from '../quarantine/read.ts';
import { type ExpandedEntry, type KnownTree, knownTrees, offeredReleases } from '../snapshots/read.ts';
import { readEvidenceSet } from '../vetting/read.ts';

interface Kept {
  readonly db: Queryable;
  readonly blobs: Blobs;
}

/** What is stopped: a package, or a range of its versions, in one channel or in all. */
export interface Stopping {
  readonly name: string;
  readonly versions: string | null;
  readonly channel: string | null;
}

/** A cleared release that a stop touches, itself or through its tree. */
export interface TouchedEntry extends Pick<ListEntry, 'id' | 'channel' | 'list' | 'name' | 'version' | 'decision'> {
  readonly purl: string;
  /** By which it was asked for; `null` where policy admitted it in an open channel. */
  readonly request: string | null;
}

export interface Touched {
  /** Releases that are offered now. */
  readonly stops: readonly (Pick<ExpandedEntry, 'purl' | 'state' | 'targets'> & { readonly channel: string })[];
  readonly touches: readonly TouchedEntry[];
  /** What could not be read, in words: it may be touched too. */
  readonly unread: readonly string[];
}

type OnUnread = (what: string, error: unknown) => void;

/**
 * Everything that a stop touches, as it is now: ask before it takes effect. Whatever is lost in the store is named and
 * passed over: nothing that is lost may keep anybody from stopping something.
 */
export async function touchedBy(kept: Kept, ecosystem: Ecosystem, stopping: Stopping): Promise<Touched> {
  const stops: Touched['stops'][number][] = [];
  const unread: string[] = [];
  const onUnread: OnUnread = (what) => void unread.push(what);
  for (const channel of await channelsOf(kept.db, stopping)) {
    const offered = offeredReleases(kept, { channel, ecosystem: ecosystem.id, name: stopping.name });
    for (const one of (await readOr(offered, `what ${channel} offers`, onUnread)) ?? [])
      if (isStopped(ecosystem, stopping, one))
        stops.push({ channel, purl: one.purl, state: one.state, targets: one.targets });
  }
  return { stops, touches: await touchedEntries(kept, { ecosystem, stopping, onUnread }), unread };
}

interface About {
  readonly ecosystem: Ecosystem;
  readonly stopping: Stopping;
  /** Told of evidence that cannot be read: it is passed over, so that those are told whom the rest concerns. */
  readonly onUnread: OnUnread;
}

/** Every cleared release whose own or whose tree's release is stopped, by the evidence that it was cleared on. */
export async function touchedEntries(
  kept: Kept,
  { ecosystem, stopping, onUnread }: About,
): Promise<readonly TouchedEntry[]> {
  const touched: TouchedEntry[] = [];
  for (const channel of await channelsOf(kept.db, stopping)) {
    // It only spares reading evidence.
    const known = await knownTrees(kept, channel, ecosystem.id).catch(() => new Map<string, KnownTree>());
    for (const entry of await clearedEntries(kept.db, channel, { ecosystem: ecosystem.id })) {
      const { id, evidence, name, version } = entry;
      const tree = known.get(id);
      if (tree?.evidence === evidence && !tree.names.includes(stopping.name)) continue;
      if (!isDigest(evidence)) continue;
      const what = `the evidence of ${purlOf(entry)} in ${channel}`;
      const set = await readOr(readEvidenceSet(kept.blobs, evidence), what, onUnread);
      if (set?.releases.some((release) => isStopped(ecosystem, stopping, release)) !== true) continue;
      const request = (await findDecision(kept.db, entry.decision))?.request ?? null;
      const { list, decision } = entry;
      touched.push({ id, channel, list, purl: purlOf(entry), name, version, decision, request });
    }
  }
  return touched;
}

async function readOr<T>(reading: Promise<T>, what: string, onUnread: OnUnread): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    onUnread(what, error);
    return undefined;
  }
}

async function channelsOf(db: Queryable, { channel }: Stopping): Promise<readonly string[]> {
  const names = (await listChannels(db)).map(({ name }) => name);
  return names.filter((name) => channel === null || name === channel);
}

function isStopped(
  { id: ecosystem, versions }: Ecosystem,
  stopping: Stopping,
  { name, version }: { readonly name: string; readonly version: string },
): boolean {
  const stop = { id: '', ecosystem, name: stopping.name, versions: stopping.versions, endedAt: null };
  return isQuarantined([stop], { ecosystem, name, version }, versions) !== undefined;
}
