/** Facts about people, for other rooms and surfaces. */
import type { Actor, Role } from '../../domain/people.ts';
import { Problem } from '../../domain/problem.ts';
import type { Queryable } from '../../platform/db/port.ts';
import { allRows, findRow, type PersonRow } from './store.ts';

export interface Person {
  readonly name: string;
  /** A data provider acts for one. */
  readonly organisation: string | null;
  readonly roles: readonly Role[];
  /** RFC 3339, UTC. */
  readonly addedAt: string;
}

export async function findPerson(db: Queryable, name: string): Promise<Person | undefined> {
  const row = await findRow(db, name);
  return row === undefined ? undefined : personOf(row);
}

/** By name. */
export async function listPeople(db: Queryable): Promise<readonly Person[]> {
  return (await allRows(db)).map(personOf);
}

/** Who acts, from `--as NAME`. Throws `unknown-person` (sign-in). */
export async function resolveActor(db: Queryable, name: string): Promise<Actor> {
  const person = await findPerson(db, name);
  if (person === undefined)
    throw new Problem({
      kind: 'sign-in',
      code: 'unknown-person',
      what: `Nobody here is called ${JSON.stringify(name.slice(0, 80))}`,
      next: 'Say who acts with --as NAME; `pratique user list` shows the names, an operator adds people.',
    });
  return { kind: 'person', name: person.name, roles: person.roles, organisation: person.organisation };
}

export function personOf(row: PersonRow): Person {
  const { name, organisation, roles } = row;
  return { name, organisation, roles, addedAt: row.added_at.toISOString() };
}
