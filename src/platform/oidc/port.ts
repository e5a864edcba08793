/** Identity providers: who somebody is, as their institution or their build says it (OpenID Connect). */

/** What a verified identity token claims; only the signature's truth is checked here, not what the claims mean. */
export type Claims = Readonly<Record<string, unknown>>;

/** What is kept here between the two steps of a sign-in, and never leaves. */
export interface Pending {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
}

/** How fresh the provider's own proof must be. */
export interface AskedProof {
  /** Seconds that may have passed since it asked its person; the answer must then say when (`auth_time`). `null`: any time. */
  readonly maxAgeS: number | null;
  /** Whether it asks its person anew, although they are signed in there. */
  readonly askAnew: boolean;
}

/** One provider that people sign in with: authorization code with PKCE (RFC 7636), nothing else. */
export interface IdentityProvider {
  readonly issuer: string;
  /** Where the browser goes. */
  begin(redirect: string, asked: AskedProof): Promise<{ readonly address: string; readonly pending: Pending }>;
  /**
   * Exchanges the code for who it is. Throws `sign-in-refused` where the answer is not what was asked for: another issuer,
   * state, nonce or audience, a token of another kind, a signature that does not hold, a proof that is too old, or an error of
   * the provider.
   */
  finish(callback: URL, pending: Pending & Pick<AskedProof, 'maxAgeS'>): Promise<Claims>;
}

/** Verifies the identity token of a build against one issuer and audience. Throws `bad-identity`. */
export type VerifyIdentity = (
  token: string,
  asked: { readonly issuer: string; readonly audience: string; readonly now: Date },
) => Promise<Claims>;

/** The issuer that a token names, before anything about it is believed; `undefined` where it is no token. */
export type IssuerOf = (token: string) => string | undefined;
