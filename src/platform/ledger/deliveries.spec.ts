import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { openTestDatabase, type TestDatabase } from '../../../test/harness/database.ts';
import type { FactKind } from '../../domain/fact.ts';
import { SYSTEM } from '../../domain/people.ts';
import { openSession } from '../db/session.ts';
import { PATIENCE } from './claims.ts';
import { createDeliveries, type DeliveriesDeps } from './deliveries.ts';
import { createLedger } from './ledger.ts';
import type { Ledger, Reaction, Reactions } from './port.ts';
import { createSchedule } from './schedule.ts';

let database: TestDatabase;
let ledger: Ledger;
beforeAll(async () => {
  database = await openTestDatabase();
  ledger = createLedger({
    db: database.db,
    clock: database.clock,
    reactionsTo: (kind) => (kind === 'request-joined' || kind === 'request-answered' ? ['work'] : []),
  });
});
afterAll(() => database.close());
beforeEach(async () => {
  await sql`truncate ledger, deliveries, schedules`.execute(database.db);
});

const KINDS: readonly FactKind[] = ['request-joined', 'request-answered'];

/** Reactions to two kinds of facts; every other kind has none. */
function reactions(joined: Reaction<'request-joined'>, answered: Reaction<'request-answered'> = async () => undefined) {
  const none = {} as const;
  const table: Reactions = {
    'home-initialised': none,
    'channel-created': none,
    'channel-changed': none,
    'channel-access-changed': none,
    'person-added': none,
    'roles-changed': none,
    'token-created': none,
    'token-revoked': none,
    'person-disabled': none,
    'person-enabled': none,
    'person-invited': none,
    'invitation-accepted': none,
    'mail-address-asked': none,
    'mail-address-confirmed': none,
    'mail-domain-abandoned': none,
    'password-changed': none,
    'authenticator-app-added': none,
    'authenticator-app-removed': none,
    'recovery-codes-made': none,
    'recovery-code-used': none,
    'passkey-added': none,
    'passkey-renamed': none,
    'passkey-removed': none,
    'recovery-asked': none,
    'account-recovered': none,
    'identity-linked': none,
    'signed-in': none,
    'sessions-ended': none,
    'sign-in-slowed': none,
    'request-filed': none,
    'request-joined': { work: joined },
    'request-answered': { work: answered },
    'request-withdrawn': none,
    'bundle-filed': none,
    'first-use-seen': none,
    'evidence-collected': none,
    'evidence-failed': none,
    'decision-made': none,
    'approval-given': none,
    'decision-undone': none,
    'evidence-shown': none,
    'review-due': none,
    'window-opened': none,
    'objection-raised': none,
    'objection-answered': none,
    'no-objection-given': none,
    'decision-settled': none,
    'decision-overturned': none,
    'list-changed': none,
    'snapshot-published': none,
    'snapshot-refused': none,
    'snapshot-rolled-back': none,
    'snapshot-imported': none,
    'image-built': none,
    'quarantine-started': none,
    'quarantine-ended': none,
    'report-filed': none,
    'report-closed': none,
    'tag-added': none,
    'tag-removed': none,
    'tag-required': none,
    'tag-requirement-lifted': none,
    'advisories-imported': none,
    'upstream-changed': none,
    'feed-imported': none,
    'confidential-read': none,
    'alarm-raised': none,
    'window-closing': none,
    'policy-changed': none,
    'backup-made': none,
    'home-restored': none,
  };
  return table;
}

function deliveries(table: Reactions, more: Partial<DeliveriesDeps> = {}) {
  return createDeliveries({ db: database.db, clock: database.clock, reactions: table, ...more });
}

async function join(...requests: readonly string[]): Promise<void> {
  await ledger.change(SYSTEM, async ({ append }) => {
    for (const request of requests) append({ kind: 'request-joined', request, channel: 'main' });
  });
}

describe('drain', () => {
  it('runs every reaction once, and what follows from it', async () => {
    const seen: string[] = [];
    const runner = deliveries(
      reactions(
        async (fact) => {
          seen.push(`joined ${fact.request}`);
          await ledger.change(SYSTEM, async ({ append }) =>
            append({ kind: 'request-answered', request: fact.request, channel: fact.channel }),
          );
        },
        async (fact, actor) => void seen.push(`answered ${fact.request} by ${actor}`),
      ),
    );
    await join('R-1', 'R-2');
    const told: string[] = [];
    expect(await runner.drain({ progress: ({ fact }) => told.push(fact.kind) })).toEqual({ done: 4, failed: 0 });
    expect(seen.toSorted()).toEqual(['answered R-1 by system', 'answered R-2 by system', 'joined R-1', 'joined R-2']);
    expect(told.toSorted()).toEqual(KINDS.flatMap((kind) => [kind, kind]).toSorted());
    expect(await runner.drain()).toEqual({ done: 0, failed: 0 });
    expect(await runner.counts()).toEqual({ due: 0, running: 0, done: 4, stuck: 0 });
    await runner.stop();
  });

  it('holds back what is not to be reacted to before its time', async () => {
    const until = new Date(database.clock.now().getTime() + 60_000).toISOString();
    const holding = createLedger({
      ...{ db: database.db, clock: database.clock, reactionsTo: () => ['work'] },
      notBefore: (fact) => ('request' in fact && fact.request === 'R-2' ? until : undefined),
    });
    const seen: string[] = [];
    const runner = deliveries(reactions(async ({ request }) => void seen.push(request)));
    await holding.change(SYSTEM, async ({ append }) => {
      for (const request of ['R-1', 'R-2']) append({ kind: 'request-joined', request, channel: 'main' });
    });
    await runner.drain();
    database.clock.advance(59);
    await runner.drain();
    expect(seen).toEqual(['R-1']);
    database.clock.advance(1);
    await runner.drain();
    expect(seen).toEqual(['R-1', 'R-2']);
    await runner.stop();
  });

  it('tries again later, gives up visibly, and goes on when told to', async () => {
    let works = false;
    const failures: string[] = [];
    const runner = deliveries(
      reactions(async () => {
        if (!works) throw new Error('upstream is away');
      }),
      { onFailure: (failure) => failures.push(failure.state) },
    );
    await join('R-1');
    expect(await runner.drain()).toEqual({ done: 0, failed: 1 });
    expect(await runner.drain()).toEqual({ done: 0, failed: 0 });
    for (let attempt = 2; attempt <= PATIENCE.mostAttempts; attempt += 1) {
      database.clock.advance(3600);
      await runner.drain();
    }
    expect(failures).toHaveLength(PATIENCE.mostAttempts);
    expect(failures.at(-1)).toBe('stuck');
    database.clock.advance(36_000);
    expect(await runner.drain()).toEqual({ done: 0, failed: 0 });
    expect(await runner.stuck()).toMatchObject([
      { reaction: 'work', error: 'upstream is away', attempts: PATIENCE.mostAttempts },
    ]);
    works = true;
    expect(await runner.retryStuck()).toBe(1);
    expect(await runner.drain()).toEqual({ done: 1, failed: 0 });
    await runner.stop();
  });

  it('of several runners, one takes each delivery', async () => {
    const counts = new Map<string, number>();
    const table = reactions(async ({ request }) => {
      counts.set(request, (counts.get(request) ?? 0) + 1);
      await new Promise((resolve) => setTimeout(resolve, 2));
    });
    await join(...Array.from({ length: 60 }, (_, index) => `R-${index}`));
    const runners = [deliveries(table), deliveries(table), deliveries(table)];
    const results = await Promise.all(runners.map((runner) => runner.drain()));
    expect(results.reduce((sum, one) => sum + one.done, 0)).toBe(60);
    expect([...counts.values()].every((count) => count === 1)).toBe(true);
    expect(counts.size).toBe(60);
    for (const runner of runners) await runner.stop();
  });

  it('takes over what a dead process had begun: at once on this host, after the lease elsewhere', async () => {
    await join('R-1', 'R-2');
    await sql`
      update deliveries set state = 'running', attempts = 1, lease_until = ${new Date('2100-01-01')},
        lease_owner = case sequence when 1 then ${`${(await import('node:os')).hostname()}/4194303/x`} else 'elsewhere/1/y' end`.execute(
      database.db,
    );
    const seen: string[] = [];
    const runner = deliveries(reactions(async ({ request }) => void seen.push(request)));
    await runner.drain();
    expect(seen).toEqual(['R-1']);
    await sql`update deliveries set lease_until = ${new Date('2000-01-01')} where state = 'running'`.execute(
      database.db,
    );
    await runner.drain();
    expect(seen).toEqual(['R-1', 'R-2']);
    await runner.stop();
  });

  it('takes over from a process of its own number before a restart, and not from another thread of its own', async () => {
    await join('R-1', 'R-2');
    const here = `${(await import('node:os')).hostname()}/${process.pid}`;
    await sql`
      update deliveries set state = 'running', attempts = 1, lease_until = ${new Date('2100-01-01')},
        lease_owner = case sequence when 1 then ${`${here}/7/x`} else ${`${here}/0/y`} end`.execute(database.db);
    const seen: string[] = [];
    const table = reactions(async ({ request }) => void seen.push(request));
    const main = deliveries(table);
    await main.drain();
    expect(seen).toEqual(['R-2']);
    const thread = deliveries(table, { thread: 7 });
    await thread.drain();
    expect(seen).toEqual(['R-2', 'R-1']);
    await Promise.all([main.stop(), thread.stop()]);
  });

  it('keeps a delivery whose reaction this release does not have', async () => {
    await join('R-1');
    await sql`update deliveries set reaction = 'gone'`.execute(database.db);
    const runner = deliveries(reactions(async () => undefined));
    expect(await runner.drain()).toEqual({ done: 0, failed: 1 });
    expect(await runner.counts()).toMatchObject({ due: 1 });
    await runner.stop();
  });
});

describe('start and stop', () => {
  it('is woken by a commit, and finishes what is in flight', async () => {
    const { session } = await openSession({
      connection: database.connection,
      share: false,
      prove: async () => undefined,
      revive: async () => undefined,
      onError: () => undefined,
    });
    const seen: string[] = [];
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const runner = deliveries(
      reactions(async ({ request }) => {
        seen.push(`begun ${request}`);
        if (request === 'R-2') await held;
        seen.push(`ended ${request}`);
      }),
      { listen: (channel, listener) => session.listen(channel, listener) },
    );
    await runner.start();
    await join('R-1');
    await expect.poll(() => seen).toEqual(['begun R-1', 'ended R-1']);
    await join('R-2');
    await expect.poll(() => seen).toContain('begun R-2');
    const stopped = runner.stop();
    await join('R-3');
    release();
    await stopped;
    expect(seen).toEqual(['begun R-1', 'ended R-1', 'begun R-2', 'ended R-2']);
    expect(await runner.counts()).toEqual({ due: 1, running: 0, done: 2, stuck: 0 });
    await session.close();
  });
});

describe('schedule', () => {
  it('runs each work once per period whoever asks, and goes on after a failure', async () => {
    const errors: string[] = [];
    let runs = 0;
    const schedules = [1, 2, 3].map(() => {
      const schedule = createSchedule({
        db: database.db,
        clock: database.clock,
        onError: (name) => errors.push(name),
      });
      schedule.every(60, 'count', async () => {
        runs += 1;
        await new Promise((resolve) => setTimeout(resolve, 20));
        if (runs === 2) throw new Error('no');
      });
      return schedule;
    });
    const all = () => Promise.all(schedules.map((schedule) => schedule.runDue()));
    await all();
    await all();
    expect(runs).toBe(1);
    database.clock.advance(61);
    await all();
    expect(runs).toBe(2);
    expect(errors).toEqual(['count']);
    database.clock.advance(61);
    await all();
    expect(runs).toBe(3);
  });
  it('asks the database once for all works that are not due', async () => {
    let questions = 0;
    const db = database.db.withPlugin({
      transformQuery: ({ node }) => {
        questions += 1;
        return node;
      },
      transformResult: async ({ result }) => result,
    });
    const schedule = createSchedule({ db, clock: database.clock, onError: () => undefined });
    const runs: string[] = [];
    for (const name of ['a', 'b', 'c']) schedule.every(60, name, async () => void runs.push(name));
    await schedule.runDue();
    expect(runs.toSorted()).toEqual(['a', 'b', 'c']);
    questions = 0;
    await schedule.runDue();
    expect({ questions, runs: runs.length }).toEqual({ questions: 1, runs: 3 });
  });

  it('lets a long work hold up no other, and keeps from commands what only servers do', async () => {
    const schedule = createSchedule({ db: database.db, clock: database.clock, onError: () => undefined });
    const { promise: held, resolve: letGo } = Promise.withResolvers<void>();
    const seen: string[] = [];
    schedule.every(1, 'long', () => held);
    schedule.every(1, 'short', async () => void seen.push('short'));
    schedule.every(1, 'of servers', async () => void seen.push('of servers'), { whileStarted: true });
    const command = schedule.runDue();
    await vi.waitFor(() => expect(seen).toEqual(['short']));
    schedule.start();
    await vi.waitFor(() => expect(seen).toEqual(['short', 'of servers']), { timeout: 5000 });
    letGo();
    await Promise.all([command, schedule.stop()]);
  });
});
