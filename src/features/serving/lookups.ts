/** Whether a name exists upstream: asked once at a time, remembered for minutes, and never more often than a person could. */
import pLimit from 'p-limit';
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
/** Questions to upstream at once: polite. The others wait for their turn, since npm asks for 15 names at once, pnpm for 64. */
const AT_ONCE = 8;
/** Questions that wait: some clients at once. */
const MOST_WAITING = 500;
/** As long as one waits for its turn, in milliseconds: clients give up some seconds later. */
const LONGEST_WAIT_MS = 20_000;
/** Questions per minute: lock files of large projects name a thousand or two. Past this a client scans names, and is told to come back. */
const PER_MINUTE = 2000;

export type Lookup = (channel: string, ecosystem: EcosystemId, name: string) => Promise<UpstreamAnswer>;

export function createLookup(deps: Pick<ServingDeps, 'clock' | 'lookup' | 'ecosystems'>): Lookup {
  const known = createRecent<string, Known>(FILES_KEPT, ({ weight }) => weight);
  const turns = pLimit(AT_ONCE);
  let minute = 0;
  let asked = 0;
  const answerOf = async (...[channel, ecosystem, name]: Parameters<Lookup>): Promise<UpstreamAnswer> => {
    try {
      return newestOnly(deps, await deps.lookup(channel, ecosystem, name));
    } catch (error) {
      return { status: 'unreadable', reason: error instanceof Error ? error.message : String(error) };
    }
  };
  const ask = (...words: Parameters<Lookup>): Promise<UpstreamAnswer> =>
    new Promise((resolve) => {
      let isLate = false;
      const late = setTimeout(() => {
        isLate = true;
        resolve(TOO_MANY);
      }, LONGEST_WAIT_MS);
      void turns(async () => {
        clearTimeout(late);
        if (!isLate) resolve(await answerOf(...words));
      });
    });
  return async (channel, ecosystem, name) => {
    const now = deps.clock.now().getTime();
    const key = `${ecosystem}/${name}`;
    const found = known.get(key);
    if (found !== undefined && found.until > now) return await found.answer;
    if (Math.floor(now / 60_000) !== minute) [minute, asked] = [Math.floor(now / 60_000), 0];
    if (turns.pendingCount >= MOST_WAITING || asked >= PER_MINUTE) return TOO_MANY;
    asked += 1;
    const answer = ask(channel, ecosystem, name);
    known.set(key, { until: now + KNOWN_MS, answer, weight: 1 });
    const given = await answer;
    const until = now + (given.status === 'unreadable' ? FAILED_MS : KNOWN_MS);
    known.set(key, { until, answer, weight: filesOf(given) });
    return given;
  };
}

const TOO_MANY: UpstreamAnswer = { status: 'unreadable', reason: 'too many questions at once' };

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
