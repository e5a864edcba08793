/** The registry as a process of its own, so that its CPU time can be told from the load generator's. */
import { randomBytes } from 'node:crypto';
import { keepYoungSpaceSmall } from '../src/main/frugal.ts';

/** Bytes that do not compress: the size of the files that are served. */
const FILE_BYTES = 2 * 1024 * 1024;
/** Together twice what `serving.hot_files_mib` keeps by default. */
const FILES = 64;
const HOT_BYTES = 64 * 1024 * 1024;
/** Releases whose digests, which do not compress either, make an index of about 14 kB of gzip. */
const RELEASES = 140;

// As `src/main/cli.ts` does, before the program is loaded.
keepYoungSpaceSmall();
const { default: setup } = await import('../test/harness/cluster.ts');
const { openTestRegistry } = await import('../test/harness/registry.ts');
const removeCluster = await setup();

const registry = await openTestRegistry(undefined, { hotBytes: HOT_BYTES, nginxFiles: '/pratique-blobs/' });
for (let index = 0; index < RELEASES; index += 1) await registry.accept([{ name: 'many', version: `1.${index}` }]);
for (let index = 0; index < FILES; index += 1) {
  const files = { 'large/data.bin': randomBytes(FILE_BYTES) };
  await registry.accept([{ name: 'large', version: `1.${index}`, files }]);
}
const published = await registry.snapshots.publish({ channel: 'tier3', ecosystem: 'pypi', names: [] });
if (published.status !== 'published') throw new RangeError(JSON.stringify(published));
await registry.serving.start();
process.send?.({ port: registry.port, blobs: registry.folder });
process.on('message', () => {
  registry
    .close()
    .then(removeCluster)
    .finally(() => process.exit(0));
});
