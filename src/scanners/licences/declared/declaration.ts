/** What the metadata of a release declares, whatever the ecosystem. */
import { excerpt } from '../../../domain/content.ts';
import type { LicenceExpression } from '../../licence-texts/expression.ts';
import { parseExpression } from '../../licence-texts/expression.ts';
import { readLicenceText } from '../../licence-texts/matcher.ts';
import { expressionOf } from '../../licence-texts/named.ts';
import { familyOf, isLimited } from '../../licence-texts/names.ts';

export interface Declaration {
  /** What stands there, field by field, for people. */
  readonly stated: readonly { readonly field: string; readonly text: string }[];
  readonly meaning: Meaning;
  /** Paths of licence files that the metadata promises, relative to where its format says. */
  readonly files: readonly string[];
}

export type Meaning =
  | { readonly kind: 'expression'; readonly expression: LicenceExpression }
  /** Licences of one family without saying which: ids begin with one of these. */
  | { readonly kind: 'family'; readonly name: string; readonly prefixes: readonly string[] }
  /**
   * Nothing is granted in so many words (`UNLICENSED`), or less than a licence that is named (`Apache 2.0, non-commercial`):
   * a licence file says nothing against that.
   */
  | { readonly kind: 'withheld'; readonly state: 'none' | 'unclear' }
  /** Words that name no known licence. */
  | { readonly kind: 'unclear' }
  /** Nothing is stated, or in so many words that no licence is given. */
  | { readonly kind: 'none' };

export const NOTHING_DECLARED: Declaration = { stated: [], meaning: { kind: 'none' }, files: [] };

/** Characters from which on a licence field holds a text and no name. */
const LONG = 250;

const NOTHING_GRANTED =
  /^(?:unlicensed|all rights reserved[.]?|(?:other[ /]*)?proprietary(?: licen[cs]e)?|commercial(?: licen[cs]e)?|private)$/i;

/** What one licence field means: an expression, a usual name, a whole text. */
export function meaningOf(raw: string): Meaning {
  const text = raw.trim();
  if (text === '' || /^(?:unknown|none|n\/a)$/i.test(text)) return { kind: 'none' };
  if (text.length >= LONG) return meaningOfText(text);
  const expression = expressionOf(text);
  if (expression !== undefined) return { kind: 'expression', expression };
  if (NOTHING_GRANTED.test(text)) return { kind: 'withheld', state: 'none' };
  if (isLimited(text)) return { kind: 'withheld', state: 'unclear' };
  const family = familyOf(text);
  return family === undefined ? { kind: 'unclear' } : { kind: 'family', ...family };
}

function meaningOfText(text: string): Meaning {
  const ids = readLicenceText(text).matches.map((match) => match.ids[0] ?? '');
  const expression = parseExpression(ids.join(' AND '));
  return expression === undefined ? { kind: 'unclear' } : { kind: 'expression', expression };
}

/** Several statements that all hold: their licences apply together, and one that is unclear leaves the whole unclear. */
export function allOf(meanings: readonly Meaning[]): Meaning {
  return joined(meanings, 'AND');
}

/** Several statements of which the user may choose one. */
export function anyOf(meanings: readonly Meaning[]): Meaning {
  return joined(meanings, 'OR');
}

function joined(meanings: readonly Meaning[], operator: 'AND' | 'OR'): Meaning {
  const [first] = meanings;
  if (first === undefined) return { kind: 'none' };
  if (meanings.length === 1) return first;
  const withheld = meanings.find(({ kind }) => kind === 'withheld');
  if (withheld !== undefined && operator === 'AND') return withheld;
  const texts = meanings.flatMap((one) => (one.kind === 'expression' ? [bracketed(one.expression.text)] : []));
  const expression =
    texts.length === meanings.length ? parseExpression([...new Set(texts)].join(` ${operator} `)) : undefined;
  if (expression !== undefined) return { kind: 'expression', expression };
  return manyFamilies(meanings) ?? meanings.find(({ kind }) => kind === 'family') ?? { kind: 'unclear' };
}

/** Licences and families together: which of them is known from the licence files alone. */
function manyFamilies(meanings: readonly Meaning[]): Meaning | undefined {
  const parts = meanings.map((one) => {
    if (one.kind === 'family') return { name: one.name, prefixes: one.prefixes };
    return one.kind === 'expression'
      ? { name: one.expression.text, prefixes: one.expression.alternatives?.flat() }
      : {};
  });
  const prefixes = parts.flatMap((part) => part.prefixes ?? []);
  const names = parts.flatMap((part) => part.name ?? []);
  return names.length < meanings.length
    ? undefined
    : { kind: 'family', name: [...new Set(names)].join(', '), prefixes };
}

function bracketed(text: string): string {
  return text.includes(' ') ? `(${text})` : text;
}

/** A field as people see it. */
export function statement(field: string, text: string): Declaration['stated'][number] {
  return { field, text: excerpt(text) };
}
