/** A package, or a range of its versions, as people name what is to be stopped: one reading for denials and quarantines. */
import { Problem } from './problem.ts';

export interface NamedRange {
  readonly ecosystem: string;
  readonly name: string;
  /** A range in the ecosystem's language; `null` for every version. */
  readonly versions: string | null;
}

/** What is asked of an ecosystem to read one. */
interface RangeRules {
  readonly id: string;
  readonly title: string;
  readonly names: { normalise(raw: string): string | undefined };
  readonly versions: { readonly rangeExample: string; satisfies(version: string, range: string): boolean | undefined };
}

export interface PackageRange<E> {
  readonly ecosystem: E;
  /** In its normal form. */
  readonly name: string;
  readonly versions: string | null;
}

/** Ranges are short; what is longer is no range that somebody wrote, and reading it would cost time. */
const LONGEST_RANGE_CHARACTERS = 500;

/** Throws `unknown-ecosystem`, `not-a-name` and `unknown-range`. */
export function packageRange<E extends RangeRules>(
  ecosystems: readonly E[],
  { ecosystem: id, name: asked, versions }: NamedRange,
): PackageRange<E> {
  const ecosystem = ecosystems.find((one) => one.id === id);
  if (ecosystem === undefined) throw unknownEcosystem(id, ecosystems);
  const { title, names } = ecosystem;
  const name = names.normalise(asked);
  if (name === undefined)
    throw usage('not-a-name', `${quoted(asked)} is no name in ${title}`, 'Write it as the package client does.');
  if (versions !== null && !isRange(ecosystem, versions)) {
    const next = `Write it as in ${quoted(ecosystem.versions.rangeExample)}; without a range every version is meant.`;
    throw usage('unknown-range', `${quoted(versions)} is no range of versions in ${title}`, next);
  }
  return { ecosystem, name, versions };
}

/** An ecosystem that was named and is none of those that there are. */
export function unknownEcosystem(asked: string, ecosystems: readonly { readonly id: string }[]): Problem {
  const next = `There are: ${ecosystems.map(({ id }) => id).join(', ')}.`;
  return usage('unknown-ecosystem', `${quoted(asked.slice(0, 40))} is no ecosystem here`, next);
}

function isRange({ versions: rules }: RangeRules, range: string): boolean {
  // Any version will do here, and this is one in every ecosystem: what matters is whether the range can be read at all.
  // An empty one would mean every version, which nobody means who writes a range.
  return (
    range.length <= LONGEST_RANGE_CHARACTERS && /[^\s,]/.test(range) && rules.satisfies('1.0.0', range) !== undefined
  );
}

function quoted(text: string): string {
  return JSON.stringify(text.slice(0, 80));
}

function usage(code: string, what: string, next: string): Problem {
  return new Problem({ kind: 'usage', code, what, next });
}
