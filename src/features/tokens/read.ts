/** Facts about tokens, for surfaces. */
import type { Scope, Strength } from '../../domain/credential.ts';
import type { Queryable } from '../../platform/db/port.ts';
import { rowsOf, type TokenRow } from './store.ts';

/** A token as it is listed: never the token itself, of which only a hash is kept. */
export interface TokenListing {
  readonly id: string;
  readonly person: string;
  readonly label: string;
  readonly scope: Scope;
  /** What its maker had proved, and until when that counts. */
  readonly strength: Strength;
  readonly strongUntil: string;
  /** The trusted publisher it was exchanged for; `null` where a person made it. */
  readonly publisher: string | null;
  /** RFC 3339, UTC. */
  readonly madeAt: string;
  readonly expiresAt: string;
  /** `YYYY-MM-DD`, UTC; `null` where it was never used. */
  readonly lastUsedOn: string | null;
  readonly state: 'valid' | 'expired' | 'revoked';
}

/** Newest first; of one person, or of everybody. */
export async function listTokens(
  db: Queryable,
  { person, now }: { readonly person?: string | undefined; readonly now: Date },
): Promise<readonly TokenListing[]> {
  return (await rowsOf(db, person)).map((row) => listingOf(row, now));
}

export function listingOf(row: TokenRow, now: Date): TokenListing {
  const { id, person, label, strength, publisher } = row;
  return {
    ...{ id, person, label, scope: scopeOf(row), strength, publisher },
    strongUntil: row.strong_until.toISOString(),
    madeAt: row.made_at.toISOString(),
    expiresAt: row.expires_at.toISOString(),
    lastUsedOn: row.last_used_on,
    state: stateOf(row, now),
  };
}

export function scopeOf({ channels, ecosystems, actions }: TokenRow): Scope {
  return { channels, ecosystems, actions };
}

export function stateOf(row: TokenRow, now: Date): TokenListing['state'] {
  if (row.revoked_at !== null) return 'revoked';
  return row.expires_at <= now ? 'expired' : 'valid';
}
