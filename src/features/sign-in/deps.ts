/** What the sign-in room needs, and what its callers say of themselves. */
import type { Strength } from '../../domain/credential.ts';
import type { Role } from '../../domain/people.ts';
import type { Clock } from '../../platform/clock/port.ts';
import type { Database } from '../../platform/db/port.ts';
import type { Change, Ledger } from '../../platform/ledger/port.ts';
import type { Outbox } from '../../platform/mail/port.ts';
import type { IdentityProvider } from '../../platform/oidc/port.ts';
import type { Seal } from '../../platform/signing/port.ts';

export interface SignInDeps {
  readonly db: Database;
  readonly ledger: Ledger;
  readonly clock: Clock;
  /** Keeps the secrets of authenticator apps. */
  readonly seal: Seal;
  /** Letters with codes; `undefined` where the operator named no mail server. */
  readonly outbox: Outbox | undefined;
  /** Whether a code from an app is enough where a passkey is asked for: the operator's choice, and not the default. */
  readonly totpSuffices: boolean;
  /**
   * Whether a password is known from a leak, as far as the operator lets that be looked up. For a new one it may throw
   * `password-not-checked`; whoever signs in with one they have is not kept out by a service that is away.
   */
  isBreached(password: string, use: 'new' | 'sign-in'): Promise<boolean>;
  /** By the names that the operator gave them. */
  readonly providers: ReadonlyMap<string, MappedProvider>;
  /** `Tokens.endAllOf`. */
  endTokens(change: Change, person: string): Promise<void>;
  /** `Accounts.followProvider`. */
  followProvider(
    change: Change,
    asked: { readonly name: string; readonly roles: readonly Role[]; readonly saysOperators: boolean },
  ): Promise<void>;
}

/** An identity provider, and what its claims mean here. */
export interface MappedProvider {
  readonly provider: IdentityProvider;
  /** Seconds that may have passed since it asked its person; `null`: it need not say. */
  readonly oldestProofS: number | null;
  /** Whether it sends browsers back to the address that all such providers share, not to one of its own. */
  readonly sharesRedirect: boolean;
  /** The claim that names a person. */
  readonly nameClaim: string;
  readonly rolesClaim: string;
  /** Values of that claim, and the role each gives. Without any, roles are given here. */
  readonly roles: readonly { readonly value: string; readonly role: Role }[];
  /** Whether it says who operates: the operator's own words, since whoever keeps the groups could take everything over. */
  readonly saysOperators: boolean;
  /** Values of `acr` or `amr` that mean two factors, and those that mean one that cannot be given away. */
  readonly multi: readonly string[];
  readonly phishingResistant: readonly string[];
}

/** Where a call comes from. */
export interface Caller {
  readonly address: string;
  /** What the browser says it is. */
  readonly device: string;
  /** The session it came with, which a new one replaces. */
  readonly session?: string | undefined;
}

/** A session was started: the secret is in here and nowhere else. */
export interface StartedSession {
  readonly secret: string;
  readonly id: string;
  readonly person: string;
  readonly strength: Strength;
  readonly method: string;
  /** RFC 3339, UTC: its end at the latest. */
  readonly endsAt: string;
}

/** A sign-in is done, or a second factor is asked for. */
export type SignInStep =
  | { readonly step: 'done'; readonly session: StartedSession }
  | { readonly step: 'second-factor'; readonly ticket: string };
