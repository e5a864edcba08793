/** Lines for the operator: what happened, as JSON, never a secret. */
export interface Log {
  debug(message: string, data?: Readonly<Record<string, unknown>>): void;
  info(message: string, data?: Readonly<Record<string, unknown>>): void;
  warn(message: string, data?: Readonly<Record<string, unknown>>): void;
  error(message: string, data?: Readonly<Record<string, unknown>>): void;
}

/** Every kind of security event: what is worth knowing to whoever looks for an attack; docs/security-log.md shows the same. */
export const SECURITY_EVENTS = {
  'sign-in-failed':
    'a password, invitation, mailed code or first code was wrong, or an identity provider signed nobody in',
  'second-factor-failed':
    'the password or the mailed code was right, and the code of an app or recovery code was wrong',
  'sign-in-slowed': 'an attempt came before the wait after earlier failures was over: it was not examined',
  'ticket-rejected': 'a ticket that holds the steps of a sign-in together was unknown, used before or too old',
  'signature-rejected': 'the signature of a passkey, an identity token or an imported snapshot did not hold',
  'token-rejected':
    'a token was shown that is unknown, expired, revoked or of a closed account, or does not open a channel',
  'session-rejected': 'a session was shown that is unknown or has ended, or whose account is closed',
  'not-signed-in': 'a call showed nothing, and needs to know who calls',
  'access-refused':
    'role, scope of a token, strength of a sign-in, network or a rule of the house did not let it through; with status 404 the caller does not hear that it is there',
  'cross-site-refused': 'a change came with a session, and not surely from a page of this server',
  'rate-limited': 'one person or address called more often than is answered',
  'input-refused': 'what came was too large, malformed, or not what its schema takes',
  'unexpected-error': 'something failed that should not; the ordinary log has more under the same instance',
} as const satisfies Readonly<Record<string, string>>;

export type SecurityEventKind = keyof typeof SECURITY_EVENTS;

export interface SecurityEvent {
  readonly event: SecurityEventKind;
  /** The stable code of the problem that the caller was told. */
  readonly code: string;
  /** The HTTP status that was answered. */
  readonly status: number;
  /** The address that called; it is written as its network (`domain/caller-network.ts`). */
  readonly address: string;
  /** Who acted, where that is known. */
  readonly actor?: string | undefined;
  /** Whose account it was about, where there is such a person: not who called. */
  readonly person?: string | undefined;
  /** The id of the token or session that was shown, never itself: `token T-12`. */
  readonly credential?: string | undefined;
  /** What was asked for: the id of an operation of the API, or `install` at a channel. */
  readonly operation?: string | undefined;
  readonly channel?: string | undefined;
  /** The id of the answer, under which its caller has it too. */
  readonly instance?: string | undefined;
}

export interface SecurityLog {
  /** Must not throw, and must not wait. */
  note(event: SecurityEvent): void;
}
