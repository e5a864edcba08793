/** Which targets of a channel a package is offered to, and which have none of it though it was accepted. */
import { isDigest } from '../../domain/digest.ts';
import type { UnavailableTarget } from '../../domain/evidence.ts';
import { parsePurl } from '../../domain/purl.ts';
import type { Blobs } from '../../platform/blobs/port.ts';
import type { Queryable } from '../../platform/db/port.ts';
import { findChannel } from '../channels/read.ts';
import { clearedEntries } from '../lists/read.ts';
import {
  activeStops,
  type ExpandedEntry,
  packageKey,
  readSnapshot,
  type Stop,
  stopOf,
  stopsByPackage,
} from '../snapshots/read.ts';
import { readEvidenceSet } from '../vetting/read.ts';
import { type AskedPackage, fits } from './asked.ts';

interface Kept {
  readonly db: Queryable;
  readonly blobs: Blobs;
}

export interface ByTarget {
  /** Targets that it is offered to. */
  readonly targets: readonly string[];
  /** The other targets of the channel; none for what nobody asked for: it is there where something needs it. */
  readonly unavailable: readonly UnavailableTarget[];
}

/** `all` is everything that the current snapshot holds of the package, `state` that of what is asked about. */
export async function byTarget(
  kept: Kept,
  channel: string,
  {
    asked,
    all,
    state,
  }: { readonly asked: AskedPackage; readonly all: readonly ExpandedEntry[]; readonly state: string },
): Promise<ByTarget> {
  const { ecosystem, name } = asked;
  const stopOfVersion = await stopsOn(kept.db, channel, asked);
  // A snapshot of before a denial, or one that was gone back to, holds what is refused all the same.
  const offered = all.filter(({ version }) => stopOfVersion(version) === undefined);
  const targets = [
    ...new Set(offered.filter(({ version }) => fits(asked, version)).flatMap((one) => one.targets)),
  ].toSorted();
  if (state === 'dependency') return { targets, unavailable: [] };
  const own = (await findChannel(kept.db, channel))?.targets.filter((one) => one.ecosystem === ecosystem.id);
  const missing = (own ?? []).map(({ id }) => id).filter((id) => !targets.includes(id));
  if (missing.length === 0) return { targets, unavailable: [] };
  const leftOut = (await readSnapshot(kept, channel))?.content[ecosystem.id]?.leftOut ?? [];
  const mine = leftOut.filter((one) => one.name === name && fits(asked, one.version));
  const accepted = await acceptedRoots(kept, channel, { ecosystem: ecosystem.id, name });
  const unavailable = missing.map((target) => {
    const held = mine.find((one) => one.targets?.includes(target) === true);
    const stopped = accepted
      .filter((one) => one.targets.includes(target))
      .map(({ version }) => ({ version, id: stopOfVersion(version)?.id }))
      .find(({ id }) => id !== undefined);
    const instead = offered.find((one) => one.targets.includes(target));
    const ownReason = stopped === undefined ? NOTHING : `${stopped.id} stopped ${name} ${stopped.version}`;
    const reasons = [
      held === undefined ? ownReason : leftOutReason(held),
      ...(instead === undefined ? [] : [`it takes ${instead.version}`]),
    ];
    return { target, reason: reasons.join('; ') };
  });
  return { targets, unavailable };
}

const NOTHING = 'what was accepted has nothing for it';

/** What stops a version of the package itself. */
async function stopsOn(
  db: Queryable,
  channel: string,
  { ecosystem, name }: AskedPackage,
): Promise<(version: string) => Stop | undefined> {
  const stops = stopsByPackage(await activeStops(db)).get(packageKey(ecosystem.id, name)) ?? [];
  return (version) => stopOf(stops, ecosystem.versions, { channel, version });
}

function leftOutReason({
  id,
  because,
  name,
  version,
}: Readonly<Record<'id' | 'because' | 'name' | 'version', string>>) {
  const by = parsePurl(because);
  return `${id} stopped ${by?.name ?? because} ${by?.version ?? ''}, which ${name} ${version} needs`;
}

interface AcceptedRoot {
  readonly list: string;
  readonly purl: string;
  readonly version: string;
  readonly targets: readonly string[];
}

/** What the acceptances in force took as what was asked for: one version, or several for different targets. */
async function acceptedRoots(
  { db, blobs }: Kept,
  channel: string,
  about: { readonly ecosystem: string; readonly name: string },
): Promise<readonly AcceptedRoot[]> {
  const found: AcceptedRoot[] = [];
  for (const { list, evidence } of await clearedEntries(db, channel, about)) {
    // Lost evidence is told by `doctor`; what is offered is offered all the same.
    const set = isDigest(evidence) ? await readEvidenceSet(blobs, evidence).catch(() => undefined) : undefined;
    const roots = set?.releases.filter(({ role, name }) => role === 'root' && name === about.name) ?? [];
    found.push(...roots.map(({ purl, version, targets }) => ({ list, purl, version, targets })));
  }
  return found;
}

/**
 * An acceptance may hold another version of the package for some targets: those took it as what was asked for, so it is no
 * dependency, whatever brings it along elsewhere. `undefined` where no acceptance holds the release as its root.
 */
export async function acceptedAs(
  kept: Kept,
  channel: string,
  { ecosystem, name, purl }: Pick<ExpandedEntry, 'ecosystem' | 'name' | 'purl'>,
): Promise<'core' | 'accepted' | undefined> {
  const lists = (await acceptedRoots(kept, channel, { ecosystem, name }))
    .filter((one) => one.purl === purl)
    .map(({ list }) => list);
  if (lists.length === 0) return undefined;
  return lists.includes('core') ? 'core' : 'accepted';
}
