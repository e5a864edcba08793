/**
 * The closed-set rule: whatever an offered release needs is offered too, per target. Releases are integers and edges stand
 * in compressed sparse rows, so that a million releases with ten million edges are checked in well under a second.
 */

/** Who needs whom: the edges of release `r` are `edgeTo[edgeStart[r]]` up to, not including, `edgeTo[edgeStart[r + 1]]`. */
export interface ReleaseGraph {
  /** How many releases there are; they are numbered from 0. */
  readonly releases: number;
  /** One more element than there are releases. */
  readonly edgeStart: Uint32Array;
  readonly edgeTo: Uint32Array;
}

/** An edge whose far end is not offered. */
export interface MissingEdge {
  readonly from: number;
  readonly to: number;
}

/** A message that names more edges than this helps nobody. */
const MISSING_EDGES_NAMED = 100;

/** The edges that lead from an offered release (`offered[r] === 1`) to one that is not; at most `limit` of them. */
export function missingEdges(
  graph: ReleaseGraph,
  offered: Uint8Array,
  limit: number = MISSING_EDGES_NAMED,
): readonly MissingEdge[] {
  const missing: MissingEdge[] = [];
  const { edgeStart, edgeTo } = graph;
  let edge = 0;
  for (let from = 0; from < graph.releases; from += 1) {
    const end = edgeStart[from + 1] ?? 0;
    if (offered[from] !== 1) {
      edge = end;
      continue;
    }
    for (; edge < end; edge += 1) {
      const to = edgeTo[edge] ?? 0;
      if (offered[to] === 1) continue;
      missing.push({ from, to });
      if (missing.length >= limit) return missing;
    }
  }
  return missing;
}

/** The same graph with every edge turned round: who is needed by whom. Counting sort, two passes. */
export function reversed(graph: ReleaseGraph): ReleaseGraph {
  const { releases, edgeStart, edgeTo } = graph;
  const start = new Uint32Array(releases + 1);
  for (const to of edgeTo) start[to + 1] = (start[to + 1] ?? 0) + 1;
  for (let release = 0; release < releases; release += 1)
    start[release + 1] = (start[release + 1] ?? 0) + (start[release] ?? 0);
  const next = start.slice(0, releases);
  const back = new Uint32Array(edgeTo.length);
  for (let from = 0; from < releases; from += 1) {
    const end = edgeStart[from + 1] ?? 0;
    for (let edge = edgeStart[from] ?? 0; edge < end; edge += 1) {
      const to = edgeTo[edge] ?? 0;
      const place = next[to] ?? 0;
      back[place] = from;
      next[to] = place + 1;
    }
  }
  return { releases, edgeStart: start, edgeTo: back };
}

/** Every release that can be reached from `start` (which is first); over a reversed graph: what breaks if `start` goes. */
export function reachable(graph: ReleaseGraph, start: number): readonly number[] {
  const seen = new Uint8Array(graph.releases);
  const queue = [start];
  seen[start] = 1;
  for (let head = 0; head < queue.length; head += 1) {
    for (const next of edgesOf(graph, queue[head] ?? 0)) {
      if (seen[next] === 1) continue;
      seen[next] = 1;
      queue.push(next);
    }
  }
  return queue;
}

/**
 * Why a release is there: the shortest path from a root (`roots[r] === 1`) to it, root first; empty where no root needs it.
 * `back` is the reversed graph.
 */
export function whyPath(back: ReleaseGraph, roots: Uint8Array, release: number): readonly number[] {
  const towards = new Map<number, number>([[release, release]]);
  const queue = [release];
  for (let head = 0; head < queue.length; head += 1) {
    const at = queue[head] ?? release;
    if (roots[at] === 1) return walk(towards, at, release);
    for (const parent of edgesOf(back, at)) {
      if (towards.has(parent)) continue;
      towards.set(parent, at);
      queue.push(parent);
    }
  }
  return [];
}

/** A graph from names: `id` is any text, and what is needed but not among the releases is numbered after them. */
export function graphOf(releases: readonly { readonly id: string; readonly needs: readonly string[] }[]): {
  readonly graph: ReleaseGraph;
  /** 1 for each of `releases`, 0 for what they only name. */
  readonly offered: Uint8Array;
  readonly ids: readonly string[];
} {
  const ids = releases.map((release) => release.id);
  const numbers = new Map(ids.map((id, number) => [id, number]));
  let edges = 0;
  for (const release of releases) edges += release.needs.length;
  const edgeTo = new Uint32Array(edges);
  const starts: number[] = [0];
  let edge = 0;
  for (const release of releases) {
    for (const need of release.needs) {
      let to = numbers.get(need);
      if (to === undefined) {
        to = ids.push(need) - 1;
        numbers.set(need, to);
      }
      edgeTo[edge] = to;
      edge += 1;
    }
    starts.push(edge);
  }
  while (starts.length <= ids.length) starts.push(edge);
  const offered = new Uint8Array(ids.length).fill(1, 0, releases.length);
  return { graph: { releases: ids.length, edgeStart: Uint32Array.from(starts), edgeTo }, offered, ids };
}

function edgesOf(graph: ReleaseGraph, release: number): Uint32Array {
  return graph.edgeTo.subarray(graph.edgeStart[release] ?? 0, graph.edgeStart[release + 1] ?? 0);
}

function walk(towards: ReadonlyMap<number, number>, from: number, to: number): readonly number[] {
  const path = [from];
  let at = from;
  while (at !== to) {
    at = towards.get(at) ?? to;
    path.push(at);
  }
  return path;
}
