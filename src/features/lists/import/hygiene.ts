/** What an imported list is made of: why each entry is there, what nothing needs, what is missing. Pure; accepts nothing. */
import type { Outline } from '../../../domain/outline.ts';
import type { Ecosystem } from '../../../ecosystems/contract.ts';
import { exactVersionIn, type ImportedEntry } from './formats.ts';

/** What there is to say against an entry. */
export type EntryProblem =
  /** It can be no name here. */
  | 'not-a-name'
  /** It comes with the language and is never installed by itself. */
  | 'part-of-runtime'
  /** No source lists it. */
  | 'not-found'
  /** No target could install it. */
  | 'not-installable'
  | 'could-not-check'
  /** The same package stands in the list before. */
  | 'duplicate'
  /** It is written in another form than the name that counts. */
  | 'written-otherwise'
  /** The list itself took it back. */
  | 'revoked'
  /** Its range is none in the language of this ecosystem. */
  | 'unknown-range'
  /** The newest release lies outside its range. */
  | 'newest-outside-range';

export interface EntryReport {
  readonly at: number;
  readonly text: string;
  /** Normal form; `null` where it is no name. */
  readonly name: string | null;
  readonly range: string | null;
  readonly problems: readonly EntryProblem[];
  /** In words, for the problems that need some. */
  readonly reason: string | null;
  /** Entries of the list whose tree has it as a direct need; none means that somebody chose it, or nobody needs it. */
  readonly neededBy: readonly string[];
  /** Names of its tree that the list does not have. */
  readonly missing: readonly string[];
}

export interface ListReport {
  readonly entries: readonly EntryReport[];
  /** Names that entries pull in and that the list lacks, each with the entries that pull it in. */
  readonly missing: readonly { readonly name: string; readonly neededBy: readonly string[] }[];
}

/** The normal names of a list that sources can be asked about, each once. */
export function namesToAsk(entries: readonly ImportedEntry[], ecosystem: Ecosystem): readonly string[] {
  const names = entries.flatMap(({ text }) => ecosystem.names.normalise(text) ?? []);
  return [...new Set(names)].filter((name) => ecosystem.comesWithRuntime?.has(name) !== true);
}

/** The report over a list, from the outlines of its names. */
export function hygieneOf(
  entries: readonly ImportedEntry[],
  ecosystem: Ecosystem,
  outlines: ReadonlyMap<string, Outline>,
): ListReport {
  const listed = new Set(namesToAsk(entries, ecosystem));
  const neededBy = new Map<string, Set<string>>();
  const pulledInBy = new Map<string, Set<string>>();
  for (const name of listed) {
    for (const [from, needs] of treeOf(outlines.get(name)))
      for (const need of needs) if (listed.has(from) && need !== from) add(neededBy, need, from);
    for (const one of treeOf(outlines.get(name)).keys()) if (!listed.has(one)) add(pulledInBy, one, name);
  }
  const seen = new Set<string>();
  return {
    entries: entries.map((entry) => {
      const name = ecosystem.names.normalise(entry.text);
      const outline = name === undefined ? undefined : outlines.get(name);
      const isAgain = name !== undefined && seen.has(name);
      if (name !== undefined) seen.add(name);
      const again: readonly EntryProblem[] = isAgain ? ['duplicate'] : [];
      return {
        ...{ at: entry.at, text: entry.text, name: name ?? null, range: entry.range },
        problems: [...again, ...problemsOf(entry, name, { ecosystem, outline })],
        reason: reasonOf(outline),
        neededBy: sorted(neededBy.get(name ?? '')),
        missing: [...treeOf(outline).keys()].filter((one) => !listed.has(one)).toSorted(),
      };
    }),
    missing: [...pulledInBy].map(([name, by]) => ({ name, neededBy: sorted(by) })).toSorted(byName),
  };
}

function problemsOf(
  entry: ImportedEntry,
  name: string | undefined,
  { ecosystem, outline }: { readonly ecosystem: Ecosystem; readonly outline: Outline | undefined },
): readonly EntryProblem[] {
  if (name === undefined) return ['not-a-name'];
  const problems: EntryProblem[] = [];
  if (entry.text !== name) problems.push('written-otherwise');
  if (entry.revokedOn !== null) problems.push('revoked');
  if (ecosystem.comesWithRuntime?.has(name) === true) return [...problems, 'part-of-runtime'];
  switch (outline?.status) {
    case 'unknown':
      problems.push('not-found');
      break;
    case 'unresolvable':
      problems.push('not-installable');
      break;
    case 'found':
      problems.push(...rangeProblems(entry.range, outline.version, ecosystem));
      break;
    case 'could-not-check':
    case undefined:
      problems.push('could-not-check');
  }
  return problems;
}

function rangeProblems(range: string | null, newest: string, { versions }: Ecosystem): readonly EntryProblem[] {
  if (range === null) return [];
  const exact = exactVersionIn(range, versions);
  const isInside = versions.satisfies(newest, exact === null ? range : versions.exactly(exact));
  return isInside === undefined ? ['unknown-range'] : isInside ? [] : ['newest-outside-range'];
}

function reasonOf(outline: Outline | undefined): string | null {
  switch (outline?.status) {
    case 'unresolvable':
    case 'could-not-check':
      return outline.reason;
    case 'unknown':
      return outline.near === undefined ? null : `there is ${outline.near}: names differ by their capitals here`;
    case 'found':
    case undefined:
      return null;
  }
}

function treeOf(outline: Outline | undefined): ReadonlyMap<string, readonly string[]> {
  return outline?.status === 'found' ? outline.tree : new Map();
}

function add(to: Map<string, Set<string>>, key: string, value: string): void {
  to.set(key, (to.get(key) ?? new Set()).add(value));
}

function sorted(names: ReadonlySet<string> | undefined): readonly string[] {
  return [...(names ?? [])].toSorted();
}

function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return a.name < b.name ? -1 : 1;
}
