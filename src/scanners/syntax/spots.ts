/** Where a pattern matches in one text, found once: most of what is asked about holds none of it. */
export class Spots {
  private readonly starts: readonly number[];

  constructor(text: string, pattern: RegExp) {
    this.starts = [...text.matchAll(new RegExp(pattern, `${pattern.flags}g`))].map(({ index }) => index);
  }

  /** The first match at or after a place; behind every text where there is none. */
  after(place: number): number {
    let [low, high] = [0, this.starts.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.starts[middle] ?? 0) < place) low = middle + 1;
      else high = middle;
    }
    return this.starts[low] ?? Number.POSITIVE_INFINITY;
  }
}
