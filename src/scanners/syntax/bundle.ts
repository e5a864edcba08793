/** Characters of one line from which JavaScript was written by a bundler: people's own lines stay far below. */
const BUNDLE_LINE = 20_000;

/** Ecosystems whose packages are run as JavaScript; elsewhere a bundle is a page asset that the browser of a person loads. */
const RUNS_JAVASCRIPT: ReadonlySet<string> = new Set(['npm']);

/** Whether a text is a bundle of other packages that nothing in this ecosystem runs: it is looked through by words alone. */
export function isBundledAsset(text: string, ecosystem: string): boolean {
  return !RUNS_JAVASCRIPT.has(ecosystem) && hasLine(text, BUNDLE_LINE);
}

function hasLine(text: string, characters: number): boolean {
  for (let from = 0; from + characters <= text.length; ) {
    const end = text.indexOf('\n', from);
    if (end === -1 || end - from >= characters) return true;
    from = end + 1;
  }
  return false;
}
