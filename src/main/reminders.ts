/** What is told because of the time and not because of a change: digests, closing windows, and what has fallen silent. */
import { SYSTEM } from '../domain/people.ts';
import { onTheWall } from '../domain/working-time.ts';
import type { Notices } from '../features/notices/index.ts';
import { listWindows } from '../features/objections/read.ts';
import type { Clock } from '../platform/clock/port.ts';
import type { OpenDatabase } from '../platform/db/open.ts';
import { listLedger } from '../platform/ledger/history.ts';
import type { Ledger } from '../platform/ledger/port.ts';
import type { Config } from './config.ts';

const MS_PER_DAY = 86_400_000;
/** ui.md, section 8: providers are reminded a day before a window closes; not where it was never open for two. */
const REMIND_BEFORE_MS = MS_PER_DAY;
const LEAST_WINDOW_MS = 2 * MS_PER_DAY;

/** Sends the digests whose hour has come today; on Mondays those of the week too. */
export async function digestsDue(
  { digest_at, timezone }: Config['notices'],
  now: Date,
  notices: Pick<Notices, 'sendDigests'>,
): Promise<void> {
  const { day, time, weekday } = wallClock(now, timezone);
  if (time < digest_at) return;
  await notices.sendDigests('daily', day);
  if (weekday === 'Mon') await notices.sendDigests('weekly', day);
}

/** `2026-11-30`, `07:00` and `Mon` on a wall in that zone. */
function wallClock(now: Date, timeZone: string) {
  const wall = onTheWall(now, timeZone);
  const iso = wall.toISOString();
  return { day: iso.slice(0, 10), time: iso.slice(11, 16), weekday: wall.toUTCString().slice(0, 3) };
}

interface Reminding {
  readonly database: Pick<OpenDatabase, 'db'>;
  readonly ledger: Ledger;
  readonly clock: Clock;
}

/** Appends the reminder of every window that closes within a day: once for each closing time. */
export async function remindOfWindows({ database: { db }, ledger, clock }: Reminding): Promise<void> {
  const now = clock.now().getTime();
  for (const { decision, channel, openedAt, closesAt } of await listWindows(db, { states: ['running'] })) {
    if (closesAt === null) continue;
    const closes = Date.parse(closesAt);
    if (closes - now > REMIND_BEFORE_MS || closes - Date.parse(openedAt) < LEAST_WINDOW_MS) continue;
    const { rows } = await listLedger(db, { kinds: ['window-closing'], since: new Date(closes - REMIND_BEFORE_MS) });
    const isTold = rows.some(
      ({ fact }) => fact.kind === 'window-closing' && fact.decision === decision && fact.closesAt === closesAt,
    );
    if (isTold) continue;
    await ledger.change(SYSTEM, async ({ append }) => append({ kind: 'window-closing', decision, channel, closesAt }));
  }
}

/** Appends an alarm for each problem that nobody was told of within a day. */
export async function raiseAlarms(
  { database: { db }, ledger, clock }: Reminding,
  problems: readonly string[],
): Promise<void> {
  const since = new Date(clock.now().getTime() - MS_PER_DAY);
  const { rows } = await listLedger(db, { kinds: ['alarm-raised'], since, limit: 1000 });
  const told = new Set(rows.map(({ fact }) => (fact.kind === 'alarm-raised' ? fact.alarm : '')));
  for (const what of problems) {
    // What stands before the colon names the thing; the rest may change from hour to hour.
    const alarm = what.split(':')[0] ?? what;
    if (told.has(alarm)) continue;
    await ledger.change(SYSTEM, async ({ append }) => append({ kind: 'alarm-raised', alarm, what }));
  }
}
