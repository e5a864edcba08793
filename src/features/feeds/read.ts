/** Facts of the feeds room. */
import type { EcosystemId } from '../../domain/purl.ts';
import type { Queryable } from '../../platform/db/port.ts';
import type { FeedState } from '../../scanners/contract.ts';
import { listAdvisoryImports } from '../advisories/read.ts';
import { type FeedRow, findFeeds, findPopularNames } from './store.ts';

export type { FeedRow } from './store.ts';

const MS_PER_HOUR = 3_600_000;

/** Popular names, most popular first; stale after policy's `stale_after_hours.popularity`. */
export async function popularNames(
  db: Queryable,
  ecosystem: EcosystemId,
  { now, staleAfterHours }: { readonly now: Date; readonly staleAfterHours: number },
): Promise<FeedState<readonly string[]>> {
  const feed = (await findFeeds(db)).find((one) => one.kind === 'popularity' && one.ecosystem === ecosystem);
  if (feed === undefined) return { status: 'not-configured' };
  const importedAt = feed.importedAt.toISOString();
  if (now.getTime() - feed.importedAt.getTime() > staleAfterHours * MS_PER_HOUR) return { status: 'stale', importedAt };
  return { status: 'ready', data: await findPopularNames(db, ecosystem), importedAt };
}

/** Everything that was imported, advisories too, for `doctor` and `feeds list`. */
export async function listFeeds(db: Queryable): Promise<readonly FeedRow[]> {
  const advisories = (await listAdvisoryImports(db)).map((row) => ({ kind: 'advisories', ...row }));
  return [...advisories, ...(await findFeeds(db))];
}
