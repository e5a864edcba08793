/** Holds what is declared against what is there. */

import type { Detected, LicenceCollection } from './collection.ts';
import type { Declaration } from './declared/declaration.ts';

/** Under which licences the release as a whole may be used, and how sure that is. */
export interface Effective {
  /** `unclear`: something is stated, and it names no licence that is known. */
  readonly state: 'known' | 'unclear' | 'none';
  /** SPDX expression; empty where the state is not `known`. */
  readonly expression: string;
  /** Every way to keep to it, each as the licences that apply together. */
  readonly alternatives: readonly (readonly string[])[];
  readonly basis: 'declared' | 'licence file' | 'nothing';
}

export interface Judgement {
  readonly effective: Effective;
  /** Own licence texts of which the declaration knows nothing, where it says something definite. */
  readonly undeclared: readonly Detected[];
  /** Whether licence texts are there and none is of a declared licence. */
  readonly disagrees: boolean;
  /** Declared ids of which no text, tag or header was seen. */
  readonly unseen: readonly string[];
}

const NOTHING: Effective = { state: 'none', expression: '', alternatives: [], basis: 'nothing' };

export function judge({ declaration, detected }: LicenceCollection): Judgement {
  const own = [...detected.values()].filter(({ ownFiles }) => ownFiles.length > 0).toSorted(byIds);
  const declared = declaration?.meaning ?? { kind: 'none' };
  const admits = (one: Detected) => declaration !== undefined && isDeclared(declaration, one);
  const undeclared = [...detected.values()].filter((one) => !admits(one)).toSorted(byIds);
  const isDefinite = declared.kind === 'expression' || declared.kind === 'family' || declared.kind === 'withheld';
  const ids = declared.kind === 'expression' ? declaredIds(declaration) : [];
  return {
    effective: effectiveOf(declaration, own),
    undeclared,
    disagrees: isDefinite && own.length > 0 && !own.some(admits),
    unseen: ids.filter((id) => ![...detected.values()].some((one) => says(one, id))),
  };
}

function byIds(a: Detected, b: Detected): number {
  return a.ids.join(' ') < b.ids.join(' ') ? -1 : 1;
}

/** The licence itself, without the exception that it is granted with. */
function withoutException(id: string): string {
  return id.split(' WITH ')[0] ?? id;
}

function declaredIds({ meaning }: Pick<Declaration, 'meaning'> = { meaning: { kind: 'none' } }): readonly string[] {
  if (meaning.kind !== 'expression') return [];
  return [...new Set((meaning.expression.alternatives ?? []).flat().map(withoutException))];
}

function says({ ids }: Detected, id: string): boolean {
  const base = id.replace(/[+]$/, '');
  return ids.some((one) => withoutException(one).replace(/[+]$/, '') === base);
}

function isDeclared(declaration: Declaration, one: Detected): boolean {
  const { meaning } = declaration;
  if (meaning.kind === 'family') return one.ids.some((id) => meaning.prefixes.some((prefix) => id.startsWith(prefix)));
  return declaredIds(declaration).some((id) => says(one, id) || sameVersions(one, id));
}

/**
 * A file "or later" under a release "only", or the other way about, is the same text: no other licence. Nor is the whole
 * stack of the Python licences under the newest of them.
 */
function sameVersions({ ids }: Detected, declared: string): boolean {
  const family = (id: string) =>
    /^(?:PSF-|Python-|CNRI-Python)/.test(id) ? 'Python' : /^(?:A|L)?GPL-\d[.]\d(?=-)/.exec(id)?.[0];
  const wanted = family(declared);
  return wanted !== undefined && ids.some((id) => family(id) === wanted);
}

function effectiveOf(declaration: Declaration | undefined, own: readonly Detected[]): Effective {
  const meaning = declaration?.meaning ?? { kind: 'none' };
  if (meaning.kind === 'expression') {
    const { text, alternatives } = meaning.expression;
    if (alternatives === undefined) return { ...NOTHING, state: 'unclear' };
    return { state: 'known', expression: text, alternatives, basis: 'declared' };
  }
  if (meaning.kind === 'withheld') return { ...NOTHING, state: meaning.state };
  const named =
    meaning.kind === 'family' ? own.filter((one) => declaration !== undefined && isDeclared(declaration, one)) : own;
  // A text that two licences share is taken for both: what is not known is no choice of the user's.
  const ids = [...new Set(named.flatMap((one) => one.ids))].toSorted();
  if (ids.length > 0)
    return { state: 'known', expression: ids.join(' AND '), alternatives: [ids], basis: 'licence file' };
  return meaning.kind === 'none' ? NOTHING : { ...NOTHING, state: 'unclear' };
}
