/** Versions and ranges as npm has them: Semantic Versioning 2.0.0 and node-semver's ranges. */
import { compareBuild, parse, prerelease, satisfies, validRange } from 'semver';
import { compareCodePoints } from '../../domain/code-points.ts';
import type { VersionRules } from '../contract.ts';

/** node-semver refuses longer ones (MAX_LENGTH). */
const LONGEST_VERSION_CHARACTERS = 256;

/** The version without `v`, spaces and `=`, its build metadata kept: what a registry has as a key. */
export function normaliseVersion(raw: string): string | undefined {
  if (raw.length > LONGEST_VERSION_CHARACTERS) return undefined;
  const version = parse(raw);
  if (version === null) return undefined;
  return version.build.length === 0 ? version.version : `${version.version}+${version.build.join('.')}`;
}

function compare(a: string, b: string): number {
  const [first, second] = [normaliseVersion(a), normaliseVersion(b)];
  if (first !== undefined && second !== undefined) return compareBuild(first, second);
  if (first !== undefined) return 1;
  if (second !== undefined) return -1;
  return compareCodePoints(a, b);
}

export const npmVersions: VersionRules = {
  normalise: normaliseVersion,
  compare,
  isPrerelease: (version) => prerelease(version) !== null,
  rangeExample: '>=1.4.0 <2.0.0',
  exactly: (version) => version,
  satisfies(version, range) {
    if (validRange(range) === null || normaliseVersion(version) === undefined) return undefined;
    // A denial of `<2.0.0` is meant for the pre-releases before 2.0.0 too.
    return satisfies(version, range, { includePrerelease: true });
  },
};
