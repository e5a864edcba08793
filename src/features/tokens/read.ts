/** Facts about tokens, for surfaces. */
import { may } from '../../domain/authority.ts';
import type { Scope, Strength, Where } from '../../domain/credential.ts';
import type { Actor } from '../../domain/people.ts';
import type { Queryable } from '../../platform/db/port.ts';
import { listPeople, personActing } from '../accounts/read.ts';
import { hashOfToken, isToken } from './format.ts';
import { installRows, rowsOf, type TokenRow } from './store.ts';

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

/** The tokens that clients may show for an install, held in memory. */
export interface InstallTokens {
  /** Id of the token, where it opens this channel and ecosystem now: in force, within its scope, of somebody who may. */
  opening(token: string, where: Where & { readonly now: Date }): string | undefined;
}

export const NO_INSTALL_TOKENS: InstallTokens = { opening: () => undefined };

/**
 * Every token in force that names the action `install`. One without limits is not among them: what stands in the settings of
 * a package client must not be able to do anything else by an oversight.
 */
export async function installTokens(db: Queryable, now: Date): Promise<InstallTokens> {
  const people = new Map((await listPeople(db)).map((person) => [person.name, person]));
  const known = new Map<string, { readonly id: string; readonly until: Date; readonly actor: Actor }>();
  for (const row of await installRows(db, now)) {
    const person = people.get(row.person);
    if (person === undefined || person.disabledAt !== null) continue;
    const credential = { kind: 'token', id: row.id, strength: 'single', scope: scopeOf(row) } as const;
    known.set(row.hash, { id: row.id, until: row.expires_at, actor: { ...personActing(person), credential } });
  }
  return {
    opening(token, { now: at, ...where }) {
      const found = isToken(token) ? known.get(hashOfToken(token)) : undefined;
      return found !== undefined && found.until > at && may(found.actor, 'install', where) ? found.id : undefined;
    },
  };
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
