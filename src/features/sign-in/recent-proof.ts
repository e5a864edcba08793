/** Whether somebody has just proved who they are: what changes to credentials take. */
import { requireStrength } from '../../domain/authority.ts';
import type { Actor } from '../../domain/people.ts';
import { Problem, type Unsaid } from '../../domain/problem.ts';
import type { Clock } from '../../platform/clock/port.ts';
import type { Queryable } from '../../platform/db/port.ts';
import { RECENT_PROOF_S } from './limits.ts';
import { tables } from './store.ts';

interface ProofDeps {
  readonly db: Queryable;
  readonly clock: Clock;
}

/**
 * Changes to one's own credentials, and new ones that act in one's name (tokens), take somebody who has just proved who
 * they are, in person: no token, no session that was left open (ASVS 7.5.1). Throws `not-by-token`, `stronger-sign-in`, `prove-again`.
 */
export async function requireRecentProof({ db, clock }: ProofDeps, actor: Actor): Promise<string> {
  if (actor.kind === 'system') throw noSession();
  const { credential, name } = actor;
  if (credential === undefined) return name;
  if (credential.kind === 'token') throw notByToken();
  const row = await tables(db)
    .selectFrom('sessions')
    .select(['made_at', 'proved_at', 'strength'])
    .where('id', '=', credential.id)
    .executeTakeFirst();
  if (row?.strength === 'single' && (await hadSecondFactor(db, name, row.made_at)))
    requireStrength(actor, 'multi', 'changes to how they sign in, since they have a second factor');
  const provedAt = row?.proved_at ?? undefined;
  if (provedAt !== undefined && clock.now().getTime() - provedAt.getTime() <= RECENT_PROOF_S * 1000) return name;
  throw new Problem({
    kind: 'not-allowed',
    code: 'prove-again',
    what: 'This changes how you sign in or who acts in your name, and you signed in a while ago',
    why: `It takes a sign-in within the last ${RECENT_PROOF_S / 60} minutes; one by a provider counts from when it asked you`,
    next: 'Sign in again (by a provider: with recent=true, so that it asks you anew), then repeat it.',
  });
}

/**
 * Whether there was a second factor when a session began: one that began without it, as a provider's may, does not bind
 * another one (NIST SP 800-63B-4, 4.1.2).
 */
async function hadSecondFactor(db: Queryable, person: string, at: Date): Promise<boolean> {
  const app = tables(db).selectFrom('authenticator_apps').select('person').where('person', '=', person);
  const passkey = tables(db).selectFrom('passkeys').select('person').where('person', '=', person);
  const found = await Promise.all([
    app.where('confirmed_at', '<', at).executeTakeFirst(),
    passkey.where('added_at', '<', at).executeTakeFirst(),
  ]);
  return found.some((one) => one !== undefined);
}

function notByToken(): Problem {
  return new Problem({
    kind: 'not-allowed',
    code: 'not-by-token',
    what: 'A token changes nothing about how its person signs in',
    next: 'Sign in, and do it there.',
  });
}

/** One answer for all: unknown, ended, left alone. */
export function noSession(unsaid?: Unsaid): Problem {
  return new Problem({
    unsaid,
    kind: 'sign-in',
    code: 'no-session',
    what: 'This session is not valid',
    why: 'It is unknown, has ended, or was left alone too long',
    next: 'Sign in again.',
  });
}
