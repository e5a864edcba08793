/** Advisories about packages, for vettings: all releases of a tree ask at about the same time. */
import type { Advisory } from '../domain/advisory.ts';
import type { EcosystemId } from '../domain/purl.ts';
import { advisoriesAbout, type Freshness } from '../features/advisories/read.ts';
import { askedTogether } from '../features/vetting/asked-together.ts';
import type { Queryable } from '../platform/db/port.ts';
import type { FeedState } from '../scanners/contract.ts';

type Ask<W extends readonly string[]> = (...words: W) => Promise<FeedState<readonly Advisory[]>>;

/** One question for many names of an ecosystem; `freshness` is asked for each question anew. */
export function createAdvisoriesTogether(
  db: Queryable,
  freshness: () => Promise<Freshness>,
): Ask<[ecosystem: EcosystemId, name: string]> {
  const asking = new Map<EcosystemId, Ask<[name: string]>>();
  const within = (ecosystem: EcosystemId): Ask<[name: string]> =>
    askedTogether(async (names: readonly string[]) => {
      const state = await advisoriesAbout(db, ecosystem, [...new Set(names)], await freshness());
      return (name: string) => (state.status === 'ready' ? { ...state, data: state.data.get(name) ?? [] } : state);
    });
  return (ecosystem, name) => {
    const ask = asking.get(ecosystem) ?? within(ecosystem);
    asking.set(ecosystem, ask);
    return ask(name);
  };
}
