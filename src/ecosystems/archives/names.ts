import { isAscii } from 'node:buffer';
import { MAX_DEPTH, MAX_NAME, MAX_SEGMENT } from './limits.ts';
import type { ProblemList } from './problems.ts';

/** Where an entry would land below the folder it is unpacked to. */
export interface EntryPath {
  /** The path with `.` and `..` worked out and without a slash at the end. */
  readonly path: string;
  readonly isFolder: boolean;
  /** Whether the name is written as it lands: no empty, `.` or `..` part. */
  readonly plain: boolean;
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Bytes as UTF-8 text, or `undefined` where they are not. A byte order mark is kept. */
export function decodeUtf8(bytes: Uint8Array): string | undefined {
  // The ordinary case: no decoder need look for errors.
  if (isAscii(bytes)) return (Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes)).toString('latin1');
  try {
    return utf8.decode(bytes);
  } catch {
    return undefined;
  }
}

/**
 * C0, DEL, C1, and the characters that turn the direction of text or are no characters at all: a name that shows
 * differently from what it is (CVE-2021-42574).
 */
const UNPRINTABLE = /[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2028\u2029\u2066-\u2069\ufeff\ufffe\uffff]/u;

/**
 * Works out where a name of an archive leads. `undefined` and a problem where it leads out, or where systems would
 * read it in different ways (PEP 706 and PEP 721 have the same rules for Python's own unpacking).
 */
export function placeEntry(name: string, problems: ProblemList): EntryPath | undefined {
  const before = problems.all.length;
  const length = Buffer.byteLength(name);
  checkCharacters(name, length, problems);
  const segments = name.split('/');
  const isFolder = name.endsWith('/');
  if (isFolder) segments.pop();
  const landed: string[] = [];
  let plain = true;
  for (const segment of segments) {
    if (segment === '' || segment === '.' || segment === '..') plain = false;
    if (segment === '..' && landed.pop() === undefined) {
      problems.add('path-traversal', name);
      return undefined;
    }
    if (segment !== '' && segment !== '.' && segment !== '..') landed.push(segment);
  }
  if (length > MAX_SEGMENT && landed.some((segment) => Buffer.byteLength(segment) > MAX_SEGMENT))
    problems.add('name-too-long', name);
  if (landed.length > MAX_DEPTH) problems.add('too-deep', name);
  if (problems.all.length > before) return undefined;
  const path = plain ? name.slice(0, isFolder ? -1 : name.length) : landed.join('/');
  return { path, isFolder, plain };
}

/** A name of printable ASCII, the ordinary case, which needs no Unicode tables. */
export const PRINTABLE = /^[\x20-\x7e]*$/;

/** `length`: bytes of the name. */
function checkCharacters(name: string, length: number, problems: ProblemList): void {
  if (name === '') problems.add('empty-name');
  if (length > MAX_NAME) problems.add('name-too-long', name);
  if (!PRINTABLE.test(name) && UNPRINTABLE.test(name)) problems.add('control-character', name);
  if (name.includes('\\')) problems.add('backslash', name);
  if (name.startsWith('/')) problems.add('absolute-path', name);
  if (/^[a-z]:/i.test(name)) problems.add('drive-letter', name);
}

/** The paths of one archive so far; finds those that are one place on some system. */
export class PathSet {
  private readonly kinds = new Map<string, 'file' | 'folder' | 'link'>();
  private readonly parents = new Set<string>();
  private readonly folded = new Map<string, string>();
  private hasLinks = false;

  /** Adds a path and reports what it collides with. */
  add(entry: EntryPath, kind: 'file' | 'folder' | 'link', problems: ProblemList): void {
    const { path } = entry;
    const earlier = this.kinds.get(path);
    if (earlier !== undefined && !(earlier === 'folder' && kind === 'folder' && path === '')) {
      problems.add(earlier === kind ? 'duplicate-entry' : 'file-is-folder', path);
    } else if (kind !== 'folder' && this.parents.has(path)) {
      problems.add('file-is-folder', path);
    }
    const key = fold(path);
    const twin = this.folded.get(key);
    if (twin !== undefined && twin !== path) problems.add('colliding-names', path, `also ${twin}`);
    this.folded.set(key, path);
    this.kinds.set(path, kind);
    if (kind === 'link') this.hasLinks = true;
    this.addParents(path, problems);
  }

  /** What stands at a path, `undefined` where nothing was listed there. */
  kindOf(path: string): 'file' | 'folder' | 'link' | undefined {
    return this.kinds.get(path);
  }

  /** Whether a link stands at the path or at any folder above it. `raw` may hold `..`: each step counts as written. */
  passesLink(raw: string): boolean {
    // Most archives hold none, and thousands of paths.
    if (!this.hasLinks) return false;
    const segments: string[] = [];
    for (const segment of raw.split('/')) {
      if (segment === '' || segment === '.') continue;
      if (this.kinds.get(segments.join('/')) === 'link') return true;
      if (segment === '..') segments.pop();
      else segments.push(segment);
    }
    return false;
  }

  private addParents(path: string, problems: ProblemList): void {
    for (let cut = path.lastIndexOf('/'); cut > 0; cut = path.lastIndexOf('/', cut - 1)) {
      const parent = path.slice(0, cut);
      if (this.parents.has(parent)) return;
      this.parents.add(parent);
      if (this.kinds.get(parent) === 'file') problems.add('file-is-folder', parent);
    }
  }
}

/**
 * One key for all names that some file system takes for the same: Unicode compatibility form and case folded, dots and
 * spaces at the end of a part dropped.
 */
function fold(path: string): string {
  const folded = PRINTABLE.test(path)
    ? path.toLowerCase()
    : path.normalize('NFKC').toUpperCase().toLowerCase().normalize('NFKC');
  return folded.replace(/[. ]+(?=\/|$)/g, '');
}
