/** Every group of commands, one line each, in the order of the help. */
import type { Command } from 'commander';
import type { CliHost } from './app.ts';
import { registerChannel } from './commands/channel.ts';
import { registerFeeds } from './commands/feeds.ts';
import { registerLog } from './commands/log.ts';
import { registerOperate } from './commands/operate.ts';
import { registerPolicy } from './commands/policy.ts';
import { registerQuarantine } from './commands/quarantine.ts';
import { registerUser } from './commands/user.ts';

export const COMMAND_GROUPS: readonly ((program: Command, host: CliHost) => void)[] = [
  registerOperate,
  registerUser,
  registerChannel,
  registerQuarantine,
  registerFeeds,
  registerPolicy,
  registerLog,
];
