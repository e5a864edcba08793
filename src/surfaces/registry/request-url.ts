/** Reads a registry URL: decoded once, dot segments and empty segments refused, `@` and `--` alike. */

/** No client sends longer ones; `node:http` itself stops at 16 KiB of headers. */
const LONGEST_URL_CHARACTERS = 4096;

export interface RegistryUrl {
  /** The first segment as it is written in our own links: `tier3@17`. */
  readonly prefix: string;
  readonly channel: string;
  readonly snapshot: string | undefined;
  readonly ecosystem: string;
  /** Behind `/<channel>/<ecosystem>/`. */
  readonly path: string;
  readonly query: string;
}

/** The parts of a URL of the form `/<channel>[@<snapshot>]/<ecosystem>/...`; `undefined` where it cannot be one. */
export function readRegistryUrl(url: string): RegistryUrl | undefined {
  if (url.length > LONGEST_URL_CHARACTERS || !url.startsWith('/')) return undefined;
  const question = url.indexOf('?');
  const raw = question === -1 ? url : url.slice(0, question);
  const segments = raw.slice(1).split('/').map(decodeSegment);
  const last = segments.length - 1;
  const decoded: string[] = [];
  for (const [index, segment] of segments.entries()) {
    if (segment === undefined || segment === '.' || segment === '..') return undefined;
    if (segment === '' && index !== last) return undefined;
    decoded.push(segment);
  }
  const [first = '', ecosystem = '', ...rest] = decoded;
  const match = /^([a-z](?:-?[a-z0-9])*)(?:(@|--)([0-9A-Za-z:-]{1,32}))?$/.exec(first);
  if (match === null || decoded.length < 3) return undefined;
  const [, channel = '', , snapshot] = match;
  const query = question === -1 ? '' : url.slice(question + 1);
  return { prefix: first, channel, snapshot, ecosystem, path: rest.join('/'), query };
}

/** npm writes the slash of a scoped name encoded (`@scope%2fname`): there it is a slash like any other. */
const SCOPED = /^@[A-Za-z0-9_~-][A-Za-z0-9._~-]*\/[A-Za-z0-9_~-][A-Za-z0-9._~-]*$/;

/** Decoded once. What would still mean something to a second decoder or to a file system is refused. */
function decodeSegment(segment: string): string | undefined {
  try {
    const decoded = segment.includes('%') ? decodeURIComponent(segment) : segment;
    if (SCOPED.test(decoded)) return decoded;
    return /[\p{Cc}/\\]|%[0-9A-Fa-f]{2}/u.test(decoded) ? undefined : decoded;
  } catch {
    return undefined;
  }
}
