/** The sign-in room: how people prove who they are, from elsewhere, and for how long that holds. */
import type {
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
} from '@simplewebauthn/server';
import { may, requireMay } from '../../domain/authority.ts';
import { type Actor, actorName } from '../../domain/people.ts';
import { forgetAttempts } from './attempts.ts';
import { type AppSetUp, beginApp, confirmApp, removeApp, renewRecoveryCodes, sealApps } from './authenticator-app.ts';
import type { Caller, SignInDeps, SignInStep, StartedSession } from './deps.ts';
import { acceptInvitation, type Invitation, invite, inviteFirst } from './invitations.ts';
import { askAddress, confirmAddress, flagAbandoned, type MailDomains } from './mail-address.ts';
import * as passkeys from './passkeys.ts';
import { askRecovery, recover } from './recovery.ts';
import { authenticateSession, endAll, endSession } from './sessions.ts';
import { changePassword, signInWithCode, signInWithPassword } from './with-password.ts';
import { type BeginProvider, beginProvider, type ProviderAnswer, signInWithProvider } from './with-provider.ts';

export type { Caller, MappedProvider, SignInDeps, SignInStep, StartedSession } from './deps.ts';
export type { Invitation } from './invitations.ts';

type Site = passkeys.Site;

export interface SignIn {
  /** Who acts with the secret of a session. Throws `no-session` (sign-in). */
  authenticate(secret: string): Promise<Actor>;
  withPassword(asked: { readonly name: string; readonly password: string }, caller: Caller): Promise<SignInStep>;
  /** The second step: a code of the app, or a recovery code. */
  withCode(asked: { readonly ticket: string; readonly code: string }, caller: Caller): Promise<StartedSession>;
  beginPasskey(site: Site, caller: Caller): Promise<passkeys.Asked<PublicKeyCredentialRequestOptionsJSON>>;
  withPasskey(
    asked: { readonly ticket: string; readonly response: passkeys.PasskeyAnswer; readonly site: Site },
    caller: Caller,
  ): Promise<StartedSession>;
  /** Ends one's own session, or anybody's where an operator asks. */
  endSession(actor: Actor, id: string): Promise<void>;
  /** Ends all one's own sessions, but for the one that asks. How many ended. */
  endOtherSessions(actor: Actor): Promise<number>;
  /** Ends all sessions of a person; operators only see to others. */
  endAllOf(actor: Actor, person: string): Promise<number>;
  changePassword(
    actor: Actor,
    asked: { readonly current: string | undefined; readonly password: string; readonly caller: Caller },
  ): Promise<void>;
  beginApp(actor: Actor): Promise<AppSetUp>;
  /** Answers the recovery codes, which are shown once. */
  confirmApp(actor: Actor, code: string): Promise<readonly string[]>;
  removeApp(actor: Actor): Promise<void>;
  renewRecoveryCodes(actor: Actor): Promise<readonly string[]>;
  beginAddingPasskey(actor: Actor, site: Site): Promise<passkeys.Asked<PublicKeyCredentialCreationOptionsJSON>>;
  addPasskey(
    actor: Actor,
    asked: {
      readonly ticket: string;
      readonly response: passkeys.NewPasskeyAnswer;
      readonly label: string;
      readonly site: Site;
    },
  ): Promise<readonly string[]>;
  renamePasskey(actor: Actor, asked: { readonly id: string; readonly label: string }): Promise<void>;
  removePasskey(actor: Actor, id: string): Promise<void>;
  invite(actor: Actor, asked: { readonly name: string; readonly mail?: string | undefined }): Promise<Invitation>;
  /** For the first operator, right after their one-time code was claimed. */
  inviteFirst(name: string): Promise<string>;
  acceptInvitation(
    asked: { readonly name: string; readonly code: string; readonly password: string },
    caller: Caller,
  ): Promise<StartedSession>;
  askAddress(actor: Actor, address: string): Promise<void>;
  confirmAddress(actor: Actor, asked: { readonly code: string; readonly caller: Caller }): Promise<void>;
  /** Names of the identity providers. */
  readonly providers: readonly string[];
  beginProvider(asked: BeginProvider, caller: Caller): Promise<{ readonly ticket: string; readonly address: string }>;
  withProvider(asked: ProviderAnswer, caller: Caller): Promise<StartedSession>;
  askRecovery(name: string): Promise<void>;
  recover(
    asked: { readonly name: string; readonly mailCode: string; readonly code: string; readonly password: string },
    caller: Caller,
  ): Promise<void>;
  /** Flags addresses whose domain takes no mail any more. */
  flagAbandoned(look: MailDomains): Promise<void>;
  /** Seals what was kept plain before there was a seal: done at each start. */
  sealSecrets(): Promise<number>;
  /** Forgets attempts and tickets that are older than a day. */
  tidy(): Promise<void>;
}

export function createSignIn(deps: SignInDeps): SignIn {
  return {
    authenticate: (secret) => authenticateSession(deps, secret),
    withPassword: (asked, caller) => signInWithPassword(deps, asked, caller),
    withCode: (asked, caller) => signInWithCode(deps, asked, caller),
    beginPasskey: (site, caller) => passkeys.beginPasskeySignIn(deps, site, caller),
    withPasskey: (asked, caller) => passkeys.signInWithPasskey(deps, asked, caller),
    endSession: (actor, id) => endSession(deps, actor, { id, mayEndAny: may(actor, 'manage-people') }),
    endOtherSessions: (actor) => endSessions(deps, actor, undefined),
    endAllOf: (actor, person) => endSessions(deps, actor, person),
    changePassword: (actor, asked) => changePassword(deps, actor, asked),
    beginApp: (actor) => beginApp(deps, actor),
    confirmApp: (actor, code) => confirmApp(deps, actor, code),
    removeApp: (actor) => removeApp(deps, actor),
    renewRecoveryCodes: (actor) => renewRecoveryCodes(deps, actor),
    beginAddingPasskey: (actor, site) => passkeys.beginPasskey(deps, actor, site),
    addPasskey: (actor, asked) => passkeys.addPasskey(deps, actor, asked),
    renamePasskey: (actor, asked) => passkeys.renamePasskey(deps, actor, asked),
    removePasskey: (actor, id) => passkeys.removePasskey(deps, actor, id),
    invite: (actor, asked) => invite(deps, actor, asked),
    inviteFirst: (name) => inviteFirst(deps, name),
    acceptInvitation: (asked, caller) => acceptInvitation(deps, asked, caller),
    askAddress: (actor, address) => askAddress(deps, actor, address),
    confirmAddress: (actor, asked) => confirmAddress(deps, actor, asked),
    providers: [...deps.providers.keys()],
    beginProvider: (asked, caller) => beginProvider(deps, asked, caller),
    withProvider: (asked, caller) => signInWithProvider(deps, asked, caller),
    askRecovery: (name) => askRecovery(deps, name),
    recover: (asked, caller) => recover(deps, asked, caller),
    flagAbandoned: (look) => flagAbandoned(deps, look),
    sealSecrets: () => sealApps(deps),
    tidy: () => forgetAttempts(deps),
  };
}

/** Of the actor, but for the session that asks; or all of a person whom an operator names. */
async function endSessions({ ledger }: SignInDeps, actor: Actor, named: string | undefined): Promise<number> {
  if (named !== undefined) requireMay(actor, 'manage-people');
  const own = actor.kind === 'person' && actor.credential?.kind === 'session' ? actor.credential.id : undefined;
  return ledger.change(actor, (change) => {
    const person = named ?? actorName(actor);
    const but = named === undefined ? own : undefined;
    return endAll(change, { person, but, reason: named === undefined ? 'ended by hand' : 'ended by an operator' });
  });
}
