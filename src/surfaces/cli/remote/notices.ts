/** `pratique notice` on a server elsewhere. */
import { z } from 'zod';
import { parseWhole } from '../arguments.ts';
import {
  LARGEST_ID,
  listOptions,
  MOST_NOTICES,
  noticeLines,
  readOptions,
  settingsOptions,
} from '../commands/notice.ts';
import { fields, table } from '../output.ts';
import type { RemoteWork } from './work.ts';

const notice = z.looseObject({
  id: z.int(),
  at: z.string(),
  subject: z.string(),
  lines: z.array(z.string()),
  readAt: z.string().nullable(),
});
const inbox = z.object({ results: z.array(notice) });
const wish = z.object({ mail: z.string() });
const letter = z.looseObject({
  id: z.int(),
  state: z.string(),
  attempts: z.int(),
  to: z.string(),
  subject: z.string(),
  error: z.string().nullable(),
});

export const noticeWorks: Readonly<Record<string, RemoteWork>> = {
  async 'notice-list'({ remote }, given) {
    const [{ unread: onlyUnread, limit }] = z.tuple([listOptions]).parse(given);
    const most = limit === undefined ? undefined : parseWhole(limit, 'The limit', { least: 1, most: MOST_NOTICES });
    const query = { unread: onlyUnread === true ? 'true' : undefined, limit: most?.toString() };
    const { results } = await remote.ask(inbox, { method: 'GET', path: '/notices', query });
    const { unread } = await remote.ask(z.object({ unread: z.int() }), { method: 'GET', path: '/notices/unread' });
    const hints = unread === 0 ? [] : [`${unread} unread; mark them: pratique notice read --all`];
    const text = results.length === 0 ? 'No notices.' : results.map(noticeLines).join('\n\n');
    return { json: { results, unread }, text, hints };
  },
  async 'notice-read'({ remote }, given) {
    const [texts, { all }] = z.tuple([z.array(z.string()), readOptions]).parse(given);
    const ids = texts.map((id) => parseWhole(id, 'A notice', { least: 1, most: LARGEST_ID }));
    const none = { json: { marked: 0 }, text: '0 marked as read' };
    if (all !== true && ids.length === 0) return none;
    const body = all === true ? { all } : { ids };
    const { marked } = await remote.ask(z.object({ marked: z.int() }), { method: 'POST', path: '/notices/read', body });
    return { json: { marked }, text: `${marked} marked as read` };
  },
  async 'notice-settings'({ remote }, given) {
    const [{ mail }] = z.tuple([settingsOptions]).parse(given);
    const path = '/notices/settings';
    const now = await remote.ask(
      wish,
      mail === undefined ? { method: 'GET', path } : { method: 'PUT', path, body: { mail } },
    );
    return { json: { mail: now.mail }, text: fields([['mail', now.mail]]) };
  },
  async 'notice-outbox'({ remote }, given) {
    const [{ retry }] = z.tuple([z.object({ retry: z.boolean().optional() })]).parse(given);
    const tried = z.object({ retried: z.int() });
    const retried =
      retry === true ? (await remote.ask(tried, { method: 'POST', path: '/notices/outbox/retry' })).retried : null;
    const results = await remote.list(letter, '/notices/outbox');
    const rows = results.map((one) => [
      ...[String(one.id), one.state, String(one.attempts), one.to, one.subject, one.error ?? ''],
    ]);
    const text = table(['ID', 'STATE', 'TRIES', 'TO', 'SUBJECT', 'ERROR'], rows);
    return { json: { results, retried }, text: rows.length === 0 ? 'Nothing waits.' : text };
  },
};
