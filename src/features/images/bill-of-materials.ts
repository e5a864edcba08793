/** An image as CycloneDX 1.6 JSON (ECMA-424). Pure: the same image gives the same bytes. */
import { hexOf } from '../../domain/digest.ts';
import type { ImageManifest } from './manifest.ts';

/** The contents list in the words of CycloneDX. */
export function billOfMaterials(manifest: ImageManifest) {
  const { channel, image, snapshot, builtAt, releases } = manifest;
  const root = `image:${channel}/${image}`;
  return {
    bomFormat: 'CycloneDX' as const,
    specVersion: '1.6',
    version: 1,
    metadata: {
      timestamp: builtAt,
      lifecycles: [{ phase: 'build' }],
      component: { type: 'container', 'bom-ref': root, name: `${channel} image`, version: image },
      properties: [{ name: 'pratique:snapshot', value: `${channel}@${snapshot}` }],
    },
    components: releases.map(({ purl, name, version, list, targets, files }) => ({
      type: 'library',
      'bom-ref': purl,
      ...{ name, version, purl },
      components: files.map(({ filename, sha256, size }) => ({
        ...{ type: 'file', 'bom-ref': `${purl}#${filename}`, name: filename },
        hashes: [{ alg: 'SHA-256', content: hexOf(sha256) }],
        properties: [{ name: 'pratique:size', value: String(size) }],
      })),
      properties: [
        { name: 'pratique:list', value: list },
        { name: 'pratique:targets', value: targets.join(', ') },
      ],
    })),
    dependencies: [
      { ref: root, dependsOn: releases.filter(({ list }) => list === 'core').map(({ purl }) => purl) },
      ...releases.map(({ purl, ecosystem, name }) => ({
        ref: purl,
        dependsOn: releases
          .filter((one) => one.ecosystem === ecosystem && one.neededBy.includes(name))
          .map((one) => one.purl),
      })),
    ],
  };
}
