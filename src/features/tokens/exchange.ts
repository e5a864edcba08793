/**
 * Trusted publishing: a build shows who its issuer says it is, and gets a token of some minutes. No secret is kept anywhere
 * (OpenSSF AZ-3.1). Only what the operator wrote down counts: issuer, audience, and every claim.
 */
import { createHash } from 'node:crypto';
import type { Scope } from '../../domain/credential.ts';
import { SYSTEM } from '../../domain/people.ts';
import { Problem } from '../../domain/problem.ts';
import type { Clock } from '../../platform/clock/port.ts';
import type { Change, Ledger } from '../../platform/ledger/port.ts';
import type { Claims, IssuerOf, VerifyIdentity } from '../../platform/oidc/port.ts';
import { actorWith } from '../accounts/read.ts';
import { noteIdentity } from './store.ts';

/** A build that may exchange its identity, and for what. */
export interface Publisher {
  readonly name: string;
  readonly issuer: string;
  /** Our own name, as the build asks its issuer to write it: a token for somebody else opens nothing here. */
  readonly audience: string;
  /** Each must be equal: ids that never change hands, not names that do. */
  readonly claims: Readonly<Record<string, string | number | boolean>>;
  readonly person: string;
  readonly scope: Scope;
  readonly minutes: number;
}

export interface ExchangeDeps {
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly publishers: readonly Publisher[];
  readonly verifyIdentity: VerifyIdentity;
  readonly issuerOf: IssuerOf;
}

/** The publisher whose build this is, once: a token that was exchanged is not taken again. Throws `bad-identity`. */
export async function exchange<T>(
  deps: ExchangeDeps,
  token: string,
  make: (change: Change, publisher: Publisher) => Promise<T>,
): Promise<T> {
  const issuer = deps.issuerOf(token);
  const candidates = deps.publishers.filter((one) => one.issuer === issuer);
  if (candidates.length === 0) throw unknownBuild();
  const { publisher, claims } = await matching(deps, candidates, token);
  return deps.ledger.change(SYSTEM, async (change) => {
    // Throws where the account is closed.
    const scope = publisher.scope;
    await actorWith(change.db, publisher.person, { kind: 'token', id: '', strength: 'single', scope });
    const id = typeof claims['jti'] === 'string' ? claims['jti'] : signedPart(token);
    const hash = createHash('sha256').update(`${publisher.issuer} ${id}`).digest('hex');
    const until = typeof claims['exp'] === 'number' ? new Date(claims['exp'] * 1000) : change.now;
    if (!(await noteIdentity(change.db, { hash, until, now: change.now }))) throw usedBefore();
    return make(change, publisher);
  });
}

/** A signature can be written in more than one way; what it signs cannot. */
function signedPart(token: string): string {
  return token.slice(0, token.lastIndexOf('.'));
}

async function matching(deps: ExchangeDeps, candidates: readonly Publisher[], token: string) {
  const audiences = [...new Set(candidates.map(({ audience }) => audience))];
  const issuer = candidates[0]?.issuer ?? '';
  let refusal: unknown = unknownBuild();
  for (const audience of audiences) {
    try {
      const claims = await deps.verifyIdentity(token, { issuer, audience, now: deps.clock.now() });
      const publisher = candidates.find((one) => one.audience === audience && fits(one, claims));
      if (publisher !== undefined) return { publisher, claims };
      refusal = unknownBuild();
    } catch (error) {
      refusal = error;
    }
  }
  throw refusal;
}

function fits({ claims: wanted }: Publisher, claims: Claims): boolean {
  return Object.entries(wanted).every(([name, value]) => Object.hasOwn(claims, name) && claims[name] === value);
}

function unknownBuild(): Problem {
  return badIdentity(
    'no publisher that the operator named is this build',
    'Compare its claims with sign_in.publishers.',
  );
}

function usedBefore(): Problem {
  return badIdentity('it was exchanged before', 'Ask the builder for a new one.');
}

function badIdentity(why: string, next: string): Problem {
  const what = 'This identity token is not one that is taken here';
  return new Problem({ kind: 'sign-in', code: 'bad-identity', what, why, next });
}
