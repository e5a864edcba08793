/** `pratique channel`: what clients point at. */
import type { Command } from 'commander';
import { z } from 'zod';
import { type Access, accessText } from '../../../domain/access.ts';
import type { Channel } from '../../../domain/channel.ts';
import { counted } from '../../../domain/counted.ts';
import { durationText } from '../../../domain/duration.ts';
import { graceSeconds, type Practice, windowText } from '../../../domain/practice.ts';
import { WEEKDAYS } from '../../../domain/working-time.ts';
import { listPeople } from '../../../features/accounts/read.ts';
import { accessTo, listChannels, practiceOf, requireChannel } from '../../../features/channels/read.ts';
import type { CliHost } from '../app.ts';
import { collect, parseWhole, readTextFile } from '../arguments.ts';
import { type Answer, fields, table } from '../output.ts';
import { act, type Session } from '../session.ts';

const settings = z.object({
  tier: z.string().optional(),
  mode: z.string().optional(),
  provider: z.array(z.string()).optional(),
  window: z.string().optional(),
  timezone: z.string().optional(),
  replyWithin: z.string().optional(),
  approvers: z.string().optional(),
  undo: z.string().optional(),
  workingDays: z.string().optional(),
  holidays: z.string().optional(),
  target: z.array(z.string()).optional(),
  allow: z.array(z.string()).optional(),
});
type Settings = z.infer<typeof settings>;
export const named = z.tuple([z.string(), settings]);
const rule = z.object({ allow: z.array(z.string()).optional(), reason: z.string().optional() });
/** Arguments of `channel access`. */
export const accessArguments = z.tuple([z.string().optional(), rule]);

const WAYS = 'everyone, token, a network (10.20.0.0/16), or both (10.20.0.0/16+token); may be repeated, any is enough';

export function registerChannel(program: Command, host: CliHost): void {
  const channel = program.command('channel').description('what package clients point at');
  withSettings(channel.command('create').description('add a channel').argument('<name>'), true)
    .option('--allow <way>', `who may install, from the first moment on: ${WAYS} (default: everyone)`, collect)
    .addHelpText(
      'after',
      '\nExample: pratique channel create tier3-health --tier 3 --mode cleared --provider Trust --window 3d',
    )
    .action(act(host, 'channel-create', named, create));
  withSettings(
    channel.command('change').description('change settings; what is not given stays').argument('<name>'),
    false,
  ).action(act(host, 'channel-change', named, change));
  channel
    .command('list')
    .description('all channels')
    .action(act(host, 'channel-list', z.tuple([z.unknown()]), list));
  channel
    .command('show')
    .description('one channel, with ready settings for package clients')
    .argument('[name]', 'default: --channel')
    .action(act(host, 'channel-show', z.tuple([z.string().optional(), z.unknown()]), show));
  channel
    .command('access')
    .description('who may install from a channel: shown, or changed at once')
    .argument('[name]', 'default: --channel')
    .option('--allow <way>', WAYS, collect)
    .option('--reason <text>', 'why it changes; goes into the ledger')
    .addHelpText(
      'after',
      '\nExample: pratique channel access tier3 --allow 10.20.0.0/16 --allow token --reason "Laptops install from outside."',
    )
    .action(act(host, 'channel-access', accessArguments, access));
}

function withSettings(command: Command, isNew: boolean): Command {
  const tier = 'sensitivity of the data behind it, 0 to 4';
  const mode = 'open, cleared or closed';
  if (isNew) command.requiredOption('--tier <n>', tier).requiredOption('--mode <mode>', mode);
  else command.option('--tier <n>', tier).option('--mode <mode>', mode);
  return command
    .option('--provider <organisation>', 'a data provider who may object; may be repeated', collect)
    .option('--window <duration>', 'how long providers may object: 5wd (working days), 3d, 12h, none')
    .option('--timezone <zone>', 'IANA name, for working days and for times shown to people')
    .option('--reply-within <days>', 'within how many working days a reviewer is to have moved (default: 3wd)')
    .option('--approvers <n>', 'people that an acceptance takes: 1, or 2')
    .option(
      '--undo <duration>',
      'how long a decision can be undone: 60s, none, default (60s, or a shorter objection window)',
    )
    .option('--working-days <days>', 'weekdays that count (default: mon,tue,wed,thu,fri)')
    .option('--holidays <file>', 'days that do not count: an iCalendar file, a list of dates, or none')
    .option(
      '--target <id>',
      'an environment to resolve for; may be repeated (default: those of each ecosystem)',
      collect,
    );
}

/** What a call of a room or of the API takes. */
export async function settingsOf({ tier, provider, target, approvers, holidays, ...rest }: Settings) {
  return {
    ...rest,
    tier: tier === undefined ? undefined : parseWhole(tier, 'The tier', { least: 0, most: 4 }),
    approvers: approvers === undefined ? undefined : parseWhole(approvers, 'Approvers', { least: 1, most: 2 }),
    holidays: holidays === undefined || holidays === 'none' ? noneOf(holidays) : await readTextFile(holidays),
    providers: provider,
    targets: target,
  };
}

function noneOf(word: 'none' | undefined): string | undefined {
  return word === undefined ? undefined : '';
}

async function create(session: Session, name: string, options: Settings) {
  const { channels } = (await session.app()).rooms;
  const { tier = 0, mode = '', ...rest } = await settingsOf(options);
  const created = await channels.create(await session.actor(), { ...rest, name, tier, mode });
  // A channel serves from its first, empty snapshot on.
  await session.settle();
  return answerWith(session, created);
}

async function change(session: Session, name: string, options: Settings) {
  const { channels } = (await session.app()).rooms;
  const changed = await channels.change(await session.actor(), name, await settingsOf(options));
  await session.settle();
  return answerWith(session, changed);
}

async function access(session: Session, ...[asked, { allow, reason }]: z.infer<typeof accessArguments>) {
  const name = asked ?? session.channel;
  const app = await session.app();
  if (allow === undefined) return accessAnswer(name, await accessTo(app.db, name));
  const changed = await app.rooms.channels.changeAccess(await session.actor(), name, { allow, reason: reason ?? '' });
  await session.settle();
  return accessAnswer(name, changed);
}

export function accessAnswer(channel: string, ways: Access) {
  const hints = ways?.some(({ token }) => token) === true ? [tokenHint(channel)] : [];
  return { json: { channel, access: ways }, text: `${channel}: ${accessText(ways)}`, hints };
}

function tokenHint(channel: string): string {
  return `A token for it: pratique token create --label TEXT --action install --channel ${channel}; clients show it as a password, with any user name`;
}

async function list(session: Session) {
  return channelsAnswer(await listChannels((await session.app()).db));
}

type Listed = Pick<Channel, 'name' | 'tier' | 'mode' | 'providers' | 'windowSeconds'>;

export function channelsAnswer(channels: readonly Listed[]): Answer {
  const rows = channels.map((one) => [
    one.name,
    String(one.tier),
    one.mode,
    durationText(one.windowSeconds),
    one.providers.join(', '),
  ]);
  return { json: { results: channels }, text: table(['NAME', 'TIER', 'MODE', 'WINDOW', 'PROVIDERS'], rows) };
}

async function show(session: Session, name: string | undefined) {
  const app = await session.app();
  const channel = await requireChannel(app.db, name ?? session.channel);
  const clients = app.ecosystems.flatMap(({ id, protocol }) => {
    const base = `${app.publicUrl()}/${channel.name}/${id}/`;
    return protocol.clientSettings(base).map((one) => ({ ecosystem: id, ...one }));
  });
  const how = { practice: await practiceOf(app.db, channel.name), access: await accessTo(app.db, channel.name) };
  return shownAnswer(channel, how, clients);
}

type Shown = Listed & Pick<Channel, 'timezone' | 'targets'>;
interface ClientSettings {
  readonly ecosystem: string;
  readonly client: string;
  readonly text: string;
}

/** A channel with ready settings for package clients. */
export function shownAnswer(
  channel: Shown,
  { practice, access }: { readonly practice: Practice; readonly access: Access },
  clients: readonly ClientSettings[],
): Answer {
  const ready = clients.map(({ client, text }) => `\n${client}:\n${text}`).join('\n');
  const text = `${textOf(channel, practice, access)}\n${ready}`;
  return { json: { channel, practice, access, clients }, text, hints: accessAnswer(channel.name, access).hints };
}

async function answerWith(session: Session, channel: Channel) {
  const { db } = await session.app();
  const answer = channelAnswer(channel, await practiceOf(db, channel.name), await accessTo(db, channel.name));
  const people = (await listPeople(db)).filter(({ disabledAt }) => disabledAt === null);
  const nobodys = channel.providers.filter((one) => !people.some(({ organisation }) => organisation === one));
  const hints = nobodys.map(
    (one) =>
      `nobody acts for ${one} yet: pratique user create NAME --role provider --organisation ${JSON.stringify(one)}`,
  );
  return { ...answer, hints: [...(answer.hints ?? []), ...hints] };
}

/** A channel that was made or changed. */
export function channelAnswer(channel: Shown, practice: Practice, access: Access): Answer {
  const hints = [...hintsFor(channel), ...accessAnswer(channel.name, access).hints];
  return { json: { channel, practice, access }, text: textOf(channel, practice, access), hints };
}

/** A cleared channel that waits for a provider would publish nothing, and must say so. */
function hintsFor({ name, mode, providers, windowSeconds }: Shown): readonly string[] {
  if (mode !== 'cleared' || providers.length > 0 || windowSeconds === null) return [];
  return [
    `${name} publishes nothing until a data provider is named: pratique channel change ${name} --provider ORGANISATION, or --window none`,
  ];
}

function textOf(channel: Shown, practice: Practice, access: Access): string {
  const { approvers, replyWorkingDays, workingDays, holidays } = practice;
  return fields([
    ['channel', channel.name],
    ['tier', String(channel.tier)],
    ['mode', channel.mode],
    ['providers', channel.providers.length === 0 ? 'none' : channel.providers.join(', ')],
    ['window', windowText(channel, practice)],
    ['reply', `within ${counted(replyWorkingDays, 'working day')}`],
    ['approvers', String(approvers)],
    ['undo', durationText(graceSeconds(channel, practice) || null)],
    ['working days', `${workingDays.map((day) => WEEKDAYS[day - 1]).join(', ')}; ${holidays.length} holidays`],
    ['timezone', channel.timezone],
    ['targets', channel.targets.map((target) => target.id).join(', ')],
    ['access', accessText(access)],
  ]);
}
