/** The expanded list: every release that a channel offers, and the entries that are left out of it. Pure. */
import type { Edge, VettedFile } from '../../domain/evidence.ts';
import type { VersionRules } from '../../ecosystems/contract.ts';
import type { LeftOut } from './content.ts';
import { stopOf } from './stops.ts';
import type { ListEntry, Stop } from './store.ts';
import type { Tree } from './trees.ts';

export interface Member {
  readonly entry: ListEntry;
  readonly tree: Tree;
}

/** A release with everything that the trees say of it, merged. */
export interface ExpandedRelease {
  readonly purl: string;
  readonly name: string;
  readonly version: string;
  readonly state: 'core' | 'accepted' | 'dependency';
  readonly targets: readonly string[];
  readonly needs: readonly Edge[];
  readonly files: readonly VettedFile[];
}

/**
 * Why an entry is left out: something in its tree is denied or quarantined. A denial always wins, and what cannot be whole
 * without it is not offered at all: the tree that people accepted is offered as it is, or not. `undefined` where it may be.
 */
export function stoppedIn(
  { entry, tree }: Member,
  stops: ReadonlyMap<string, readonly Stop[]>,
  at: { readonly channel: string; readonly versions: VersionRules },
): LeftOut | undefined {
  for (const release of tree.releases) {
    const stop = stopOf(stops.get(release.name) ?? [], at.versions, { ...at, version: release.version });
    if (stop === undefined) continue;
    const { name, version } = tree.root;
    return { entry: entry.id, name, version, because: release.purl, id: stop.id };
  }
  return undefined;
}
