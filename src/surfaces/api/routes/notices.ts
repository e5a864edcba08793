/** `/notices`: what one was told, and letters that have not gone out. */
import { z } from 'zod';
import { requireMay } from '../../../domain/authority.ts';
import { actorName } from '../../../domain/people.ts';
import { inboxOf, mailWishOf } from '../../../features/notices/read.ts';
import { page, pageQuery } from '../fields.ts';
import { data, operation } from '../operation.ts';
import { pageOfAll, pageReply, readCursor } from '../pages.ts';

const notice = z
  .object({
    id: z.int(),
    sequence: z.int().meta({ description: 'Row of the ledger that it tells of.' }),
    at: z.string().meta({ description: 'RFC 3339, UTC.' }),
    kind: z.string().meta({ description: 'What happened.', examples: ['decision-made'] }),
    channel: z.string().nullable(),
    subject: z.string(),
    lines: z.array(z.string()),
    about: z
      .string()
      .nullable()
      .meta({ description: 'Request, decision or quarantine.', examples: ['R-151'] }),
    readAt: z.string().nullable(),
  })
  .meta({ id: 'Notice' });
const wish = z.object({
  mail: z.enum(['as-it-happens', 'daily', 'none']).meta({
    description: 'What mail you want; changes of your account are mailed in any case.',
  }),
});
const letter = z
  .object({
    id: z.int(),
    to: z.string(),
    subject: z.string(),
    state: z.enum(['due', 'sending', 'handing-over', 'sent', 'stuck']),
    attempts: z.int(),
    queuedAt: z.string(),
    error: z.string().nullable(),
  })
  .meta({ id: 'Letter', description: 'A letter that waits; its text is for its reader alone.' });

/** Ids sort as texts when they are as long as the largest that JSON can hold. */
const ID_DIGITS = 16;
/** Marked in one call: a page of the inbox. */
const MOST_MARKED = 200;

const showSettings = operation({
  method: 'get',
  path: '/notices/settings',
  id: 'showNoticeSettings',
  summary: 'What mail you get',
  access: 'oneself',
  answer: wish,
  work: async ({ app, actor }) => data({ mail: await mailWishOf(app.db, actorName(actor)) }),
});

export const notices = [
  operation({
    method: 'get',
    path: '/notices',
    id: 'listNotices',
    summary: 'Your inbox, newest first',
    access: 'oneself',
    query: z.strictObject({
      ...pageQuery,
      unread: z.enum(['true', 'false']).optional().meta({ description: '`true`: only what you have not read.' }),
    }),
    answer: page(notice),
    async work({ app, actor, query: { limit, cursor, unread }, url }) {
      const asked = { person: actorName(actor), unread: unread === 'true', limit: limit + 1 };
      const inbox = await inboxOf(app.db, { ...asked, before: readCursor(cursor, z.int().positive()) });
      return pageReply(inbox.notices, { limit, url, key: ({ sequence }) => sequence });
    },
  }),
  operation({
    method: 'get',
    path: '/notices/unread',
    id: 'countUnreadNotices',
    summary: 'How many notices you have not read',
    access: 'oneself',
    answer: z.object({ unread: z.int() }),
    async work({ app, actor }) {
      return data({ unread: (await inboxOf(app.db, { person: actorName(actor), limit: 1 })).unread });
    },
  }),
  operation({
    method: 'post',
    path: '/notices/read',
    id: 'markNoticesRead',
    summary: 'Mark notices of your own as read',
    access: 'oneself',
    body: z.union([
      z.strictObject({ ids: z.array(z.int().positive().max(Number.MAX_SAFE_INTEGER)).min(1).max(MOST_MARKED) }),
      z.strictObject({ all: z.literal(true) }),
    ]),
    answer: z.object({ marked: z.int() }),
    async work({ app, actor, body }) {
      return data({ marked: await app.rooms.notices.markRead(actor, 'all' in body ? 'all' : body.ids) });
    },
  }),
  showSettings,
  operation({
    method: 'put',
    path: '/notices/settings',
    id: 'changeNoticeSettings',
    summary: 'Say what mail you want',
    access: 'oneself',
    body: wish.strict(),
    answer: wish,
    async work({ app, actor, body }) {
      await app.rooms.notices.wish(actor, body.mail);
      return data(body);
    },
  }),
  operation({
    method: 'get',
    path: '/notices/outbox',
    id: 'listOutbox',
    summary: 'Letters that have not gone out, and why',
    access: 'look-after-mail',
    query: z.strictObject(pageQuery),
    answer: page(letter),
    async work({ app, actor, query, url }) {
      requireMay(actor, 'look-after-mail');
      return pageOfAll(await app.mail.waiting(), {
        ...query,
        url,
        key: ({ id }) => String(id).padStart(ID_DIGITS, '0'),
      });
    },
  }),
  operation({
    method: 'post',
    path: '/notices/outbox/retry',
    id: 'retryOutbox',
    summary: 'Try the letters that gave up again',
    access: 'look-after-mail',
    answer: z.object({ retried: z.int() }),
    async work({ app, actor }) {
      requireMay(actor, 'look-after-mail');
      return data({ retried: await app.mail.retry() });
    },
  }),
];
