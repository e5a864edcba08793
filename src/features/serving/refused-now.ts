/** What refusals are made from, read from where it is kept. */
import type { Refusal } from '../../domain/refusal.ts';
import type { Content, Missing, StoredPackage } from '../snapshots/read.ts';
import type { Question } from './answer.ts';
import type { ServingDeps } from './deps.ts';
import type { Overlay } from './overlay.ts';
import { heldUpNow, type Scene as RefusalScene, stopped, type Wanted } from './refusing.ts';
import type { SnapshotsInMemory } from './snapshots-in-memory.ts';
import type { WholeIndex } from './whole-index.ts';

export const NOTHING_MISSING: Missing = { leftOut: [] };

interface Room {
  readonly deps: ServingDeps;
  readonly memory: SnapshotsInMemory;
  readonly wholeIndex: WholeIndex;
}

interface Scene {
  readonly overlay: Overlay;
  readonly content: Content;
}

/**
 * What stops a release that the snapshot offers. A release that needs what was stopped is refused as soon as no index names
 * it: where each package has an index of its own, that is when the next snapshot is published.
 */
export async function refusedNow(
  { memory, wholeIndex }: Pick<Room, 'memory' | 'wholeIndex'>,
  { overlay, content, question }: Scene & { readonly question?: Pick<Question, 'snapshot'> },
  wanted: Wanted,
  stored: StoredPackage | undefined,
): Promise<Refusal | undefined> {
  const stop = stopped(overlay, wanted, stored);
  const { channel, ecosystem, name, version } = wanted;
  const isPinned = question?.snapshot !== undefined;
  if (stop !== undefined || version === undefined || isPinned) return stop;
  const by = await wholeIndex.heldUpBy({ overlay, content, channel, ecosystem }, { name, version });
  if (by === undefined) return undefined;
  const there = await memory.package(content[ecosystem.id], by);
  return heldUpNow(overlay, { ...wanted, version }, { name: by, stored: there });
}

/** What refusals are made from beside the release. */
export async function aboutRefusals(
  { deps, memory }: Pick<Room, 'deps' | 'memory'>,
  { overlay, content }: Scene,
  { channel, ecosystem, name }: Wanted,
): Promise<RefusalScene> {
  const before = overlay.beforeRollback.get(channel)?.content[ecosystem.id];
  const beforeRollback = await memory.package(before, name);
  return { overlay, deps, missing: content[ecosystem.id] ?? NOTHING_MISSING, beforeRollback };
}
