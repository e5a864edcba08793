/** One source's answer about one project. */
import { type Source, type UpstreamFetch, withoutCredentials } from '../../domain/upstream.ts';
import { parseFilename } from './filenames.ts';
import type { IndexPage, ListedFile } from './index-page.ts';
import { normaliseName } from './names.ts';
import { FIND_LINKS_ACCEPT, INDEX_ACCEPT, parseIndexPage } from './simple-index.ts';
import { createHeld } from './upstream-memory.ts';

export type SourceAnswer =
  /** `bytes` of the page, where a project has one of its own. */
  | { readonly status: 'found'; readonly page: IndexPage; readonly bytes: number }
  | { readonly status: 'absent' }
  | { readonly status: 'failed'; readonly reason: string };

export interface SourceReader {
  /** `name` in normal form. */
  read(source: Source, name: string): Promise<SourceAnswer>;
}

/** The largest index pages of real projects have some 30 MB; ten times the usual is no index. */
const MOST_INDEX_BYTES = 64 * 1024 * 1024;
/** Files of parsed pages held in memory; one takes about a kilobyte. */
const MOST_HELD_FILES = 20_000;
/** A find-links page holds all projects: it is read once for all names of one resolution. */
const FIND_LINKS_FRESH_MS = 30_000;

/** Reads sources through the fetch; parsed pages are held as long as the fetch answers with the same bytes. */
export function createSourceReader(powers: { readonly fetch: UpstreamFetch; now(): Date }): SourceReader {
  const parsed = createHeld<{ readonly body: Uint8Array; readonly answer: SourceAnswer }>(
    MOST_HELD_FILES,
    ({ answer }) => 1 + (answer.status === 'found' ? answer.page.files.length : 0),
  );
  const links = new Map<string, { readonly at: number; readonly answer: Promise<AllLinks> }>();

  const readIndex = async (source: Source, name: string): Promise<SourceAnswer> => {
    const document = await powers.fetch.document(projectUrl(source, name), {
      accept: INDEX_ACCEPT,
      maxBytes: MOST_INDEX_BYTES,
      linkedBy: source.name,
    });
    if (document.status !== 'found') return document;
    const key = `${source.name}\n${name}`;
    const held = parsed.get(key);
    if (held?.body === document.body) return held.answer;
    const read = parseIndexPage(document, (text) => normaliseName(text) === name);
    const answer = pageOf(read, document.body.byteLength);
    parsed.set(key, { body: document.body, answer });
    return answer;
  };

  const readAllLinks = async (source: Source): Promise<AllLinks> => {
    const document = await powers.fetch.document(withoutCredentials(source.url), {
      accept: FIND_LINKS_ACCEPT,
      maxBytes: MOST_INDEX_BYTES,
      linkedBy: source.name,
    });
    if (document.status === 'absent') return { status: 'failed', reason: 'its page or folder is not there' };
    if (document.status === 'failed') return document;
    const read = parseIndexPage(document, () => true);
    if (read.status === 'unreadable') return { status: 'failed', reason: read.reason };
    return { status: 'found', files: Map.groupBy(read.page.files, ({ filename }) => firstPart(filename)) };
  };

  const allLinks = async (source: Source): Promise<AllLinks> => {
    const now = powers.now().getTime();
    const held = links.get(source.name);
    if (held !== undefined && Math.abs(now - held.at) < FIND_LINKS_FRESH_MS) return held.answer;
    const answer = readAllLinks(source);
    links.set(source.name, { at: now, answer });
    const outcome = await answer;
    if (outcome.status === 'failed') links.delete(source.name);
    return outcome;
  };

  return {
    read: async (source, name) => {
      if (source.kind === 'index') return readIndex(source, name);
      const all = await allLinks(source);
      if (all.status !== 'found') return all;
      const files = (all.files.get(firstPart(name)) ?? []).filter((file) => belongs(file, name));
      if (files.length === 0) return { status: 'absent' };
      return { status: 'found', page: { files, status: undefined, warnings: [] }, bytes: 0 };
    },
  };
}

/** The page of a project below an index (PEP 503), without user information: the fetch knows it. */
export function projectUrl(source: Source, name: string): string {
  const base = withoutCredentials(source.url);
  return `${base}${base.endsWith('/') ? '' : '/'}${name}/`;
}

/** All files of a find-links page, by the first part of their names: each name looks at those alone that can be its own. */
type AllLinks =
  | { readonly status: 'found'; readonly files: ReadonlyMap<string, readonly ListedFile[]> }
  | Extract<SourceAnswer, { readonly status: 'failed' }>;

/** What stands before the first separator of a name or of a file that is called after it, in normal form (PEP 503). */
function firstPart(text: string): string {
  return /^[^-_.]*/.exec(text)?.[0].toLowerCase() ?? '';
}

function belongs(file: ListedFile, name: string): boolean {
  return parseFilename(file.filename, name)?.name === name;
}

function pageOf(parsed: ReturnType<typeof parseIndexPage>, bytes: number): SourceAnswer {
  return parsed.status === 'read'
    ? { status: 'found', page: parsed.page, bytes }
    : { status: 'failed', reason: parsed.reason };
}
