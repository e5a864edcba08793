/** What stops a release that is offered. */
import type { Refusal } from '../../domain/refusal.ts';
import type { Content, StoredPackage } from '../snapshots/read.ts';
import type { Question } from './answer.ts';
import type { Overlay } from './overlay.ts';
import { heldUpNow, stopped, type Wanted } from './refusing.ts';
import type { SnapshotsInMemory } from './snapshots-in-memory.ts';
import type { WholeIndex } from './whole-index.ts';

interface Room {
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
  { memory, wholeIndex }: Room,
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
