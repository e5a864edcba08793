/** `pratique notice`: one's inbox, and letters that did not go out. */
import type { Command } from 'commander';
import { z } from 'zod';
import { requireMay } from '../../../domain/authority.ts';
import { actorName } from '../../../domain/people.ts';
import { inboxOf, mailWishOf, type Notice } from '../../../features/notices/read.ts';
import type { CliHost } from '../app.ts';
import { parseWhole } from '../arguments.ts';
import { fields, table } from '../output.ts';
import { act, type Session } from '../session.ts';

export const listOptions = z.object({ unread: z.boolean().optional(), limit: z.string().optional() });
export const readOptions = z.object({ all: z.boolean().optional() });
export const settingsOptions = z.object({ mail: z.enum(['as-it-happens', 'daily', 'none']).optional() });

export const MOST_NOTICES = 200;
/** Ids are counted up from one; more digits than this are no id. */
export const LARGEST_ID = 2 ** 53 - 1;

export function registerNotice(program: Command, host: CliHost): void {
  const notice = program.command('notice').description('what you were told, and what mail you get');
  notice
    .command('list')
    .description('your inbox, newest first')
    .option('--unread', 'only what you have not read')
    .option('--limit <n>', 'notices (default: 50)')
    .action(act(host, 'notice-list', z.tuple([listOptions]), list));
  notice
    .command('read')
    .description('mark notices as read')
    .argument('[id...]')
    .option('--all', 'all of them')
    .addHelpText('after', '\nExamples: pratique notice read 12 13\n          pratique notice read --all')
    .action(act(host, 'notice-read', z.tuple([z.array(z.string()), readOptions]), read));
  notice
    .command('settings')
    .description('what mail you get; changes of your account are mailed in any case')
    .option('--mail <wish>', 'as-it-happens, daily (one digest), or none (the inbox alone)')
    .action(act(host, 'notice-settings', z.tuple([settingsOptions]), settings));
  registerOutbox(notice, host);
}

/** For operators: mail that waits. Its text is nobody else's business. */
function registerOutbox(notice: Command, host: CliHost): void {
  notice
    .command('outbox')
    .description('letters that have not gone out, and why (operators)')
    .option('--retry', 'try those that gave up again')
    .action(
      act(host, 'notice-outbox', z.tuple([z.object({ retry: z.boolean().optional() })]), async (session, { retry }) => {
        const app = await session.app();
        requireMay(await session.actor(), 'look-after-mail');
        const retried = retry === true ? await app.mail.retry() : null;
        const results = await app.mail.waiting();
        const rows = results.map((one) => [
          ...[String(one.id), one.state, String(one.attempts), one.to, one.subject, one.error ?? ''],
        ]);
        const text = table(['ID', 'STATE', 'TRIES', 'TO', 'SUBJECT', 'ERROR'], rows);
        return { json: { results, retried }, text: rows.length === 0 ? 'Nothing waits.' : text };
      }),
    );
}

async function list(session: Session, { unread, limit }: z.infer<typeof listOptions>) {
  const { db } = await session.app();
  const person = actorName(await session.actor());
  const inbox = await inboxOf(db, {
    person,
    unread: unread === true,
    limit: limit === undefined ? undefined : parseWhole(limit, 'The limit', { least: 1, most: MOST_NOTICES }),
  });
  const hints = inbox.unread === 0 ? [] : [`${inbox.unread} unread; mark them: pratique notice read --all`];
  const text = inbox.notices.length === 0 ? 'No notices.' : inbox.notices.map(noticeLines).join('\n\n');
  return { json: { results: inbox.notices, unread: inbox.unread }, text, hints };
}

type Told = Pick<Notice, 'id' | 'at' | 'subject' | 'lines' | 'readAt'>;

/** A notice for a person. */
export function noticeLines({ id, at, subject, lines: said, readAt }: Told): string {
  const head = `${id}  ${at.slice(0, 16).replace('T', ' ')}  ${readAt === null ? '* ' : ''}${subject}`;
  return [head, ...said.map((line) => `    ${line}`)].join('\n');
}

async function read(session: Session, given: readonly string[], { all }: z.infer<typeof readOptions>) {
  const ids = given.map((id) => parseWhole(id, 'A notice', { least: 1, most: LARGEST_ID }));
  const { notices } = (await session.app()).rooms;
  const marked = await notices.markRead(await session.actor(), all === true ? 'all' : ids);
  return { json: { marked }, text: `${marked} marked as read` };
}

async function settings(session: Session, { mail }: z.infer<typeof settingsOptions>) {
  const app = await session.app();
  const actor = await session.actor();
  if (mail !== undefined) await app.rooms.notices.wish(actor, mail);
  const wish = await mailWishOf(app.db, actorName(actor));
  return { json: { mail: wish }, text: fields([['mail', wish]]) };
}
