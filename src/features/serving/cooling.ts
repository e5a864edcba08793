/** Releases that policy admits by itself once they are old enough: nobody has to decide about them, time does. */
import { releasedAt, type UpstreamRelease } from '../../domain/distribution.ts';
import type { Refusal } from '../../domain/refusal.ts';
import type { Overlay } from './overlay.ts';

const MS_PER_DAY = 86_400_000;

/** Whether a channel lets releases in by itself, as they grow old. */
export function opensByAge(overlay: Overlay, channel: string): boolean {
  return overlay.channels.get(channel)?.mode === 'open' && overlay.coolDownDays !== undefined;
}

/** Whether a refusal is one of what may only be too young. */
export function mayBeCooling(overlay: Overlay, { channel, state, neededBy }: Refusal): boolean {
  return opensByAge(overlay, channel) && state === 'in-review' && neededBy === undefined;
}

/** When the first of some releases appeared; `undefined` where one has no date: it may be older than all others. */
export function firstAppeared(releases: readonly UpstreamRelease[]): string | undefined {
  const dates = releases.map(releasedAt);
  const known = dates.flatMap((date) => (date === undefined ? [] : [date]));
  return known.length < dates.length ? undefined : known.toSorted()[0];
}

/** The refusal, as one of a young release where it appeared so lately that it opens by itself. Pure. */
export function cooled(
  { overlay, now }: { readonly overlay: Overlay; readonly now: Date },
  refusal: Refusal,
  { version, appearedAt }: { readonly version: string | undefined; readonly appearedAt: string | undefined },
): Refusal {
  if (!mayBeCooling(overlay, refusal) || appearedAt === undefined) return refusal;
  const opens = Date.parse(appearedAt) + (overlay.coolDownDays ?? 0) * MS_PER_DAY;
  if (!(opens > now.getTime())) return refusal;
  return { ...refusal, version, state: 'cooling-down', at: new Date(opens).toISOString() };
}
