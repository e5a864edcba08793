/** How long something that fails is tried again: pauses that double up to a longest, and an end, after which a person looks. */
export interface Patience {
  readonly mostAttempts: number;
  readonly firstPauseS: number;
  readonly longestPauseS: number;
}

/** When it is tried again after so many attempts; `undefined` where it waits for a person. */
export function nextTry(patience: Patience, attempts: number, now: Date): Date | undefined {
  const { mostAttempts, firstPauseS, longestPauseS } = patience;
  if (attempts >= mostAttempts) return undefined;
  return new Date(now.getTime() + Math.min(firstPauseS * 2 ** (attempts - 1), longestPauseS) * 1000);
}
