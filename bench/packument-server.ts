/** A registry with one npm package whose full packument has some 4 MB, as a process of its own. */
import setup from '../test/harness/cluster.ts';
import { CHANNEL, openTestRegistry } from '../test/harness/registry.ts';
import { NPM_KIT } from '../test/harness/registry-kits.ts';

/** As many as the largest packuments have (clients.md, 12.1: react has 2,963 in 3.9 MB, of which gzip leaves 0.44 MB). */
const VERSIONS = 3000;
/** Digits that do not compress, and members that do, as manifests have both. */
const CHECKS = 16;

const removeCluster = await setup();

const kit: typeof NPM_KIT = {
  ...NPM_KIT,
  async make(release) {
    const file = await NPM_KIT.make(release);
    const scripts = Object.fromEntries(
      Array.from({ length: CHECKS }, (_, at) => [`check:${at}`, `node scripts/check.mjs --part ${at} --of ${CHECKS}`]),
    );
    const more = { scripts, gitHead: file.sha256.slice(-40), repository: { type: 'git', directory: 'packages/large' } };
    return { ...file, metadataText: JSON.stringify({ ...JSON.parse(file.metadataText), ...more }) };
  },
};
const registry = await openTestRegistry(undefined, { kit });
await registry.accept(Array.from({ length: VERSIONS }, (_, at) => ({ name: 'large', version: `1.${at}.0` })));
const published = await registry.snapshots.publish({ channel: CHANNEL, ecosystem: 'npm', names: [] });
if (published.status !== 'published') throw new RangeError(JSON.stringify(published));
await registry.serving.start();
process.send?.({ port: registry.port });
process.on('message', () => {
  registry
    .close()
    .then(removeCluster)
    .finally(() => process.exit(0));
});
