/** Facts about how people sign in, for other rooms and surfaces. Never a secret, never a hash. */
import type { Strength } from '../../domain/credential.ts';
import type { ChannelRole, Role } from '../../domain/people.ts';
import type { Queryable } from '../../platform/db/port.ts';
import { type SessionRow, tables } from './store.ts';

export { requireRecentProof } from './recent-proof.ts';

const DECIDING: readonly Role[] = ['reviewer', 'provider', 'operator'];

interface Roles {
  readonly roles: readonly Role[];
  readonly channelRoles: readonly ChannelRole[];
}

/** Whether somebody decides anywhere: then a second factor is needed, and sessions are shorter. */
export function decides({ roles, channelRoles }: Roles): boolean {
  return [...roles, ...channelRoles.map(({ role }) => role)].some((role) => DECIDING.includes(role));
}

/** A session as its person sees it. */
export interface Session {
  readonly id: string;
  readonly method: string;
  readonly strength: Strength;
  readonly device: string;
  readonly address: string;
  /** RFC 3339, UTC. */
  readonly madeAt: string;
  readonly usedAt: string;
  readonly endsAt: string;
}

/** Live sessions of a person, the newest first. */
export async function listSessions(db: Queryable, person: string, now: Date): Promise<readonly Session[]> {
  const rows = await tables(db)
    .selectFrom('sessions')
    .selectAll()
    .where('person', '=', person)
    .where('ended_at', 'is', null)
    .where('ends_at', '>', now)
    .orderBy('made_at', 'desc')
    .execute();
  return rows.filter((row) => isLive(row, now)).map(sessionOf);
}

/** Whether a session may still be used. */
export function isLive(row: SessionRow, now: Date): boolean {
  const idleUntil = row.used_at.getTime() + row.idle_seconds * 1000;
  return row.ended_at === null && row.ends_at > now && idleUntil > now.getTime();
}

function sessionOf({ id, method, strength, device, address, made_at, used_at, ends_at }: SessionRow): Session {
  const times = { madeAt: made_at.toISOString(), usedAt: used_at.toISOString(), endsAt: ends_at.toISOString() };
  return { id, method, strength, device, address, ...times };
}

/** The ways in which a person can sign in. */
export interface Factors {
  readonly password: boolean;
  readonly authenticatorApp: boolean;
  readonly recoveryCodesLeft: number;
  readonly passkeys: readonly {
    readonly id: string;
    readonly label: string;
    readonly addedAt: string;
    readonly lastUsedAt: string | null;
    /** Whether it is copied between devices. */
    readonly backedUp: boolean;
  }[];
  /** Identity providers that are linked. */
  readonly issuers: readonly string[];
}

export async function factorsOf(db: Queryable, person: string): Promise<Factors> {
  const t = tables(db);
  const password = await t.selectFrom('passwords').select('person').where('person', '=', person).executeTakeFirst();
  const app = await t
    .selectFrom('authenticator_apps')
    .select('confirmed_at')
    .where('person', '=', person)
    .executeTakeFirst();
  const codes = await t
    .selectFrom('recovery_codes')
    .select('hash')
    .where('person', '=', person)
    .where('used_at', 'is', null)
    .execute();
  const passkeys = await t
    .selectFrom('passkeys')
    .selectAll()
    .where('person', '=', person)
    .orderBy('added_at')
    .execute();
  const identities = await t.selectFrom('identities').select('issuer').where('person', '=', person).execute();
  return {
    password: password !== undefined,
    authenticatorApp: app !== undefined && app.confirmed_at !== null,
    recoveryCodesLeft: codes.length,
    passkeys: passkeys.map((row) => ({
      id: row.id,
      label: row.label,
      addedAt: row.added_at.toISOString(),
      lastUsedAt: row.last_used_at?.toISOString() ?? null,
      backedUp: row.backed_up,
    })),
    issuers: identities.map(({ issuer }) => issuer),
  };
}

/** A person's mail address, and whether it is theirs. */
export interface MailAddress {
  readonly address: string;
  readonly isConfirmed: boolean;
  /** Whether its domain takes no mail any more. */
  readonly isAbandoned: boolean;
}

export async function mailAddressOf(db: Queryable, person: string): Promise<MailAddress | undefined> {
  const row = await tables(db).selectFrom('mail_addresses').selectAll().where('person', '=', person).executeTakeFirst();
  if (row === undefined) return undefined;
  return { address: row.address, isConfirmed: row.confirmed_at !== null, isAbandoned: row.abandoned_at !== null };
}

/** Confirmed addresses of people, by name, for notices; who has none reads the inbox. */
export async function mailAddressesOf(db: Queryable, people: readonly string[]): Promise<ReadonlyMap<string, string>> {
  if (people.length === 0) return new Map();
  const rows = await tables(db)
    .selectFrom('mail_addresses')
    .select(['person', 'address'])
    .where('person', 'in', people)
    .where('confirmed_at', 'is not', null)
    .where('abandoned_at', 'is', null)
    .execute();
  return new Map(rows.map(({ person, address }) => [person, address]));
}
