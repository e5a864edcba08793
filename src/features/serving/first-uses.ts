/** First uses in an open channel, told to whoever collects evidence. */
import { createRecent } from './caches.ts';
import type { ServingDeps } from './deps.ts';
import { createShares } from './shares.ts';

export type FirstUse = Parameters<ServingDeps['firstUse']>[0];

/** First uses told of: one per name and hour is enough for a reaction that is idempotent. */
const FIRST_USES_KEPT = 5000;
const FIRST_USE_MS = 3_600_000;
/**
 * First uses told of in an hour, for all and for one network: each is a fact for ever and a vetting, and a stranger makes up as
 * many versions as they like. A large project names a thousand or two. What comes beyond is told when it is asked for again
 * later, and a network that makes versions up keeps no other one waiting.
 */
const MOST_AN_HOUR = { all: 4000, each: 1500 } as const;

/** Tells of each once in a while, and of so many in an hour; a failure is told again. */
export function firstUseNotes(
  deps: Pick<ServingDeps, 'clock' | 'log' | 'firstUse'>,
): (ask: FirstUse, network: string) => void {
  const told = createRecent<string, number>(FIRST_USES_KEPT, () => 1);
  const shares = createShares(deps, { windowMs: FIRST_USE_MS, ...MOST_AN_HOUR });
  let warnedAt = Number.NEGATIVE_INFINITY;
  const warn = (now: number, name: string) => {
    if (now - warnedAt < FIRST_USE_MS) return;
    warnedAt = now;
    deps.log.warn('first uses are left out in this hour: too many from one network, or from all', {
      ...MOST_AN_HOUR,
      name,
    });
  };
  return (ask, network) => {
    const key = `${ask.channel}/${ask.ecosystem}/${ask.name}@${ask.version ?? ''}`;
    const now = deps.clock.now().getTime();
    if ((told.get(key) ?? 0) > now) return;
    if (!shares.hasRoom(network)) return warn(now, ask.name);
    shares.use(network, 1);
    told.set(key, now + FIRST_USE_MS);
    deps.firstUse(ask).catch((error: unknown) => {
      told.set(key, now);
      deps.log.warn('a first use could not be noted', { name: ask.name, error: String(error) });
    });
  };
}
