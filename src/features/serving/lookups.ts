/** Whether a name exists upstream: asked once at a time, remembered for minutes, and never more often than a person could. */
import type { EcosystemId } from '../../domain/purl.ts';
import type { UpstreamAnswer } from '../../ecosystems/contract.ts';
import { createRecent } from './caches.ts';
import type { ServingDeps } from './deps.ts';

/** Milliseconds an answer holds: a listing or an absence for minutes, a failure for seconds. */
const KNOWN_MS = 5 * 60_000;
const FAILED_MS = 10_000;
/** Files of listings remembered, a name without any counting as one: one takes about a kilobyte. */
const FILES_KEPT = 20_000;
/** Newest releases remembered of one name: as many as an index document shows of what is refused. */
const RELEASES_KEPT = 200;
/** Questions to upstream at once, and per minute: past this a client scans names, and is told to come back. */
const AT_ONCE = 8;
const PER_MINUTE = 300;

export type Lookup = (channel: string, ecosystem: EcosystemId, name: string) => Promise<UpstreamAnswer>;

export function createLookup(deps: Pick<ServingDeps, 'clock' | 'lookup' | 'ecosystems'>): Lookup {
  const known = createRecent<string, Known>(FILES_KEPT, ({ weight }) => weight);
  let running = 0;
  let minute = 0;
  let asked = 0;
  const ask = async (...[channel, ecosystem, name]: Parameters<Lookup>): Promise<UpstreamAnswer> => {
    running += 1;
    try {
      return newestOnly(deps, await deps.lookup(channel, ecosystem, name));
    } catch (error) {
      return { status: 'unreadable', reason: error instanceof Error ? error.message : String(error) };
    } finally {
      running -= 1;
    }
  };
  return async (channel, ecosystem, name) => {
    const now = deps.clock.now().getTime();
    const key = `${ecosystem}/${name}`;
    const found = known.get(key);
    if (found !== undefined && found.until > now) return await found.answer;
    if (Math.floor(now / 60_000) !== minute) [minute, asked] = [Math.floor(now / 60_000), 0];
    if (running >= AT_ONCE || asked >= PER_MINUTE)
      return { status: 'unreadable', reason: 'too many questions at once' };
    asked += 1;
    const answer = ask(channel, ecosystem, name);
    known.set(key, { until: now + KNOWN_MS, answer, weight: 1 });
    const given = await answer;
    const until = now + (given.status === 'unreadable' ? FAILED_MS : KNOWN_MS);
    known.set(key, { until, answer, weight: filesOf(given) });
    return given;
  };
}

interface Known {
  readonly until: number;
  readonly answer: Promise<UpstreamAnswer>;
  readonly weight: number;
}

/** No more releases than a document shows: the largest projects have thousands, of which nobody here may have one. */
function newestOnly({ ecosystems }: Pick<ServingDeps, 'ecosystems'>, answer: UpstreamAnswer): UpstreamAnswer {
  if (answer.status !== 'found' || answer.package.releases.length <= RELEASES_KEPT) return answer;
  const versions = ecosystems.find(({ id }) => id === answer.package.ecosystem)?.versions;
  if (versions === undefined) return answer;
  const releases = answer.package.releases
    .toSorted((a, b) => versions.compare(b.version, a.version))
    .slice(0, RELEASES_KEPT);
  return { status: 'found', package: { ...answer.package, releases } };
}

function filesOf(answer: UpstreamAnswer): number {
  if (answer.status !== 'found') return 1;
  return answer.package.releases.reduce((sum, { distributions }) => sum + distributions.length, 1);
}
