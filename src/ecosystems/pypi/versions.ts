import { compareCodePoints } from '../../domain/code-points.ts';
import type { VersionRules } from '../contract.ts';
import { parseSpecifierSet } from './specifiers.ts';
import { compareVersions, normaliseVersion, parseVersion } from './version.ts';

function compare(a: string, b: string): number {
  const left = parseVersion(a);
  const right = parseVersion(b);
  if (left !== undefined && right !== undefined) return compareVersions(left, right);
  if (left === undefined && right === undefined) return compareCodePoints(a, b);
  return left === undefined ? -1 : 1;
}

function satisfies(version: string, range: string): boolean | undefined {
  return parseSpecifierSet(range)?.matches(version);
}

/** The version rules of PyPI: PEP 440. */
export const pypiVersions: VersionRules = {
  normalise: normaliseVersion,
  compare,
  isPrerelease: (version) => parseVersion(version)?.isPrerelease ?? false,
  rangeExample: '>=1.4,<2',
  // `==2.1` also takes local builds of 2.1 (PEP 440 has no other way to say it); what is no version matches as text.
  exactly: (version) => (parseVersion(version) === undefined ? `===${version}` : `==${version}`),
  satisfies,
};
