/** Trying again: exponential pauses with full jitter, `Retry-After` honoured up to a cap (RFC 9110, 10.2.3). */
import { setTimeout as pause } from 'node:timers/promises';
import type { Failure } from './failure.ts';
import { seconds } from './failure.ts';
import type { Rest } from './rest.ts';
import type { FetchLimits, FetchSettings } from './settings.ts';

export interface Patience {
  readonly url: string;
  readonly settings: FetchSettings;
  readonly limits: FetchLimits;
  readonly rest: Rest;
  /** Ends the pauses too. */
  readonly signal: AbortSignal;
}

/** Runs an attempt until it succeeds, fails for good, or has failed `attempts` times; leaves a resting origin alone. */
export async function withRetries<T extends { readonly status: string }>(
  patience: Patience,
  attempt: () => Promise<T | Failure>,
): Promise<T | Failure> {
  const { rest, settings } = patience;
  const origin = URL.parse(patience.url)?.origin ?? '';
  const resting = rest.check(origin, settings.now());
  if (resting !== undefined) return resting;
  const outcome = await untilItAnswers(patience, attempt);
  rest.note(origin, isFailure(outcome) && outcome.retry ? 'failed' : 'answered', settings.now());
  return outcome;
}

async function untilItAnswers<T extends { readonly status: string }>(
  { limits, settings, signal }: Patience,
  attempt: () => Promise<T | Failure>,
): Promise<T | Failure> {
  for (let tried = 1; ; tried += 1) {
    const outcome = await attempt();
    if (!isFailure(outcome) || !outcome.retry || tried >= limits.attempts || signal.aborted) return outcome;
    const jittered = Math.min(limits.longestPauseMs, limits.backoffMs * 2 ** (tried - 1)) * settings.random();
    const asked = outcome.afterMs ?? 0;
    if (asked > limits.longestPauseMs)
      return { ...outcome, reason: `${outcome.reason}; it asks us to wait ${seconds(asked)}` };
    try {
      await pause(Math.max(asked, jittered), undefined, { signal });
    } catch {
      return outcome;
    }
  }
}

/** `Retry-After` in milliseconds from now: seconds or an HTTP date; `undefined` where it is neither. */
export function retryAfterMs(header: string | undefined, now: Date): number | undefined {
  if (header === undefined) return undefined;
  const text = header.trim();
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1000;
  const date = Date.parse(text);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now.getTime());
}

function isFailure(outcome: { readonly status: string }): outcome is Failure {
  return outcome.status === 'failed';
}
