import { expect, test } from 'vitest';
import { purlOf } from '../../domain/purl.ts';
import { wholeGraph, whyPaths } from './graph.ts';
import type { GraphShard } from './tally-shards.ts';

const purl = (name: string, version: string) => purlOf({ ecosystem: 'pypi', name, version });

/** `dates 2.0` is what was accepted; an older Python took `dates 1.0` for it, which needs `six`. */
function shard(): GraphShard {
  return {
    names: ['dates', 'six', 'zones'],
    purls: [purl('dates', '1.0'), purl('dates', '2.0'), purl('six', '1.17.0'), purl('zones', '1.0')],
    roots: Uint8Array.of(0, 1, 0, 0),
    targets: [['cp310'], ['cp312'], ['cp310'], ['cp310', 'cp312']],
    edgeStart: Uint32Array.of(0, 2, 3, 3, 3),
    edgeTo: Uint32Array.of(0, 1, 1),
    edgeList: Uint32Array.of(0, 0, 1),
    ends: [purl('six', '1.17.0'), purl('zones', '1.0')],
    lists: [['cp310'], ['cp312']],
  };
}

test('A release that only another version of what was asked for needs is there for that version', () => {
  const graph = wholeGraph([shard()]);
  const paths = whyPaths(graph, graph.ids);
  expect(paths.get(purl('six', '1.17.0'))).toEqual([purl('dates', '1.0'), purl('six', '1.17.0')]);
  expect(paths.get(purl('dates', '1.0'))).toEqual([purl('dates', '1.0')]);
});

test('Where an accepted release needs it, the path starts there', () => {
  const graph = wholeGraph([shard()]);
  const paths = whyPaths(graph, graph.ids);
  expect(paths.get(purl('zones', '1.0'))).toEqual([purl('dates', '2.0'), purl('zones', '1.0')]);
  expect(paths.get(purl('dates', '2.0'))).toEqual([purl('dates', '2.0')]);
});
