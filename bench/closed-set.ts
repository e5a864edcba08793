/** The closed-set check over a million releases and ten million edges. */
import { missingEdges, reachable, reversed } from '../src/domain/closed-set.ts';
import { type Figure, spread } from './figure.ts';

const ROUNDS = 7;

export async function closedSet(): Promise<readonly Figure[]> {
  const figures: Figure[] = [];
  for (const releases of [1000, 10_000, 100_000, 1_000_000]) {
    const edges = releases * 10;
    const edgeStart = Uint32Array.from({ length: releases + 1 }, (_, index) => index * 10);
    const edgeTo = new Uint32Array(edges);
    let seed = 1;
    for (let edge = 0; edge < edges; edge += 1) {
      seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
      edgeTo[edge] = seed % releases;
    }
    const offered = new Uint8Array(releases).fill(1);
    const graph = { releases, edgeStart, edgeTo };
    const check = timed(() => missingEdges(graph, offered));
    const turn = timed(() => reversed(graph));
    const back = reversed(graph);
    const why = timed(() => reachable(back, releases >> 1));
    const memory = `${Math.round(process.memoryUsage().rss / 2 ** 20)} MB RSS of the process`;
    figures.push({
      what: `${releases} releases, ${edges} edges: check`,
      ours: spread(check, 'ms'),
      goal: releases === 1_000_000 ? 'under 500 ms, 500 MB' : '-',
      method: memory,
    });
    figures.push({ what: 'the same: reverse all edges', ours: spread(turn, 'ms'), goal: '-', method: 'counting sort' });
    figures.push({
      what: 'the same: all that one release breaks',
      ours: spread(why, 'ms'),
      goal: '-',
      method: 'dense random graph: nearly everything',
    });
  }
  return figures;
}

function timed(work: () => unknown): number[] {
  return Array.from({ length: ROUNDS }, () => {
    const start = performance.now();
    work();
    return performance.now() - start;
  });
}
