/** `pratique token`: what scripts and builds show instead of a password. */
import type { Command } from 'commander';
import { z } from 'zod';
import { may } from '../../../domain/authority.ts';
import { parseDuration } from '../../../domain/duration.ts';
import { actorName } from '../../../domain/people.ts';
import { listTokens, type TokenListing } from '../../../features/tokens/read.ts';
import type { CliHost } from '../app.ts';
import { collect } from '../arguments.ts';
import { type Answer, table } from '../output.ts';
import { act, type Session } from '../session.ts';

export const createOptions = z.object({
  label: z.string(),
  ecosystem: z.array(z.string()).optional(),
  action: z.array(z.string()).optional(),
  expires: z.string().optional(),
});
export const revokeOptions = z.object({ leaked: z.string().optional() });

export function registerToken(program: Command, host: CliHost): void {
  const token = program.command('token').description('what scripts and builds show instead of a password');
  token
    .command('create')
    .description('make a token for whoever acts; it is shown once (with --channel, for that channel alone)')
    .requiredOption('--label <text>', 'what it is for')
    .option('--ecosystem <id>', 'only for this ecosystem; may be repeated', collect)
    .option('--action <name>', 'only for this: read, install, file-request, ...; may be repeated', collect)
    .option('--expires <duration>', 'how long it lives: 12h, 90d (default: 30d)')
    .addHelpText(
      'after',
      '\nExample: pratique token create --label "nightly build" --action read --expires 90d --as rosa\n' +
        'For pip or npm: pratique token create --label laptop --action install --channel tier3 --as rosa',
    )
    .action(act(host, 'token-create', z.tuple([createOptions]), create));
  token
    .command('list')
    .description("one's own tokens; an operator sees everybody's")
    .action(act(host, 'token-list', z.tuple([z.unknown()]), list));
  token
    .command('revoke')
    .description('end a token at once')
    .argument('[id]', 'T-1')
    .option('--leaked <token>', 'report a token that is not secret any more, whoever it belongs to')
    .action(act(host, 'token-revoke', z.tuple([z.string().optional(), revokeOptions]), revoke));
}

async function create(session: Session, options: z.infer<typeof createOptions>) {
  const { label, ecosystem: ecosystems, action: actions, expires } = options;
  const channels = session.askedChannel === undefined ? undefined : [session.askedChannel];
  const { tokens } = (await session.app()).rooms;
  const made = await tokens.create(await session.actor(), {
    label,
    scope: { channels, ecosystems, actions },
    seconds: secondsOf(expires),
  });
  return madeAnswer(made);
}

/** A token that is shown once. */
export function madeAnswer(made: { readonly token: string; readonly listing: Shown }): Answer {
  const hints = [`${made.listing.id} lives until ${made.listing.expiresAt}; it is not shown again.`];
  return { json: { token: made.token, listing: made.listing }, text: made.token, hints };
}

/** How long a token lives: what is no duration is longer than any may. */
export function secondsOf(expires: string | undefined): number | undefined {
  return expires === undefined ? undefined : (parseDuration(expires) ?? Number.POSITIVE_INFINITY);
}

async function list(session: Session) {
  const { db, now } = await session.app();
  const actor = await session.actor();
  const person = may(actor, 'manage-tokens') ? undefined : actorName(actor);
  const tokens = await listTokens(db, { person, now: now() });
  return tokensAnswer(tokens);
}

type Shown = Pick<TokenListing, 'id' | 'person' | 'label' | 'scope' | 'state' | 'expiresAt' | 'lastUsedOn'>;

export function tokensAnswer(tokens: readonly Shown[]): Answer {
  const rows = tokens.map((one) => [
    one.id,
    one.person,
    one.label,
    scopeText(one),
    one.state,
    one.expiresAt.slice(0, 10),
    one.lastUsedOn ?? 'never',
  ]);
  const head = ['TOKEN', 'PERSON', 'FOR', 'SCOPE', 'STATE', 'UNTIL', 'LAST USED'];
  return { json: { results: tokens }, text: table(head, rows) };
}

async function revoke(session: Session, id: string | undefined, { leaked }: z.infer<typeof revokeOptions>) {
  const { tokens } = (await session.app()).rooms;
  if (leaked !== undefined) {
    await tokens.revokeLeaked(leaked);
    return REPORTED;
  }
  const listing = await tokens.revoke(await session.actor(), id ?? '');
  return endedAnswer(listing);
}

/** What is said about a leaked token, whatever it was. */
export const REPORTED: Answer = {
  json: { reported: true },
  text: 'Thank you: if that was a token in force, it has ended.',
};

export function endedAnswer(listing: Shown): Answer {
  return { json: { listing }, text: `${listing.id} (${listing.label}) has ended` };
}

function scopeText({ scope }: Shown): string {
  const parts = [scope.channels, scope.ecosystems, scope.actions].map((names) => names?.join('+'));
  return parts.filter((part) => part !== undefined).join(' / ') || 'everything';
}
