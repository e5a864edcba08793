/** Which targets of a channel a package is offered to, and which have none of it though it was accepted. */
import { isDigest } from '../../domain/digest.ts';
import type { UnavailableTarget } from '../../domain/evidence.ts';
import { parsePurl } from '../../domain/purl.ts';
import type { Blobs } from '../../platform/blobs/port.ts';
import type { Queryable } from '../../platform/db/port.ts';
import { findChannel } from '../channels/read.ts';
import { clearedEntries } from '../lists/read.ts';
import { type ExpandedEntry, readSnapshot } from '../snapshots/read.ts';
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

/** `all` is everything that the channel offers of the package, `state` that of what is asked about. */
export async function byTarget(
  kept: Kept,
  channel: string,
  {
    asked,
    all,
    state,
  }: { readonly asked: AskedPackage; readonly all: readonly ExpandedEntry[]; readonly state: string },
): Promise<ByTarget> {
  const targets = [
    ...new Set(all.filter(({ version }) => fits(asked, version)).flatMap((one) => one.targets)),
  ].toSorted();
  if (state === 'dependency') return { targets, unavailable: [] };
  const own = (await findChannel(kept.db, channel))?.targets.filter((one) => one.ecosystem === asked.ecosystem.id);
  const missing = (own ?? []).map(({ id }) => id).filter((id) => !targets.includes(id));
  if (missing.length === 0) return { targets, unavailable: [] };
  const leftOut = (await readSnapshot(kept, channel))?.content[asked.ecosystem.id]?.leftOut ?? [];
  const mine = leftOut.filter((one) => one.name === asked.name && fits(asked, one.version));
  const unavailable = missing.map((target) => {
    const held = mine.find((one) => one.targets?.includes(target) === true);
    const instead = all.find((one) => one.targets.includes(target));
    const reasons = [
      held === undefined ? 'what was accepted has nothing for it' : leftOutReason(held),
      ...(instead === undefined ? [] : [`it takes ${instead.version}`]),
    ];
    return { target, reason: reasons.join('; ') };
  });
  return { targets, unavailable };
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

/**
 * An acceptance may hold another version of the package for some targets: those took it as what was asked for, so it is no
 * dependency, whatever brings it along elsewhere. `undefined` where no acceptance holds the release as its root.
 */
export async function acceptedAs(
  { db, blobs }: Kept,
  channel: string,
  { ecosystem, name, purl }: Pick<ExpandedEntry, 'ecosystem' | 'name' | 'purl'>,
): Promise<'core' | 'accepted' | undefined> {
  let found: 'core' | 'accepted' | undefined;
  for (const { list, evidence } of await clearedEntries(db, channel, { ecosystem, name })) {
    // Lost evidence is told by `doctor`; what is offered is offered all the same.
    const set = isDigest(evidence) ? await readEvidenceSet(blobs, evidence).catch(() => undefined) : undefined;
    if (set?.releases.some((one) => one.purl === purl && one.role === 'root') !== true) continue;
    if (list === 'core') return 'core';
    found = 'accepted';
  }
  return found;
}
