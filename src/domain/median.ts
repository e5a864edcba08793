/**
 * The least of the values that half of them do not exceed: of two in the middle the lower one, so that it is always one that was
 * met. `null` where there are none.
 */
export function medianOf(values: readonly number[]): number | null {
  return values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) / 2)] ?? null;
}
