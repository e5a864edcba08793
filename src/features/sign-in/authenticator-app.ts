/** Codes of an authenticator app (TOTP, RFC 6238), and the recovery codes that stand in for it. */
import { Secret, TOTP } from 'otpauth';
import type { Actor } from '../../domain/people.ts';
import { Problem } from '../../domain/problem.ts';
import type { Queryable } from '../../platform/db/port.ts';
import type { Change } from '../../platform/ledger/port.ts';
import type { Seal } from '../../platform/signing/port.ts';
import { requirePerson } from '../accounts/read.ts';
import type { SignInDeps } from './deps.ts';
import { RECOVERY_CODES, TOTP as RULES } from './limits.ts';
import { decides, factorsOf } from './read.ts';
import { requireRecentProof } from './recent-proof.ts';
import { hashOfCode, newCode } from './secrets.ts';
import { type AppRow, tables } from './store.ts';

const ISSUER = 'Pratique';

/** A new app's secret, which counts only when a code of it was shown. */
export interface AppSetUp {
  /** Base32, to be typed where no camera is allowed. */
  readonly secret: string;
  readonly uri: string;
}

/** Begins to add an app, or to replace the one there is. */
export async function beginApp(deps: SignInDeps, actor: Actor): Promise<AppSetUp> {
  const person = await requireRecentProof(deps, actor);
  const existing = await factorsOf(deps.db, person);
  if (existing.authenticatorApp) throw appThere();
  const secret = new Secret({ size: RULES.secretBytes }).base32;
  const row = { secret: deps.seal.seal(secret, aboutAppOf(person)), confirmed_at: null, last_step: 0 };
  await tables(deps.db)
    .insertInto('authenticator_apps')
    .values({ person, ...row })
    .onConflict((conflict) => conflict.column('person').doUpdateSet(row))
    .execute();
  return { secret, uri: totpOf(secret, person).toString() };
}

/** The app counts from now on; answers the recovery codes, which are shown once. Throws `wrong-code`. */
export async function confirmApp(deps: SignInDeps, actor: Actor, code: string): Promise<readonly string[]> {
  const person = await requireRecentProof(deps, actor);
  return deps.ledger.change(actor, async (change) => {
    if (!(await useAppCode(deps, change, { person, code, confirmed: false }))) throw wrongCode();
    await tables(change.db)
      .updateTable('authenticator_apps')
      .set({ confirmed_at: change.now })
      .where('person', '=', person)
      .execute();
    change.append({ kind: 'authenticator-app-added', person });
    return makeRecoveryCodes(change, person);
  });
}

/** Removes the app. Whoever decides keeps a passkey at least: throws `last-factor`. */
export async function removeApp(deps: SignInDeps, actor: Actor): Promise<void> {
  const person = await requireRecentProof(deps, actor);
  await deps.ledger.change(actor, async ({ db, append }) => {
    const { passkeys } = await factorsOf(db, person);
    if (passkeys.length === 0 && decides(await requirePerson(db, person))) throw lastFactor();
    const gone = await tables(db).deleteFrom('authenticator_apps').where('person', '=', person).executeTakeFirst();
    if (gone.numDeletedRows > 0n) append({ kind: 'authenticator-app-removed', person });
  });
}

/** New recovery codes; the old ones end. */
export async function renewRecoveryCodes(deps: SignInDeps, actor: Actor): Promise<readonly string[]> {
  const person = await requireRecentProof(deps, actor);
  return deps.ledger.change(actor, (change) => makeRecoveryCodes(change, person));
}

export async function makeRecoveryCodes({ db, append }: Change, person: string): Promise<readonly string[]> {
  const codes = Array.from({ length: RECOVERY_CODES }, newCode);
  await tables(db).deleteFrom('recovery_codes').where('person', '=', person).execute();
  await tables(db)
    .insertInto('recovery_codes')
    .values(codes.map((code) => ({ hash: hashOfCode(code), person, used_at: null })))
    .execute();
  append({ kind: 'recovery-codes-made', person });
  return codes;
}

/** Uses a second factor that is typed: a code of the app, or a recovery code, each once. Answers which it was. */
export async function useCode(
  deps: SignInDeps,
  change: Change,
  { person, code }: { readonly person: string; readonly code: string },
): Promise<'app' | 'recovery' | undefined> {
  if (await useAppCode(deps, change, { person, code, confirmed: true })) return 'app';
  return (await useRecoveryCode(change, person, code)) ? 'recovery' : undefined;
}

/** Whether the code is one of now that was not used yet (ASVS 6.5.1: a code is good once). */
async function useAppCode(
  { seal }: SignInDeps,
  { db, now }: Change,
  { person, code, confirmed }: { readonly person: string; readonly code: string; readonly confirmed: boolean },
): Promise<boolean> {
  const token = code.replaceAll(/\s/g, '');
  const app = await lockApp(db, person);
  if (app === undefined || (app.confirmed_at !== null) !== confirmed || !/^\d{6}$/.test(token)) return false;
  const secret = secretOf(seal, app);
  const delta = totpOf(secret, person).validate({ token, timestamp: now.getTime(), window: RULES.window });
  if (delta === null) return false;
  const step = Math.floor(now.getTime() / 1000 / RULES.period) + delta;
  if (step <= app.last_step) return false;
  await tables(db).updateTable('authenticator_apps').set({ last_step: step }).where('person', '=', person).execute();
  return true;
}

/** Seals the secrets of apps that were added before there was a seal; answers how many. Safe to repeat. */
export async function sealApps({ db, seal }: SignInDeps): Promise<number> {
  const rows = await tables(db).selectFrom('authenticator_apps').select(['person', 'secret']).execute();
  const plain = rows.filter(({ secret }) => !seal.isSealed(secret));
  for (const { person, secret } of plain)
    await tables(db)
      .updateTable('authenticator_apps')
      .set({ secret: seal.seal(secret, aboutAppOf(person)) })
      .where('person', '=', person)
      .where('secret', '=', secret)
      .execute();
  return plain.length;
}

function secretOf(seal: Seal, { person, secret }: AppRow): string {
  return seal.isSealed(secret) ? seal.open(secret, aboutAppOf(person)) : secret;
}

function aboutAppOf(person: string): string {
  return `authenticator app of ${person}`;
}

async function lockApp(db: Queryable, person: string) {
  return tables(db)
    .selectFrom('authenticator_apps')
    .selectAll()
    .where('person', '=', person)
    .forUpdate()
    .executeTakeFirst();
}

async function useRecoveryCode({ db, now, append }: Change, person: string, code: string): Promise<boolean> {
  const used = await tables(db)
    .updateTable('recovery_codes')
    .set({ used_at: now })
    .where('hash', '=', hashOfCode(code))
    .where('person', '=', person)
    .where('used_at', 'is', null)
    .executeTakeFirst();
  if (used.numUpdatedRows !== 1n) return false;
  append({ kind: 'recovery-code-used', person, left: (await factorsOf(db, person)).recoveryCodesLeft });
  return true;
}

function totpOf(secret: string, label: string): TOTP {
  const { digits, period } = RULES;
  return new TOTP({ issuer: ISSUER, label, secret: Secret.fromBase32(secret), digits, period, algorithm: 'SHA1' });
}

function wrongCode(): Problem {
  return new Problem({
    kind: 'not-allowed',
    code: 'wrong-code',
    what: 'This is not the code that the app shows now',
    next: 'Type the six digits that it shows at this moment; check the clock of the device.',
  });
}

function appThere(): Problem {
  return new Problem({
    kind: 'conflict',
    code: 'app-there',
    what: 'There is an authenticator app already',
    next: 'Remove it first.',
  });
}

export function lastFactor(): Problem {
  return new Problem({
    kind: 'conflict',
    code: 'last-factor',
    what: 'This is the last second factor of somebody who decides',
    next: 'Add another one first: a passkey is best.',
  });
}
