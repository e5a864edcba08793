/** Digests: what can wait goes out in one letter a day, or a week. */
import { SYSTEM } from '../../domain/people.ts';
import { beginDigest, lockForDigest, markDigested, type NoticeRow, wishesOf } from './store.ts';
import type { TellingDeps } from './tell.ts';
import { MOST_ITEMS } from './wording.ts';

export type DigestPeriod = 'daily' | 'weekly';

/** Queues one letter for each person whose notices wait for this digest; `day` (`2026-11-30`) has one digest of a period. */
export async function sendDigests(deps: TellingDeps, period: DigestPeriod, day: string): Promise<void> {
  await deps.ledger.change(SYSTEM, async ({ db, now }) => {
    if (!(await beginDigest(db, { period, day }))) return;
    const waiting = await lockForDigest(db, period);
    const people = [...Map.groupBy(waiting, ({ person }) => person)];
    const names = people.map(([person]) => person);
    const addresses = await deps.addressesOf(db, names);
    const wishes = await wishesOf(db, names);
    for (const [person, notices] of people) {
      const to = addresses.get(person);
      if (to === undefined || wishes.get(person) === 'none') continue;
      const key = `${period} digest ${day} ${person}`;
      await deps.outbox.queue(db, { key, to, ...digestLetter(period, notices) });
    }
    const ids = waiting.map(({ id }) => id);
    await markDigested(db, ids, now);
  });
}

function digestLetter(period: DigestPeriod, notices: readonly NoticeRow[]): { subject: string; text: string } {
  const when = period === 'daily' ? 'Today' : 'This week';
  const subject = `${when}: ${notices.length} ${notices.length === 1 ? 'notice' : 'notices'}`;
  const shown = notices.slice(0, MOST_ITEMS).map((notice) => notice.subject);
  const more = notices.length > MOST_ITEMS ? [`and ${notices.length - MOST_ITEMS} more`] : [];
  return { subject, text: `${[...shown, ...more].join('\n')}\n\nAll of them: pratique notice list\n` };
}
