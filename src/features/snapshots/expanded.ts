/** The expanded list: every release that a channel offers, with the path that says why it is there. Pure. */
import { graphOf, missingEdges, reversed, whyPath } from '../../domain/closed-set.ts';
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
 * Splits list entries into those whose whole tree may be offered, and those that are left out because something in it is
 * denied or quarantined. A denial always wins: what cannot be whole without it is not offered at all.
 */
export function withoutStopped(
  members: readonly Member[],
  stops: ReadonlyMap<string, readonly Stop[]>,
  at: { readonly channel: string; readonly versions: VersionRules },
): { readonly kept: readonly Member[]; readonly leftOut: readonly LeftOut[] } {
  if (stops.size === 0) return { kept: members, leftOut: [] };
  const kept: Member[] = [];
  const leftOut: LeftOut[] = [];
  for (const member of members) {
    const stopped = firstStopped(member, stops, at);
    if (stopped === undefined) kept.push(member);
    else leftOut.push(stopped);
  }
  return { kept, leftOut };
}

function firstStopped(
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

/** The releases of the given members; only those of some names where `names` is given. By purl, sorted. */
export function expand(members: readonly Member[], names?: ReadonlySet<string>): ReadonlyMap<string, ExpandedRelease> {
  const merged = new Map<string, ExpandedRelease>();
  for (const { entry, tree } of members) {
    for (const release of tree.releases) {
      if (names !== undefined && !names.has(release.name)) continue;
      const known = merged.get(release.purl);
      const isRoot = release.purl === tree.root.purl;
      const state = !isRoot ? 'dependency' : entry.list === 'core' ? 'core' : 'accepted';
      merged.set(release.purl, known === undefined ? { ...release, state } : joined(known, { ...release, state }));
    }
  }
  return new Map([...merged].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

const RANK = { core: 0, accepted: 1, dependency: 2 } as const;

function joined(a: ExpandedRelease, b: ExpandedRelease): ExpandedRelease {
  const files = new Map([...a.files, ...b.files].map((file) => [`${file.filename} ${file.sha256}`, file]));
  const needs = new Map([...a.needs, ...b.needs].map((edge) => [`${edge.target} ${edge.to}`, edge]));
  return {
    ...a,
    state: RANK[b.state] < RANK[a.state] ? b.state : a.state,
    targets: [...new Set([...a.targets, ...b.targets])].toSorted(),
    needs: [...needs].toSorted(([x], [y]) => (x < y ? -1 : 1)).map(([, edge]) => edge),
    files: [...files.values()],
  };
}

/** Paths from a root to each release of some trees: the shortest one, root first. */
export function whyPaths(
  members: readonly Member[],
  purls: ReadonlySet<string>,
): ReadonlyMap<string, readonly string[]> {
  const releases = [...expand(members).values()];
  const { graph, ids } = graphOf(
    releases.map(({ purl, needs }) => ({ id: purl, needs: [...new Set(needs.map((edge) => edge.to))] })),
  );
  const roots = new Uint8Array(ids.length);
  for (const [number, release] of releases.entries()) if (release.state !== 'dependency') roots[number] = 1;
  const back = reversed(graph);
  const paths = new Map<string, readonly string[]>();
  for (const [number, id] of ids.entries()) {
    if (!purls.has(id)) continue;
    paths.set(
      id,
      whyPath(back, roots, number).map((at) => ids[at] ?? ''),
    );
  }
  return paths;
}

/** An offered release that needs, for a target, one that is not offered for it. */
export interface Gap {
  readonly from: string;
  readonly to: string;
  readonly target: string;
}

/** The edges that lead out of the expanded list, per target; empty for a closed set. */
export function gapsOf(releases: readonly ExpandedRelease[], targets: readonly string[]): readonly Gap[] {
  return targets.flatMap((target) => {
    const there = releases.filter((release) => release.targets.includes(target));
    const { graph, offered, ids } = graphOf(
      there.map(({ purl, needs }) => ({
        id: purl,
        needs: needs.filter((edge) => edge.target === target).map((edge) => edge.to),
      })),
    );
    return missingEdges(graph, offered).map(({ from, to }) => ({ from: ids[from] ?? '', to: ids[to] ?? '', target }));
  });
}
