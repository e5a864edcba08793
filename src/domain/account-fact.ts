/** What happens to accounts: each is worth a notice to its person. Addresses and secrets never stand in a fact. */
import type { Strength } from './credential.ts';

export type AccountFact =
  | { readonly kind: 'person-added'; readonly person: string; readonly roles: readonly string[] }
  | {
      readonly kind: 'roles-changed';
      readonly person: string;
      /** The roles from now on: in every channel, or in the one that is named. */
      readonly roles: readonly string[];
      readonly channel?: string;
    }
  | {
      readonly kind: 'token-created';
      readonly token: string;
      readonly person: string;
      readonly label: string;
      readonly expiresAt: string;
      /** The trusted publisher whose build exchanged its identity for it; `null` where a person made it. */
      readonly publisher: string | null;
    }
  | {
      readonly kind: 'token-revoked';
      readonly token: string;
      readonly person: string;
      readonly label: string;
      /** `leaked`: whoever presented it reported that it is not secret any more. */
      readonly reason: 'revoked' | 'leaked';
    }
  | { readonly kind: 'person-disabled'; readonly person: string; readonly reason: string }
  | { readonly kind: 'person-enabled'; readonly person: string }
  /** A code was made with which the person sets up a way to sign in; `again`: every earlier way ends when it is used. */
  | { readonly kind: 'person-invited'; readonly person: string; readonly again: boolean }
  | { readonly kind: 'invitation-accepted'; readonly person: string; readonly again: boolean }
  /** A new mail address waits for its confirmation; the notice goes to the one that still holds. */
  | { readonly kind: 'mail-address-asked'; readonly person: string }
  | { readonly kind: 'mail-address-confirmed'; readonly person: string }
  /** Its domain takes no mail any more: whoever registers it could read what is sent there. */
  | { readonly kind: 'mail-domain-abandoned'; readonly person: string; readonly domain: string }
  | { readonly kind: 'password-changed'; readonly person: string }
  | { readonly kind: 'authenticator-app-added'; readonly person: string }
  | { readonly kind: 'authenticator-app-removed'; readonly person: string }
  | { readonly kind: 'recovery-codes-made'; readonly person: string }
  | { readonly kind: 'recovery-code-used'; readonly person: string; readonly left: number }
  | { readonly kind: 'passkey-added'; readonly person: string; readonly label: string }
  | { readonly kind: 'passkey-renamed'; readonly person: string; readonly label: string; readonly before: string }
  | { readonly kind: 'passkey-removed'; readonly person: string; readonly label: string }
  | { readonly kind: 'recovery-asked'; readonly person: string }
  | { readonly kind: 'account-recovered'; readonly person: string }
  | { readonly kind: 'identity-linked'; readonly person: string; readonly issuer: string }
  | {
      readonly kind: 'signed-in';
      readonly person: string;
      readonly session: string;
      readonly method: string;
      readonly strength: Strength;
    }
  | { readonly kind: 'sessions-ended'; readonly person: string; readonly sessions: number; readonly reason: string }
  /** Many failures in a row: somebody guesses, or has forgotten. */
  | { readonly kind: 'sign-in-slowed'; readonly person: string; readonly failures: number };
