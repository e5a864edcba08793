/** How often somebody tried: the wait grows with each failure, for an account, for an address, and on every factor. */
import { sql } from 'kysely';
import { callerNetwork, callerSite } from '../../domain/caller-network.ts';
import { SYSTEM } from '../../domain/people.ts';
import { Problem, type Unsaid } from '../../domain/problem.ts';
import type { Queryable } from '../../platform/db/port.ts';
import { findPerson } from '../accounts/read.ts';
import type { Caller, SignInDeps } from './deps.ts';
import { FAILURES_FORGOTTEN_S, FREE_FAILURES, KNOWN_ADDRESS_S, LONGEST_WAIT_S, TOLD_AFTER_FAILURES } from './limits.ts';
import { hashOf } from './secrets.ts';
import { tables } from './store.ts';

/** Which proof is tried: each has its own count, so that a password that was guessed buys no guesses of a code. */
export type Factor = 'password' | 'code' | 'mail-code' | 'recovery' | 'invitation';

export interface Attempt {
  readonly factor: Factor;
  /** The name as it was given; nobody need have it. */
  readonly account: string;
  readonly caller: Caller;
}

/**
 * Counts an attempt as failed before it is examined, so that many at once gain nothing, and runs it. Success clears what
 * the account had against it. Throws `too-many-attempts` without examining anything where it comes too early.
 */
export async function attempt<T>(
  deps: Pick<SignInDeps, 'db' | 'ledger' | 'clock'>,
  asked: Attempt,
  examine: () => Promise<T | undefined>,
): Promise<T> {
  const keys = await keysOf(deps, asked);
  // Only a name that somebody has: in its place people type their password by mistake.
  const person = (await findPerson(deps.db, asked.account))?.name;
  const failures = await countFailures(deps, keys, person);
  const found = await examine();
  if (found !== undefined) {
    await tables(deps.db).deleteFrom('sign_in_attempts').where('key', '=', keys.account).execute();
    for (const key of [keys.address, keys.site]) if (key !== undefined) await takeBack(deps.db, key);
    return found;
  }
  if (failures === TOLD_AFTER_FAILURES) await tell(deps, asked, failures);
  throw wrongCredentials({ person, failed: asked.factor === 'code' ? 'second-factor' : undefined });
}

interface Keys {
  readonly account: string;
  readonly address: string;
  /** Of all networks of an IPv6 site. */
  readonly site: string | undefined;
}

/**
 * Counts a letter that somebody has sent to an address of their choice: after the first few, each makes the wait for the
 * next one longer, so that nobody is flooded from here. Throws `too-many-attempts`.
 */
export async function paceLetters({ db, clock }: SignInDeps, person: string): Promise<void> {
  const key = hashOf(`letters of ${person}`);
  await db
    .transaction()
    .execute((change) => count(change, key, { now: clock.now(), free: FREE_FAILURES.account, person }));
}

/** Where its person signed in before, an account has a count of its own that strangers elsewhere cannot raise. */
async function keysOf(
  { db, clock }: Pick<SignInDeps, 'db' | 'clock'>,
  { factor, account, caller }: Attempt,
): Promise<Keys> {
  const since = new Date(clock.now().getTime() - KNOWN_ADDRESS_S * 1000);
  const known = await tables(db)
    .selectFrom('sessions')
    .select('id')
    .where('person', '=', account)
    .where('address', '=', caller.address)
    .where('made_at', '>', since)
    .executeTakeFirst();
  const from = known === undefined ? 'elsewhere' : caller.address;
  const network = callerNetwork(caller.address);
  const site = callerSite(network);
  return {
    account: hashOf(`${factor} of ${account} from ${from}`),
    address: hashOf(`from ${network}`),
    site: site === undefined ? undefined : hashOf(`from ${site}`),
  };
}

/** Failures of the account with this one. */
async function countFailures(
  { db, clock }: Pick<SignInDeps, 'db' | 'clock'>,
  keys: Keys,
  person: string | undefined,
): Promise<number> {
  const now = clock.now();
  return db.transaction().execute(async (change) => {
    await count(change, keys.address, { now, free: FREE_FAILURES.address, person });
    if (keys.site !== undefined) await count(change, keys.site, { now, free: FREE_FAILURES.site, person });
    return count(change, keys.account, { now, free: FREE_FAILURES.account, person });
  });
}

async function count(
  db: Queryable,
  key: string,
  { now, free, person }: { readonly now: Date; readonly free: number; readonly person: string | undefined },
): Promise<number> {
  // One statement that makes the row or locks the one that is there: an attempt that succeeds at this moment deletes it.
  const row = await tables(db)
    .insertInto('sign_in_attempts')
    .values({ key, failures: 0, last_at: now, next_at: now })
    .onConflict((conflict) => conflict.column('key').doUpdateSet({ key }))
    .returningAll()
    .executeTakeFirstOrThrow();
  if (row.next_at > now) throw tooManyAttempts(Math.ceil((row.next_at.getTime() - now.getTime()) / 1000), person);
  const isForgotten = row.last_at.getTime() < now.getTime() - FAILURES_FORGOTTEN_S * 1000;
  const failures = (isForgotten ? 0 : row.failures) + 1;
  const next_at = new Date(now.getTime() + waitAfter(failures, free) * 1000);
  await tables(db)
    .updateTable('sign_in_attempts')
    .set({ failures, last_at: now, next_at })
    .where('key', '=', key)
    .execute();
  return failures;
}

/** Seconds until the next attempt: none for the first few, then doubled each time up to a quarter of an hour. */
export function waitAfter(failures: number, free: number): number {
  return failures < free ? 0 : Math.min(2 ** (failures - free), LONGEST_WAIT_S);
}

/** An address that many people share is not slowed by those who sign in. */
async function takeBack(db: Queryable, key: string): Promise<void> {
  await sql`update sign_in_attempts set failures = greatest(failures - 1, 0), next_at = last_at where key = ${key}`.execute(
    db,
  );
}

async function tell(
  { db, ledger }: Pick<SignInDeps, 'db' | 'ledger'>,
  { account }: Attempt,
  failures: number,
): Promise<void> {
  const person = await tables(db)
    .selectFrom('passwords')
    .select('person')
    .where('person', '=', account)
    .executeTakeFirst();
  if (person === undefined) return;
  await ledger.change(SYSTEM, async ({ append }) => append({ kind: 'sign-in-slowed', person: account, failures }));
}

/** Forgets attempts that are older than a day, and tickets that ended: names that nobody has would otherwise pile up. */
export async function forgetAttempts({ db, clock }: SignInDeps): Promise<void> {
  const now = clock.now();
  const before = new Date(now.getTime() - FAILURES_FORGOTTEN_S * 1000);
  await tables(db).deleteFrom('sign_in_attempts').where('last_at', '<', before).execute();
  await tables(db).deleteFrom('sign_in_tickets').where('expires_at', '<=', now).execute();
}

/** One answer for every failure: it does not say whether there is such an account, or which part was wrong (ASVS 6.3.8). */
export function wrongCredentials(unsaid?: Unsaid): Problem {
  return new Problem({
    unsaid,
    kind: 'sign-in',
    code: 'wrong-credentials',
    what: 'Name and proof do not belong together',
    next: 'Check both; /api/v1/recovery helps where a password is lost.',
  });
}

function tooManyAttempts(seconds: number, person: string | undefined): Problem {
  return new Problem({
    unsaid: { person },
    kind: 'too-often',
    code: 'too-many-attempts',
    what: 'Too many attempts',
    why: 'Each failure makes the wait longer; a passkey is not slowed by it',
    next: `Try again in ${seconds} seconds.`,
    retryAfterSeconds: seconds,
  });
}
