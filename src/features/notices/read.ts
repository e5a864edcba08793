/** Notices as their reader sees them, for surfaces. */
import type { Queryable } from '../../platform/db/port.ts';
import { countUnread, type MailWish, noticesOf, wishesOf } from './store.ts';

export type { MailWish } from './store.ts';

/** One notice in somebody's inbox. Times are RFC 3339, UTC. */
export interface Notice {
  readonly id: number;
  /** Row of the ledger that it tells of. */
  readonly sequence: number;
  readonly at: string;
  /** Kind of the fact that it tells of, or `available`. */
  readonly kind: string;
  readonly channel: string | null;
  readonly subject: string;
  readonly lines: readonly string[];
  /** Id of the request, decision or quarantine that it is about. */
  readonly about: string | null;
  readonly readAt: string | null;
}

export interface Inbox {
  readonly notices: readonly Notice[];
  readonly unread: number;
  /** The next page's `before`; `undefined` at the end. */
  readonly next: number | undefined;
}

export interface InboxQuestion {
  readonly person: string;
  readonly unread?: boolean | undefined;
  /** Only notices of facts before this row of the ledger. */
  readonly before?: number | undefined;
  /** 50 by default, at most 201: a page of the API, and the one more that says that there is a next. */
  readonly limit?: number | undefined;
}

const DEFAULT_PAGE = 50;
const LARGEST_PAGE = 201;

/** One page of a person's inbox, newest first. */
export async function inboxOf(db: Queryable, asked: InboxQuestion): Promise<Inbox> {
  const limit = Math.min(Math.max(asked.limit ?? DEFAULT_PAGE, 1), LARGEST_PAGE);
  const rows = await noticesOf(db, { ...asked, limit: limit + 1 });
  const notices = rows.slice(0, limit).map((row) => ({
    ...{
      id: row.id,
      sequence: row.sequence,
      at: row.at.toISOString(),
      kind: row.kind,
      channel: row.channel,
      subject: row.subject,
    },
    ...{ lines: row.lines, about: row.about, readAt: row.read_at?.toISOString() ?? null },
  }));
  const next = rows.length > limit ? notices.at(-1)?.sequence : undefined;
  return { notices, unread: await countUnread(db, asked.person), next };
}

/** What mail a person wants. */
export async function mailWishOf(db: Queryable, person: string): Promise<MailWish> {
  return (await wishesOf(db, [person])).get(person) ?? 'as-it-happens';
}
