/** Short-lived, single-use tickets: what holds the steps of a sign-in together, and codes that were handed out. */
import type { Queryable } from '../../platform/db/port.ts';
import { hashOf, newSecret } from './secrets.ts';
import { tables } from './store.ts';

export type TicketKind =
  | 'second-factor'
  | 'passkey-sign-in'
  | 'passkey-add'
  | 'mail'
  | 'recovery'
  | 'invitation'
  | 'oidc';

export interface Ticket {
  readonly person: string | null;
  readonly data: Readonly<Record<string, string>>;
}

interface NewTicket extends Ticket {
  readonly kind: TicketKind;
  readonly seconds: number;
  readonly now: Date;
  /** Hashes of the network and the site it was asked for from, where nobody has said who they are. */
  readonly from?: { readonly network: string; readonly site: string };
  /** Its hash, where it is a code that was made elsewhere. */
  readonly hash?: string;
}

/** The secret of a new ticket. With a person and a kind of code, the newest is the only one. */
export async function issueTicket(db: Queryable, asked: NewTicket): Promise<string> {
  const { kind, person, data, seconds, now } = asked;
  const secret = newSecret();
  const hash = asked.hash ?? hashOf(secret);
  const expires_at = new Date(now.getTime() + seconds * 1000);
  if (asked.hash !== undefined && person !== null) await dropTickets(db, person, kind);
  const { network, site } = asked.from ?? { network: null, site: null };
  await tables(db)
    .insertInto('sign_in_tickets')
    .values({ hash, kind, person, data, expires_at, network, site })
    .execute();
  return secret;
}

/** Takes a ticket: it is gone afterwards. `undefined` where it is unknown, of another kind or too old. */
export async function takeTicket(
  db: Queryable,
  { kind, hash, now }: { readonly kind: TicketKind; readonly hash: string; readonly now: Date },
): Promise<Ticket | undefined> {
  const row = await tables(db)
    .deleteFrom('sign_in_tickets')
    .where('hash', '=', hash)
    .where('kind', '=', kind)
    .returning(['person', 'data', 'expires_at'])
    .executeTakeFirst();
  return row === undefined || row.expires_at <= now ? undefined : { person: row.person, data: row.data };
}

/** A ticket that stays: its holder may mistype what else is asked for. */
export async function readTicket(
  db: Queryable,
  { kind, hash, now }: { readonly kind: TicketKind; readonly hash: string; readonly now: Date },
): Promise<Ticket | undefined> {
  const row = await tables(db)
    .selectFrom('sign_in_tickets')
    .selectAll()
    .where('hash', '=', hash)
    .where('kind', '=', kind)
    .executeTakeFirst();
  return row === undefined || row.expires_at <= now ? undefined : { person: row.person, data: row.data };
}

export async function dropTickets(db: Queryable, person: string, kind: TicketKind): Promise<void> {
  await tables(db).deleteFrom('sign_in_tickets').where('person', '=', person).where('kind', '=', kind).execute();
}

/** Whether a person has a ticket of the kind that is still good. */
export async function hasTicket(
  db: Queryable,
  { person, kind, now }: { readonly person: string; readonly kind: TicketKind; readonly now: Date },
): Promise<boolean> {
  const row = await tables(db)
    .selectFrom('sign_in_tickets')
    .select('hash')
    .where('person', '=', person)
    .where('kind', '=', kind)
    .where('expires_at', '>', now)
    .executeTakeFirst();
  return row !== undefined;
}
