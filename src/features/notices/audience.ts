/** Who is told: people by role, and those who asked for a package. */
import type { Role } from '../../domain/people.ts';
import type { Queryable } from '../../platform/db/port.ts';
import { listPeople, type Person } from '../accounts/read.ts';
import { showRequest } from '../requests/read.ts';

/** Everyone who has a role in the channel; with `null`, in any. */
export async function peopleWith(db: Queryable, role: Role, channel: string | null): Promise<readonly string[]> {
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
