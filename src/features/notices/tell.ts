/** Tells people of a fact: into everyone's inbox, and by mail to those who want it so. */
import type { Fact } from '../../domain/fact.ts';
import { SYSTEM } from '../../domain/people.ts';
import type { Database, Transaction } from '../../platform/db/port.ts';
import type { Ledger } from '../../platform/ledger/port.ts';
import type { Outbox } from '../../platform/mail/port.ts';
import { lockDecision } from '../decisions/read.ts';
import { ACCOUNT_NOTICES } from './about-accounts.ts';
import type { Concern, ConcernDeps } from './concern.ts';
import { concernsOf } from './concerns.ts';
import { insertNotices, type MailWish, type NewNotice, type NoticeRow, type Timing, wishesOf } from './store.ts';

export interface TellingDeps extends ConcernDeps {
  readonly db: Database;
  readonly ledger: Ledger;
  readonly outbox: Outbox;
  /** Confirmed addresses of people; who has none reads the inbox. */
  addressesOf(db: Transaction, people: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /** How people reach this installation; without a slash at the end. */
  publicUrl(): string;
}

/** A fact as the ledger has it. */
export interface Told {
  readonly fact: Fact;
  /** Who did it: a person's name, or `system`. */
  readonly actor: string;
  readonly sequence: number;
}

/** Tells those whom the fact concerns. A second time nothing is left to tell. */
export async function tell(deps: TellingDeps, { fact, actor, sequence }: Told): Promise<void> {
  const concerns = await concernsOf(deps, deps.db, fact);
  if (concerns.length === 0) return;
  await deps.ledger.change(SYSTEM, ({ db, now }) =>
    tellConcerns(deps, { db, now, concerns, kind: fact.kind, actor, sequence }),
  );
}

/**
 * Whether the decision that a fact is about was undone before it was told. Asked when its time to undo is over, the answer
 * stays: whoever undoes holds the decision still first and looks at the clock then.
 */
export async function isUndone({ ledger }: TellingDeps, fact: Fact): Promise<boolean> {
  if (!('undoUntil' in fact) || fact.undoUntil === undefined) return false;
  const decision = await ledger.change(SYSTEM, ({ db }) => lockDecision(db, fact.decision));
  return (decision?.undoneAt ?? null) !== null;
}

interface Telling {
  readonly db: Transaction;
  readonly now: Date;
  readonly concerns: readonly Concern[];
  readonly kind: string;
  readonly actor: string;
  readonly sequence: number;
}

/** Writes the notices and queues the letters of those that go out at once. */
export async function tellConcerns(deps: TellingDeps, telling: Telling): Promise<void> {
  const { db, now, concerns, kind, actor, sequence } = telling;
  const notices = new Map<string, NewNotice>();
  for (const { people, words, timing, alsoActor, channel, about } of concerns)
    for (const person of people) {
      if (notices.has(person) || (person === actor && alsoActor !== true)) continue;
      const { subject, lines } = words;
      notices.set(person, { sequence, person, kind, channel, subject, lines: [...lines], about, at: now, timing });
    }
  const wishes = await wishesOf(db, [...notices.keys()]);
  const timed = [...notices.values()].map((one) => ({ ...one, timing: timingFor(one, wishes.get(one.person)) }));
  const written = await insertNotices(db, timed);
  await mailNow(
    deps,
    db,
    written.filter(({ timing }) => timing === 'now'),
  );
}

/** Changes of one's own account cannot be turned off: whoever took it over would turn them off first. */
const ALWAYS_AT_ONCE: ReadonlySet<string> = new Set(['roles-changed', ...ACCOUNT_NOTICES]);

function timingFor({ kind, timing }: NewNotice, wish: MailWish = 'as-it-happens'): Timing {
  if (ALWAYS_AT_ONCE.has(kind) || wish === 'as-it-happens') return timing;
  return wish === 'none' ? 'inbox' : timing === 'weekly' ? 'weekly' : 'daily';
}

async function mailNow(deps: TellingDeps, db: Transaction, notices: readonly NoticeRow[]): Promise<void> {
  const addresses = await deps.addressesOf(
    db,
    notices.map(({ person }) => person),
  );
  for (const notice of notices) {
    const to = addresses.get(notice.person);
    if (to === undefined) continue;
    const text = letterText(notice, deps.publicUrl());
    await deps.outbox.queue(db, { key: `notice ${notice.id}`, to, subject: notice.subject, text });
  }
}

/** The letter of one notice. */
function letterText({ lines, about }: NoticeRow, publicUrl: string): string {
  const page = about === null ? '' : `\nIn a browser: ${publicUrl}/b/${about}\n`;
  return `${lines.join('\n')}\n${page}\nThis stands in your inbox too: pratique notice list\n`;
}
