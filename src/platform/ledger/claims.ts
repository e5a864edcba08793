/** Who works on which delivery: rows are claimed for a lease, so that a process that dies gives them back. */
import { hostname } from 'node:os';
import { sql } from 'kysely';
import type { Fact } from '../../domain/fact.ts';
import type { Patience } from '../../domain/patience.ts';
import type { Database } from '../db/port.ts';
import type { LedgerTables } from './rows.ts';

/** A delivery that this process works on. */
export interface Claim {
  readonly sequence: number;
  readonly reaction: string;
  /** This attempt included. */
  readonly attempts: number;
  readonly fact: Fact;
  readonly actor: string;
}

/** Longer than a stalled event loop or a database that restarts, shorter than a person's patience: seconds. */
export const LEASE_SECONDS = 30;

/** Over about an hour: what has not worked by then needs a person. */
export const PATIENCE: Patience = { mostAttempts: 14, firstPauseS: 1, longestPauseS: 900 };

/** Host, process, thread and a token of its own: what a later process on the same host can tell a dead owner by. */
export function ownerName(token: string, thread: number): string {
  return `${hostname()}/${process.pid}/${thread}/${token}`;
}

/** Takes up to `count` deliveries that are due (or whose owner's lease ran out), oldest first. */
export async function claimDue(
  db: Database,
  options: { readonly owner: string; readonly now: Date; readonly count: number },
): Promise<readonly Claim[]> {
  const { owner, now, count } = options;
  const leaseUntil = new Date(now.getTime() + LEASE_SECONDS * 1000);
  const { rows } = await sql<Claim>`
    with next as (
      select sequence, reaction from deliveries
      where (state = 'due' and due_at <= ${now}) or (state = 'running' and lease_until < ${now})
      order by sequence, reaction
      limit ${count}
      for update skip locked
    ), claimed as (
      update deliveries as d
      set state = 'running', attempts = d.attempts + 1, lease_until = ${leaseUntil}, lease_owner = ${owner}
      from next where d.sequence = next.sequence and d.reaction = next.reaction
      returning d.sequence, d.reaction, d.attempts
    )
    select claimed.*, ledger.fact, ledger.actor from claimed join ledger using (sequence)
    order by sequence, reaction`.execute(db);
  return rows;
}

/** Extends the leases of everything that the owner works on. */
export async function extendLeases(db: Database, owner: string, now: Date): Promise<void> {
  await db
    .withTables<LedgerTables>()
    .updateTable('deliveries')
    .set({ lease_until: new Date(now.getTime() + LEASE_SECONDS * 1000) })
    .where('state', '=', 'running')
    .where('lease_owner', '=', owner)
    .execute();
}

/** What became of a claim. A claim that somebody else has taken over meanwhile is left to them. */
export type ClaimEnd =
  | { readonly state: 'done'; readonly at: Date }
  | { readonly state: 'due'; readonly dueAt: Date; readonly error: string }
  | { readonly state: 'stuck'; readonly error: string };

export async function endClaim(db: Database, owner: string, claim: Claim, end: ClaimEnd): Promise<void> {
  await db
    .withTables<LedgerTables>()
    .updateTable('deliveries')
    .set({
      state: end.state,
      lease_until: null,
      lease_owner: null,
      ...(end.state === 'done' ? { done_at: end.at, last_error: null } : { last_error: end.error }),
      ...(end.state === 'due' ? { due_at: end.dueAt } : {}),
    })
    .where('sequence', '=', claim.sequence)
    .where('reaction', '=', claim.reaction)
    .where('lease_owner', '=', owner)
    .execute();
}

/** Gives back what processes of this host that no longer live were working on, without waiting for their leases to end. */
export async function releaseDeadOwners(db: Database, now: Date, thread: number): Promise<void> {
  const tables = db.withTables<LedgerTables>();
  const owners = await tables
    .selectFrom('deliveries')
    .select('lease_owner')
    .distinct()
    .where('state', '=', 'running')
    .execute();
  const dead = owners.flatMap(({ lease_owner }) =>
    lease_owner !== null && isDead(lease_owner, thread) ? [lease_owner] : [],
  );
  if (dead.length === 0) return;
  await tables
    .updateTable('deliveries')
    .set({ state: 'due', due_at: now, lease_until: null, lease_owner: null })
    .where('state', '=', 'running')
    .where('lease_owner', 'in', dead)
    .execute();
}

const living = new Set<string>();

/** Remembers an owner of this very thread: its own process id would otherwise look like a recycled one. */
export function markLiving(owner: string, isLiving: boolean): void {
  if (isLiving) living.add(owner);
  else living.delete(owner);
}

function isDead(owner: string, here: number): boolean {
  const [host, pid, thread] = owner.split('/');
  if (host !== hostname() || pid === undefined) return false;
  // What another thread of this process does is not known here: it extends its leases, or they run out.
  if (Number(pid) === process.pid) return thread === String(here) && !living.has(owner);
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ESRCH';
  }
}
