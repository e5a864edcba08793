/** Appends facts, hash-chained, in the transaction of the change that they tell of. */
import { sql } from 'kysely';
import { asJson } from '../../domain/canonical-json.ts';
import type { Fact, FactKind } from '../../domain/fact.ts';
import { type Actor, actorName } from '../../domain/people.ts';
import type { Clock } from '../clock/port.ts';
import type { Database, Transaction } from '../db/port.ts';
import type { Acting, Ledger } from './port.ts';
import { askPrecondition } from './precondition.ts';
import { GENESIS, LEDGER_CHANNEL, type LedgerTables, rowHash } from './rows.ts';

export interface LedgerDeps {
  readonly db: Database;
  readonly clock: Clock;
  /** Names of the reactions that a kind of fact has: each gets a delivery in the same transaction. */
  readonly reactionsTo: (kind: FactKind) => readonly string[];
  /** RFC 3339, UTC: until then a reaction is held back; at once where `undefined`. */
  readonly notBefore?: (fact: Fact, reaction: string) => string | undefined;
  /** Hears, after the commit, how far the ledger reaches: signs a head now and then. Its failure is its own affair. */
  readonly afterAppend?: (sequence: number) => Promise<void>;
}

/**
 * Key of the advisory lock that puts appends into one order: the bytes of "pratique". Taken only when the work is done, so
 * that changes wait for each other as briefly as can be, and held until the commit.
 */
const APPEND_LOCK = 0x70726174;

/** The ledger of a database. */
export function createLedger(deps: LedgerDeps): Ledger {
  return {
    async change<T>(actor: Actor, work: (change: Parameters<Parameters<Ledger['change']>[1]>[0]) => Promise<T>) {
      const facts: Fact[] = [];
      const { result, head } = await deps.db.transaction().execute(async (db) => {
        await askPrecondition(db);
        const now = deps.clock.now();
        const result = await work({ db, now, append: (fact) => void facts.push(fact) });
        const head = facts.length === 0 ? undefined : await appendAll(deps, { db, now, actor, facts });
        return { result, head };
      });
      // The change is durable: what fails now must not look as if it were not.
      if (head !== undefined) await deps.afterAppend?.(head).catch(() => undefined);
      return result;
    },
  };
}

interface Append {
  readonly db: Transaction;
  readonly now: Date;
  readonly actor: Actor;
  readonly facts: readonly Fact[];
}

async function appendAll(deps: LedgerDeps, { db, now, actor, facts }: Append): Promise<number> {
  const tables = db.withTables<LedgerTables>();
  await sql`select pg_advisory_xact_lock(${APPEND_LOCK})`.execute(db);
  const head = await tables
    .selectFrom('ledger')
    .select(['sequence', 'hash'])
    .orderBy('sequence', 'desc')
    .limit(1)
    .executeTakeFirst();
  let sequence = head?.sequence ?? 0;
  let previous = head?.hash ?? GENESIS;
  const acting = actingOf(actor);
  const rows: LedgerTables['ledger'][] = [];
  for (const fact of facts) {
    sequence += 1;
    const content = { sequence, at: now.toISOString(), actor: actorName(actor), fact, previous };
    const hash = rowHash(acting === null ? content : { ...content, acting });
    rows.push({ sequence, at: now, actor: content.actor, acting, kind: fact.kind, fact, previous, hash });
    previous = hash;
  }
  await tables
    .insertInto('ledger')
    .values(
      rows.map((row) => ({
        ...row,
        fact: jsonb<Fact>(row.fact),
        acting: acting === null ? null : jsonb<Acting>(acting),
      })),
    )
    .execute();
  const deliveries = rows.flatMap(({ sequence: row, fact }) =>
    deps.reactionsTo(fact.kind).map((reaction) => {
      const held = deps.notBefore?.(fact, reaction);
      return { sequence: row, reaction, due_at: held === undefined ? now : new Date(held) };
    }),
  );
  if (deliveries.length > 0) {
    await tables
      .insertInto('deliveries')
      .values(deliveries.map((one) => ({ ...one, state: 'due' as const, attempts: 0 })))
      .execute();
  }
  await sql`select pg_notify(${LEDGER_CHANNEL}, ${String(sequence)})`.execute(db);
  return sequence;
}

function jsonb<T>(value: T) {
  return sql<T>`${JSON.stringify(asJson(value))}::jsonb`;
}

/** What a reader of the book needs to see whether somebody might do what they did. */
function actingOf(actor: Actor): Acting | null {
  if (actor.kind === 'system') return null;
  const { roles, channelRoles = [], credential } = actor;
  const by = credential === undefined ? { kind: 'home' as const } : { kind: credential.kind, id: credential.id };
  return { roles, channelRoles, by };
}
