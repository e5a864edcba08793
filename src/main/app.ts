/** One opened home: its rooms, and what makes things follow from each other. */
import { threadId } from 'node:worker_threads';
import { ECOSYSTEMS } from '../ecosystems/catalog.ts';
import type { Watch } from '../features/vetting/index.ts';
import { createTarFiles } from '../platform/backup/tar-files.ts';
import { createImportFiles } from '../platform/import-files/folder.ts';
import { createDeliveries, type Deliveries } from '../platform/ledger/deliveries.ts';
import { exportLedger, listLedger } from '../platform/ledger/history.ts';
import type { Schedule } from '../platform/ledger/schedule.ts';
import { retryLetters, waitingLetters } from '../platform/mail/outbox.ts';
import type { App } from '../surfaces/cli/app.ts';
import { publicUrlOf } from './address.ts';
import type { Foundation } from './foundation.ts';
import { type Looked, readinessOf } from './readiness.ts';
import { type AllRooms, createRooms } from './rooms.ts';
import { createTimedWork } from './schedule.ts';
import { createUpstreams, type Upstreams } from './upstreams.ts';
import { verifyWholeLedger } from './whole-ledger.ts';

export interface OpenApp extends App {
  readonly foundation: Foundation;
  readonly rooms: AllRooms;
  readonly upstreams: Upstreams;
  readonly deliveries: Deliveries;
  readonly schedule: Schedule;
}

/** Builds everything on an opened foundation; `close` closes the foundation too. */
export function createApp(foundation: Foundation): OpenApp {
  const { database, blobs, clock, log } = foundation;
  const { db } = database;
  const upstreams = createUpstreams(foundation, ECOSYSTEMS);
  const rooms = createRooms(foundation, upstreams);
  const files = createImportFiles({ fetch: upstreams.fetch });
  const deliveries = createDeliveries({
    db,
    clock,
    reactions: rooms.reactions,
    thread: threadId,
    listen: (channel, listener) => database.listen(channel, listener),
    onFailure: ({ sequence, reaction, attempts, error, state }) =>
      log.warn('a reaction failed', { sequence, reaction, attempts, state, reason: reasonOf(error) }),
  });
  const problems = () => problemsOf({ foundation, db, rooms, deliveries, now: () => clock.now() });
  const schedule = createTimedWork(foundation, {
    rooms,
    files,
    ledger: rooms.ledger,
    problems,
    askAgain: rooms.askAgain,
  });
  return {
    foundation,
    db,
    blobs,
    rooms,
    ecosystems: ECOSYSTEMS,
    files,
    tarFiles: createTarFiles(),
    upstreams,
    deliveries,
    schedule,
    publicUrl: () => publicUrlOf(foundation),
    ledger: {
      list: (question) => listLedger(db, question),
      verify: () => verifyWholeLedger(foundation),
      export: () => exportLedger(db),
    },
    mail: { waiting: () => waitingLetters(db), retry: () => retryLetters(db, clock.now()) },
    now: () => clock.now(),
    settle: (watch) => settle(deliveries, schedule, watch),
    async close() {
      await deliveries.stop();
      await upstreams.close();
      await foundation.close();
    },
  };
}

/** What an operator should hear of without asking: what is not ready, and works and letters that gave up. */
async function problemsOf(
  app: Looked & { readonly deliveries: Pick<Deliveries, 'counts'> },
): Promise<readonly string[]> {
  const { problems } = await readinessOf(app);
  const { stuck } = await app.deliveries.counts();
  const letters = (await waitingLetters(app.db)).filter(({ state }) => state === 'stuck').length;
  return [
    ...problems,
    ...(stuck === 0 ? [] : [`works that gave up: ${stuck}`]),
    ...(letters === 0 ? [] : [`letters that gave up: ${letters}`]),
  ];
}

/**
 * What a command changed has consequences; they are run here until nothing is due, so that a home without a server goes
 * on too. Where a worker of this home runs, it may take any of them first (leases see to it that only one does), and what
 * it has begun is not waited for: it may be at another tree for minutes.
 */
async function settle(deliveries: Deliveries, schedule: Schedule, watch: Watch): Promise<void> {
  let done = 0;
  const progress = ({ reaction }: { readonly reaction: string }) => {
    done += 1;
    watch({ step: 'record', done, total: done, label: reaction });
  };
  await schedule.runDue();
  await deliveries.drain({ progress });
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
