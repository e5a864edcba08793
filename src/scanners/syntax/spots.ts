/** Where a pattern matches in one text, found once: most of what is asked about holds none of it. */
export class Spots {
  private readonly starts: readonly number[];

  constructor(text: string, pattern: RegExp) {
    this.starts = [...text.matchAll(new RegExp(pattern, `${pattern.flags}g`))].map(({ index }) => index);
  }

  /** The first match at or after a place; behind every text where there is none. */
  after(place: number): number {
    return this.starts[countBefore(this.starts, place)] ?? Number.POSITIVE_INFINITY;
  }
}

/** How many of some places, which ascend, lie before another. */
export function countBefore(places: readonly number[], place: number): number {
  let [low, high] = [0, places.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((places[middle] ?? 0) < place) low = middle + 1;
    else high = middle;
  }
  return low;
}
