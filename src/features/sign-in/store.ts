/** Rows of the sign-in room. */
import type { Strength } from '../../domain/credential.ts';
import type { Queryable } from '../../platform/db/port.ts';

export interface SessionRow {
  readonly id: string;
  readonly hash: string;
  readonly person: string;
  readonly method: string;
  readonly strength: Strength;
  readonly device: string;
  readonly address: string;
  readonly made_at: Date;
  /** When its person proved who they are; `null` where a provider did not say when it asked them. */
  readonly proved_at: Date | null;
  readonly used_at: Date;
  readonly idle_seconds: number;
  readonly ends_at: Date;
  readonly ended_at: Date | null;
}

export interface PasskeyRow {
  /** The credential's id, base64url. */
  readonly id: string;
  readonly person: string;
  readonly label: string;
  readonly public_key: Uint8Array;
  readonly counter: number;
  readonly transports: string[];
  readonly backed_up: boolean;
  readonly added_at: Date;
  readonly last_used_at: Date | null;
}

export interface AppRow {
  readonly person: string;
  /** Sealed about its person; base32 inside. Rows of before there was a seal hold the base32 itself, until the next start. */
  readonly secret: string;
  readonly confirmed_at: Date | null;
  /** The last time step that was used: no code is taken twice. */
  readonly last_step: number;
}

export interface AddressRow {
  readonly person: string;
  readonly address: string;
  readonly confirmed_at: Date | null;
  readonly abandoned_at: Date | null;
}

export interface AttemptRow {
  readonly key: string;
  readonly failures: number;
  readonly last_at: Date;
  readonly next_at: Date;
}

export interface TicketRow {
  readonly hash: string;
  readonly kind: string;
  readonly person: string | null;
  readonly data: Readonly<Record<string, string>>;
  readonly expires_at: Date;
  /** The hash of the network that a stranger asked from. */
  readonly network: string | null;
  /** The hash of its IPv6 site, or of the network where it has none; `null` too in rows of before there was one. */
  readonly site: string | null;
}

export type SignInTables = {
  sessions: SessionRow;
  passkeys: PasskeyRow;
  authenticator_apps: AppRow;
  mail_addresses: AddressRow;
  sign_in_attempts: AttemptRow;
  sign_in_tickets: TicketRow;
  passwords: { person: string; hash: string; set_at: Date };
  recovery_codes: { hash: string; person: string; used_at: Date | null };
  identities: { issuer: string; subject: string; person: string; linked_at: Date };
};

export const tables = (db: Queryable) => db.withTables<SignInTables>();
