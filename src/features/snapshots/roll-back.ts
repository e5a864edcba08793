/** Going back to an older snapshot: its content under a new number, as far as it is still a closed set. */
import { Problem } from '../../domain/problem.ts';
import { type EcosystemId, purlOf } from '../../domain/purl.ts';
import type { Queryable } from '../../platform/db/port.ts';
import type { Change } from '../../platform/ledger/port.ts';
import { type Content, parseShard } from './content.ts';
import type { SnapshotsDeps } from './deps.ts';
import { manifestOf } from './manifests.ts';
import { namedReasons } from './named-reasons.ts';
import { recordSnapshot } from './publish.ts';
import { packageKey, stopOf, stopsByPackage } from './stops.ts';
import { activeStops, channelNamed, findSnapshot, lockChannel, type SnapshotRow } from './store.ts';

/**
 * Makes the content of `old` the newest snapshot of its channel. Throws `not-closed` where, in a cleared channel, something
 * in it needs what was denied or quarantined since: published anew, it would offer what cannot be installed.
 */
export async function rollBackTo(
  { deps, change }: { readonly deps: SnapshotsDeps; readonly change: Change },
  { channel, old, reason }: { readonly channel: string; readonly old: SnapshotRow; readonly reason: string | null },
): Promise<{ readonly number: number }> {
  const { db, now, append } = change;
  await lockChannel(db, channel);
  const { content, importedFrom } = await manifestOf(deps.blobs, old);
  if ((await channelNamed(db, channel)).mode === 'cleared') {
    const edges = await edgesToStopped({ deps, db }, { channel, content });
    if (edges.length > 0) throw notClosed(old.number, edges);
  }
  const number = ((await findSnapshot(db, channel))?.number ?? 0) + 1;
  const origin = importedFrom === undefined ? {} : { importedFrom };
  const what = { channel, number, content, rolledBackTo: old.number, ...origin };
  const manifest = await recordSnapshot({ deps, db, now }, what);
  append({ kind: 'snapshot-published', channel, number, manifest });
  append({ kind: 'snapshot-rolled-back', channel, number, to: old.number, ...(reason === null ? {} : { reason }) });
  return { number };
}

/** `app 1.0 needs lib 1.1, which D-1 stops`, of everything in the content that is not stopped itself. */
async function edgesToStopped(
  { deps, db }: { readonly deps: SnapshotsDeps; readonly db: Queryable },
  { channel, content }: { readonly channel: string; readonly content: Content },
): Promise<readonly string[]> {
  const stops = stopsByPackage(await activeStops(db));
  if (stops.size === 0) return [];
  const edges: string[] = [];
  for (const [ecosystem, { shards }] of Object.entries(content)) {
    const releases = await releasesIn(deps, ecosystem, Object.values(shards));
    const versions = deps.ecosystem(ecosystem)?.versions;
    if (versions === undefined) continue;
    const stopped = new Map<string, string>();
    for (const { purl, name, version } of releases) {
      const stop = stopOf(stops.get(packageKey(ecosystem, name)) ?? [], versions, { channel, version });
      if (stop !== undefined) stopped.set(purl, stop.id);
    }
    edges.push(...edgesTo(stopped, releases));
  }
  return edges;
}

/** By the purl of what is stopped, and the id of what stops it. */
function edgesTo(stopped: ReadonlyMap<string, string>, releases: readonly Offered[]): readonly string[] {
  return releases
    .filter(({ purl }) => !stopped.has(purl))
    .flatMap(({ purl, needs }) =>
      [...needs].flatMap((to) => (stopped.has(to) ? [`${purl} needs ${to}, which ${stopped.get(to)} stops`] : [])),
    );
}

interface Offered {
  readonly purl: string;
  readonly name: string;
  readonly version: string;
  readonly needs: ReadonlySet<string>;
}

async function releasesIn(
  { blobs }: SnapshotsDeps,
  ecosystem: EcosystemId,
  shards: readonly Parameters<SnapshotsDeps['blobs']['read']>[0][],
): Promise<readonly Offered[]> {
  const found: Offered[] = [];
  for (const digest of shards)
    for (const [name, { releases }] of Object.entries(parseShard(await blobs.read(digest))))
      for (const { version, needs } of releases)
        found.push({
          purl: purlOf({ ecosystem, name, version }),
          name,
          version,
          needs: new Set(needs.map(({ to }) => to)),
        });
  return found;
}

function notClosed(number: number, edges: readonly string[]): Problem {
  return new Problem({
    kind: 'conflict',
    code: 'not-closed',
    what: `Snapshot ${number} cannot be gone back to`,
    why: namedReasons(edges, (edge) => edge),
    next: 'Lift what stops it, or go back to a snapshot without it; pinned snapshots stay as they are.',
  });
}
