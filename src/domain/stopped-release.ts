/** Releases that upstream has and that may not be used here, in words for who wonders why nothing fits. */

export interface StoppedRelease {
  readonly version: string;
  /** What stops it: `denied, D-3: it phones home`. */
  readonly by: string;
}

/** Versions that one explanation names of each stop; a reader needs to see that theirs is among them. */
const MOST_NAMED = 4;

/** `mast 2.0, 2.1 (denied, D-3: it phones home)`, by what stops them, the newest; `undefined` where nothing is stopped. */
export function stoppedWords(
  name: string,
  stopped: readonly StoppedRelease[],
  compare: (a: string, b: string) => number,
): string | undefined {
  if (stopped.length === 0) return undefined;
  const groups = [...Map.groupBy(stopped, ({ by }) => by)].map(([by, releases]) => {
    const versions = releases.map(({ version }) => version).toSorted(compare);
    const more = versions.length > MOST_NAMED ? ` and ${versions.length - MOST_NAMED} more` : '';
    return `${name} ${versions.slice(-MOST_NAMED).join(', ')}${more} (${by})`;
  });
  return groups.join('; ');
}

/** The same behind a sentence that says that nothing fits; nothing where nothing is stopped. */
export function alsoStopped(words: string | undefined): string {
  return words === undefined ? '' : `; stopped here: ${words}`;
}
