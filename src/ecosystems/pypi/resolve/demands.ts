import { describeRequirement, type Requirement } from '../requirements.ts';
import type { SpecifierSet } from '../specifiers.ts';
import type { Candidate, EligiblePackage } from './candidates.ts';

/** A release that was chosen for a name, or for a name with extras: pip keeps the two apart, and so does this. */
export interface Pin {
  /** `name`, or `name[extra]`. */
  readonly identifier: string;
  readonly extras: readonly string[];
  readonly candidate: Candidate;
  /** The first demand that led here. */
  readonly because: Demand | undefined;
}

/** One requirement, and who asks for it. */
export interface Demand {
  readonly identifier: string;
  readonly name: string;
  readonly extras: readonly string[];
  readonly specifiers: SpecifierSet;
  /** The release with extras asks for exactly its own release. */
  readonly exact: string | undefined;
  readonly url: string | undefined;
  /** Set where a release does not fit the target's Python: its `Requires-Python`. Such a demand is never met. */
  readonly python: string | undefined;
  /** As people write it. */
  readonly text: string;
  /** `undefined` for what was asked for itself. */
  readonly parent: Pin | undefined;
}

/** The demands on one identifier and the releases that still meet them all, best first. */
export interface Criterion {
  readonly demands: readonly Demand[];
  /** Versions that were tried here and led nowhere. */
  readonly incompatible: ReadonlySet<string>;
  readonly matches: readonly Candidate[];
}

/** How a name with extras is told from the name alone. */
export function identifierOf(name: string, extras: readonly string[]): string {
  return extras.length === 0 ? name : `${name}[${extras.join(',')}]`;
}

/** The demand that a requirement makes. */
export function demandOf(requirement: Omit<Requirement, 'marker'>, parent: Pin | undefined): Demand {
  const { name, extras, specifiers, url } = requirement;
  const text = describeRequirement(requirement);
  return {
    identifier: identifierOf(name, extras),
    name,
    extras,
    specifiers,
    exact: undefined,
    url,
    python: undefined,
    text,
    parent,
  };
}

/** Whether a release meets a demand, pre-releases not looked at. */
export function meetsDemand(demand: Demand, candidate: Candidate): boolean {
  if (demand.url !== undefined || demand.python !== undefined) return false;
  if (demand.exact !== undefined) return demand.exact === candidate.version;
  return demand.specifiers.matches(candidate.version);
}

/**
 * The releases that meet all demands, best first, as pip finds them: pre-releases only where a specifier names one or
 * nothing else fits (PEP 440), yanked ones only where a demand pins a version that nothing else has (PEP 592).
 */
export function findMatches(
  eligiblePackage: EligiblePackage,
  demands: readonly Demand[],
  incompatible: ReadonlySet<string>,
): readonly Candidate[] {
  const meeting = eligiblePackage.candidates.filter((candidate) =>
    demands.every((demand) => meetsDemand(demand, candidate)),
  );
  const left = (candidate: Candidate): boolean => !incompatible.has(candidate.version);
  if (demands.some((demand) => demand.exact !== undefined)) return meeting.filter(left);
  const applicable = withoutPrereleases(meeting, demands);
  const onlyYanked = applicable.every((candidate) => candidate.yanked);
  const yankedToo = onlyYanked && demands.some(isPinned);
  return applicable.filter((candidate) => left(candidate) && (yankedToo || !candidate.yanked));
}

function withoutPrereleases(candidates: readonly Candidate[], demands: readonly Demand[]): readonly Candidate[] {
  if (demands.some((demand) => demand.specifiers.allowsPrereleases)) return candidates;
  const finals = candidates.filter((candidate) => !candidate.parsed.isPrerelease);
  return finals.length > 0 ? finals : candidates;
}

/** Whether a demand names one version: `==1.0` or `===1.0`, not `==1.*`. */
export function isPinned(demand: Demand): boolean {
  return demand.specifiers.specifiers.some(
    ({ operator, wildcard }) => operator === '===' || (operator === '==' && !wildcard),
  );
}

/** Whether a demand bounds the version from above. */
export function isUpperBounded(demand: Demand): boolean {
  return demand.specifiers.specifiers.some(
    ({ operator, wildcard }) =>
      operator === '<' || operator === '<=' || operator === '~=' || (operator === '==' && wildcard),
  );
}
