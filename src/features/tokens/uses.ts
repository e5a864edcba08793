/** On which day a token was last shown for an install: noted in memory, written now and then, so that serving never waits. */
import type { Clock } from '../../platform/clock/port.ts';
import type { Database } from '../../platform/db/port.ts';
import type { Log } from '../../platform/log/port.ts';
import { noteUse } from './store.ts';

export interface TokenUsesDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly log: Log;
}

export interface TokenUses {
  /** One look-up. Never waits and never throws. */
  note(id: string): void;
  /** Writes what was noted since the last time. */
  flush(): Promise<void>;
  /** Flushes from time to time until `stop`, which flushes once more. */
  start(): void;
  stop(): Promise<void>;
}

/** A day is all that is kept of a use, so it may be written some time after. */
const FLUSH_MS = 60_000;

export function createTokenUses({ db, clock, log }: TokenUsesDeps): TokenUses {
  let today = '';
  /** Of today, by id: whether it is written. */
  const uses = new Map<string, boolean>();
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();
  const write = async () => {
    const day = today;
    for (const [id, isWritten] of [...uses]) {
      if (isWritten) continue;
      await noteUse(db, id, day);
      if (day === today) uses.set(id, true);
    }
  };
  const flush = () => {
    running = running.then(write).catch((error: unknown) => {
      log.warn('when tokens were last used could not be noted', { reason: String(error) });
    });
    return running;
  };
  return {
    note(id) {
      const day = clock.now().toISOString().slice(0, 'YYYY-MM-DD'.length);
      if (day !== today) {
        uses.clear();
        today = day;
      }
      if (!uses.has(id)) uses.set(id, false);
    },
    flush,
    start() {
      timer ??= setInterval(() => void flush(), FLUSH_MS).unref();
    },
    async stop() {
      clearInterval(timer);
      timer = undefined;
      await flush();
    },
  };
}
