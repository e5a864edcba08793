/**
 * Compares the files of two distributions in three walks: over the older one, over the newer one, and over the older one
 * again for the lines of what differs. Of the newer one only texts that differ are kept meanwhile.
 */
import { createHash } from 'node:crypto';
import { type ContentFile, excerpt } from '../../domain/content.ts';
import type { ChangedFile, FileChanges, LineFigures } from '../../domain/file-changes.ts';
import { LineCompare } from './lines.ts';

/** Characters of one text whose lines are compared: generated tables are larger, and nobody reads their lines. */
const LONGEST_TEXT = 4 * 1024 * 1024;
/** Characters of the newer texts that are kept together: a confined child has 256 MiB. */
const MOST_TEXT = 32 * 1024 * 1024;
/** Files that are named, of one comparison: a person reads no more. */
const MOST_NAMED = 20;
/** Characters of a path that are repeated. */
const LONGEST_PATH = 200;

/** Which distribution files belong to. */
export interface Holder {
  readonly ecosystem: string;
  readonly filename: string;
}

/** Where a file stands whatever the version; `undefined` for lists of digests, which differ whenever anything does. */
export function placeOf(path: string, { ecosystem, filename }: Holder): string | undefined {
  const end = path.indexOf('/');
  const inside = path.slice(end + 1);
  if (ecosystem === 'pypi' && filename.endsWith('.whl')) {
    const [, own] = /^[^/]+([.](?:dist-info|data))$/.exec(end === -1 ? '' : path.slice(0, end)) ?? [];
    if (own === '.dist-info' && inside === 'RECORD') return undefined;
    return own === undefined ? path : `*${own}/${inside}`;
  }
  // Every other archive has one folder at the top, with the name or the version in it.
  return ecosystem === 'cran' && inside === 'MD5' ? undefined : inside;
}

interface Seen {
  readonly path: string;
  readonly size: number;
  readonly complete: boolean;
  readonly digest: string;
}

interface Kept {
  readonly path: string;
  readonly text: string;
}

/** One comparison: call `before` for each file of the older distribution, `now` for each of the newer, `again` as before. */
export class FileComparison {
  private readonly holders: { readonly now: Holder; readonly before: Holder };
  /** By place: first all of the older distribution, in the end what is not in the newer one. */
  private readonly older = new Map<string, Seen>();
  private readonly kept = new Map<string, Kept>();
  private readonly added: (ChangedFile & { readonly digest: string })[] = [];
  private readonly changed: ChangedFile[] = [];
  private readonly removed: ChangedFile[] = [];
  private readonly lines = new LineCompare();
  private characters = 0;
  private same = 0;
  private moved = 0;
  private cut = 0;

  constructor(holders: { readonly now: Holder; readonly before: Holder }) {
    this.holders = holders;
  }

  before(file: ContentFile): void {
    const place = placeOf(file.path, this.holders.before);
    if (place !== undefined) this.older.set(place, seenOf(file));
  }

  now(file: ContentFile): void {
    const place = placeOf(file.path, this.holders.now);
    if (place === undefined) return;
    const seen = seenOf(file);
    const was = this.older.get(place);
    this.older.delete(place);
    if (!seen.complete || was?.complete === false) this.cut += 1;
    if (was === undefined) this.added.push({ ...wholeFile(file, 'added'), digest: seen.digest });
    else if (was.digest === seen.digest && was.size === seen.size) this.same += 1;
    else if (!this.keep(place, file)) this.changed.push(withoutLines(file.path, Math.max(file.size, was.size)));
  }

  /** Tells moved files from new ones, once the newer distribution was walked; whether any of the older is to be read again. */
  settleMoved(): boolean {
    const gone = new Map([...this.older].map(([place, { digest }]) => [digest, place]));
    for (const file of this.added.splice(0)) {
      const from = file.weight === 0 ? undefined : gone.get(file.digest);
      if (from === undefined) {
        this.added.push(file);
        continue;
      }
      this.moved += 1;
      this.older.delete(from);
      gone.delete(file.digest);
    }
    return this.older.size > 0 || this.kept.size > 0;
  }

  again(file: ContentFile): void {
    const place = placeOf(file.path, this.holders.before);
    if (place === undefined) return;
    if (this.older.delete(place)) this.removed.push(wholeFile(file, 'removed'));
    const newer = this.kept.get(place);
    if (newer === undefined) return;
    this.kept.delete(place);
    this.changed.push(this.aligned(newer, file));
  }

  done(): FileChanges {
    const differing = [...this.added.map(({ digest: _digest, ...file }) => file), ...this.removed, ...this.changed];
    const total = (side: 'added' | 'removed') => differing.reduce((sum, { lines }) => sum + (lines?.[side] ?? 0), 0);
    return {
      files: {
        ...{ added: this.added.length, removed: this.removed.length, changed: this.changed.length },
        ...{ moved: this.moved, same: this.same },
      },
      lines: { added: total('added'), removed: total('removed') },
      withoutLines: differing.filter(({ lines }) => lines === null).length,
      cut: this.cut,
      largest: differing
        .toSorted((a, b) => b.weight - a.weight || (a.path < b.path ? -1 : 1))
        .slice(0, MOST_NAMED)
        .map((file) => ({ ...file, path: excerpt(file.path, LONGEST_PATH) })),
    };
  }

  private keep(place: string, file: ContentFile): boolean {
    const text = textOf(file);
    if (text === undefined || this.characters + text.length > MOST_TEXT) return false;
    this.characters += text.length;
    this.kept.set(place, { path: file.path, text });
    return true;
  }

  private aligned({ path, text }: Kept, older: ContentFile): ChangedFile {
    const was = textOf(older);
    if (was === undefined) return withoutLines(path, Math.max(text.length, older.size));
    const { weight, ...lines } = this.lines.compare(was, text);
    return { path, change: 'changed', lines, weight };
  }
}

function seenOf({ path, size, complete, bytes }: ContentFile): Seen {
  return { path, size, complete, digest: createHash('sha256').update(bytes).digest('base64') };
}

/** The text of a file that is compared by lines; a cut one is no whole text. */
function textOf({ text, complete }: ContentFile): string | undefined {
  return complete && text !== undefined && text.length <= LONGEST_TEXT ? text : undefined;
}

function withoutLines(path: string, weight: number): ChangedFile {
  return { path, change: 'changed', lines: null, weight };
}

function wholeFile(file: ContentFile, change: 'added' | 'removed'): ChangedFile {
  const text = textOf(file);
  return { path: file.path, change, lines: text === undefined ? null : allOf(text, change), weight: file.size };
}

function allOf(text: string, change: 'added' | 'removed'): LineFigures {
  let count = text === '' || text.endsWith('\n') ? 0 : 1;
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) count += 1;
  return { added: change === 'added' ? count : 0, removed: change === 'removed' ? count : 0, unordered: false };
}
