import { Problem } from '../../domain/problem.ts';
import type { Target } from '../../domain/target.ts';
import type { TargetRules } from '../contract.ts';

/** The minor releases of R of the last five years; R has one a year, in spring (R release schedule). */
const DEFAULT_TARGETS = ['r4.2-source', 'r4.3-source', 'r4.4-source', 'r4.5-source', 'r4.6-source'] as const;

/**
 * How packages come: as source, or built for one platform. The words are the folders of a repository below `bin/`
 * (`contrib.url()`): `windows`, `macosx/big-sur-arm64`, with `-` where the folder has `/`.
 */
const TARGET = /^r([1-9][0-9]?)\.([0-9]{1,2})(?:\.([0-9]{1,2}))?-(source|windows|macosx(?:-[a-z0-9]+)+)$/;

/** A target as the resolver uses it. */
export interface TargetProfile {
  /** `4.4.0`: what `Depends: R (>= …)` is compared with. */
  readonly rVersion: string;
  /** `source`, or the platform of binary packages. */
  readonly kind: string;
}

/**
 * Reads `r4.4-source`. A patch release may stand behind the minor one (`r4.4.2-source`); without it, it is the first: what
 * fits that fits every patch release after it.
 */
function parseTarget(id: string): Target | undefined {
  const [, major, minor, patch = '0', kind] = TARGET.exec(id) ?? [];
  if (major === undefined || minor === undefined || kind === undefined) return undefined;
  return { ecosystem: 'cran', id, settings: { r: `${major}.${Number(minor)}.${Number(patch)}`, kind } };
}

/** What a target's settings say. Throws a `Problem` where they are none of ours. */
export function profileOf(target: Target): TargetProfile {
  const { r, kind } = target.settings;
  if (target.ecosystem === 'cran' && r !== undefined && kind !== undefined) return { rVersion: r, kind };
  throw new Problem({
    kind: 'usage',
    code: 'unknown-target',
    what: `The target ${JSON.stringify(target.id)} is no target of R`,
    next: 'Name targets like r4.4-source or r4.4-windows.',
  });
}

/** The target rules of R: a minor release, and source or the platform of binary packages. */
export const cranTargets: TargetRules = {
  defaults: DEFAULT_TARGETS.flatMap((id) => parseTarget(id) ?? []),
  parse: parseTarget,
};
