/** Who is told: people by role, and those who asked for a package. */
import type { Role } from '../../domain/people.ts';
import type { Queryable } from '../../platform/db/port.ts';
import { listPeople, type Person } from '../accounts/read.ts';
import { showRequest } from '../requests/read.ts';

/** Those who asked for what a request is about; nobody where there is none. */
export async function requesters(
  db: Queryable,
  request: string | null,
): Promise<{ readonly people: readonly string[] }> {
  return { people: request === null ? [] : await requestersOf(db, request) };
}

/** Everyone who has one of the roles in the channel; `null`: wherever the role holds. */
export async function withRoles(
  db: Queryable,
  channel: string | null,
  roles: readonly Role[],
): Promise<{ readonly people: readonly string[] }> {
  return { people: (await Promise.all(roles.map((role) => peopleWith(db, role, channel)))).flat() };
}

/** Everyone who has a role in the channel; with `null`, in any. */
async function peopleWith(db: Queryable, role: Role, channel: string | null): Promise<readonly string[]> {
  return (await listPeople(db)).filter((one) => holds(one, role, channel)).map(({ name }) => name);
}

/** The people who act in the channel for the organisations. */
export async function providersOf(
  db: Queryable,
  organisations: readonly string[],
  channel: string,
): Promise<readonly string[]> {
  return (await listPeople(db))
    .filter((one) => holds(one, 'provider', channel) && organisations.includes(one.organisation ?? ''))
    .map(({ name }) => name);
}

function holds({ roles, channelRoles }: Person, role: Role, channel: string | null): boolean {
  return (
    roles.includes(role) ||
    channelRoles.some((one) => one.role === role && (channel === null || one.channel === channel))
  );
}

/** Those who asked and have not withdrawn. */
export async function requestersOf(db: Queryable, request: string): Promise<readonly string[]> {
  const { requesters } = await showRequest(db, request);
  return requesters.filter(({ withdrawnAt }) => withdrawnAt === null).map(({ person }) => person);
}
