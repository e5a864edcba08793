import type { Exploitation, FeedState } from '../../scanners/contract.ts';
import type { VettingDeps } from './deps.ts';

type Facts = Pick<
  VettingDeps,
  | 'advisories'
  | 'clearedNames'
  | 'clearedReleases'
  | 'exploitation'
  | 'maliciousList'
  | 'popularity'
  | 'popularNames'
  | 'trustRoots'
  | 'yaraRules'
>;

/**
 * Facts of other rooms as one vetting sees them: each is found out when it is first asked for, so that all releases of a
 * tree are held against one state of feeds and snapshots, and a tree of a hundred costs one question and not hundreds.
 */
export function askedOnce<T extends Facts>(deps: T): T {
  return {
    ...deps,
    advisories: once((ecosystem, name) => deps.advisories(ecosystem, name)),
    clearedNames: once((ecosystem) => deps.clearedNames(ecosystem)),
    clearedReleases: once((ecosystem, name) => deps.clearedReleases(ecosystem, name)),
    exploitation: answeredBefore((cves) => deps.exploitation(cves)),
    maliciousList: once(() => deps.maliciousList()),
    popularity: once((ecosystem, name) => deps.popularity(ecosystem, name)),
    popularNames: once((ecosystem) => deps.popularNames(ecosystem)),
    trustRoots: once(() => deps.trustRoots()),
    yaraRules: once(() => deps.yaraRules()),
  };
}

/** The same answer for the same words. A question that failed is asked anew. */
function once<W extends readonly string[], T>(ask: (...words: W) => Promise<T>): (...words: W) => Promise<T> {
  const known = new Map<string, Promise<T>>();
  return (...words) => {
    const key = words.join('\n');
    const running = known.get(key) ?? ask(...words);
    known.set(key, running);
    running.catch(() => known.delete(key));
    return running;
  };
}

/** What was asked for the flaws of a whole tree answers for those of each release in it; others are asked for anew. */
function answeredBefore(ask: VettingDeps['exploitation']): VettingDeps['exploitation'] {
  let before: { readonly cves: ReadonlySet<string>; readonly answer: Promise<Exploitation> } | undefined;
  return async (cves) => {
    if (before === undefined || !cves.every((cve) => before?.cves.has(cve))) {
      const asked = { cves: new Set(cves), answer: ask(cves) };
      before = asked;
      asked.answer.catch(() => {
        if (before === asked) before = undefined;
      });
    }
    const { known, chance } = await before.answer;
    return { known: only(known, cves), chance: only(chance, cves) };
  };
}

function only<T extends { readonly cve: string }>(
  state: FeedState<readonly T[]>,
  cves: readonly string[],
): FeedState<readonly T[]> {
  return state.status === 'ready' ? { ...state, data: state.data.filter(({ cve }) => cves.includes(cve)) } : state;
}
