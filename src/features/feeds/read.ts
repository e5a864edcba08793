/** Facts of the feeds room. */

import type { MaliciousLookUp, RuleSources } from '../../domain/malicious.ts';
import type { Popularity } from '../../domain/popularity.ts';
import type { EcosystemId } from '../../domain/purl.ts';
import type { TrustRoot } from '../../domain/trust-root.ts';
import type { Queryable } from '../../platform/db/port.ts';
import type { Exploitation, FeedState } from '../../scanners/contract.ts';
import { listAdvisoryImports } from '../advisories/read.ts';
import { printOf } from './breached.ts';
import { isListed } from './breached-store.ts';
import { EVERY_ECOSYSTEM, type FeedKind } from './kinds.ts';
import { findListedFiles, findListedPackages, findRules, namesFiles } from './malicious-store.ts';
import {
  type FeedRow,
  findChances,
  findExploited,
  findFeeds,
  findPopularity,
  findPopularNames,
  findTrustRoots,
} from './store.ts';

export { EVERY_ECOSYSTEM } from './kinds.ts';
export type { FeedRow } from './store.ts';

const MS_PER_HOUR = 3_600_000;

/** Which feed is asked, and when it counts. */
export interface FeedAsk {
  readonly now: Date;
  /** Policy's `stale_after_hours` of the feed. */
  readonly staleAfterHours: number;
}

/** Popular names, most popular first; stale after policy's `stale_after_hours.popularity`. */
export async function popularNames(
  db: Queryable,
  ecosystem: EcosystemId,
  ask: FeedAsk,
): Promise<FeedState<readonly string[]>> {
  return stateOf(await feedOf(db, 'popularity', ecosystem), ask, () => findPopularNames(db, ecosystem));
}

/** Rank and downloads of those packages that are on the list, by name; stale as the names are. */
export async function popularityOf(
  db: Queryable,
  { ecosystem, names }: { readonly ecosystem: EcosystemId; readonly names: readonly string[] },
  ask: FeedAsk,
): Promise<FeedState<ReadonlyMap<string, Popularity>>> {
  const feed = await feedOf(db, 'popularity', ecosystem);
  return stateOf(feed, ask, () => findPopularity(db, { ecosystem, names, outOf: feed?.records ?? 0 }));
}

/** What is known of the exploitation of flaws; each list stale after policy's `stale_after_hours.exploitation`. */
export async function exploitationOf(db: Queryable, cves: readonly string[], ask: FeedAsk): Promise<Exploitation> {
  const feeds = await findFeeds(db);
  return {
    known: await stateOf(among(feeds, 'kev', EVERY_ECOSYSTEM), ask, () => findExploited(db, cves)),
    chance: await stateOf(among(feeds, 'epss', EVERY_ECOSYSTEM), ask, () => findChances(db, cves)),
  };
}

/** Whom to believe about attestations; stale after policy's `stale_after_hours.trust_root`. */
export async function trustRoots(db: Queryable, ask: FeedAsk): Promise<FeedState<readonly TrustRoot[]>> {
  return stateOf(await feedOf(db, 'trust-root', EVERY_ECOSYSTEM), ask, () => findTrustRoots(db));
}

/** What the operator's list of malicious files and packages is asked; stale after policy's `stale_after_hours.malicious`. */
export async function maliciousList(db: Queryable, ask: FeedAsk): Promise<FeedState<MaliciousLookUp>> {
  return stateOf(await feedOf(db, 'malicious', EVERY_ECOSYSTEM), ask, async () => ({
    namesFiles: await namesFiles(db),
    packages: (ecosystem, name) => findListedPackages(db, ecosystem, name),
    files: (digests) => findListedFiles(db, digests),
  }));
}

/** The YARA rules in force; stale as the list of malicious files is. */
export async function yaraRules(db: Queryable, ask: FeedAsk): Promise<FeedState<RuleSources>> {
  return stateOf(await feedOf(db, 'yara', EVERY_ECOSYSTEM), ask, () => findRules(db));
}

/** Whether a password is on the operator's list; without a list none is. */
export async function isBreachedPassword(db: Queryable, password: string): Promise<boolean> {
  return isListed(db, printOf(password));
}

/** Everything that was imported, advisories too, for `doctor` and `feeds list`. */
export async function listFeeds(db: Queryable): Promise<readonly FeedRow[]> {
  const advisories = (await listAdvisoryImports(db)).map((row) => ({ kind: 'advisories', ...row }));
  return [...advisories, ...(await findFeeds(db))];
}

async function feedOf(db: Queryable, kind: FeedKind, ecosystem: EcosystemId): Promise<FeedRow | undefined> {
  return among(await findFeeds(db), kind, ecosystem);
}

function among(feeds: readonly FeedRow[], kind: FeedKind, ecosystem: EcosystemId): FeedRow | undefined {
  return feeds.find((one) => one.kind === kind && one.ecosystem === ecosystem);
}

async function stateOf<T>(
  feed: FeedRow | undefined,
  { now, staleAfterHours }: FeedAsk,
  load: () => Promise<T>,
): Promise<FeedState<T>> {
  if (feed === undefined) return { status: 'not-configured' };
  const importedAt = feed.importedAt.toISOString();
  if (now.getTime() - feed.importedAt.getTime() > staleAfterHours * MS_PER_HOUR) return { status: 'stale', importedAt };
  return { status: 'ready', data: await load(), importedAt };
}
