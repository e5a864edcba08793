import { Problem } from '../../domain/problem.ts';
import type { Target } from '../../domain/target.ts';
import type { TargetRules } from '../contract.ts';
import { type BinaryTree, parseTree } from './files.ts';

/** The minor releases of R of the last five years; R has one a year, in spring (R release schedule). */
const DEFAULT_TARGETS = ['r4.2-source', 'r4.3-source', 'r4.4-source', 'r4.5-source', 'r4.6-source'] as const;

/**
 * How packages come: as source, or built for one platform. The words are the folders of a repository below `bin/`
 * (`contrib.url()`): `windows`, `macosx/big-sur-arm64`, `linux/bookworm`, with `-` where the folder has `/`.
 */
const TARGET = /^r([1-9][0-9]?\.[0-9]{1,2})(?:\.([0-9]{1,2}))?-([a-z0-9_-]+)$/;
/** The kind of targets that install source packages. */
const SOURCE = 'source';

/** A target as the resolver uses it. */
export interface TargetProfile {
  /** `4.4.0`: what `Depends: R (>= …)` is compared with. */
  readonly rVersion: string;
  /** The tree that built packages come from; `undefined` where source packages are built. */
  readonly tree: BinaryTree | undefined;
}

/**
 * Reads `r4.4-source`. A patch release may stand behind the minor one (`r4.4.2-source`); without it, it is the first: what
 * fits that fits every patch release after it.
 */
function parseTarget(id: string): Target | undefined {
  const [, r, patch = '0', kind] = TARGET.exec(id) ?? [];
  if (r === undefined || kind === undefined) return undefined;
  if (kind !== SOURCE && parseTree(`r${r}-${kind}`) === undefined) return undefined;
  return { ecosystem: 'cran', id, settings: { r: `${minorOf(r)}.${Number(patch)}`, kind } };
}

/** What a target's settings say. Throws a `Problem` where they are none of ours. */
export function profileOf(target: Target): TargetProfile {
  const { r, kind } = target.settings;
  const tree = r === undefined ? undefined : parseTree(`r${minorOf(r)}-${kind}`);
  if (target.ecosystem === 'cran' && r !== undefined && (tree !== undefined || kind === SOURCE))
    return { rVersion: r, tree };
  throw new Problem({
    kind: 'usage',
    code: 'unknown-target',
    what: `The target ${JSON.stringify(target.id)} is no target of R`,
    next: 'Name targets like r4.4-source, r4.4-windows, r4.4-macosx-big-sur-arm64 or r4.4-linux-bookworm.',
  });
}

/** `4.4` of `4.4.2` and of `4.04`. */
function minorOf(version: string): string {
  const [major, minor] = version.split('.');
  return `${major}.${Number(minor)}`;
}

/** The target rules of R: a minor release, and source or the platform of binary packages. */
export const cranTargets: TargetRules = {
  defaults: DEFAULT_TARGETS.flatMap((id) => parseTarget(id) ?? []),
  parse: parseTarget,
};
