/** Feeds about single packages, for vettings: all releases of a tree ask at about the same time. */
import type { Advisory } from '../domain/advisory.ts';
import type { Popularity } from '../domain/popularity.ts';
import type { EcosystemId } from '../domain/purl.ts';
import { advisoriesAbout } from '../features/advisories/read.ts';
import { type FeedAsk, popularityOf } from '../features/feeds/read.ts';
import { askedTogether } from '../features/vetting/asked-together.ts';
import type { Queryable } from '../platform/db/port.ts';
import type { FeedState } from '../scanners/contract.ts';

/** Asked for each question anew. */
type Freshness = () => Promise<FeedAsk>;
type AboutPackage<T> = (ecosystem: EcosystemId, name: string) => Promise<T>;

/** One question for many names of an ecosystem. */
export function createAdvisoriesTogether(
  db: Queryable,
  freshness: Freshness,
): AboutPackage<FeedState<readonly Advisory[]>> {
  return aboutPackages(async (ecosystem, names) => {
    const state = await advisoriesAbout(db, ecosystem, names, await freshness());
    return (name) => (state.status === 'ready' ? { ...state, data: state.data.get(name) ?? [] } : state);
  });
}

/** The same about rank and downloads. */
export function createPopularityTogether(
  db: Queryable,
  freshness: Freshness,
): AboutPackage<FeedState<Popularity | undefined>> {
  return aboutPackages(async (ecosystem, names) => {
    const state = await popularityOf(db, { ecosystem, names }, await freshness());
    return (name) => (state.status === 'ready' ? { ...state, data: state.data.get(name) } : state);
  });
}

function aboutPackages<T>(
  find: (ecosystem: EcosystemId, names: readonly string[]) => Promise<(name: string) => T>,
): AboutPackage<T> {
  const asking = new Map<EcosystemId, (name: string) => Promise<T>>();
  return (ecosystem, name) => {
    const ask =
      asking.get(ecosystem) ?? askedTogether((names: readonly string[]) => find(ecosystem, [...new Set(names)]));
    asking.set(ecosystem, ask);
    return ask(name);
  };
}
