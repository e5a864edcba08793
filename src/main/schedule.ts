/** Timed work, beside the reactions: windows close, exceptions end, feeds are fetched. */
import { SYSTEM } from '../domain/people.ts';
import { mailDomains } from '../platform/fetch/mail-domains.ts';
import type { ImportFiles } from '../platform/import-files/port.ts';
import type { Ledger } from '../platform/ledger/port.ts';
import { createSchedule, type Schedule } from '../platform/ledger/schedule.ts';
import type { Rooms } from '../surfaces/cli/app.ts';
import type { Foundation } from './foundation.ts';
import { mailSender } from './mail.ts';
import { digestsDue, raiseAlarms, remindOfWindows } from './reminders.ts';

/** A window that closes is seen within this time, in seconds. */
const WINDOWS_EVERY_S = 1;
const EXPIRIES_EVERY_S = 60;
/** How often it is looked whether it is time for digests, and whether windows close within a day, in seconds. */
const DAILY_WORKS_EVERY_S = 60;
/** A letter leaves within this time, in seconds: somebody may wait for the code in it. */
const MAIL_EVERY_S = 1;
const WEBHOOKS_EVERY_S = 1;
const SECONDS_PER_HOUR = 3600;
const TIDY_EVERY_S = SECONDS_PER_HOUR;
/** Each turn asks about a few packages: in a day there are turns for 7,000 of each ecosystem. */
const ASK_AGAIN_EVERY_S = 600;
const DOMAINS_EVERY_S = 24 * SECONDS_PER_HOUR;

interface Timed {
  readonly rooms: Rooms;
  readonly files: ImportFiles;
  readonly ledger: Ledger;
  problems(): Promise<readonly string[]>;
  askAgain(everyHours: number): Promise<void>;
}

/** What a command does not wait for. */
const BY_SERVERS = { whileStarted: true } as const;

/** The schedule of a home; nothing runs until it is started, or asked for what is due. */
export function createTimedWork(foundation: Foundation, timed: Timed): Schedule {
  const { database, clock, log } = foundation;
  const onError = (name: string, error: unknown) =>
    log.warn('timed work failed', { name, reason: error instanceof Error ? error.message : String(error) });
  const schedule = createSchedule({ db: database.db, clock, onError });
  addDecisions(schedule, foundation, timed);
  addTelling(schedule, foundation, timed);
  addRenewal(schedule, foundation, timed);
  addAccounts(schedule, foundation, timed);
  return schedule;
}

/** Of people who sign in. */
function addAccounts(schedule: Schedule, { config }: Foundation, { rooms }: Timed): void {
  schedule.every(TIDY_EVERY_S, 'forget attempts to sign in', () => rooms.signIn.tidy());
  if (config.sign_in.check_mail_domains)
    schedule.every(DOMAINS_EVERY_S, 'check mail domains', () => rooms.signIn.flagAbandoned(mailDomains));
}

/** Clocks that people set running. */
function addDecisions(schedule: Schedule, { clock }: Foundation, { rooms }: Timed): void {
  schedule.every(WINDOWS_EVERY_S, 'close objection windows', async () => {
    await rooms.objections.closeDue(clock.now());
  });
  schedule.every(EXPIRIES_EVERY_S, 'end exceptions', async () => {
    await rooms.decisions.dueExpiries(clock.now());
  });
  schedule.every(EXPIRIES_EVERY_S, 'remind of reviews', async () => {
    await rooms.decisions.dueReminders(clock.now());
  });
}

/** What leaves the house, and what is told because of the time. */
function addTelling(schedule: Schedule, foundation: Foundation, { rooms: { notices }, ledger, problems }: Timed): void {
  const { database, clock, config } = foundation;
  const looking = { database, ledger, clock };
  const send = mailSender(foundation);
  const call = async () => {
    await notices.callWebhooks();
  };
  if (send !== undefined) schedule.every(MAIL_EVERY_S, 'send mail', send, BY_SERVERS);
  if (config.webhooks.length > 0) schedule.every(WEBHOOKS_EVERY_S, 'call webhooks', call, BY_SERVERS);
  schedule.every(DAILY_WORKS_EVERY_S, 'send digests', () => digestsDue(config.notices, clock.now(), notices));
  schedule.every(DAILY_WORKS_EVERY_S, 'remind of closing windows', () => remindOfWindows(looking));
  const alarm = async () => raiseAlarms(looking, await problems());
  schedule.every(SECONDS_PER_HOUR, 'raise alarms', alarm, BY_SERVERS);
}

/** What grows old: images, what upstream says, feeds. */
function addRenewal(schedule: Schedule, { config }: Foundation, { rooms, files, askAgain }: Timed): void {
  const build = async () => {
    await rooms.images.buildDue();
  };
  schedule.every(SECONDS_PER_HOUR, 'build images of the month', build, BY_SERVERS);
  const { upstream_every_hours: hours } = config.watch;
  if (hours !== null) schedule.every(ASK_AGAIN_EVERY_S, 'ask upstream again', () => askAgain(hours), BY_SERVERS);
  const { url, every_hours } = config.feeds.advisories;
  if (url === null) return;
  schedule.every(every_hours * SECONDS_PER_HOUR, 'import advisories', async () => {
    await rooms.advisories.importFrom(files.open(url), { actor: SYSTEM });
  });
}
