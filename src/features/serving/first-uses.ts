/** First uses in an open channel, told to whoever collects evidence. */
import { createRecent } from './caches.ts';
import type { ServingDeps } from './deps.ts';

export type FirstUse = Parameters<ServingDeps['firstUse']>[0];

/** First uses told of: one per name and hour is enough for a reaction that is idempotent. */
const FIRST_USES_KEPT = 5000;
const FIRST_USE_MS = 3_600_000;
/**
 * First uses told of in an hour: each is a fact for ever and a vetting, and a stranger makes up as many versions as they like.
 * A large project names a thousand or two. What comes beyond is told when it is asked for again later.
 */
const MOST_AN_HOUR = 2000;

/** Tells of each once in a while, and of so many in an hour; a failure is told again. */
export function firstUseNotes(deps: Pick<ServingDeps, 'clock' | 'log' | 'firstUse'>): (ask: FirstUse) => void {
  const told = createRecent<string, number>(FIRST_USES_KEPT, () => 1);
  let hour = 0;
  let toldInHour = 0;
  return (ask) => {
    const key = `${ask.channel}/${ask.ecosystem}/${ask.name}@${ask.version ?? ''}`;
    const now = deps.clock.now().getTime();
    if ((told.get(key) ?? 0) > now) return;
    if (Math.floor(now / FIRST_USE_MS) !== hour) [hour, toldInHour] = [Math.floor(now / FIRST_USE_MS), 0];
    if (toldInHour >= MOST_AN_HOUR) return;
    toldInHour += 1;
    if (toldInHour === MOST_AN_HOUR)
      deps.log.warn('no more first uses are noted in this hour', { most: MOST_AN_HOUR, name: ask.name });
    told.set(key, now + FIRST_USE_MS);
    deps.firstUse(ask).catch((error: unknown) => {
      told.set(key, now);
      deps.log.warn('a first use could not be noted', { name: ask.name, error: String(error) });
    });
  };
}
