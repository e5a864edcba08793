/** First uses in an open channel, told to whoever collects evidence. */
import { createRecent } from './caches.ts';
import type { ServingDeps } from './deps.ts';

export type FirstUse = Parameters<ServingDeps['firstUse']>[0];

/** First uses told of: one per name and hour is enough for a reaction that is idempotent. */
const FIRST_USES_KEPT = 5000;
const FIRST_USE_MS = 3_600_000;

/** Tells of each once in a while; a failure is told again. */
export function firstUseNotes(deps: Pick<ServingDeps, 'clock' | 'log' | 'firstUse'>): (ask: FirstUse) => void {
  const told = createRecent<string, number>(FIRST_USES_KEPT, () => 1);
  return (ask) => {
    const key = `${ask.channel}/${ask.ecosystem}/${ask.name}@${ask.version ?? ''}`;
    const now = deps.clock.now().getTime();
    if ((told.get(key) ?? 0) > now) return;
    told.set(key, now + FIRST_USE_MS);
    deps.firstUse(ask).catch((error: unknown) => {
      told.set(key, now);
      deps.log.warn('a first use could not be noted', { name: ask.name, error: String(error) });
    });
  };
}
