/** What refusals are made from beside the release, read from where it is kept. */
import type { Content, Missing } from '../snapshots/read.ts';
import type { ServingDeps } from './deps.ts';
import type { Overlay } from './overlay.ts';
import type { Scene, Wanted } from './refusing.ts';
import type { SnapshotsInMemory } from './snapshots-in-memory.ts';

/** Of an ecosystem that a snapshot does not have. */
export const NOTHING_MISSING: Missing = { leftOut: [] };

export async function aboutRefusals(
  { deps, memory }: { readonly deps: Pick<ServingDeps, 'nearName'>; readonly memory: SnapshotsInMemory },
  { overlay, content }: { readonly overlay: Overlay; readonly content: Content },
  { channel, ecosystem, name }: Wanted,
): Promise<Scene> {
  const before = overlay.beforeRollback.get(channel)?.content[ecosystem.id];
  const beforeRollback = await memory.package(before, name);
  return { overlay, deps, missing: content[ecosystem.id] ?? NOTHING_MISSING, beforeRollback };
}
