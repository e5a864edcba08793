/** Signing in by an identity provider: who it is and which roles they have, as the operator mapped its claims. */
import type { Strength } from '../../domain/credential.ts';
import { ROLES, type Role, SYSTEM } from '../../domain/people.ts';
import { Problem } from '../../domain/problem.ts';
import type { Queryable } from '../../platform/db/port.ts';
import type { Change } from '../../platform/ledger/port.ts';
import type { Claims } from '../../platform/oidc/port.ts';
import { findPerson } from '../accounts/read.ts';
import { wrongCredentials } from './attempts.ts';
import type { Caller, MappedProvider, SignInDeps, StartedSession } from './deps.ts';
import { RECENT_PROOF_S } from './limits.ts';
import { confirmWithin, requireAddress } from './mail-address.ts';
import type { Site } from './passkeys.ts';
import { hashOf } from './secrets.ts';
import { startSession } from './sessions.ts';
import { tables } from './store.ts';
import { issueToStranger } from './strangers-tickets.ts';
import { takeTicket } from './tickets.ts';

/**
 * The pages that providers send browsers back to: each provider has its own, `/sign-in/oidc/NAME`, so that an answer of one
 * is never taken for another's (RFC 9700, 4.4.2.2). The page hands over whose it is, with the ticket.
 */
const CALLBACK = '/sign-in/oidc';

export interface BeginProvider {
  readonly provider: string;
  /** Whether it must ask its person anew, whoever is signed in there already. */
  readonly recent: boolean;
  readonly site: Site;
}

export interface ProviderAnswer {
  readonly ticket: string;
  /** Whose page the browser came back to; `undefined`: the one that is shared. */
  readonly provider: string | undefined;
  readonly query: string;
  readonly site: Site;
}

/**
 * Where the browser goes, and the ticket that its page keeps: a code that another browser got is of no use without it. Throws
 * `too-many-attempts`.
 */
export async function beginProvider(
  deps: SignInDeps,
  { provider: name, recent, site }: BeginProvider,
  { address: from }: Pick<Caller, 'address'>,
): Promise<{ readonly ticket: string; readonly address: string }> {
  const mapped = providerOf(deps, name);
  const maxAgeS = recent ? RECENT_PROOF_S : mapped.oldestProofS;
  const { address, pending } = await mapped.provider.begin(redirectOf(mapped, { name, site }), {
    maxAgeS,
    askAnew: recent,
  });
  const data = { ...pending, provider: name, maxAge: maxAgeS === null ? '' : String(maxAgeS) };
  const asked = { kind: 'oidc', data, now: deps.clock.now(), address: from } as const;
  return { ticket: await issueToStranger(deps.db, asked), address };
}

/** Throws `wrong-credentials`, `sign-in-refused`, `no-account`, `account-closed`, `last-operator`. */
export async function signInWithProvider(
  deps: SignInDeps,
  { ticket, provider: cameBackTo, query, site }: ProviderAnswer,
  caller: Caller,
): Promise<StartedSession> {
  const asked = { kind: 'oidc', hash: hashOf(ticket), now: deps.clock.now() } as const;
  const found = await takeTicket(deps.db, asked);
  if (found === undefined) throw wrongCredentials({ failed: 'ticket' });
  const { provider: name = '', state = '', nonce = '', verifier = '', maxAge = '' } = found.data;
  const mapped = providerOf(deps, name);
  const callback = new URL(`${redirectOf(mapped, { name, site })}?${query.replace(/^\?/, '')}`);
  requireAnswerOf(deps, { mapped, name, cameBackTo, answer: callback.searchParams });
  const maxAgeS = maxAge === '' ? null : Number(maxAge);
  const claims = await mapped.provider.finish(callback, { state, nonce, verifier, maxAgeS });
  return deps.ledger.change(SYSTEM, async (change) => {
    const person = await personOf(deps, change, { mapped, claims });
    const address = confirmedAddress(claims);
    if (address !== undefined) await keepAddress(deps, change, { person, raw: address });
    const strength = strengthOf(mapped, claims);
    const provedAt = provedAtOf(claims, change.now);
    return startSession(change, { person, method: `provider ${name}`, strength, caller, provedAt });
  });
}

function redirectOf(
  { sharesRedirect }: MappedProvider,
  { name, site }: { readonly name: string; readonly site: Site },
) {
  return `${site.origin}${CALLBACK}${sharesRedirect ? '' : `/${name}`}`;
}

/**
 * An answer counts only where it came to the page of the provider that was asked; where several share one, the answer must
 * say who gives it (`iss`, RFC 9207), which is then compared. Throws `sign-in-refused`.
 */
function requireAnswerOf(
  { providers }: SignInDeps,
  {
    mapped,
    name,
    cameBackTo,
    answer,
  }: {
    readonly mapped: MappedProvider;
    readonly name: string;
    readonly cameBackTo: string | undefined;
    readonly answer: URLSearchParams;
  },
): void {
  if (cameBackTo !== (mapped.sharesRedirect ? undefined : name))
    throw refusedAnswer('the browser came back to the page of another provider');
  const sharing = [...providers.values()].filter(({ sharesRedirect }) => sharesRedirect);
  if (mapped.sharesRedirect && sharing.length > 1 && !answer.has('iss'))
    throw refusedAnswer('several providers share one address here, and this answer does not say whose it is');
}

/** When the provider asked its person; never later than now, whatever its clock says. */
function provedAtOf(claims: Claims, now: Date): Date | null {
  const said = claims['auth_time'];
  return typeof said === 'number' && said > 0 ? new Date(Math.min(said * 1000, now.getTime())) : null;
}

interface Met {
  readonly mapped: MappedProvider;
  readonly claims: Claims;
}

/** Whom the identity is linked to; a new one is linked to a new account, never to one that is there already. */
async function personOf(deps: SignInDeps, change: Change, { mapped, claims }: Met): Promise<string> {
  const { issuer } = mapped.provider;
  const subject = textOf(claims, 'sub') ?? '';
  const roles = rolesFrom(mapped, claims);
  const { saysOperators } = mapped;
  const linked = await linkedTo(change.db, issuer, subject);
  const name = linked ?? textOf(claims, mapped.nameClaim) ?? '';
  if (linked === undefined) {
    if (roles.length === 0 || (await findPerson(change.db, name)) !== undefined) throw noAccount(roles.length === 0);
    await deps.followProvider(change, { name, roles, saysOperators });
    const row = { issuer, subject, person: name, linked_at: change.now };
    await tables(change.db).insertInto('identities').values(row).execute();
    change.append({ kind: 'identity-linked', person: name, issuer });
    return name;
  }
  if ((await findPerson(change.db, linked))?.disabledAt !== null) throw wrongCredentials({ person: linked });
  if (mapped.roles.length > 0) await deps.followProvider(change, { name: linked, roles, saysOperators });
  return linked;
}

async function linkedTo(db: Queryable, issuer: string, subject: string): Promise<string | undefined> {
  const row = await tables(db)
    .selectFrom('identities')
    .select('person')
    .where('issuer', '=', issuer)
    .where('subject', '=', subject)
    .executeTakeFirst();
  return row?.person;
}

function rolesFrom({ rolesClaim, roles }: MappedProvider, claims: Claims): readonly Role[] {
  const claimed = valuesOf(claims[rolesClaim]);
  return ROLES.filter((role) => roles.some((one) => one.role === role && claimed.includes(one.value)));
}

/** What the provider says that it asked for (ASVS 6.8.4); nothing said is one factor. */
function strengthOf({ multi, phishingResistant }: MappedProvider, claims: Claims): Strength {
  const said = [...valuesOf(claims['acr']), ...valuesOf(claims['amr'])];
  if (said.some((value) => phishingResistant.includes(value))) return 'phishing-resistant';
  return said.some((value) => multi.includes(value)) ? 'multi' : 'single';
}

function valuesOf(claim: unknown): readonly string[] {
  const all = Array.isArray(claim) ? claim : [claim];
  return all.filter((one) => typeof one === 'string');
}

function textOf(claims: Claims, name: string): string | undefined {
  const claim = claims[name];
  return typeof claim === 'string' && claim !== '' ? claim : undefined;
}

/** An address counts only where the provider says that it is its person's (OpenSSF AN-1.1). */
function confirmedAddress(claims: Claims): string | undefined {
  return claims['email_verified'] === true ? textOf(claims, 'email') : undefined;
}

async function keepAddress(
  deps: SignInDeps,
  change: Change,
  { person, raw }: { readonly person: string; readonly raw: string },
): Promise<void> {
  const address = requireAddress(raw);
  const row = await tables(change.db)
    .selectFrom('mail_addresses')
    .select('address')
    .where('person', '=', person)
    .executeTakeFirst();
  if (row?.address !== address) await confirmWithin(deps, change, { person, address });
}

function providerOf({ providers }: SignInDeps, name: string): MappedProvider {
  const found = providers.get(name);
  if (found !== undefined) return found;
  throw new Problem({
    kind: 'not-found',
    code: 'unknown-provider',
    what: `There is no identity provider ${JSON.stringify(name.slice(0, 40))} here`,
    next: 'See GET /api/v1/sign-in.',
  });
}

function refusedAnswer(why: string): Problem {
  return new Problem({
    kind: 'sign-in',
    code: 'sign-in-refused',
    what: 'This answer of an identity provider signs nobody in',
    why,
    next: 'Begin again.',
  });
}

function noAccount(hasNoRole: boolean): Problem {
  return new Problem({
    kind: 'not-allowed',
    code: 'no-account',
    what: 'You have no account here',
    why: hasNoRole ? 'none of your groups has a role here' : 'somebody else bears your name here already',
    next: 'Ask an operator.',
  });
}
