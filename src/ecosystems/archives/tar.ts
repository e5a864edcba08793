import type { ArchiveEntry } from './entry.ts';
import { MAX_ENTRIES, MAX_TAR_EXTENSION } from './limits.ts';
import { PathSet, placeEntry } from './names.ts';
import type { ProblemList } from './problems.ts';
import { applyExtensions, EXTENSION_TYPES, type TarExtensions, takeExtension } from './tar-extensions.ts';
import { BLOCK, isZero, readHeader, type TarHeader } from './tar-header.ts';

/** What becomes of an entry's content: `undefined` where nobody wants it. */
export type OnTarEntry = (entry: ArchiveEntry) => ((piece: Buffer) => void) | undefined;

/**
 * Reads a tar stream that is pushed to it, in the strictest reading: checksums right, an end mark and nothing but
 * zeros behind it, names and links that stay inside, nothing but files, folders and links.
 *
 * Own block reader and not a library: libraries that list tar skip what follows the end mark, and differ in it.
 */
export class TarReader {
  private readonly paths = new PathSet();
  private readonly problems: ProblemList;
  private readonly onEntry: OnTarEntry;
  private readonly block = Buffer.alloc(BLOCK);
  private filled = 0;
  private zeroBlocks = 0;
  private extensions: TarExtensions = {};
  private extension: { readonly type: string; readonly parts: Buffer[] } | undefined;
  private sink: ((piece: Buffer) => void) | undefined;
  private content = 0;
  private padding = 0;
  private stopped = false;
  /** Entries so far, extended headers not counted. */
  entries = 0;

  constructor(problems: ProblemList, onEntry: OnTarEntry) {
    this.problems = problems;
    this.onEntry = onEntry;
  }

  /** Takes the next piece of the stream; `false` once the archive cannot be believed and reading should stop. */
  push(piece: Buffer): boolean {
    let at = 0;
    while (at < piece.length && !this.stopped) {
      if (this.content > 0) at += this.takeContent(piece, at);
      else if (this.padding > 0) {
        const skipped = Math.min(this.padding, piece.length - at);
        this.padding -= skipped;
        at += skipped;
      } else at += this.takeHeader(piece, at);
    }
    return !this.stopped;
  }

  /** To be called at the end of the stream. */
  finish(): void {
    if (this.stopped) return;
    if (this.content > 0 || this.padding > 0 || this.filled > 0) this.problems.add('truncated');
    else if (this.entries === 0 && this.zeroBlocks === 0) this.problems.add('not-a-tar');
    else if (this.zeroBlocks < 2) this.problems.add('missing-end');
    else if (Object.keys(this.extensions).length > 0) this.problems.add('extended-header');
  }

  private takeContent(piece: Buffer, at: number): number {
    const taken = piece.subarray(at, at + this.content);
    this.content -= taken.length;
    if (this.extension !== undefined) this.extension.parts.push(Buffer.from(taken));
    else this.sink?.(taken);
    if (this.content === 0) this.endContent();
    return taken.length;
  }

  private endContent(): void {
    const { extension } = this;
    this.extension = undefined;
    this.sink = undefined;
    if (extension === undefined) return;
    const taken = takeExtension(extension.type, Buffer.concat(extension.parts), this.extensions, this.problems);
    if (!taken) this.stopped = true;
  }

  private takeHeader(piece: Buffer, at: number): number {
    const taken = Math.min(BLOCK - this.filled, piece.length - at);
    piece.copy(this.block, this.filled, at, at + taken);
    this.filled += taken;
    if (this.filled < BLOCK) return taken;
    this.filled = 0;
    this.onBlock();
    return taken;
  }

  private onBlock(): void {
    if (isZero(this.block)) {
      this.zeroBlocks += 1;
      return;
    }
    if (this.zeroBlocks > 0) {
      this.refuse(this.zeroBlocks === 1 ? 'lone-zero-block' : 'trailing-data');
      return;
    }
    const header = readHeader(this.block, this.problems);
    if (header === undefined) this.stopped = true;
    else if (EXTENSION_TYPES.has(header.type)) this.startExtension(header);
    else this.startEntry(header);
  }

  private refuse(code: 'lone-zero-block' | 'trailing-data' | 'extended-header' | 'too-many-entries'): void {
    this.problems.add(code);
    this.stopped = true;
  }

  private startExtension(header: TarHeader): void {
    if (header.size > MAX_TAR_EXTENSION) {
      this.refuse('extended-header');
      return;
    }
    this.extension = { type: header.type, parts: [] };
    this.startContent(header.size);
  }

  private startContent(size: number): void {
    this.content = size;
    this.padding = (BLOCK - (size % BLOCK)) % BLOCK;
    if (size === 0) this.endContent();
  }

  private startEntry(raw: TarHeader): void {
    this.entries += 1;
    const header = applyExtensions(raw, this.extensions, this.problems);
    this.extensions = {};
    if (header === undefined || this.problems.full) this.stopped = true;
    else if (this.entries > MAX_ENTRIES) this.refuse('too-many-entries');
    else {
      this.sink = this.accept(header);
      this.startContent(header.size);
    }
  }

  /** Checks name and kind, and asks the caller what to do with the content. */
  private accept(header: TarHeader): ((piece: Buffer) => void) | undefined {
    const kind = kindOf(header);
    if (kind === undefined) {
      this.problems.add('special-file', header.name, `type ${header.type}`);
      return undefined;
    }
    const place = placeEntry(header.name, this.problems);
    if (place === undefined) return undefined;
    if (this.paths.passesLink(header.name)) this.problems.add('write-through-link', header.name);
    if (kind === 'link') this.checkLink(header, place.path);
    if (kind === 'folder' && header.size > 0) this.problems.add('folder-with-content', header.name);
    this.paths.add(place, kind, this.problems);
    return this.onEntry({ path: place.path, kind, size: header.size, plain: place.plain });
  }

  private checkLink(header: TarHeader, path: string): void {
    if (header.size > 0) this.problems.add('link-with-content', header.name);
    const isHard = header.type === '1';
    const base = isHard ? '' : path.slice(0, path.lastIndexOf('/') + 1);
    const target = linkTarget(base, header.linkName);
    if (target === undefined) this.problems.add('link-outside', header.name, header.linkName);
    else if (this.paths.passesLink(base + header.linkName)) this.problems.add('write-through-link', header.name);
    else if (isHard && this.paths.kindOf(target) !== 'file') this.problems.add('link-target-missing', header.name);
  }
}

/** Type flags: `0` and `7` files, `1` hard and `2` symbolic links, `5` folders. Old tars mark folders by a slash. */
function kindOf(header: TarHeader): 'file' | 'folder' | 'link' | undefined {
  if (header.type === '0' || header.type === '7') return header.name.endsWith('/') ? 'folder' : 'file';
  if (header.type === '5') return 'folder';
  return header.type === '1' || header.type === '2' ? 'link' : undefined;
}

/** Where a link leads below the folder it is unpacked to; `undefined` where it leads out or cannot be told. */
function linkTarget(base: string, linkName: string): string | undefined {
  if (linkName === '' || linkName.startsWith('/') || linkName.includes('\\') || /^[a-z]:/i.test(linkName))
    return undefined;
  const landed: string[] = [];
  for (const segment of (base + linkName).split('/')) {
    if (segment === '..' && landed.pop() === undefined) return undefined;
    if (segment !== '' && segment !== '.' && segment !== '..') landed.push(segment);
  }
  return landed.join('/');
}
