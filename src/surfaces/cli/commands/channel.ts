/** `pratique channel`: what clients point at. */
import type { Command } from 'commander';
import { z } from 'zod';
import type { Channel } from '../../../domain/channel.ts';
import { durationText } from '../../../domain/duration.ts';
import { listChannels, requireChannel } from '../../../features/channels/read.ts';
import type { CliHost } from '../app.ts';
import { collect, parseWhole } from '../arguments.ts';
import { fields, table } from '../output.ts';
import { act, type Session } from '../session.ts';

const settings = z.object({
  tier: z.string().optional(),
  mode: z.string().optional(),
  provider: z.array(z.string()).optional(),
  window: z.string().optional(),
  timezone: z.string().optional(),
  target: z.array(z.string()).optional(),
});
type Settings = z.infer<typeof settings>;
const named = z.tuple([z.string(), settings]);

export function registerChannel(program: Command, host: CliHost): void {
  const channel = program.command('channel').description('what package clients point at');
  withSettings(channel.command('create').description('add a channel').argument('<name>'), true)
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
}

function withSettings(command: Command, isNew: boolean): Command {
  const tier = 'sensitivity of the data behind it, 0 to 4';
  const mode = 'open, cleared or closed';
  if (isNew) command.requiredOption('--tier <n>', tier).requiredOption('--mode <mode>', mode);
  else command.option('--tier <n>', tier).option('--mode <mode>', mode);
  return command
    .option('--provider <organisation>', 'a data provider who may object; may be repeated', collect)
    .option('--window <duration>', 'how long providers may object: 3d, 12h, none')
    .option('--timezone <zone>', 'IANA name, for times shown to people')
    .option(
      '--target <id>',
      'an environment to resolve for; may be repeated (default: those of each ecosystem)',
      collect,
    );
}

function settingsOf({ tier, provider, target, ...rest }: Settings) {
  return {
    ...rest,
    tier: tier === undefined ? undefined : parseWhole(tier, 'The tier', { least: 0, most: 4 }),
    providers: provider,
    targets: target,
  };
}

async function create(session: Session, name: string, options: Settings) {
  const { channels } = (await session.app()).rooms;
  const { tier = 0, mode = '', ...rest } = settingsOf(options);
  const created = await channels.create(await session.actor(), { ...rest, name, tier, mode });
  // A channel serves from its first, empty snapshot on.
  await session.settle();
  return answerWith(created);
}

async function change(session: Session, name: string, options: Settings) {
  const { channels } = (await session.app()).rooms;
  const changed = await channels.change(await session.actor(), name, settingsOf(options));
  await session.settle();
  return answerWith(changed);
}

async function list(session: Session) {
  const channels = await listChannels((await session.app()).db);
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
    const base = `${app.publicUrl}/${channel.name}/${id}/`;
    return protocol.clientSettings(base).map((one) => ({ ecosystem: id, ...one }));
  });
  const ready = clients.map(({ client, text }) => `\n${client}:\n${text}`).join('\n');
  return { json: { channel, clients }, text: `${textOf(channel)}\n${ready}` };
}

function answerWith(channel: Channel) {
  return { json: { channel }, text: textOf(channel), hints: hintsFor(channel) };
}

/** A cleared channel that waits for a provider would publish nothing, and must say so. */
function hintsFor({ name, mode, providers, windowSeconds }: Channel): readonly string[] {
  if (mode !== 'cleared' || providers.length > 0 || windowSeconds === null) return [];
  return [
    `${name} publishes nothing until a data provider is named: pratique channel change ${name} --provider ORGANISATION, or --window none`,
  ];
}

function textOf(channel: Channel): string {
  return fields([
    ['channel', channel.name],
    ['tier', String(channel.tier)],
    ['mode', channel.mode],
    ['providers', channel.providers.length === 0 ? 'none' : channel.providers.join(', ')],
    ['window', durationText(channel.windowSeconds)],
    ['timezone', channel.timezone],
    ['targets', channel.targets.map((target) => target.id).join(', ')],
  ]);
}
