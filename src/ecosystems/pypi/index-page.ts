/** What an index document says about one project, parsed and checked in form; see `simple-index.ts`. */
import type { Digest } from '../../domain/digest.ts';

/** One file as an index document lists it. */
export interface ListedFile {
  readonly filename: string;
  /** Absolute, without user information and fragment. */
  readonly url: string;
  readonly sha256: Digest | undefined;
  /** Bytes. */
  readonly size: number | undefined;
  /** RFC 3339, UTC. */
  readonly uploadedAt: string | undefined;
  readonly requiresRuntime: string | undefined;
  readonly yanked: string | false;
  readonly metadata: { readonly url: string; readonly sha256: Digest | undefined } | undefined;
  readonly provenanceUrl: string | undefined;
}

export interface IndexPage {
  readonly files: readonly ListedFile[];
  /** PEP 792. */
  readonly status: { readonly status: string; readonly reason: string | undefined } | undefined;
  /** Entries that were left out, and why. */
  readonly warnings: readonly string[];
}

/** A document that could be read, or the one reason why it is not believed. */
export type ParsedPage =
  | { readonly status: 'read'; readonly page: IndexPage }
  | { readonly status: 'unreadable'; readonly reason: string };

/** No file system and no registry has longer file names. */
const LONGEST_FILENAME = 255;
const LONGEST_URL = 4096;
/** The largest projects have some 20,000 files; more than this is no project. */
export const MOST_FILES = 200_000;

/** The absolute address of a link, or `undefined` where it leads to what is not asked (`javascript:`, `ftp:`). */
export function linkFrom(href: string, base: string): URL | undefined {
  if (href.length > LONGEST_URL) return undefined;
  const url = URL.parse(href, base);
  if (url === null) return undefined;
  const local = url.protocol === 'file:' && base.startsWith('file:');
  if (!local && url.protocol !== 'https:' && url.protocol !== 'http:') return undefined;
  url.username = '';
  url.password = '';
  return url;
}

/**
 * Addresses that are written as `URL` writes them: no user information, port, query, fragment or escape, no label that could be
 * a number or an encoded name, no segment that begins with a dot. Large indexes list tens of thousands, all of this form, and
 * to read each as a `URL` takes most of the time that reading a page takes.
 */
const PLAIN_ADDRESS =
  /^https?:\/\/[a-z][a-z0-9]*(?:-[a-z0-9]+)*(?:\.[a-z][a-z0-9]*(?:-[a-z0-9]+)*)*(?:\/[A-Za-z0-9_][A-Za-z0-9_.+~!-]*)+$/;

/** Whether `URL` would read an absolute address and write it as it stands. */
export function isPlainAddress(text: string): boolean {
  return text.length <= LONGEST_URL && PLAIN_ADDRESS.test(text);
}

/** Whether a text can be the name of one file: no path, no control characters. */
export function isFilename(text: string): boolean {
  return text.length > 0 && text.length <= LONGEST_FILENAME && /^[^/\\\p{Cc}]+$/u.test(text) && !/^\.\.?$/.test(text);
}

/** The address of the metadata sidecar (PEP 658): beside the file, its name with `.metadata`. */
export function sidecarUrl(fileUrl: URL): string {
  const url = new URL(fileUrl);
  url.hash = '';
  url.pathname = `${url.pathname}.metadata`;
  return url.href;
}

/** A time in UTC, or `undefined` where the text is no RFC 3339 time. */
export function utcTime(text: string | undefined): string | undefined {
  if (text === undefined || !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/.test(text))
    return undefined;
  const at = Date.parse(text);
  if (Number.isNaN(at)) return undefined;
  return text.endsWith('Z') ? text : new Date(at).toISOString();
}
