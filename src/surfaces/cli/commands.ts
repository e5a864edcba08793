/** Every group of commands, one line each, in the order of the help. */
import type { Command } from 'commander';
import type { CliHost } from './app.ts';
import { registerAssess } from './commands/assess.ts';
import { registerAvailability } from './commands/availability.ts';
import { registerChannel } from './commands/channel.ts';
import { registerFeeds } from './commands/feeds.ts';
import { registerHelp } from './commands/help.ts';
import { registerImage } from './commands/image.ts';
import { registerList } from './commands/list.ts';
import { registerLog } from './commands/log.ts';
import { registerNotice } from './commands/notice.ts';
import { registerObjection } from './commands/objection.ts';
import { registerOperate } from './commands/operate.ts';
import { registerPolicy } from './commands/policy.ts';
import { registerQuarantine } from './commands/quarantine.ts';
import { registerReport } from './commands/report.ts';
import { registerRequest } from './commands/request.ts';
import { registerReview } from './commands/review.ts';
import { registerSnapshot } from './commands/snapshot.ts';
import { registerSuggest } from './commands/suggest.ts';
import { registerTag } from './commands/tag.ts';
import { registerToken } from './commands/token.ts';
import { registerUser } from './commands/user.ts';
import { registerVet } from './commands/vet.ts';

export const COMMAND_GROUPS: readonly ((program: Command, host: CliHost) => void)[] = [
  registerOperate,
  registerUser,
  registerToken,
  registerChannel,
  registerVet,
  registerRequest,
  registerReview,
  registerObjection,
  registerAvailability,
  registerSuggest,
  registerList,
  registerSnapshot,
  registerImage,
  registerQuarantine,
  registerReport,
  registerTag,
  registerFeeds,
  registerPolicy,
  registerNotice,
  registerLog,
  registerAssess,
  registerHelp,
];
