/** What happens to accounts: each is worth a notice to its person. Addresses and secrets never stand in a fact. */
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
    };
