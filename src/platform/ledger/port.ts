/** The one way to change anything: work and facts commit together or not at all. */
import type { Fact, FactKind, FactOf } from '../../domain/fact.ts';
import type { Actor, ChannelRole, Role } from '../../domain/people.ts';
import type { Transaction } from '../db/port.ts';

export interface Change {
  readonly db: Transaction;
  /** The moment of the change, read once. */
  readonly now: Date;
  /** Chained into the ledger when the work ends, in the order of the calls. */
  append(fact: Fact): void;
}

/**
 * What must hold in the transaction of a change: locks what it is about and looks at it. Throws where it does not hold, and then
 * nothing happened.
 */
export type Precondition = (db: Transaction) => Promise<void>;

export interface Ledger {
  /**
   * Runs `work` in one transaction and appends its facts, hash-chained, before the commit.
   * When it returns, the change is durable; when it throws, nothing happened.
   */
  change<T>(actor: Actor, work: (change: Change) => Promise<T>): Promise<T>;
}

/** In which capacity a person acted. */
export interface Acting {
  /** Roles that held in every channel, and those in single ones. */
  readonly roles: readonly Role[];
  readonly channelRoles: readonly ChannelRole[];
  /** On the home itself, or with a session or token, and which. */
  readonly by: { readonly kind: 'home' } | { readonly kind: 'session' | 'token'; readonly id: string };
}

/** A row of the ledger as it is listed, exported and verified. */
export interface LedgerRow {
  readonly sequence: number;
  /** RFC 3339, UTC, milliseconds. */
  readonly at: string;
  readonly actor: string;
  /** Absent where the system acted, and in rows of before it was written down. */
  readonly acting?: Acting;
  readonly fact: Fact;
  /** Hexadecimal SHA-256 of the row before, and of this one. */
  readonly previous: string;
  readonly hash: string;
}

/** What a listing is narrowed to. */
export interface LedgerFilter {
  readonly actor?: string | undefined;
  /** One that does not exist finds nothing. */
  readonly kinds?: readonly string[] | undefined;
  readonly channel?: string | undefined;
  /** Id of a request, decision, quarantine or image that facts name. */
  readonly about?: string | undefined;
  /** Not before, and before: UTC. */
  readonly since?: Date | undefined;
  readonly until?: Date | undefined;
  /** Only rows after this sequence (ascending) or before it (descending): the last one of the page before. */
  readonly after?: number | undefined;
  readonly order?: 'oldest-first' | 'newest-first' | undefined;
  /** Rows; 100 by default, at most 1,000. */
  readonly limit?: number | undefined;
}

export type LedgerCheck =
  | { readonly status: 'whole'; readonly rows: number; readonly head: string }
  | { readonly status: 'broken'; readonly sequence: number; readonly what: string };

/**
 * Idempotent: it recomputes what should be true and does nothing where it already is. Retried until it returns. `sequence`
 * is the row of the ledger: the same fact is the same row, however often it is delivered.
 */
export type Reaction<K extends FactKind> = (fact: FactOf<K>, actor: string, sequence: number) => Promise<void>;
/** When this happens, that follows; names are what a delivery is remembered by. */
export type Reactions = { readonly [K in FactKind]: Readonly<Record<string, Reaction<K>>> };
