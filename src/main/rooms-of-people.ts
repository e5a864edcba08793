/** Who there is, how they sign in, and what acts for them. */
import { ECOSYSTEMS } from '../ecosystems/catalog.ts';
import { type Accounts, createAccounts } from '../features/accounts/index.ts';
import { createSignIn, type SignInDeps } from '../features/sign-in/index.ts';
import { createTokens, type Tokens, type TokensDeps } from '../features/tokens/index.ts';
import type { Ledger } from '../platform/ledger/port.ts';
import { createVerifyIdentity, issuerOf } from '../platform/oidc/build-identity.ts';
import type { Rooms } from '../surfaces/cli/app.ts';
import { breachedIn } from './breached-passwords.ts';
import type { Foundation } from './foundation.ts';
import { identityProviders, publishersOf } from './identities.ts';

/** Builds the three rooms of a home. */
export function roomsOfPeople(foundation: Foundation, ledger: Ledger): Pick<Rooms, 'accounts' | 'signIn' | 'tokens'> {
  const accounts = createAccounts({ ledger });
  const tokens = createTokens(tokensDeps(foundation, ledger));
  return { accounts, signIn: createSignIn(signInDeps(foundation, { ledger, accounts, tokens })), tokens };
}

function tokensDeps({ database: { db }, clock, config }: Foundation, ledger: Ledger): TokensDeps {
  return {
    ...{ db, ledger, clock, ecosystemIds: ECOSYSTEMS.map((one) => one.id) },
    publishers: publishersOf(config.sign_in.publishers),
    ...{ verifyIdentity: createVerifyIdentity(), issuerOf },
  };
}

function signInDeps(
  foundation: Foundation,
  { ledger, accounts, tokens }: { readonly ledger: Ledger; readonly accounts: Accounts; readonly tokens: Tokens },
): SignInDeps {
  const { database, clock, config, outbox, seal } = foundation;
  const { db } = database;
  return {
    ...{ db, ledger, clock, seal },
    outbox: config.mail.host === null ? undefined : outbox,
    totpSuffices: config.sign_in.totp_suffices,
    isBreached: breachedIn(foundation),
    providers: identityProviders(config.sign_in.providers),
    followProvider: accounts.followProvider,
    endTokens: tokens.endAllOf,
  };
}
