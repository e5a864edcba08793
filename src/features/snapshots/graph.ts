/** The closed-set check and the paths over a whole snapshot: integers in typed arrays, built from shards. Pure. */
import { missingEdges, type ReleaseGraph, reversed, whyPath } from '../../domain/closed-set.ts';
import type { GraphShard } from './tally-shards.ts';

/** An offered release that needs, for a target, one that is not offered for it. */
export interface Gap {
  readonly from: string;
  readonly to: string;
  readonly target: string;
}

/** All shards as one graph. Releases come first, what is only needed behind them. */
export interface WholeGraph {
  readonly releases: number;
  readonly ids: readonly string[];
  readonly numbers: ReadonlyMap<string, number>;
  readonly roots: Uint8Array;
  readonly targets: readonly (readonly string[])[];
  readonly edgeStart: Uint32Array;
  readonly edgeTo: Uint32Array;
  /** Place in `lists`: the targets for which the edge is. */
  readonly edgeList: Uint32Array;
  readonly lists: readonly (readonly string[])[];
}

export function wholeGraph(shards: readonly GraphShard[]): WholeGraph {
  const ids = shards.flatMap((shard) => shard.purls);
  const releases = ids.length;
  const numbers = new Map(ids.map((id, number) => [id, number]));
  const lists: (readonly string[])[] = [];
  const targets: (readonly string[])[] = [];
  let edges = 0;
  for (const shard of shards) edges += shard.edgeTo.length;
  const [edgeTo, edgeList] = [new Uint32Array(edges), new Uint32Array(edges)];
  const starts = [0];
  const roots: number[] = [];
  let edge = 0;
  for (const shard of shards) {
    const ends = shard.ends.map((end) => numberOf(end, { ids, numbers }));
    const firstList = lists.length;
    lists.push(...shard.lists);
    targets.push(...shard.targets);
    roots.push(...shard.roots);
    const before = edge;
    for (const [place, to] of shard.edgeTo.entries()) {
      edgeTo[edge] = ends[to] ?? 0;
      edgeList[edge] = firstList + (shard.edgeList[place] ?? 0);
      edge += 1;
    }
    for (const end of shard.edgeStart.subarray(1)) starts.push(before + end);
  }
  while (starts.length <= ids.length) starts.push(edge);
  const edgeStart = Uint32Array.from(starts);
  return { releases, ids, numbers, roots: Uint8Array.from(roots), targets, edgeStart, edgeTo, edgeList, lists };
}

function numberOf(id: string, known: { readonly ids: string[]; readonly numbers: Map<string, number> }): number {
  const found = known.numbers.get(id);
  if (found !== undefined) return found;
  const number = known.ids.push(id) - 1;
  known.numbers.set(id, number);
  return number;
}

/** The edges that lead out of what is offered, per target; empty for a closed set. */
export function gapsIn(graph: WholeGraph, targets: readonly string[]): readonly Gap[] {
  return targets.flatMap((target) => {
    const offered = new Uint8Array(graph.ids.length);
    for (const [release, list] of graph.targets.entries()) offered[release] = list.includes(target) ? 1 : 0;
    return missingEdges(edgesFor(graph, target), offered).map(({ from, to }) => ({
      from: graph.ids[from] ?? '',
      to: graph.ids[to] ?? '',
      target,
    }));
  });
}

/** The edges of one target, or of all. */
function edgesFor(graph: WholeGraph, target: string): ReleaseGraph {
  const holds = Uint8Array.from(graph.lists, (list) => (list.includes(target) ? 1 : 0));
  const edgeStart = new Uint32Array(graph.edgeStart.length);
  const edgeTo = new Uint32Array(graph.edgeTo.length);
  let kept = 0;
  for (let release = 0; release + 1 < graph.edgeStart.length; release += 1) {
    const end = graph.edgeStart[release + 1] ?? 0;
    for (let edge = graph.edgeStart[release] ?? 0; edge < end; edge += 1) {
      if (holds[graph.edgeList[edge] ?? 0] !== 1) continue;
      edgeTo[kept] = graph.edgeTo[edge] ?? 0;
      kept += 1;
    }
    edgeStart[release + 1] = kept;
  }
  return { releases: graph.ids.length, edgeStart, edgeTo: edgeTo.subarray(0, kept) };
}

/** Why each of some releases is there: the shortest path from a root, root first. */
export function whyPaths(graph: WholeGraph, purls: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const { edgeStart, edgeTo } = graph;
  const back = reversed({ releases: graph.ids.length, edgeStart, edgeTo });
  const roots = new Uint8Array(graph.ids.length);
  roots.set(graph.roots);
  return new Map(
    purls.map((purl) => {
      const number = graph.numbers.get(purl);
      const path = number === undefined ? [] : whyPath(back, roots, number);
      return [purl, path.map((at) => graph.ids[at] ?? '')];
    }),
  );
}
