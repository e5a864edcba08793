/** Every noun of the API, one line each. */
import type { Operation } from './operation.ts';
import { accountOperations } from './routes/account.ts';
import { assessment } from './routes/assessment.ts';
import { channels } from './routes/channels.ts';
import { decisions } from './routes/decisions.ts';
import { explanations } from './routes/explanations.ts';
import { feeds } from './routes/feeds.ts';
import { images } from './routes/images.ts';
import { ledger } from './routes/ledger.ts';
import { listReports } from './routes/list-reports.ts';
import { lists } from './routes/lists.ts';
import { notices } from './routes/notices.ts';
import { objections } from './routes/objections.ts';
import { packages } from './routes/packages.ts';
import { policy } from './routes/policy.ts';
import { projects } from './routes/projects.ts';
import { quarantines } from './routes/quarantines.ts';
import { reports } from './routes/reports.ts';
import { requests } from './routes/requests.ts';
import { reviews } from './routes/reviews.ts';
import { signIn } from './routes/sign-in.ts';
import { snapshots } from './routes/snapshots.ts';
import { status } from './routes/status.ts';
import { tagRequirements } from './routes/tag-requirements.ts';
import { tags } from './routes/tags.ts';
import { tokens } from './routes/tokens.ts';
import { users } from './routes/users.ts';

export const CATALOGUE: readonly Operation[] = [
  ...assessment,
  ...channels,
  ...decisions,
  ...feeds,
  ...images,
  ...ledger,
  ...lists,
  ...listReports,
  ...notices,
  ...objections,
  ...packages,
  ...policy,
  ...explanations,
  ...projects,
  ...quarantines,
  ...reports,
  ...requests,
  ...reviews,
  ...snapshots,
  ...status,
  ...tags,
  ...tagRequirements,
  ...users,
  ...tokens,
  ...signIn,
  ...accountOperations,
];
