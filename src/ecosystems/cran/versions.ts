import { compareCodePoints } from '../../domain/code-points.ts';
import type { VersionRules } from '../contract.ts';

/** Longest version that is read; real ones have fewer than twenty characters. */
const LONGEST_VERSION_CHARACTERS = 128;

/** "Writing R Extensions", 1.1.1: at least two whole numbers, separated by single `.` or `-`. */
const VERSION = /^[0-9]+(?:[.-][0-9]+)+$/;

/**
 * The numbers of a version, or `undefined` where the text is none. `1.2-3` and `1.2.3` are the same numbers, as
 * `package_version()` has it. BigInt: dates and build numbers grow beyond what a double holds.
 */
function numbersOf(version: string): readonly bigint[] | undefined {
  if (version.length > LONGEST_VERSION_CHARACTERS || !VERSION.test(version)) return undefined;
  return version.split(/[.-]/).map((part) => BigInt(part));
}

/** Number by number; where one ends, the longer one is later (`1.2` before `1.2.0`). */
function compareNumbers(a: readonly bigint[], b: readonly bigint[]): number {
  for (let at = 0; at < Math.min(a.length, b.length); at += 1) {
    const left = a[at] ?? 0n;
    const right = b[at] ?? 0n;
    if (left !== right) return left < right ? -1 : 1;
  }
  return a.length - b.length;
}

/** As `compareVersion()` of R orders versions; what is no version sorts before every version, by code point. */
export function compareVersions(a: string, b: string): number {
  const left = numbersOf(a);
  const right = numbersOf(b);
  if (left !== undefined && right !== undefined) return compareNumbers(left, right);
  if (left === undefined && right === undefined) return compareCodePoints(a, b);
  return left === undefined ? -1 : 1;
}

/** One comparison of a requirement: `>= 1.2`. */
export interface Comparison {
  readonly operator: (typeof OPERATORS)[number];
  readonly version: string;
}

/** The operators of the `Depends` field ("Writing R Extensions", 1.1.3). */
const OPERATORS = ['<=', '>=', '==', '!=', '<', '>'] as const;

/** Reads `>= 1.2, < 2.0`: the comparisons that must all hold; none for an empty text, `undefined` where one is none. */
export function parseRange(range: string): readonly Comparison[] | undefined {
  if (range.trim() === '') return [];
  const parts = range.split(',').map((part) => parseComparison(part.trim()));
  const read = parts.filter((part) => part !== undefined);
  return read.length === parts.length ? read : undefined;
}

function parseComparison(text: string): Comparison | undefined {
  const operator = OPERATORS.find((one) => text.startsWith(one));
  if (operator === undefined) return undefined;
  const version = text.slice(operator.length).trim();
  // R takes a lone number here, though no package may have it for its version.
  const known = numbersOf(version) !== undefined || /^[0-9]{1,18}$/.test(version);
  return known ? { operator, version } : undefined;
}

/** Whether a version holds a comparison. */
export function holds(version: string, { operator, version: other }: Comparison): boolean {
  const order = compareNumbers(numbersOf(version) ?? [], numbersOf(other) ?? [BigInt(other)]);
  switch (operator) {
    case '<=':
      return order <= 0;
    case '>=':
      return order >= 0;
    case '==':
      return order === 0;
    case '!=':
      return order !== 0;
    case '<':
      return order < 0;
    case '>':
      return order > 0;
  }
}

/** The version rules of R: `package_version()`, and ranges as `DESCRIPTION` writes them. */
export const cranVersions: VersionRules = {
  normalise: (raw) => (numbersOf(raw.trim()) === undefined ? undefined : raw.trim()),
  compare: compareVersions,
  // R has no pre-releases: a development version (`1.2.0.9000`) is a version like any other.
  isPrerelease: () => false,
  rangeExample: '>= 1.4, < 2',
  exactly: (version) => `== ${version}`,
  satisfies: (version, range) => {
    const comparisons = parseRange(range);
    if (comparisons === undefined || numbersOf(version) === undefined) return undefined;
    return comparisons.every((one) => holds(version, one));
  },
};
