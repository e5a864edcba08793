/** Passkeys (WebAuthn): bound to this site, so that no false page can ask for them; the device checks its user each time. */
import { createHash } from 'node:crypto';
import type {
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
} from '@simplewebauthn/server';
import { oneLine } from '../../domain/free-text.ts';
import { type Actor, SYSTEM } from '../../domain/people.ts';
import { Problem } from '../../domain/problem.ts';
import type { Queryable } from '../../platform/db/port.ts';
import type { Change } from '../../platform/ledger/port.ts';
import { requirePerson } from '../accounts/read.ts';
import { wrongCredentials } from './attempts.ts';
import { lastFactor, makeRecoveryCodes } from './authenticator-app.ts';
import type { Caller, SignInDeps, StartedSession } from './deps.ts';
import { MOST_PASSKEYS, SECOND_STEP_S } from './limits.ts';
import { decides, factorsOf } from './read.ts';
import { requireRecentProof } from './recent-proof.ts';
import { hashOf } from './secrets.ts';
import { startSession } from './sessions.ts';
import { type PasskeyRow, tables } from './store.ts';
import { issueToStranger } from './strangers-tickets.ts';
import { issueTicket, takeTicket } from './tickets.ts';

/** The page that asks: browsers bind a passkey to its host name, which must not be an address in digits. */
export interface Site {
  /** `https://pratique.haven.example`. */
  readonly origin: string;
}

/** What a browser answers when a passkey is asked for (WebAuthn, 5.1; bytes in base64url). */
export interface PasskeyAnswer {
  readonly id: string;
  readonly rawId: string;
  readonly response: {
    readonly clientDataJSON: string;
    readonly authenticatorData: string;
    readonly signature: string;
    readonly userHandle?: string | undefined;
  };
}

/** What it answers when a new one was made. */
export interface NewPasskeyAnswer {
  readonly id: string;
  readonly rawId: string;
  readonly response: {
    readonly clientDataJSON: string;
    readonly attestationObject: string;
    readonly transports?: readonly string[] | undefined;
  };
}

/** What a browser is to be asked, and what the answer comes back with. */
export interface Asked<T> {
  readonly ticket: string;
  readonly options: T;
}

const SITE_NAME = 'Pratique';

/** Read when the first passkey comes: some four hundred modules, which neither serving nor vetting needs. */
const webAuthn = () => import('@simplewebauthn/server');

/** Begins a sign-in without a name: the device knows whose passkey it holds. Throws `too-many-attempts`. */
export async function beginPasskeySignIn(
  { db, clock }: SignInDeps,
  site: Site,
  { address }: Pick<Caller, 'address'>,
): Promise<Asked<PublicKeyCredentialRequestOptionsJSON>> {
  const { generateAuthenticationOptions } = await webAuthn();
  const options = await generateAuthenticationOptions({ rpID: hostOf(site), userVerification: 'required' });
  const data = { challenge: options.challenge };
  const asked = { kind: 'passkey-sign-in', data, now: clock.now(), address } as const;
  return { ticket: await issueToStranger(db, asked), options };
}

/** Throws `wrong-credentials` for whatever is wrong with the answer. */
export async function signInWithPasskey(
  deps: SignInDeps,
  { ticket, response, site }: { readonly ticket: string; readonly response: PasskeyAnswer; readonly site: Site },
  caller: Caller,
): Promise<StartedSession> {
  const session = await deps.ledger.change(SYSTEM, async (change) => {
    const { db, now } = change;
    const asked = await takeTicket(db, { kind: 'passkey-sign-in', hash: hashOf(ticket), now });
    const row = await lockPasskey(db, response.id);
    if (asked === undefined || row === undefined) return wrongCredentials({ failed: 'ticket' });
    const counter = await verifiedCounter(row, { response, site, challenge: asked.data['challenge'] ?? '' });
    const { name, disabledAt } = await requirePerson(db, row.person);
    if (counter === undefined) return wrongCredentials({ person: name, failed: 'signature' });
    if (disabledAt !== null) return wrongCredentials({ person: name });
    await tables(db).updateTable('passkeys').set({ counter, last_used_at: now }).where('id', '=', row.id).execute();
    return startSession(change, { person: row.person, method: 'passkey', strength: 'phishing-resistant', caller });
  });
  // Returned from the change, so that the ticket is used up all the same.
  if (session instanceof Problem) throw session;
  return session;
}

/** The new counter where the answer is right; a counter that went back means a copied key (WebAuthn, 7.2 step 22). */
async function verifiedCounter(
  row: PasskeyRow,
  asked: { readonly response: PasskeyAnswer; readonly site: Site; readonly challenge: string },
): Promise<number | undefined> {
  const { response, site, challenge } = asked;
  const { userHandle: handle, ...signed } = response.response;
  if (handle !== undefined && handle !== handleOf(row.person).toString('base64url')) return undefined;
  const credential = { id: row.id, publicKey: new Uint8Array(row.public_key), counter: row.counter };
  const { verifyAuthenticationResponse } = await webAuthn();
  try {
    const { verified, authenticationInfo } = await verifyAuthenticationResponse({
      ...{ response: credentialOf(response, signed), credential, requireUserVerification: true },
      ...{ expectedChallenge: challenge, expectedOrigin: site.origin, expectedRPID: hostOf(site) },
    });
    return verified ? authenticationInfo.newCounter : undefined;
  } catch {
    // The library throws for every way in which an answer can be wrong.
    return undefined;
  }
}

function credentialOf<R>({ id, rawId }: { readonly id: string; readonly rawId: string }, response: R) {
  return { id, rawId, type: 'public-key' as const, clientExtensionResults: {}, response };
}

/** Begins to add a passkey to one's account. */
export async function beginPasskey(
  deps: SignInDeps,
  actor: Actor,
  site: Site,
): Promise<Asked<PublicKeyCredentialCreationOptionsJSON>> {
  const person = await requireRecentProof(deps, actor);
  const { passkeys } = await factorsOf(deps.db, person);
  if (passkeys.length >= MOST_PASSKEYS) throw tooManyPasskeys();
  const { generateRegistrationOptions } = await webAuthn();
  const options = await generateRegistrationOptions({
    ...{ rpName: SITE_NAME, rpID: hostOf(site), userName: person, userID: new Uint8Array(handleOf(person)) },
    attestationType: 'none',
    excludeCredentials: passkeys.map(({ id }) => ({ id })),
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
  });
  const data = { challenge: options.challenge };
  const asked = { kind: 'passkey-add', person, data, seconds: SECOND_STEP_S, now: deps.clock.now() } as const;
  return { ticket: await issueTicket(deps.db, asked), options };
}

/** Adds it; the first second factor brings recovery codes, which are shown once. Throws `bad-passkey`. */
export async function addPasskey(
  deps: SignInDeps,
  actor: Actor,
  asked: {
    readonly ticket: string;
    readonly response: NewPasskeyAnswer;
    readonly label: string;
    readonly site: Site;
  },
): Promise<readonly string[]> {
  const person = await requireRecentProof(deps, actor);
  const label = oneLine('The name of the passkey', asked.label);
  return deps.ledger.change(actor, async (change) => {
    const { db, now, append } = change;
    const ticket = await takeTicket(db, { kind: 'passkey-add', hash: hashOf(asked.ticket), now });
    if (ticket === undefined || ticket.person !== person) throw badPasskey('the question was not asked, or long ago');
    const before = await factorsOf(db, person);
    const row = await registered(asked, ticket.data['challenge'] ?? '');
    await insertPasskey(db, { ...row, person, label, added_at: now, last_used_at: null });
    append({ kind: 'passkey-added', person, label });
    return before.recoveryCodesLeft === 0 ? makeRecoveryCodes(change, person) : [];
  });
}

async function registered(
  { response, site }: { readonly response: NewPasskeyAnswer; readonly site: Site },
  challenge: string,
): Promise<Omit<PasskeyRow, 'person' | 'label' | 'added_at' | 'last_used_at'>> {
  const { clientDataJSON, attestationObject } = response.response;
  const { verifyRegistrationResponse } = await webAuthn();
  const found = await verifyRegistrationResponse({
    ...{ response: credentialOf(response, { clientDataJSON, attestationObject }), requireUserVerification: true },
    ...{ expectedChallenge: challenge, expectedOrigin: site.origin, expectedRPID: hostOf(site) },
  }).catch((error: unknown) => {
    throw badPasskey(error instanceof Error ? error.message : String(error));
  });
  if (!found.verified) throw badPasskey('the answer could not be verified');
  const { credential, credentialBackedUp: backed_up } = found.registrationInfo;
  const { id, publicKey, counter } = credential;
  const transports = [...(response.response.transports ?? [])];
  return { id, public_key: Buffer.from(publicKey), counter, transports, backed_up };
}

async function insertPasskey(db: Queryable, row: PasskeyRow): Promise<void> {
  const added = await tables(db)
    .insertInto('passkeys')
    .values(row)
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  if (added.numInsertedOrUpdatedRows !== 1n) throw badPasskey('it is there already');
}

export async function renamePasskey(
  deps: SignInDeps,
  actor: Actor,
  asked: { readonly id: string; readonly label: string },
): Promise<void> {
  const person = await requireRecentProof(deps, actor);
  const label = oneLine('The name of the passkey', asked.label);
  await deps.ledger.change(actor, async ({ db, append }) => {
    const row = await ownPasskey(db, person, asked.id);
    await tables(db).updateTable('passkeys').set({ label }).where('id', '=', row.id).execute();
    append({ kind: 'passkey-renamed', person, label, before: row.label });
  });
}

/** Removes one. Whoever decides keeps a second factor, an operator a passkey: throws `last-factor`. */
export async function removePasskey(deps: SignInDeps, actor: Actor, id: string): Promise<void> {
  const person = await requireRecentProof(deps, actor);
  await deps.ledger.change(actor, async (change) => {
    const row = await ownPasskey(change.db, person, id);
    await requireAnotherFactor(change, person);
    await tables(change.db).deleteFrom('passkeys').where('id', '=', row.id).execute();
    change.append({ kind: 'passkey-removed', person, label: row.label });
  });
}

async function requireAnotherFactor({ db }: Change, name: string): Promise<void> {
  const person = await requirePerson(db, name);
  const { passkeys, authenticatorApp, password } = await factorsOf(db, name);
  const left = passkeys.length - 1;
  if (person.roles.includes('operator') && left === 0) throw lastFactor();
  if (left === 0 && (decides(person) ? !authenticatorApp : !password)) throw lastFactor();
}

async function ownPasskey(db: Queryable, person: string, id: string): Promise<PasskeyRow> {
  const row = await lockPasskey(db, id);
  if (row?.person === person) return row;
  throw new Problem({
    unsaid: { isConcealed: row !== undefined },
    kind: 'not-found',
    code: 'unknown-passkey',
    what: 'There is no such passkey of yours',
    next: 'See /api/v1/passkeys.',
  });
}

async function lockPasskey(db: Queryable, id: string): Promise<PasskeyRow | undefined> {
  return tables(db).selectFrom('passkeys').selectAll().where('id', '=', id).forUpdate().executeTakeFirst();
}

/** The same for all passkeys of a person, and nothing that could be read from it (WebAuthn, 14.6.1). */
function handleOf(person: string): Buffer {
  return createHash('sha256').update(`pratique user handle: ${person}`).digest();
}

function hostOf({ origin }: Site): string {
  return new URL(origin).hostname;
}

function badPasskey(why: string): Problem {
  return new Problem({
    kind: 'usage',
    code: 'bad-passkey',
    what: 'This passkey cannot be added',
    why: why.slice(0, 200),
    next: 'Begin again.',
  });
}

function tooManyPasskeys(): Problem {
  return new Problem({
    kind: 'conflict',
    code: 'too-many-passkeys',
    what: `There are ${MOST_PASSKEYS} passkeys already`,
    next: 'Remove one that is not used any more.',
  });
}
