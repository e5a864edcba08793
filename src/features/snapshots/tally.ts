/**
 * The expanded list as a tally: how many list entries speak for each release, file, target and need. Adding or removing one
 * entry counts up or down what its tree holds, so that publishing one more release never reads the trees of all others.
 */
import type { VettedFile } from '../../domain/evidence.ts';
import { purlOf } from '../../domain/purl.ts';
import type { ExpandedRelease } from './expanded.ts';
import type { ListEntry } from './store.ts';
import type { Tree, TreeRelease } from './trees.ts';

/** Something with the number of entries that speak for it. */
type Counted<T> = Map<string, { readonly what: T; count: number }>;

/** One release as all entries together see it. */
export interface Tally {
  readonly version: string;
  /** Entries with this release as their root, by list, and those that need it. */
  readonly states: Record<ExpandedRelease['state'], number>;
  /** Lists of targets, each joined by commas. */
  readonly targets: Counted<string>;
  readonly needs: Counted<{ readonly to: string; readonly targets: string }>;
  readonly files: Counted<VettedFile>;
}

/** The releases of one package by version. */
export type PackageTally = Map<string, Tally>;

export interface Counting {
  readonly entry: ListEntry;
  readonly tree: Tree;
  readonly release: TreeRelease;
}

/** Counts a release up or down; `true` where something is gone now that was there before. */
export function countRelease(tally: Tally, { entry, tree, release }: Counting, by: 1 | -1): boolean {
  const isRoot = release.purl === tree.root.purl;
  tally.states[!isRoot ? 'dependency' : entry.list === 'core' ? 'core' : 'accepted'] += by;
  const targets = joined(release.targets);
  let gone = move(tally.targets, { key: targets, what: targets }, by);
  for (const [to, edges] of Map.groupBy(release.needs, (edge) => edge.to)) {
    const need = { to, targets: joined(edges.map((edge) => edge.target)) };
    gone = move(tally.needs, { key: `${need.to} ${need.targets}`, what: need }, by) || gone;
  }
  for (const file of release.files) {
    // Which targets took a file says nothing about the file.
    const what = { ...file, targets: [] };
    gone = move(tally.files, { key: fileKey(what), what }, by) || gone;
  }
  return gone;
}

function move<T>(counted: Counted<T>, { key, what }: { readonly key: string; readonly what: T }, by: 1 | -1): boolean {
  const known = counted.get(key);
  const now = (known?.count ?? 0) + by;
  if (now <= 0) return counted.delete(key);
  if (known === undefined) counted.set(key, { what, count: now });
  else known.count = now;
  return false;
}

/** A file as one vetting saw it. */
export function fileKey(file: VettedFile): string {
  const { filename, sha256, size, kind, uploadedAt, requiresRuntime, yanked, metadataSha256, source } = file;
  const seen = [
    uploadedAt,
    requiresRuntime,
    yanked,
    metadataSha256,
    source,
    file.buildRequires,
    file.derived,
    file.attestations,
  ];
  return JSON.stringify([filename, sha256, size, kind, ...seen]);
}

/** Nobody speaks for it any more. */
export function isEmpty({ states }: Tally): boolean {
  return states.core + states.accepted + states.dependency <= 0;
}

export function emptyTally(version: string): Tally {
  return {
    version,
    states: { core: 0, accepted: 0, dependency: 0 },
    targets: new Map(),
    needs: new Map(),
    files: new Map(),
  };
}

/** The release as it is offered. The same counts give the same release, in whatever order entries came. */
export function releaseOf(ecosystem: string, name: string, tally: Tally): ExpandedRelease {
  const needs = [...tally.needs.values()].flatMap(({ what }) =>
    splitTargets(what.targets).map((target) => ({ target, to: what.to })),
  );
  const edges = new Map(needs.map((edge) => [`${edge.target} ${edge.to}`, edge]));
  // Two vettings may have seen a file differently (yanked since): the last by text stands for it.
  const files = new Map(
    [...tally.files].toSorted(byKey).map(([, { what }]) => [`${what.filename} ${what.sha256}`, what]),
  );
  return {
    purl: purlOf({ ecosystem, name, version: tally.version }),
    name,
    version: tally.version,
    state: tally.states.core > 0 ? 'core' : tally.states.accepted > 0 ? 'accepted' : 'dependency',
    targets: splitTargets(joined([...tally.targets.keys()].flatMap(splitTargets))),
    needs: [...edges].toSorted(byKey).map(([, edge]) => edge),
    files: [...files.values()],
  };
}

/** Ids of targets as one text, sorted, each once. */
function joined(targets: readonly string[]): string {
  return [...new Set(targets)].toSorted().join(',');
}

export function splitTargets(text: string): readonly string[] {
  return text === '' ? [] : text.split(',');
}

function byKey([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
