/**
 * SPDX licence expressions in the form that PEP 639 asks for: any case in, the case of the lists out.
 * Source: SPDX specification, annex "SPDX license expressions"; PEP 639, "License Expression".
 */
import { EXCEPTION_IDS, LICENCE_IDS } from './ids.ts';

export interface LicenceExpression {
  /** Normal form: ids as the SPDX lists write them, operators in upper case, brackets kept. */
  readonly text: string;
  /**
   * Every way to keep to it, each as the licences that then apply together (`GPL-2.0-only WITH Classpath-exception-2.0`
   * is one of them), deprecated ids of the GNU licences in today's form. `undefined` where there are too many to list.
   */
  readonly alternatives: readonly (readonly string[])[] | undefined;
}

/** Characters of an expression; the longest in use have some hundred. */
const LONGEST = 2_000;
/** Brackets inside each other. */
const DEEPEST = 20;
/** Ways to keep to one expression that are listed; real ones have two or three. */
const MOST_ALTERNATIVES = 64;

/** Ids of the SPDX licence list, deprecated ones included. */
export const LICENCE_NAMES: readonly string[] = LICENCE_IDS.split(' ');
/** Ids of its exceptions. */
export const EXCEPTION_NAMES: readonly string[] = EXCEPTION_IDS.split(' ');
const LICENCES = byLowerCase(LICENCE_NAMES);
const EXCEPTIONS = byLowerCase(EXCEPTION_NAMES);

function byLowerCase(ids: readonly string[]): ReadonlyMap<string, string> {
  return new Map(ids.map((id) => [id.toLowerCase(), id]));
}

/** The id as the SPDX List writes it, a trailing `+` or a reference of its own kept; `undefined` where it is none. */
export function licenceId(raw: string): string | undefined {
  const lower = raw.toLowerCase();
  const own = /^(?:documentref-([a-z0-9.-]+):)?licenseref-([a-z0-9.-]+)$/i.exec(raw);
  if (own !== null) return `${own[1] === undefined ? '' : `DocumentRef-${own[1]}:`}LicenseRef-${own[2]}`;
  const known = LICENCES.get(lower);
  if (known !== undefined || !lower.endsWith('+')) return known;
  const base = LICENCES.get(lower.slice(0, -1));
  return base === undefined ? undefined : `${base}+`;
}

/** Reads an expression; `undefined` where it is none, or names what stands on no list. */
export function parseExpression(raw: string): LicenceExpression | undefined {
  if (raw.length > LONGEST) return undefined;
  const tokens = raw.match(/[()]|[^\s()]+/g) ?? [];
  const reader = new Reader(tokens);
  const alternatives = reader.expression(0);
  if (alternatives === undefined || !reader.atEnd) return undefined;
  const text = reader.normal.join(' ').replaceAll('( ', '(').replaceAll(' )', ')');
  return { text, alternatives: alternatives === 'too many' ? undefined : alternatives };
}

type Alternatives = readonly (readonly string[])[] | 'too many';

/** Recursive descent: OR binds weaker than AND, AND weaker than WITH. */
class Reader {
  readonly normal: string[] = [];
  private readonly tokens: readonly string[];
  private at = 0;

  constructor(tokens: readonly string[]) {
    this.tokens = tokens;
  }

  get atEnd(): boolean {
    return this.at === this.tokens.length;
  }

  expression(depth: number): Alternatives | undefined {
    let sofar = this.conjunction(depth);
    while (sofar !== undefined && this.take('or')) {
      const next = this.conjunction(depth);
      sofar = next === undefined ? undefined : either(sofar, next);
    }
    return sofar;
  }

  private conjunction(depth: number): Alternatives | undefined {
    let sofar = this.unit(depth);
    while (sofar !== undefined && this.take('and')) {
      const next = this.unit(depth);
      sofar = next === undefined ? undefined : both(sofar, next);
    }
    return sofar;
  }

  private unit(depth: number): Alternatives | undefined {
    if (this.take('(')) {
      const inner = depth < DEEPEST ? this.expression(depth + 1) : undefined;
      return inner !== undefined && this.take(')') ? inner : undefined;
    }
    const id = licenceId(this.tokens[this.at] ?? '');
    if (id === undefined) return undefined;
    this.at += 1;
    this.normal.push(id);
    if (!this.take('with')) return [[inTodaysForm(id)]];
    const exception = EXCEPTIONS.get((this.tokens[this.at] ?? '').toLowerCase());
    if (exception === undefined) return undefined;
    this.at += 1;
    this.normal.push(exception);
    return [[`${inTodaysForm(id)} WITH ${exception}`]];
  }

  private take(word: string): boolean {
    if (this.tokens[this.at]?.toLowerCase() !== word) return false;
    this.at += 1;
    this.normal.push(word.toUpperCase());
    return true;
  }
}

function either(a: Alternatives, b: Alternatives): Alternatives {
  return a === 'too many' || b === 'too many' ? 'too many' : bounded([...a, ...b]);
}

function both(a: Alternatives, b: Alternatives): Alternatives {
  if (a === 'too many' || b === 'too many' || a.length * b.length > MOST_ALTERNATIVES) return 'too many';
  return bounded(a.flatMap((one) => b.map((other) => [...new Set([...one, ...other])])));
}

function bounded(all: readonly (readonly string[])[]): Alternatives {
  return all.length > MOST_ALTERNATIVES ? 'too many' : all;
}

/** Ids that the list replaced by an expression of one licence, or by another id. Source: SPDX License List, deprecated ids. */
const REPLACED: Readonly<Record<string, string>> = {
  'GPL-2.0-with-GCC-exception': 'GPL-2.0-only WITH GCC-exception-2.0',
  'GPL-2.0-with-autoconf-exception': 'GPL-2.0-only WITH Autoconf-exception-2.0',
  'GPL-2.0-with-bison-exception': 'GPL-2.0-only WITH Bison-exception-2.2',
  'GPL-2.0-with-classpath-exception': 'GPL-2.0-only WITH Classpath-exception-2.0',
  'GPL-2.0-with-font-exception': 'GPL-2.0-only WITH Font-exception-2.0',
  'GPL-3.0-with-GCC-exception': 'GPL-3.0-only WITH GCC-exception-3.1',
  'GPL-3.0-with-autoconf-exception': 'GPL-3.0-only WITH Autoconf-exception-3.0',
  'eCos-2.0': 'GPL-2.0-or-later WITH eCos-exception-2.0',
  wxWindows: 'LGPL-2.0-or-later WITH WxWindows-exception-3.1',
  'StandardML-NJ': 'SMLNJ',
};

/** `GPL-3.0` says `-only` and `GPL-3.0+` says `-or-later`. Source: SPDX License List 3.0, deprecated ids. */
export function inTodaysForm(id: string): string {
  if (Object.hasOwn(REPLACED, id)) return REPLACED[id] ?? id;
  const gnu = /^((?:A|L)?GPL-\d[.]\d|GFDL-1[.]\d)([+]?)$/.exec(id);
  return gnu === null ? id : `${gnu[1]}-${gnu[2] === '+' ? 'or-later' : 'only'}`;
}
