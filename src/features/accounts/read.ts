/** Facts about people, for other rooms and surfaces. */
import type { Credential } from '../../domain/credential.ts';
import type { Actor, ChannelRole, Role } from '../../domain/people.ts';
import { Problem, type Unsaid } from '../../domain/problem.ts';
import type { Queryable, Transaction } from '../../platform/db/port.ts';
import { allRows, findRow, lockPeople, type PersonRow } from './store.ts';

export interface Person {
  readonly name: string;
  /** A data provider acts for one. */
  readonly organisation: string | null;
  /** In every channel. */
  readonly roles: readonly Role[];
  /** In single channels, beside those. */
  readonly channelRoles: readonly ChannelRole[];
  /** RFC 3339, UTC. */
  readonly addedAt: string;
  /** Since when the account is closed; `null` where it is open. */
  readonly disabledAt: string | null;
}

export async function findPerson(db: Queryable, name: string): Promise<Person | undefined> {
  const row = await findRow(db, name);
  return row === undefined ? undefined : personOf(row);
}

/** Throws `unknown-person` (not found). */
export async function requirePerson(db: Queryable, name: string): Promise<Person> {
  const person = await findPerson(db, name);
  if (person !== undefined) return person;
  throw new Problem({
    kind: 'not-found',
    code: 'unknown-person',
    what: `Nobody here is called ${JSON.stringify(name.slice(0, 80))}`,
    next: 'See `pratique user list`.',
  });
}

/** By name. */
export async function listPeople(db: Queryable): Promise<readonly Person[]> {
  return (await allRows(db)).map(personOf);
}

/** Holds everybody's roles still until the transaction ends: whoever changes those of one person asks who else has them. */
export async function lockRoles(db: Transaction): Promise<void> {
  await lockPeople(db);
}

/** Who acts on the home itself, from `--as NAME`. Throws `unknown-person` (sign-in). */
export async function resolveActor(db: Queryable, name: string): Promise<Actor> {
  const person = await findPerson(db, name);
  if (person === undefined)
    throw new Problem({
      kind: 'sign-in',
      code: 'unknown-person',
      what: `Nobody here is called ${JSON.stringify(name.slice(0, 80))}`,
      next: 'Say who acts with --as NAME; `pratique user list` shows the names, an operator adds people.',
    });
  if (person.disabledAt !== null) throw closed({ person: person.name });
  return personActing(person);
}

/** Who acts from elsewhere, by what they showed. Throws `unknown-person` (sign-in) where they are gone. */
export async function actorWith(db: Queryable, name: string, credential: Credential): Promise<Actor> {
  const person = await findPerson(db, name);
  if (person !== undefined && person.disabledAt === null) return { ...personActing(person), credential };
  throw closed({ person: person?.name, credential: `${credential.kind} ${credential.id}`.trim() });
}

function closed(unsaid: Unsaid): Problem {
  return new Problem({
    unsaid,
    kind: 'sign-in',
    code: 'account-closed',
    what: 'This account is closed',
    next: 'Ask an operator.',
  });
}

export function personActing({ name, roles, channelRoles, organisation }: Person): Actor & { readonly kind: 'person' } {
  return { kind: 'person', name, roles, channelRoles, organisation };
}

export function personOf(row: PersonRow): Person {
  const { name, organisation, roles, channel_roles: channelRoles } = row;
  return {
    name,
    organisation,
    roles,
    channelRoles,
    addedAt: row.added_at.toISOString(),
    disabledAt: row.disabled_at?.toISOString() ?? null,
  };
}
