/** Tickets of those who have not said yet who they are: anybody may ask for one, so there are only so many. */
import { sql } from 'kysely';
import { callerNetwork, callerSite } from '../../domain/caller-network.ts';
import { Problem } from '../../domain/problem.ts';
import type { Database, Queryable } from '../../platform/db/port.ts';
import {
  MOST_TICKETS_OF_A_NETWORK,
  MOST_TICKETS_OF_A_SITE,
  MOST_TICKETS_OF_STRANGERS,
  SECOND_STEP_S,
} from './limits.ts';
import { hashOf } from './secrets.ts';
import { tables } from './store.ts';
import { issueTicket, type TicketKind } from './tickets.ts';

export interface StrangersTicket {
  readonly kind: Extract<TicketKind, 'passkey-sign-in' | 'oidc'>;
  readonly data: Readonly<Record<string, string>>;
  readonly now: Date;
  /** From where it is asked for. */
  readonly address: string;
}

/** Any number will do, as long as nothing else locks by it: two at once must not count the same. */
const TICKETS_LOCK = 0x7469636b;

/**
 * The secret of a ticket for the second step. Throws `too-many-attempts` where its network, or its IPv6 site, has as many that are
 * unfinished as one may have; where all together do, the site with the most loses its oldest, so that nobody is kept out by others.
 */
export async function issueToStranger(db: Database, { kind, data, now, address }: StrangersTicket): Promise<string> {
  const caller = callerNetwork(address);
  const from = {
    network: hashOf(`tickets from ${caller}`),
    site: hashOf(`tickets from ${callerSite(caller) ?? caller}`),
  };
  return db.transaction().execute(async (change) => {
    await sql`select pg_advisory_xact_lock(${TICKETS_LOCK})`.execute(change);
    await tables(change)
      .deleteFrom('sign_in_tickets')
      .where('network', 'is not', null)
      .where('expires_at', '<=', now)
      .execute();
    const { all, own, ofSite, oldest } = await countOf(change, from);
    if (own >= MOST_TICKETS_OF_A_NETWORK || ofSite >= MOST_TICKETS_OF_A_SITE)
      throw tooManyBegun(secondsUntil(oldest ?? now, now));
    if (all >= MOST_TICKETS_OF_STRANGERS) await dropOldestOfTheLargest(change);
    return issueTicket(change, { kind, person: null, data, from, seconds: SECOND_STEP_S, now });
  });
}

interface Counted {
  readonly all: number;
  readonly own: number;
  readonly ofSite: number;
  /** When the oldest of one's own, or of one's site, ends. */
  readonly oldest: Date | null;
}

async function countOf(
  db: Queryable,
  { network, site }: { readonly network: string; readonly site: string },
): Promise<Counted> {
  const { rows } = await sql<Counted>`
    select count(*)::int as all, count(*) filter (where network = ${network})::int as own,
      count(*) filter (where site = ${site})::int as "ofSite",
      min(expires_at) filter (where network = ${network} or site = ${site}) as oldest
    from sign_in_tickets where network is not null`.execute(db);
  return rows[0] ?? { all: 0, own: 0, ofSite: 0, oldest: null };
}

async function dropOldestOfTheLargest(db: Queryable): Promise<void> {
  await sql`
    delete from sign_in_tickets where hash = (
      select hash from sign_in_tickets where network is not null and coalesce(site, network) = (
        select coalesce(site, network) from sign_in_tickets where network is not null
        group by 1 order by count(*) desc, min(expires_at) limit 1)
      order by expires_at limit 1)`.execute(db);
}

function secondsUntil(time: Date, now: Date): number {
  return Math.max(1, Math.ceil((time.getTime() - now.getTime()) / 1000));
}

function tooManyBegun(seconds: number): Problem {
  return new Problem({
    kind: 'too-often',
    code: 'too-many-attempts',
    what: 'Too many sign-ins were begun from this network and not finished',
    why: `Each may take ${SECOND_STEP_S / 60} minutes`,
    next: `Finish one of them, or try again in ${seconds} seconds.`,
    retryAfterSeconds: seconds,
  });
}
