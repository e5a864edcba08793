/** Identity providers: who somebody is, as their institution or their build says it (OpenID Connect). */

/** What a verified identity token claims; only the signature's truth is checked here, not what the claims mean. */
export type Claims = Readonly<Record<string, unknown>>;

/** What is kept here between the two steps of a sign-in, and never leaves. */
export interface Pending {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
}

/** One provider that people sign in with: authorization code with PKCE (RFC 7636), nothing else. */
export interface IdentityProvider {
  readonly issuer: string;
  /** Where the browser goes. */
  begin(redirect: string): Promise<{ readonly address: string; readonly pending: Pending }>;
  /**
   * Exchanges the code for who it is. Throws `sign-in-refused` where the answer is not what was asked for: another issuer,
   * state, nonce or audience, a signature that does not hold, or an error of the provider.
   */
  finish(callback: URL, pending: Pending): Promise<Claims>;
}

/** Verifies the identity token of a build against one issuer and audience. Throws `bad-identity`. */
export type VerifyIdentity = (
  token: string,
  asked: { readonly issuer: string; readonly audience: string; readonly now: Date },
) => Promise<Claims>;

/** The issuer that a token names, before anything about it is believed; `undefined` where it is no token. */
export type IssuerOf = (token: string) => string | undefined;
