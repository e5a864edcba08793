/** Whether a name exists upstream: asked once at a time, remembered for minutes, and never more often than a person could. */
import pLimit from 'p-limit';
import type { EcosystemId } from '../../domain/purl.ts';
import type { UpstreamAnswer } from '../../ecosystems/contract.ts';
import { createRecent } from './caches.ts';
import type { ServingDeps } from './deps.ts';
import { createInUse, createShares } from './shares.ts';

/** Milliseconds an answer holds: a listing or an absence for minutes, a failure for seconds. */
const KNOWN_MS = 5 * 60_000;
const FAILED_MS = 10_000;
/** Files of listings remembered, a name without any counting as one: one takes about a kilobyte. */
const FILES_KEPT = 20_000;
/** Newest releases remembered of one name: as many as an index document shows of what is refused. */
const RELEASES_KEPT = 200;
/** Questions to upstream at once: polite. The others wait for their turn, since npm asks for 15 names at once, pnpm for 64. */
const AT_ONCE = 8;
/** Questions that wait, of all and of one network: some clients at once. */
const MOST_WAITING = { all: 500, each: 250 } as const;
/** As long as one waits for its turn, in milliseconds: clients give up some seconds later. */
const LONGEST_WAIT_MS = 20_000;
const MINUTE_MS = 60_000;
/**
 * Questions per minute, of all and of one network: lock files of large projects name a thousand or two. Past this a client
 * scans names, and is told to come back, while others are still answered.
 */
const PER_MINUTE = { all: 6000, each: 2000 } as const;
const MIB = 1024 * 1024;
/**
 * Bytes of listings read per minute, for all and for one network. Whoever picks the largest ones of a registry (some 50 MB each)
 * would otherwise keep a processor reading; a large project needs some hundred megabytes.
 */
const BYTES_PER_MINUTE = { all: 3072 * MIB, each: 1024 * MIB } as const;

export interface Wanted {
  readonly channel: string;
  readonly ecosystem: EcosystemId;
  readonly name: string;
  /** Whose share it is asked from: the network of the caller. */
  readonly network: string;
}

export type Lookup = (wanted: Wanted) => Promise<UpstreamAnswer>;

export function createLookup(deps: Pick<ServingDeps, 'clock' | 'lookup' | 'ecosystems'>): Lookup {
  const known = createRecent<string, Known>(FILES_KEPT, ({ weight }) => weight);
  const turns = createTurns();
  const questions = createShares(deps, { windowMs: MINUTE_MS, ...PER_MINUTE });
  const bytes = createShares(deps, { windowMs: MINUTE_MS, ...BYTES_PER_MINUTE });
  const answerOf = async ({ channel, ecosystem, name, network }: Wanted): Promise<UpstreamAnswer> => {
    if (!bytes.hasRoom(network)) return TOO_MANY;
    try {
      const answer = await deps.lookup(channel, ecosystem, name);
      if (answer.status === 'found') bytes.use(network, answer.bytes ?? 0);
      return newestOnly(deps, answer);
    } catch (error) {
      return { status: 'unreadable', reason: error instanceof Error ? error.message : String(error) };
    }
  };
  const lookup: Lookup = async (wanted) => {
    const { ecosystem, name, network } = wanted;
    const now = deps.clock.now().getTime();
    const key = `${ecosystem}/${name}`;
    const found = known.get(key);
    if (found !== undefined && found.until > now) {
      const given = await found.answer;
      // That another network has used up its share is no answer to this one.
      return given === TOO_MANY && found.network !== network ? await lookup(wanted) : given;
    }
    if (!turns.hasRoom(network) || !questions.hasRoom(network) || !bytes.hasRoom(network)) return TOO_MANY;
    questions.use(network, 1);
    const answer = turns.take(network, () => answerOf(wanted)).then((given) => given ?? TOO_MANY);
    known.set(key, { until: now + KNOWN_MS, answer, weight: 1, network });
    const given = await answer;
    const until = given === TOO_MANY ? now : now + (given.status === 'unreadable' ? FAILED_MS : KNOWN_MS);
    known.set(key, { until, answer, weight: filesOf(given), network });
    return given;
  };
  return lookup;
}

interface Turns {
  /** Whether one more of this network may wait. */
  hasRoom(network: string): boolean;
  /** Works when it is its turn; `undefined` where that took too long. */
  take<T>(network: string, work: () => Promise<T>): Promise<T | undefined>;
}

function createTurns(): Turns {
  const turns = pLimit(AT_ONCE);
  const waiting = createInUse(MOST_WAITING);
  return {
    hasRoom: waiting.hasRoom,
    take: (network, work) =>
      new Promise((resolve) => {
        let isLate = false;
        const late = setTimeout(() => {
          isLate = true;
          resolve(undefined);
        }, LONGEST_WAIT_MS);
        waiting.add(network, 1);
        void turns(async () => {
          clearTimeout(late);
          waiting.add(network, -1);
          if (!isLate) resolve(await work());
        });
      }),
  };
}

const TOO_MANY: UpstreamAnswer = { status: 'unreadable', reason: 'too many questions at once' };

interface Known {
  readonly until: number;
  readonly answer: Promise<UpstreamAnswer>;
  readonly weight: number;
  /** Whose share it was asked from. */
  readonly network: string;
}

/** No more releases than a document shows: the largest projects have thousands, of which nobody here may have one. */
function newestOnly({ ecosystems }: Pick<ServingDeps, 'ecosystems'>, answer: UpstreamAnswer): UpstreamAnswer {
  if (answer.status !== 'found' || answer.package.releases.length <= RELEASES_KEPT) return answer;
  const versions = ecosystems.find(({ id }) => id === answer.package.ecosystem)?.versions;
  if (versions === undefined) return answer;
  const releases = answer.package.releases
    .toSorted((a, b) => versions.compare(b.version, a.version))
    .slice(0, RELEASES_KEPT);
  return { ...answer, package: { ...answer.package, releases } };
}

function filesOf(answer: UpstreamAnswer): number {
  if (answer.status !== 'found') return 1;
  return answer.package.releases.reduce((sum, { distributions }) => sum + distributions.length, 1);
}
