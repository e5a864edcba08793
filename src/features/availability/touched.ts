/** What a denial or a quarantine touches: releases that are offered now, and what was accepted with them in its tree. */
import { isDigest } from '../../domain/digest.ts';
import { purlOf } from '../../domain/purl.ts';
import type { Ecosystem } from '../../ecosystems/contract.ts';
import type { Blobs } from '../../platform/blobs/port.ts';
import type { Queryable } from '../../platform/db/port.ts';
import { listChannels } from '../channels/read.ts';
import { findDecision } from '../decisions/read.ts';
import { clearedEntries } from '../lists/read.ts';
import { isQuarantined } from '../quarantine/read.ts';
import { type ExpandedEntry, knownTrees, offeredReleases } from '../snapshots/read.ts';
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
export interface TouchedEntry {
  readonly channel: string;
  readonly purl: string;
  readonly name: string;
  readonly version: string;
  /** By which it was asked for; `null` where policy admitted it in an open channel. */
  readonly request: string | null;
}

export interface Touched {
  /** Releases that are offered now. */
  readonly stops: readonly (Pick<ExpandedEntry, 'purl' | 'state' | 'targets'> & { readonly channel: string })[];
  readonly touches: readonly TouchedEntry[];
}

/** Everything that a stop touches, as it is now: ask before it takes effect. */
export async function touchedBy(kept: Kept, ecosystem: Ecosystem, stopping: Stopping): Promise<Touched> {
  const stops: Touched['stops'][number][] = [];
  for (const channel of await channelsOf(kept.db, stopping))
    for (const one of await offeredReleases(kept, { channel, ecosystem: ecosystem.id, name: stopping.name }))
      if (isStopped(ecosystem, stopping, one))
        stops.push({ channel, purl: one.purl, state: one.state, targets: one.targets });
  return { stops, touches: await touchedEntries(kept, ecosystem, stopping) };
}

/** Every cleared release whose own or whose tree's release is stopped, by the evidence that it was cleared on. */
export async function touchedEntries(
  kept: Kept,
  ecosystem: Ecosystem,
  stopping: Stopping,
): Promise<readonly TouchedEntry[]> {
  const touched: TouchedEntry[] = [];
  for (const channel of await channelsOf(kept.db, stopping)) {
    const known = await knownTrees(kept, channel, ecosystem.id);
    for (const entry of await clearedEntries(kept.db, channel, { ecosystem: ecosystem.id })) {
      const { id, evidence, name, version } = entry;
      const tree = known.get(id);
      if (tree?.evidence === evidence && !tree.names.includes(stopping.name)) continue;
      if (!isDigest(evidence)) continue;
      const { releases } = await readEvidenceSet(kept.blobs, evidence);
      if (!releases.some((release) => isStopped(ecosystem, stopping, release))) continue;
      const request = (await findDecision(kept.db, entry.decision))?.request ?? null;
      touched.push({ channel, purl: purlOf(entry), name, version, request });
    }
  }
  return touched;
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
