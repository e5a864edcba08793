/** Targets that have nothing of what was accepted, as lines of an answer: those of one reason together. */
import type { UnavailableTarget } from '../../../domain/evidence.ts';

export function unavailableRows(unavailable: readonly UnavailableTarget[]): readonly (readonly [string, string])[] {
  const byReason = Map.groupBy(unavailable, ({ reason }) => reason);
  return [...byReason].map(
    ([reason, those]) => ['not to', `${those.map(({ target }) => target).join(', ')}: ${reason}`] as const,
  );
}
