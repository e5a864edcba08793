/**
 * `Authors@R` is R code that makes people: `c(person("Ada", "Byron", email = "ada@lab.example", role = c("aut", "cre")))`.
 * It is read as text and never run: calls of `person` with texts for arguments are people, whatever else stands there.
 */
import { excerpt } from '../../domain/content.ts';
import { MAX_NAMED } from './claims.ts';
import type { Person } from './person.ts';

export interface RPerson extends Person {
  /** MARC terms: `aut`, `cre` (the maintainer), `ctb`, `cph`. */
  readonly roles: readonly string[];
}

/** Characters of the field that are read; the longest in use have some ten thousand. */
const LONGEST_CODE = 65_536;
/** The arguments of `person()` in their order. */
const ARGUMENTS = ['given', 'family', 'middle', 'email', 'role', 'comment'] as const;
/** Texts, names, and what separates them; anything else is one character that means nothing here. */
const TOKEN = /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[A-Za-z.][A-Za-z0-9._]*|[(),=]|\S/gs;

export function readPersons(code: string): readonly RPerson[] {
  const tokens = code.slice(0, LONGEST_CODE).match(TOKEN) ?? [];
  const persons: RPerson[] = [];
  for (let at = 0; at < tokens.length && persons.length < MAX_NAMED; at += 1) {
    if (tokens[at] !== 'person' || tokens[at + 1] !== '(') continue;
    const { values, end } = argumentsFrom(tokens, at + 2);
    const person = personOf(values);
    if (person !== undefined) persons.push(person);
    at = end;
  }
  return persons;
}

/** What a bracket does to the depth. */
const STEP: Readonly<Record<string, number | undefined>> = { '(': 1, ')': -1 };

/** Texts by argument, up to the bracket that closes the call. */
function argumentsFrom(
  tokens: readonly string[],
  from: number,
): { readonly values: ReadonlyMap<string, readonly string[]>; readonly end: number } {
  const values = new Map<string, string[]>();
  let depth = 1;
  let position = 0;
  let name: string | undefined;
  for (let at = from; at < tokens.length; at += 1) {
    const token = tokens[at] ?? '';
    depth += STEP[token] ?? 0;
    if (depth === 0) return { values, end: at };
    if (depth === 1 && token === ',') {
      position += name === undefined ? 1 : 0;
      name = undefined;
    } else if (depth === 1 && tokens[at + 1] === '=') name = token;
    else if (/^["']/.test(token)) {
      const key = name ?? ARGUMENTS[position] ?? 'comment';
      values.set(key, [...(values.get(key) ?? []), token.slice(1, -1).replaceAll(/\\(.)/g, '$1')]);
    }
  }
  return { values, end: tokens.length };
}

function personOf(values: ReadonlyMap<string, readonly string[]>): RPerson | undefined {
  const text = (key: string) => values.get(key)?.join(' ').trim() ?? '';
  const name = [text('given'), text('middle'), text('family')].filter((part) => part !== '').join(' ');
  const address = values.get('email')?.[0]?.trim().toLowerCase() ?? '';
  const email = /^[^\s@]+@[^\s@]+$/.test(address) ? excerpt(address) : null;
  if (name === '' && email === null) return undefined;
  return { name: name === '' ? null : excerpt(name), email, roles: values.get('role') ?? [] };
}
