/** Signing in with a password and, where there is one, a second factor; and setting the password. */
import { type Actor, SYSTEM } from '../../domain/people.ts';
import { Problem } from '../../domain/problem.ts';
import type { Queryable } from '../../platform/db/port.ts';
import type { Change } from '../../platform/ledger/port.ts';
import { findPerson, requirePerson } from '../accounts/read.ts';
import { attempt, wrongCredentials } from './attempts.ts';
import { useCode } from './authenticator-app.ts';
import type { Caller, SignInDeps, SignInStep, StartedSession } from './deps.ts';
import { SECOND_STEP_S } from './limits.ts';
import { hashPassword, isPassword, requireGoodPassword } from './passwords.ts';
import { factorsOf, mailAddressOf } from './read.ts';
import { requireRecentProof } from './recent-proof.ts';
import { hashOf } from './secrets.ts';
import { BY_RECOVERY_CODE, endAll, startSession } from './sessions.ts';
import { tables } from './store.ts';
import { dropTickets, issueTicket, readTicket } from './tickets.ts';

interface NameAndPassword {
  readonly name: string;
  readonly password: string;
}

/**
 * The first step. Whoever has a second factor is asked for it: the password alone opens nothing then. Throws
 * `wrong-credentials` and `too-many-attempts`, the same for names that nobody has.
 */
export async function signInWithPassword(
  deps: SignInDeps,
  { name, password }: NameAndPassword,
  caller: Caller,
): Promise<SignInStep> {
  const person = await attempt(deps, { factor: 'password', account: name, caller }, async () => {
    const isRight = await isPassword(password, await hashOfPerson(deps.db, name));
    const found = isRight ? await findPerson(deps.db, name) : undefined;
    return found?.disabledAt === null ? found.name : undefined;
  });
  if (await deps.isBreached(password, 'sign-in')) throw breachedSince();
  return deps.ledger.change(SYSTEM, async (change) => {
    const { authenticatorApp, passkeys } = await factorsOf(change.db, person);
    if (!authenticatorApp && passkeys.length === 0) {
      const proof = { person, method: 'password', strength: 'single', caller } as const;
      return { step: 'done', session: await startSession(change, proof) };
    }
    await dropTickets(change.db, person, 'second-factor');
    const asked = { kind: 'second-factor', person, data: {}, seconds: SECOND_STEP_S, now: change.now } as const;
    return { step: 'second-factor', ticket: await issueTicket(change.db, asked) };
  });
}

/** The second step: a code of the app or a recovery code. Its failures count for themselves. */
export async function signInWithCode(
  deps: SignInDeps,
  { ticket, code }: { readonly ticket: string; readonly code: string },
  caller: Caller,
): Promise<StartedSession> {
  const asked = { kind: 'second-factor', hash: hashOf(ticket), now: deps.clock.now() } as const;
  const person = (await readTicket(deps.db, asked))?.person ?? null;
  if (person === null) throw wrongCredentials({ failed: 'ticket' });
  return attempt(deps, { factor: 'code', account: person, caller }, () =>
    deps.ledger.change(SYSTEM, async (change) => {
      const used = await useCode(deps, change, { person, code });
      if (used === undefined) return undefined;
      await dropTickets(change.db, person, 'second-factor');
      const method = used === 'app' ? 'password and app' : BY_RECOVERY_CODE;
      return startSession(change, { person, method, strength: 'multi', caller });
    }),
  );
}

/**
 * Sets or changes one's own password; other sessions end (ASVS 7.4.3). Whoever has one shows it (6.2.3). Throws
 * `prove-again`, `wrong-credentials` and what the password itself is refused for.
 */
export async function changePassword(
  deps: SignInDeps,
  actor: Actor,
  asked: { readonly current: string | undefined; readonly password: string; readonly caller: Caller },
): Promise<void> {
  const person = await requireRecentProof(deps, actor);
  const hash = await hashOfPerson(deps.db, person);
  if (hash !== undefined)
    await attempt(deps, { factor: 'password', account: person, caller: asked.caller }, async () =>
      (await isPassword(asked.current ?? '', hash)) ? true : undefined,
    );
  const next = await newHash(deps, person, asked.password);
  await deps.ledger.change(actor, async (change) => {
    await savePassword(change, person, next);
    const own = actor.kind === 'person' && actor.credential?.kind === 'session' ? actor.credential.id : undefined;
    await endAll(change, { person, but: own, reason: 'the password was changed' });
  });
}

/** The hash of a password that may be one, for `savePassword`. */
export async function newHash(deps: SignInDeps, person: string, password: string): Promise<string> {
  const { organisation } = await requirePerson(deps.db, person);
  const address = (await mailAddressOf(deps.db, person))?.address;
  const context = [person, organisation ?? '', address ?? ''];
  await requireGoodPassword(password, { context, isBreached: deps.isBreached });
  return hashPassword(password);
}

export async function savePassword({ db, now, append }: Change, person: string, hash: string): Promise<void> {
  const row = { hash, set_at: now };
  await tables(db)
    .insertInto('passwords')
    .values({ person, ...row })
    .onConflict((conflict) => conflict.column('person').doUpdateSet(row))
    .execute();
  append({ kind: 'password-changed', person });
}

async function hashOfPerson(db: Queryable, name: string): Promise<string | undefined> {
  return (await tables(db).selectFrom('passwords').select('hash').where('person', '=', name).executeTakeFirst())?.hash;
}

/** A password that became known meanwhile must be changed before anything else (OpenSSF AN-2.4). */
function breachedSince(): Problem {
  return new Problem({
    kind: 'not-allowed',
    code: 'password-breached',
    what: 'This password has become known from a leak',
    next: 'Recover the account, which sets a new one.',
  });
}
