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
import { SECOND_STEP_S } from './limits.ts';
import { confirmWithin, requireAddress } from './mail-address.ts';
import type { Site } from './passkeys.ts';
import { hashOf } from './secrets.ts';
import { startSession } from './sessions.ts';
import { tables } from './store.ts';
import { issueTicket, takeTicket } from './tickets.ts';

/** The page that providers send browsers back to; it hands its own address over with the ticket. */
const CALLBACK = '/sign-in/oidc';

/** Where the browser goes, and the ticket that its page keeps: a code that another browser got is of no use without it. */
export async function beginProvider(
  deps: SignInDeps,
  { provider: name, site }: { readonly provider: string; readonly site: Site },
): Promise<{ readonly ticket: string; readonly address: string }> {
  const { provider } = providerOf(deps, name);
  const { address, pending } = await provider.begin(`${site.origin}${CALLBACK}`);
  const data = { ...pending, provider: name };
  const asked = { kind: 'oidc', person: null, data, seconds: SECOND_STEP_S, now: deps.clock.now() } as const;
  return { ticket: await issueTicket(deps.db, asked), address };
}

/** Throws `wrong-credentials`, `sign-in-refused`, `no-account`, `account-closed`, `last-operator`. */
export async function signInWithProvider(
  deps: SignInDeps,
  { ticket, query, site }: { readonly ticket: string; readonly query: string; readonly site: Site },
  caller: Caller,
): Promise<StartedSession> {
  const asked = { kind: 'oidc', hash: hashOf(ticket), now: deps.clock.now() } as const;
  const found = await takeTicket(deps.db, asked);
  if (found === undefined) throw wrongCredentials();
  const { provider: name = '', state = '', nonce = '', verifier = '' } = found.data;
  const mapped = providerOf(deps, name);
  const callback = new URL(`${site.origin}${CALLBACK}?${query.replace(/^\?/, '')}`);
  const claims = await mapped.provider.finish(callback, { state, nonce, verifier });
  return deps.ledger.change(SYSTEM, async (change) => {
    const person = await personOf(deps, change, { mapped, claims });
    const address = confirmedAddress(claims);
    if (address !== undefined) await keepAddress(deps, change, { person, raw: address });
    const strength = strengthOf(mapped, claims);
    return startSession(change, { person, method: `provider ${name}`, strength, caller });
  });
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
  if ((await findPerson(change.db, linked))?.disabledAt !== null) throw wrongCredentials();
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

function noAccount(hasNoRole: boolean): Problem {
  return new Problem({
    kind: 'not-allowed',
    code: 'no-account',
    what: 'You have no account here',
    why: hasNoRole ? 'none of your groups has a role here' : 'somebody else bears your name here already',
    next: 'Ask an operator.',
  });
}
