/** The known name that was most likely meant by one that is not known. */

/** Letters that may be wrong: two are one pair that changed places. */
const MOST_WRONG = 2;

/** `undefined` where none is near; of several the nearest, the first in their order. Names are compared as they are. */
export function nearestName(name: string, known: readonly string[]): string | undefined {
  const near = known
    .map((one) => ({ one, wrong: wrongLetters(name, one) }))
    .filter(({ one, wrong }) => wrong <= Math.min(MOST_WRONG, one.length - 1));
  return near.toSorted((a, b) => a.wrong - b.wrong)[0]?.one;
}

/** Levenshtein's distance, a row at a time; names whose lengths differ by more are not compared. */
function wrongLetters(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > MOST_WRONG) return MOST_WRONG + 1;
  let row = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (const [i, letter] of [...a].entries()) {
    const next = [i + 1];
    for (const [j, other] of [...b].entries())
      next.push(Math.min((next[j] ?? 0) + 1, (row[j + 1] ?? 0) + 1, (row[j] ?? 0) + (letter === other ? 0 : 1)));
    row = next;
  }
  return row[b.length] ?? a.length;
}
