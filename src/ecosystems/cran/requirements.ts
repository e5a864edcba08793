import type { DcfRecord } from './dcf.ts';
import { normaliseName } from './names.ts';
import { type Comparison, compareVersions, parseRange } from './versions.ts';

/** What one package wants of another, or of R itself (`name` is `R`). */
export interface Requirement {
  readonly name: string;
  /** All of them must hold. */
  readonly comparisons: readonly Comparison[];
}

/** Entries of one field; the longest real lists have some two hundred. */
const MOST_REQUIREMENTS = 2000;

/** `name` or `name (>= 1.2)`, as `tools:::.split_dependencies` takes them apart. */
const ENTRY = /^([A-Za-z][A-Za-z0-9.]*)\s*(?:\(([^()]*)\))?$/;

/** Reads one field (`R (>= 3.5), methods, Rcpp (>= 1.0)`), or `undefined` where an entry is none. */
export function parseRequirements(field: string): readonly Requirement[] | undefined {
  const parts = field
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
  if (parts.length > MOST_REQUIREMENTS) return undefined;
  const requirements = parts.map(parseRequirement).filter((one) => one !== undefined);
  return requirements.length === parts.length ? requirements : undefined;
}

function parseRequirement(text: string): Requirement | undefined {
  const [, name, range = ''] = ENTRY.exec(text) ?? [];
  if (name === undefined || (name !== 'R' && normaliseName(name) === undefined)) return undefined;
  // A revision of R's source (`R (>= r70000)`) says nothing that a released version could miss.
  const comparisons = name === 'R' && /^\s*[<>=!]+\s*r[0-9]+\s*$/.test(range) ? [] : parseRange(range);
  return comparisons === undefined ? undefined : { name, comparisons };
}

/** The fields whose packages `install.packages` brings along (`dependencies = NA`). */
const HARD_FIELDS = ['Depends', 'Imports', 'LinkingTo'] as const;

/** What installing a package needs, or `undefined` where a field cannot be read: then nothing is known. */
export function hardRequirements(record: DcfRecord): readonly Requirement[] | undefined {
  const all: Requirement[] = [];
  for (const field of HARD_FIELDS) {
    const read = parseRequirements(record.get(field) ?? '');
    if (read === undefined) return undefined;
    all.push(...read);
  }
  return all;
}

/** The part of a record that says which R it takes, verbatim (`R (>= 3.5)` gives `>= 3.5`); `undefined` where none. */
export function requiredR(record: DcfRecord): string | undefined {
  const wanted = parseRequirements(record.get('Depends') ?? '')?.filter((one) => one.name === 'R') ?? [];
  const texts = wanted.flatMap((one) => one.comparisons.map(({ operator, version }) => `${operator} ${version}`));
  return texts.length === 0 ? undefined : texts.join(', ');
}

/** No R is earlier. */
const EARLIEST_R = '0.0';

/** The earliest R that a record takes, as far as it has a lower bound. */
export function leastR(record: DcfRecord): string {
  const wanted = parseRequirements(record.get('Depends') ?? '')?.filter((one) => one.name === 'R') ?? [];
  const bounds = wanted.flatMap((one) => one.comparisons).filter(({ operator }) => operator.startsWith('>'));
  return (
    bounds
      .map(({ version }) => version)
      .toSorted(compareVersions)
      .at(-1) ?? EARLIEST_R
  );
}

/** Packages of priority `base`: part of R itself, never installed on their own (R FAQ, 5.1.1). */
export const BASE_PACKAGES: ReadonlySet<string> = new Set([
  'base',
  'compiler',
  'datasets',
  'graphics',
  'grDevices',
  'grid',
  'methods',
  'parallel',
  'splines',
  'stats',
  'stats4',
  'tcltk',
  'tools',
  'utils',
]);
