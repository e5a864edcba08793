import { describe, expect, it } from 'vitest';
import { graphOf, missingEdges, reachable, reversed, whyPath } from './closed-set.ts';

const TREE = [
  { id: 'app', needs: ['left', 'right'] },
  { id: 'left', needs: ['base'] },
  { id: 'right', needs: [] },
  { id: 'base', needs: [] },
];

describe('closed set', () => {
  it('finds nothing missing in a closed graph', () => {
    const { graph, offered } = graphOf(TREE);
    expect(missingEdges(graph, offered)).toEqual([]);
  });

  it('names the edge to what was never there', () => {
    const { graph, offered, ids } = graphOf(TREE.filter((release) => release.id !== 'base'));
    expect(missingEdges(graph, offered).map(({ from, to }) => [ids[from], ids[to]])).toEqual([['left', 'base']]);
  });

  it('ignores the needs of what is not offered, and sees the edge to what was taken away', () => {
    const { graph, offered, ids } = graphOf(TREE);
    offered[ids.indexOf('left')] = 0;
    expect(missingEdges(graph, offered).map(({ from, to }) => [ids[from], ids[to]])).toEqual([['app', 'left']]);
  });

  it('stops naming edges at the limit', () => {
    const { graph, offered } = graphOf([{ id: 'a', needs: ['x', 'y', 'z'] }]);
    expect(missingEdges(graph, offered, 2)).toHaveLength(2);
  });

  it('says what breaks when a release goes, through cycles too', () => {
    const { graph, ids } = graphOf([...TREE, { id: 'ring', needs: ['app', 'ring'] }]);
    const names = reachable(reversed(graph), ids.indexOf('base')).map((number) => ids[number]);
    expect(names.toSorted()).toEqual(['app', 'base', 'left', 'ring']);
  });

  it('gives the shortest path from a root', () => {
    const { graph, ids } = graphOf(TREE);
    const roots = new Uint8Array(ids.length);
    roots[ids.indexOf('app')] = 1;
    const path = whyPath(reversed(graph), roots, ids.indexOf('base')).map((number) => ids[number]);
    expect(path).toEqual(['app', 'left', 'base']);
    expect(whyPath(reversed(graph), new Uint8Array(ids.length), ids.indexOf('base'))).toEqual([]);
  });
});
