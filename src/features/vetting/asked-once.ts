import type { VettingDeps } from './deps.ts';

type Facts = Pick<
  VettingDeps,
  'clearedNames' | 'clearedReleases' | 'maliciousList' | 'popularNames' | 'trustRoots' | 'yaraRules'
>;

/**
 * Facts of other rooms as one vetting sees them: each is found out when it is first asked for, so that all releases of a
 * tree are held against one state of feeds and snapshots, and a tree of a hundred costs one question and not hundreds.
 */
export function askedOnce<T extends Facts>(deps: T): T {
  return {
    ...deps,
    clearedNames: once((ecosystem) => deps.clearedNames(ecosystem)),
    clearedReleases: once((ecosystem, name) => deps.clearedReleases(ecosystem, name)),
    maliciousList: once(() => deps.maliciousList()),
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
