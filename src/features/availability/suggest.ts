/** The way to what a project needs that takes the fewest new reviews, from what a channel offers and upstream's indexes say. */
import type { EcosystemId } from '../../domain/purl.ts';
import type { Blobs } from '../../platform/blobs/port.ts';
import type { Queryable } from '../../platform/db/port.ts';
import { offeredIn } from '../snapshots/read.ts';
import { type AskedPackage, fits } from './asked.ts';

/** One way to have what was asked for, or why there is none. */
export type WayAnswer =
  | {
      readonly status: 'found';
      /** Purls that nobody has cleared: what has to be reviewed. */
      readonly toReview: readonly string[];
      /** How many releases of the tree are offered already. */
      readonly cleared: number;
      /** The releases that were asked for, as they came out. */
      readonly roots: readonly string[];
    }
  | { readonly status: 'none' | 'could-not-check'; readonly reason: string };

interface LeastAsk {
  readonly name: string;
  readonly extras: readonly string[];
  readonly range: string | null;
}

interface LeastOptions {
  readonly channel: string;
  readonly ecosystem: EcosystemId;
  offered(name: string): Promise<readonly string[]>;
}

interface VersionWay {
  readonly version: string;
  readonly way: WayAnswer;
}

/** What the vetting room answers (`Vetting`). */
export interface Advisers {
  leastVetting(asks: readonly LeastAsk[], options: LeastOptions): Promise<WayAnswer>;
  versionsByVetting(ask: LeastAsk, options: LeastOptions): Promise<readonly VersionWay[]>;
}

export interface Suggestion {
  readonly ecosystem: EcosystemId;
  /** All of it together, in the versions that need the fewest reviews. */
  readonly together: WayAnswer;
  /** For each package that is not available as asked: its versions, cheapest first. */
  readonly packages: readonly { readonly asked: string; readonly versions: readonly VersionWay[] }[];
}

/** What no index can tell, said beside every suggestion. */
export const SUGGESTION_LIMITS = [
  'Counted by what indexes say: files are not opened, and a review may find more.',
  'How long a review takes is not known here, nor which other package would serve the same purpose.',
] as const;

/** Versions are compared for so many packages of one project; the rest is advised on together. */
const MOST_COMPARED = 25;

/** One suggestion for each ecosystem that is asked about. */
export async function suggestionsFor(
  kept: { readonly db: Queryable; readonly blobs: Blobs },
  channel: string,
  { asked, advisers }: { readonly asked: readonly AskedPackage[]; readonly advisers: Advisers },
): Promise<readonly Suggestion[]> {
  const offered = await offeredIn(kept, channel);
  const suggestions: Suggestion[] = [];
  for (const [ecosystem, same] of Map.groupBy(asked, (one) => one.ecosystem.id)) {
    const options: LeastOptions = {
      channel,
      ecosystem,
      offered: async (name) => ((await offered(ecosystem, name))?.releases ?? []).map(({ version }) => version),
    };
    const together = await advisers.leastVetting(same.map(exactly), options);
    suggestions.push({ ecosystem, together, packages: await comparedOf(same, options, advisers) });
  }
  return suggestions;
}

async function comparedOf(
  asked: readonly AskedPackage[],
  options: LeastOptions,
  advisers: Advisers,
): Promise<Suggestion['packages']> {
  const packages: Suggestion['packages'][number][] = [];
  for (const one of asked) {
    if (packages.length >= MOST_COMPARED) break;
    if ((await options.offered(one.name)).some((version) => fits(one, version))) continue;
    const ask = { name: one.name, extras: one.extras, range: one.range ?? null };
    packages.push({ asked: one.text, versions: await advisers.versionsByVetting(ask, options) });
  }
  return packages;
}

function exactly({ ecosystem, name, extras, version, range }: AskedPackage): LeastAsk {
  return { name, extras, range: version === null ? (range ?? null) : ecosystem.versions.exactly(version) };
}
