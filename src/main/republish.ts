/** Which channels are published anew when a quarantine begins or ends, or upstream marks a release. */
import { isDigest } from '../domain/digest.ts';
import type { FactOf } from '../domain/fact.ts';
import { listChannels, mayPublish } from '../features/channels/read.ts';
import { clearedEntries } from '../features/lists/read.ts';
import type { Snapshots } from '../features/snapshots/index.ts';
import { readSnapshot } from '../features/snapshots/read.ts';
import { readEvidenceSet } from '../features/vetting/read.ts';
import type { Blobs } from '../platform/blobs/port.ts';
import type { Database } from '../platform/db/port.ts';

interface RepublishDeps {
  readonly db: Database;
  readonly blobs: Blobs;
  readonly snapshots: Snapshots;
}

/** A reaction; idempotent, because publishing what is published already changes nothing. */
export type Republish = (fact: FactOf<'quarantine-started' | 'quarantine-ended' | 'upstream-changed'>) => Promise<void>;

/**
 * A quarantine holds at once in every snapshot. A new one then resolves around it what needs the release, from what is
 * cleared, and leaves out and names the rest; when the quarantine ends, channels that cleared the release or need it offer
 * it again. One that was rolled back stays as it was rolled back.
 */
export function createRepublish({ db, blobs, snapshots }: RepublishDeps): Republish {
  return async ({ ecosystem, name }) => {
    for (const channel of await listChannels(db)) {
      if (!mayPublish(channel).publishes) continue;
      if (!(await isConcerned({ db, blobs }, channel.name, { ecosystem, name }))) continue;
      await snapshots.publish({ channel: channel.name, ecosystem, names: [name] });
    }
  };
}

async function isConcerned(
  { db, blobs }: Pick<RepublishDeps, 'db' | 'blobs'>,
  channel: string,
  { ecosystem, name }: { readonly ecosystem: string; readonly name: string },
): Promise<boolean> {
  const manifest = await readSnapshot({ db, blobs }, channel);
  if (manifest === undefined || manifest.rolledBackTo !== null) return false;
  for (const { evidence } of await clearedEntries(db, channel, { ecosystem })) {
    if (!isDigest(evidence)) continue;
    const { releases } = await readEvidenceSet(blobs, evidence);
    if (releases.some((release) => release.name === name)) return true;
  }
  return false;
}
