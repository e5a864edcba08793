/** The registry as a process of its own, so that its CPU time can be told from the load generator's. */
import setup from '../test/harness/cluster.ts';
import { openTestRegistry } from '../test/harness/registry.ts';

const removeCluster = await setup();

const registry = await openTestRegistry();
// 120 releases with their digests, which do not compress: an index of about 14 kB of gzip.
const versions = Array.from({ length: 120 }, (_, index) => `1.${index}`);
await registry.accept([{ name: 'many', version: '1.0' }]);
for (const version of versions.slice(1)) await registry.accept([{ name: 'many', version }]);
await registry.snapshots.publish({ channel: 'tier3', ecosystem: 'pypi', names: [] });
await registry.serving.start();
process.send?.({ port: registry.port });
process.on('message', (message) => {
  if (message === 'usage') process.send?.({ cpu: process.cpuUsage(), rss: process.memoryUsage().rss });
  if (message === 'stop')
    registry
      .close()
      .then(removeCluster)
      .finally(() => process.exit(0));
});
