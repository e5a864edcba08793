/** A sender that is killed again and again: every letter arrives, and no letter is told twice as if it were two. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, vi } from 'vitest';
import { systemClock } from '../../src/platform/clock/system.ts';
import { createOutbox, waitingLetters } from '../../src/platform/mail/outbox.ts';
import { openTestDatabase } from '../harness/database.ts';
import { openMailBox } from '../harness/mail-server.ts';
import { until } from './stage.ts';

vi.setConfig({ testTimeout: 180_000 });

const SENDER = join(import.meta.dirname, 'kill', 'mail-sender.ts');
const KILLS = 20;
const LETTERS_BETWEEN = 8;
/** A letter takes some milliseconds: kills fall before, in and after the conversations. */
const LONGEST_LIFE_MS = 60;

it('loses no letter and sends none twice under two ids, killed at any moment', async () => {
  const [database, box] = await Promise.all([openTestDatabase(), openMailBox()]);
  const outbox = createOutbox(systemClock());
  const given = JSON.stringify({ connection: database.connection, port: box.settings.port });
  let queued = 0;
  try {
    for (let kill = 0; kill <= KILLS; kill += 1) {
      await database.db.transaction().execute(async (db) => {
        for (let letter = 0; letter < LETTERS_BETWEEN; letter += 1) {
          queued += 1;
          await outbox.queue(db, { key: `n${queued}`, to: 'rosa@lab.example', subject: `Letter ${queued}`, text: 'x' });
        }
      });
      const sender = spawn(process.execPath, [SENDER, given], { stdio: ['ignore', 'pipe', 'inherit'] });
      await once(sender.stdout, 'data');
      if (kill < KILLS) await sleep((kill * 7919) % LONGEST_LIFE_MS);
      else await until('all letters are sent', async () => (await waitingLetters(database.db)).length === 0);
      const ended = once(sender, 'exit');
      sender.kill('SIGKILL');
      await ended;
    }
    const bySubject = Map.groupBy(box.letters, ({ subject }) => subject);
    expect(bySubject.size).toBe(queued);
    for (const [subject, copies] of bySubject)
      expect(new Set(copies.map(({ messageId }) => messageId)).size, subject).toBe(1);
  } finally {
    await Promise.all([box.close(), database.close()]);
  }
});
