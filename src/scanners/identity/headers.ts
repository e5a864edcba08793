/** The headers of Core Metadata that say who stands behind a release. Source: packaging specifications, "Core metadata". */

/** Characters in which the headers must end; the description behind them may be megabytes. */
const MAX_HEADER_CHARACTERS = 262_144;
/** Lines of headers that are read. */
const MAX_LINES = 10_000;
/** Characters of one value: names and addresses of a dozen people. */
const MAX_VALUE = 4_000;

const USED = [
  'author',
  'author-email',
  'maintainer',
  'maintainer-email',
  'summary',
  'home-page',
  'project-url',
  'classifier',
] as const;
type Header = (typeof USED)[number];
export type Headers = Readonly<Record<Header, readonly string[]>>;

function isUsed(name: string): name is Header {
  return USED.some((one) => one === name);
}

/** Values by header, folded lines joined, empty ones and setuptools' `UNKNOWN` left out. One pass over the headers. */
export function readHeaders(text: string): Headers {
  const found: Record<Header, string[]> = {
    author: [],
    'author-email': [],
    maintainer: [],
    'maintainer-email': [],
    summary: [],
    'home-page': [],
    'project-url': [],
    classifier: [],
  };
  let current: string[] | undefined;
  for (const line of headerLines(text)) {
    if (/^[ \t]/.test(line)) {
      const last = current?.pop();
      if (last !== undefined) current?.push(`${last} ${line.trim()}`.slice(0, MAX_VALUE));
      continue;
    }
    const colon = line.indexOf(':');
    // As Python's email parser: what is neither a header nor its continuation ends the headers.
    if (colon < 1) break;
    const name = line.slice(0, colon).trim().toLowerCase();
    current = isUsed(name) ? found[name] : undefined;
    current?.push(line.slice(colon + 1, colon + 1 + MAX_VALUE).trim());
  }
  for (const name of USED) found[name] = found[name].filter((value) => value !== '' && value !== 'UNKNOWN');
  return found;
}

function* headerLines(text: string): Iterable<string> {
  const end = Math.min(text.length, MAX_HEADER_CHARACTERS);
  let count = 0;
  for (let start = 0; start < end && count < MAX_LINES; count += 1) {
    const newline = text.indexOf('\n', start);
    const stop = newline === -1 ? text.length : newline;
    const line = text.slice(start, Math.min(stop, end)).replace(/\r$/, '');
    if (line === '') return;
    yield line;
    start = stop + 1;
  }
}
