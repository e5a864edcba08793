/** Vetted trees without their evidence: what publishing needs of an evidence set, remembered by digest. */
import type { Digest } from '../../domain/digest.ts';
import type { Edge, EvidenceSet, VettedFile } from '../../domain/evidence.ts';

export interface TreeRelease {
  readonly purl: string;
  readonly name: string;
  readonly version: string;
  readonly needs: readonly Edge[];
  readonly targets: readonly string[];
  readonly files: readonly VettedFile[];
}

export interface Tree {
  readonly evidence: Digest;
  readonly root: TreeRelease;
  readonly extras: readonly string[];
  /** With the root. */
  readonly releases: readonly TreeRelease[];
  /** Names of the releases; sorted, each once. */
  readonly names: readonly string[];
}

/** Trees that are kept in memory; an evidence set never changes under its digest. One of ten releases takes about 10 kB. */
const TREES_REMEMBERED = 2000;

export interface Trees {
  /** The tree of an evidence set; rejects where its blob is missing or is none. */
  tree(evidence: Digest): Promise<Tree>;
}

/** Trees read by `read` once each. */
export function createTrees(
  read: (evidence: Digest) => Promise<EvidenceSet>,
  remembered: number = TREES_REMEMBERED,
): Trees {
  const known = new Map<Digest, Tree>();
  return {
    async tree(evidence) {
      const found = known.get(evidence) ?? treeOf(evidence, await read(evidence));
      known.delete(evidence);
      known.set(evidence, found);
      for (const oldest of known.keys()) {
        if (known.size <= remembered) break;
        known.delete(oldest);
      }
      return found;
    },
  };
}

/** The tree of an evidence set. */
export function treeOf(evidence: Digest, set: EvidenceSet): Tree {
  const releases = set.releases.map(({ purl, name, version, needs, targets, files }) => ({
    purl,
    name,
    version,
    needs,
    targets,
    files,
  }));
  const root = releases.find((release) => release.purl === set.root) ?? releases[0];
  if (root === undefined) throw new RangeError(`The evidence set ${evidence} holds no release`);
  const names = [...new Set(releases.map((release) => release.name))].toSorted();
  return { evidence, root, extras: set.asked.extras, releases, names };
}
