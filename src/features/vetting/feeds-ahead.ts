/** Feeds that are asked about single packages and flaws: one question each for all of a tree. */
import { cvesOf } from '../../domain/exploitation.ts';
import type { ScanContext } from '../../scanners/contract.ts';

type Feeds = Pick<ScanContext, 'advisories' | 'exploitation' | 'popularity'>;

/**
 * Asks ahead what the scanners will ask of each release; the facts of the tree (`asked-once.ts`) then hold the answers. What
 * fails here is asked anew by the scanner, and is evidence there.
 */
export async function askFeedsAhead(feeds: Feeds, names: readonly string[]): Promise<void> {
  const once = [...new Set(names)];
  const [advisories] = await Promise.all([
    Promise.allSettled(once.map((name) => feeds.advisories(name))),
    Promise.allSettled(once.map((name) => feeds.popularity(name))),
  ]);
  const flaws = advisories.flatMap((asked) =>
    asked.status === 'fulfilled' && asked.value.status === 'ready' ? asked.value.data.flatMap(cvesOf) : [],
  );
  if (flaws.length > 0) await Promise.allSettled([feeds.exploitation([...new Set(flaws)])]);
}
