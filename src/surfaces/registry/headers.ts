/** Reading request headers. */
import type { Encoding } from '../../features/serving/index.ts';

/** The headers that an answer depends on, as they came; several of one name are joined (RFC 9110, 5.3). */
export interface AskHeaders {
  accept: string | undefined;
  host: string | undefined;
  encodings: string | undefined;
  ifNoneMatch: string | undefined;
  ifRange: string | undefined;
  range: string | undefined;
  /** How a server in front can be told to send a file itself; only ever set by that server. */
  sendfileType: string | undefined;
}

const WANTED: ReadonlyMap<string, keyof AskHeaders> = new Map([
  ['accept', 'accept'],
  ['accept-encoding', 'encodings'],
  ['host', 'host'],
  ['if-none-match', 'ifNoneMatch'],
  ['if-range', 'ifRange'],
  ['range', 'range'],
  ['x-sendfile-type', 'sendfileType'],
]);
/** Shortest and longest of the names above: all others are passed over without being lowered. */
const SHORTEST_NAME = 4;
const LONGEST_NAME = 15;

/** Reads six headers from names and values one after the other; an object of all of them costs more than the answer. */
export function readHeaders(raw: readonly string[]): AskHeaders {
  const headers: AskHeaders = {
    accept: undefined,
    encodings: undefined,
    host: undefined,
    ifNoneMatch: undefined,
    ifRange: undefined,
    range: undefined,
    sendfileType: undefined,
  };
  for (let at = 0; at + 1 < raw.length; at += 2) {
    const name = raw[at] ?? '';
    if (name.length < SHORTEST_NAME || name.length > LONGEST_NAME) continue;
    const wanted = WANTED.get(name) ?? WANTED.get(name.toLowerCase());
    if (wanted === undefined) continue;
    const before = headers[wanted];
    headers[wanted] = before === undefined ? raw[at + 1] : `${before}, ${raw[at + 1]}`;
  }
  return headers;
}

/** No client sends a longer list; past this only `identity` is sent. */
const LONGEST_ENCODINGS_CHARACTERS = 200;

/** What stands before the paths of our own addresses: what the operator named, else what the client called us by. */
export function serverOf(publicUrl: string, host: string | undefined): string {
  if (publicUrl !== '') return publicUrl;
  return `http://${host !== undefined && /^[A-Za-z0-9.:[\]_-]{1,255}$/.test(host) ? host : 'localhost'}`;
}

/** Encodings that a client takes, best first (RFC 9110, 12.5.3): brotli where it is understood, then gzip, then none. */
export function encodingsOf(header: string | undefined): readonly Encoding[] {
  if (header === undefined || header.length > LONGEST_ENCODINGS_CHARACTERS) return ['identity'];
  const taken = new Set<string>();
  for (const part of header.toLowerCase().split(',')) {
    const [coding = '', ...parameters] = part.split(';').map((text) => text.trim());
    if (!parameters.some((parameter) => /^q=0(?:\.0*)?$/.test(parameter))) taken.add(coding);
  }
  const encodings: Encoding[] = [];
  if (taken.has('br')) encodings.push('br');
  if (taken.has('gzip') || taken.has('*')) encodings.push('gzip');
  return [...encodings, 'identity'];
}

/** Whether a client would rather read a page: browsers put `text/html` first, pip sends `*` and npm JSON. */
export function prefersHtml(accept: string | undefined): boolean {
  return accept?.split(',')[0]?.split(';')[0]?.trim().toLowerCase() === 'text/html';
}

/** Whether one of the validators of `If-None-Match` is ours (RFC 9110, 13.1.2: weak comparison). */
export function matchesEtag(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false;
  if (header === etag || header === '*') return true;
  return header.split(',').some((one) => one.trim().replace(/^W\//, '') === etag);
}

/** The one range of a `Range` header; `undefined` where it is to be ignored (RFC 9110, 14.2). Ends are inclusive. */
export function rangeOf(
  header: string | undefined,
  size: number,
): { readonly start: number; readonly end: number } | 'unsatisfiable' | undefined {
  const match = header === undefined ? null : /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header.trim());
  const [, first = '', last = ''] = match ?? [];
  if (match === null || (first === '' && last === '')) return undefined;
  if (first === '') {
    const length = Number(last);
    return length === 0 || size === 0 ? 'unsatisfiable' : { start: Math.max(0, size - length), end: size - 1 };
  }
  const start = Number(first);
  const end = last === '' ? size - 1 : Math.min(Number(last), size - 1);
  if (last !== '' && Number(last) < start) return undefined;
  return start >= size ? 'unsatisfiable' : { start, end };
}
