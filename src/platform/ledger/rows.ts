/** The tables of the ledger (a `type`: Kysely wants an index signature, which interfaces have not), and how a row is hashed. */
import { createHash } from 'node:crypto';
import { asJson, canonicalBytes } from '../../domain/canonical-json.ts';
import type { Fact } from '../../domain/fact.ts';
import type { Acting, LedgerRow } from './port.ts';

export type LedgerTables = {
  readonly ledger: {
    readonly sequence: number;
    readonly at: Date;
    readonly actor: string;
    /** Absent in rows of before it was written down, and where the system acts. */
    readonly acting: Acting | null;
    readonly kind: string;
    readonly fact: Fact;
    readonly previous: string;
    readonly hash: string;
  };
  readonly ledger_heads: {
    readonly sequence: number;
    readonly hash: string;
    readonly signed_at: Date;
    readonly key_id: string;
    readonly signature: string;
  };
  readonly deliveries: {
    readonly sequence: number;
    readonly reaction: string;
    readonly state: DeliveryState;
    readonly attempts: number;
    readonly due_at: Date;
    readonly lease_until: Date | null;
    readonly lease_owner: string | null;
    readonly last_error: string | null;
    readonly done_at: Date | null;
  };
};

/** `stuck` was tried as often as is sensible: it waits for a person, and is never forgotten. */
export type DeliveryState = 'due' | 'running' | 'done' | 'stuck';

/** What the first row's `previous` says: there is nothing before it. */
export const GENESIS = '0'.repeat(64);

/** Every commit that appends facts notifies here with the last sequence. */
export const LEDGER_CHANNEL = 'pratique_ledger';

/** SHA-256, hexadecimal, over the canonical JSON of everything that a row says, the hash before it first. */
export function rowHash(row: Omit<LedgerRow, 'hash'>): string {
  const said = [row.previous, row.sequence, row.at, row.actor, row.fact.kind, row.fact];
  const content = row.acting === undefined ? said : [...said, asJson(row.acting)];
  return createHash('sha256').update(canonicalBytes(content)).digest('hex');
}

/** A stored row as it is listed. */
export function asLedgerRow(row: LedgerTables['ledger']): LedgerRow {
  return {
    sequence: row.sequence,
    at: row.at.toISOString(),
    actor: row.actor,
    ...(row.acting === null ? {} : { acting: row.acting }),
    fact: row.fact,
    previous: row.previous,
    hash: row.hash,
  };
}
