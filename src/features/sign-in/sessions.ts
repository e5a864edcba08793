/** Sessions: short, listed, and ended one by one or all at once. The browser holds a secret, the database its hash. */
import { sql } from 'kysely';
import type { Credential, Strength } from '../../domain/credential.ts';
import { type Actor, actorName } from '../../domain/people.ts';
import { Problem } from '../../domain/problem.ts';
import type { Queryable } from '../../platform/db/port.ts';
import type { Change } from '../../platform/ledger/port.ts';
import { actorWith, requirePerson } from '../accounts/read.ts';
import type { Caller, SignInDeps, StartedSession } from './deps.ts';
import { LONGEST_DEVICE_CHARACTERS, SESSION_LIFE, SESSION_LIFE_OF_DECIDERS, USE_NOTED_EVERY_S } from './limits.ts';
import { decides, isLive } from './read.ts';
import { noSession } from './recent-proof.ts';
import { hashOf, newSecret } from './secrets.ts';
import { type SessionRow, tables } from './store.ts';

/** How a session began whose second factor was a recovery code. */
export const BY_RECOVERY_CODE = 'password and recovery code';

interface Proof {
  readonly person: string;
  readonly method: string;
  readonly strength: Strength;
  readonly caller: Caller;
  /** When they proved it, where that was not now; `null`: nobody says. */
  readonly provedAt?: Date | null;
}

/** A session with a secret of its own: the one that the call came with ends, also where it steps up (ASVS 7.2.4). */
export async function startSession(change: Change, proof: Proof): Promise<StartedSession> {
  const { db, now, append } = change;
  const { person, method, strength, caller, provedAt = now } = proof;
  const life = decides(await requirePerson(db, person)) ? SESSION_LIFE_OF_DECIDERS : SESSION_LIFE;
  if (caller.session !== undefined) await endRows(db, { id: caller.session, now });
  const secret = newSecret();
  const row: SessionRow = {
    id: await nextId(db),
    hash: hashOf(secret),
    ...{ person, method, strength },
    device: printable(caller.device),
    address: caller.address,
    made_at: now,
    proved_at: provedAt,
    used_at: now,
    idle_seconds: life.idle,
    ends_at: new Date(now.getTime() + life.whole * 1000),
    ended_at: null,
  };
  await tables(db).insertInto('sessions').values(row).execute();
  append({ kind: 'signed-in', person, session: row.id, method, strength });
  return { secret, id: row.id, person, strength, method, endsAt: row.ends_at.toISOString() };
}

async function nextId(db: Queryable): Promise<string> {
  const { rows } = await sql<{ id: string }>`select nextval('session_ids') as id`.execute(db);
  return `S-${rows[0]?.id ?? '0'}`;
}

/** What a browser says of itself is shown to its person: no control characters, and not much of it. */
function printable(device: string): string {
  return device.replaceAll(/[^\x20-\x7e]/g, ' ').slice(0, LONGEST_DEVICE_CHARACTERS);
}

/** Who acts with this session. Throws `no-session` (sign-in) where it is unknown, has ended, or was left alone too long. */
export async function authenticateSession({ db, clock, totpSuffices }: SignInDeps, secret: string): Promise<Actor> {
  const now = clock.now();
  const row = await tables(db).selectFrom('sessions').selectAll().where('hash', '=', hashOf(secret)).executeTakeFirst();
  if (row === undefined || !isLive(row, now))
    throw noSession(row === undefined ? {} : { person: row.person, credential: `session ${row.id}` });
  if (now.getTime() - row.used_at.getTime() >= USE_NOTED_EVERY_S * 1000)
    await tables(db).updateTable('sessions').set({ used_at: now }).where('id', '=', row.id).execute();
  // A recovery code is written down and read out: it stands in for the app, never for a passkey.
  const isLifted = totpSuffices && row.strength === 'multi' && row.method !== BY_RECOVERY_CODE;
  const strength = isLifted ? 'phishing-resistant' : row.strength;
  const credential: Credential = { kind: 'session', id: row.id, strength };
  return actorWith(db, row.person, credential);
}

/** Ends one session of the actor, or of anybody where an operator asks. Throws `unknown-session`. */
export async function endSession(
  { ledger }: SignInDeps,
  actor: Actor,
  { id, mayEndAny }: { readonly id: string; readonly mayEndAny: boolean },
): Promise<void> {
  await ledger.change(actor, async ({ db, now, append }) => {
    const row = await tables(db).selectFrom('sessions').selectAll().where('id', '=', id).executeTakeFirst();
    if (row === undefined || (row.person !== actorName(actor) && !mayEndAny))
      throw unknownSession(id, row !== undefined);
    if ((await endRows(db, { id, now })) === 0) return;
    append({ kind: 'sessions-ended', person: row.person, sessions: 1, reason: 'ended by hand' });
  });
}

/** Ends every session of a person, but for one where it is named. */
export async function endAll(
  { db, now, append }: Change,
  { person, but, reason }: { readonly person: string; readonly but?: string | undefined; readonly reason: string },
): Promise<number> {
  const sessions = await endRows(db, { person, but, now });
  if (sessions > 0) append({ kind: 'sessions-ended', person, sessions, reason });
  return sessions;
}

interface Ending {
  readonly id?: string;
  readonly person?: string;
  readonly but?: string | undefined;
  readonly now: Date;
}

async function endRows(db: Queryable, { id, person, but, now }: Ending): Promise<number> {
  let update = tables(db).updateTable('sessions').set({ ended_at: now }).where('ended_at', 'is', null);
  if (id !== undefined) update = update.where('id', '=', id);
  if (person !== undefined) update = update.where('person', '=', person).where('ends_at', '>', now);
  if (but !== undefined) update = update.where('id', '<>', but);
  return Number((await update.executeTakeFirst()).numUpdatedRows);
}

function unknownSession(id: string, isConcealed: boolean): Problem {
  return new Problem({
    unsaid: { isConcealed },
    kind: 'not-found',
    code: 'unknown-session',
    what: `There is no session ${JSON.stringify(id.slice(0, 40))} of yours`,
    next: 'See /api/v1/sessions.',
  });
}
