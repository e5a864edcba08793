/** Which release a range means, by upstream's listing alone. */
import type { CandidateRelease } from '../../ecosystems/contract.ts';
import type { VettingDeps } from './deps.ts';
import { createUpstreamView } from './upstream-view.ts';

export interface RangeAsk {
  readonly channel: string;
  readonly ecosystem: string;
  readonly name: string;
  /** In the ecosystem's own language. */
  readonly range: string;
}

export type NewestWithin =
  | { readonly status: 'found'; readonly version: string }
  /** There is no release in the range, or no such package, or the range is none. */
  | { readonly status: 'none' }
  | { readonly status: 'could-not-check'; readonly reason: string };

export async function newestWithin(deps: VettingDeps, ask: RangeAsk): Promise<NewestWithin> {
  const connected = deps.connected(ask.ecosystem);
  if (connected === undefined)
    return { status: 'could-not-check', reason: `no source is configured for ${ask.ecosystem}` };
  const stopOf = await deps.stopped(ask.channel, ask.ecosystem);
  const view = createUpstreamView({
    ecosystem: ask.ecosystem,
    reader: connected.reader,
    now: deps.clock.now(),
    coolDownDays: (await deps.policy()).coolDownDays,
    stopOf,
    buildRequires: async () => ({ status: 'unstated', reason: 'nothing is resolved here' }),
  });
  const found = await view.package(ask.name);
  if (found.status === 'unreadable') return { status: 'could-not-check', reason: found.reason };
  const { versions } = connected.ecosystem;
  const all = found.status === 'found' ? found.releases : [];
  const fitting = all.filter(({ version }) => versions.satisfies(version, ask.range) === true);
  const finished = fitting.filter(({ version }) => !versions.isPrerelease(version));
  const candidates = finished.length > 0 ? finished : fitting;
  const better = (a: CandidateRelease, b: CandidateRelease) =>
    a.preference - b.preference || versions.compare(b.version, a.version);
  const best = candidates.toSorted(better)[0];
  return best === undefined ? { status: 'none' } : { status: 'found', version: best.version };
}
