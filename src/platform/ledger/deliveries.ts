/**
 * Runs the reactions to facts: each at least once, retried with growing pauses, never forgotten. Any number of processes
 * may run deliveries of one database; a reaction must do nothing where what it wants is already true.
 */
import { randomBytes } from 'node:crypto';
import type { Fact, FactKind, FactOf } from '../../domain/fact.ts';
import { nextTry } from '../../domain/patience.ts';
import type { Clock } from '../clock/port.ts';
import type { Database } from '../db/port.ts';
import {
  type Claim,
  type ClaimEnd,
  claimDue,
  endClaim,
  extendLeases,
  LEASE_SECONDS,
  markLiving,
  ownerName,
  PATIENCE,
  releaseDeadOwners,
} from './claims.ts';
import type { Reactions } from './port.ts';
import { type DeliveryState, LEDGER_CHANNEL, type LedgerTables } from './rows.ts';

export interface DeliveriesDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly reactions: Reactions;
  /** Wakes the runner on each commit; without it, only polling does. */
  readonly listen?: (channel: string, listener: () => void) => Promise<() => Promise<void>>;
  /** Reactions that run at the same time in this process; 4 by default. */
  readonly concurrency?: number;
  /** Tells threads of one process apart; 0, the main one, by default. */
  readonly thread?: number;
  /** Hears of every failed attempt. */
  readonly onFailure?: (failure: DeliveryFailure) => void;
}

export interface DeliveryFailure {
  readonly sequence: number;
  readonly reaction: string;
  readonly attempts: number;
  readonly error: unknown;
  /** `stuck` where it was the last attempt. */
  readonly state: 'due' | 'stuck';
}

export interface DrainOptions {
  /** Hears of each delivery as it ends. */
  readonly progress?: (ended: { readonly reaction: string; readonly fact: Fact; readonly ok: boolean }) => void;
}

export interface StuckDelivery {
  readonly sequence: number;
  readonly reaction: string;
  readonly attempts: number;
  readonly error: string;
  readonly fact: Fact;
}

export interface Deliveries {
  /** Runs until `stop`: for `serve` and `work`. */
  start(): Promise<void>;
  /** Runs until nothing is due now (what failed waits for its next attempt), also what follows from what it ran. */
  drain(options?: DrainOptions): Promise<{ readonly done: number; readonly failed: number }>;
  /** Takes nothing new, waits for what is in flight. */
  stop(): Promise<void>;
  /** What gave up and waits for a person, oldest first. */
  stuck(): Promise<readonly StuckDelivery[]>;
  /** Makes stuck deliveries due again: how many. */
  retryStuck(): Promise<number>;
  counts(): Promise<Readonly<Record<DeliveryState, number>>>;
}

/** A notification can be missed, and retries become due by themselves: milliseconds. */
const POLL_MS = 1000;
const DEFAULT_CONCURRENCY = 4;
/** Enough for any message, too little for an accidental document. */
const LONGEST_ERROR_CHARACTERS = 2000;

export function createDeliveries(deps: DeliveriesDeps): Deliveries {
  return new Runner(deps);
}

class Runner implements Deliveries {
  readonly #deps: DeliveriesDeps;
  readonly #thread: number;
  readonly #owner: string;
  readonly #inFlight = new Set<Promise<void>>();
  #stopping = false;
  #wake: () => void = () => undefined;
  #loop: Promise<void> | undefined;
  #unlisten: (() => Promise<void>) | undefined;
  #done = 0;
  #failed = 0;

  constructor(deps: DeliveriesDeps) {
    this.#deps = deps;
    this.#thread = deps.thread ?? 0;
    this.#owner = ownerName(randomBytes(6).toString('hex'), this.#thread);
    markLiving(this.#owner, true);
  }

  async start(): Promise<void> {
    await releaseDeadOwners(this.#deps.db, this.#deps.clock.now(), this.#thread);
    this.#unlisten = await this.#deps.listen?.(LEDGER_CHANNEL, () => this.#wake());
    this.#loop = this.#run();
  }

  async drain(options: DrainOptions = {}): Promise<{ readonly done: number; readonly failed: number }> {
    const before = { done: this.#done, failed: this.#failed };
    await releaseDeadOwners(this.#deps.db, this.#deps.clock.now(), this.#thread);
    const heart = this.#heartbeat();
    try {
      while (!this.#stopping) {
        await this.#fill(options.progress);
        if (this.#inFlight.size === 0) break;
        await Promise.race(this.#inFlight);
      }
      await Promise.all(this.#inFlight);
    } finally {
      clearInterval(heart);
    }
    return { done: this.#done - before.done, failed: this.#failed - before.failed };
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    this.#wake();
    await this.#unlisten?.();
    await this.#loop;
    await Promise.all(this.#inFlight);
    markLiving(this.#owner, false);
  }

  async stuck(): Promise<readonly StuckDelivery[]> {
    const rows = await this.#deps.db
      .withTables<LedgerTables>()
      .selectFrom('deliveries')
      .innerJoin('ledger', 'ledger.sequence', 'deliveries.sequence')
      .select(['deliveries.sequence', 'reaction', 'attempts', 'last_error', 'fact'])
      .where('state', '=', 'stuck')
      .orderBy('deliveries.sequence')
      .execute();
    return rows.map(({ last_error, ...row }) => ({ ...row, error: last_error ?? '' }));
  }

  async retryStuck(): Promise<number> {
    const result = await this.#deps.db
      .withTables<LedgerTables>()
      .updateTable('deliveries')
      .set({ state: 'due', attempts: 0, due_at: this.#deps.clock.now() })
      .where('state', '=', 'stuck')
      .executeTakeFirst();
    this.#wake();
    return Number(result.numUpdatedRows);
  }

  async counts(): Promise<Readonly<Record<DeliveryState, number>>> {
    const rows = await this.#deps.db
      .withTables<LedgerTables>()
      .selectFrom('deliveries')
      .select(['state', (row) => row.fn.countAll<number>().as('count')])
      .groupBy('state')
      .execute();
    const of = (state: DeliveryState) => rows.find((row) => row.state === state)?.count ?? 0;
    return { due: of('due'), running: of('running'), done: of('done'), stuck: of('stuck') };
  }

  async #run(): Promise<void> {
    const heart = this.#heartbeat();
    while (!this.#stopping) {
      const woken = this.#nextWake();
      // A database that is away for a moment is asked again at the next turn.
      const claimed = await this.#fill().catch(() => 0);
      if (claimed === 0 && !this.#stopping) await Promise.race([woken, ...this.#inFlight]);
    }
    await Promise.all(this.#inFlight);
    clearInterval(heart);
  }

  /** Made before looking, so that what is committed while we look wakes us too. */
  #nextWake(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, POLL_MS);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  #heartbeat(): NodeJS.Timeout {
    return setInterval(
      () => {
        if (this.#inFlight.size === 0) return;
        extendLeases(this.#deps.db, this.#owner, this.#deps.clock.now()).catch(() => undefined);
      },
      (LEASE_SECONDS * 1000) / 3,
    );
  }

  async #fill(progress?: DrainOptions['progress']): Promise<number> {
    const count = (this.#deps.concurrency ?? DEFAULT_CONCURRENCY) - this.#inFlight.size;
    if (count <= 0) return 0;
    const claims = await claimDue(this.#deps.db, { owner: this.#owner, now: this.#deps.clock.now(), count });
    for (const claim of claims) {
      const work: Promise<void> = this.#deliver(claim, progress).finally(() => this.#inFlight.delete(work));
      this.#inFlight.add(work);
    }
    return claims.length;
  }

  async #deliver(claim: Claim, progress?: DrainOptions['progress']): Promise<void> {
    const failure = await this.#attempt(claim).then(
      () => undefined,
      (error: unknown) => ({ error }),
    );
    const now = this.#deps.clock.now();
    const end: ClaimEnd = failure === undefined ? { state: 'done', at: now } : afterFailure(claim, failure.error, now);
    // Not written down (the database is away): the lease runs out and the reaction runs again, which it must bear.
    await endClaim(this.#deps.db, this.#owner, claim, end).catch(() => undefined);
    if (failure === undefined) this.#done += 1;
    else this.#failed += 1;
    if (failure !== undefined && end.state !== 'done') {
      const { sequence, reaction, attempts } = claim;
      this.#deps.onFailure?.({ sequence, reaction, attempts, error: failure.error, state: end.state });
    }
    progress?.({ reaction: claim.reaction, fact: claim.fact, ok: failure === undefined });
  }

  async #attempt(claim: Claim): Promise<void> {
    if (claim.attempts > PATIENCE.mostAttempts) throw new Error('the process ended in the middle of it every time');
    await react(this.#deps.reactions, { kind: claim.fact.kind, fact: claim.fact, claim });
  }
}

function react<K extends FactKind>(
  reactions: Reactions,
  what: { readonly kind: K; readonly fact: FactOf<K>; readonly claim: Claim },
): Promise<void> {
  const reaction = reactions[what.kind][what.claim.reaction];
  if (reaction === undefined) return Promise.reject(new Error('this release has no reaction of that name'));
  return reaction(what.fact, what.claim.actor, what.claim.sequence);
}

function afterFailure(claim: Claim, error: unknown, now: Date): ClaimEnd {
  const text = (error instanceof Error ? error.message : String(error)).slice(0, LONGEST_ERROR_CHARACTERS);
  const dueAt = nextTry(PATIENCE, claim.attempts, now);
  return dueAt === undefined ? { state: 'stuck', error: text } : { state: 'due', dueAt, error: text };
}
