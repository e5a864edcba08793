/** What one file says of its licence: as a licence text, in a header, or by a tag. */
import type { ContentFile } from '../../domain/content.ts';
import { commentsAboutLicences } from './comments.ts';
import { readLicenceText, type TextReading } from './matcher.ts';
import { type Copyright, copyrightsIn, phrasesIn, tagsIn } from './phrases.ts';

export interface StatedLicence {
  /** Ids of which the file says one; several where its text is that of several. */
  readonly ids: readonly string[];
  /** A whole text, an SPDX tag, or a sentence that names it. */
  readonly how: 'text' | 'tag' | 'sentence';
}

export interface FileLicences {
  readonly licences: readonly StatedLicence[];
  readonly copyrights: readonly Copyright[];
  /** Tags that are no expression of the SPDX lists. */
  readonly unknownTags: readonly string[];
  /** How a file that is there for its licence text was read; `undefined` for any other. */
  readonly reading: TextReading | undefined;
}

const NOTHING: FileLicences = { licences: [], copyrights: [], unknownTags: [], reading: undefined };

/** Files that are there for their licence texts, by the names that build tools collect (PEP 639, npm, REUSE). */
const LICENCE_NAME =
  /^(?:[^/]*[-_.])?(?:licen[cs]es?|copying|copyright|copyrights|notices?|unlicen[cs]e|ofl|eula|(?:third[-_]?party|3rd[-_]?party).{0,30})(?:[-_.][^/]*)?$/i;
/** What is code or data whatever its name. */
const NO_TEXT_NAME =
  /[.](?:py[icx]?|[cm]?[jt]sx?|json|ya?ml|toml|r|c|cc|cpp|h|hpp|rs|go|java|map|css|html?|pyd|so|xml|ipynb|png|svg|pickle)$/i;
/** Folders that hold nothing else. */
const LICENCE_FOLDER = /(?:^|\/)(?:licen[cs]es|[^/]+[.]dist-info\/licenses)\//i;
/** Prose in which licences are spoken of, and data that has no comments. */
const PROSE =
  /[.](?:md|rst|adoc|txt|json|ipynb|csv|tsv|html?|map|lock|svg|po|pot)$|(?:^|\/)(?:METADATA|PKG-INFO|RECORD|DESCRIPTION|NEWS|README[^/]*)$/i;

/** Whether a file is there for its licence text. */
export function isLicenceFile(path: string): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1);
  if (NO_TEXT_NAME.test(name)) return false;
  return LICENCE_NAME.test(name) || LICENCE_FOLDER.test(path);
}

/** Headers that are remembered: files of one package share a few. */
const MOST_REMEMBERED = 200;
/** Characters that may hold a whole licence text; the shortest one has 300. */
const FEWEST_CHARACTERS = 250;

/** What was read of a file: two scanners ask about each. */
const READ = new WeakMap<object, FileLicences>();

/** Reads files one after another; the same header is read once. */
export class LicenceReader {
  private readonly known = new Map<string, FileLicences>();

  /** What a file says of its own licence. */
  read(file: Pick<ContentFile, 'path' | 'text'>): FileLicences {
    const known = READ.get(file) ?? this.look(file);
    READ.set(file, known);
    return known;
  }

  private look({ path, text }: Pick<ContentFile, 'path' | 'text'>): FileLicences {
    if (text === undefined || text === '') return NOTHING;
    if (isLicenceFile(path)) return readText(text, true);
    if (PROSE.test(path)) return NOTHING;
    const comments = commentsAboutLicences(text);
    return comments.length === 0 ? NOTHING : joined(comments.map((comment) => this.comment(comment)));
  }

  private comment(comment: string): FileLicences {
    const known = this.known.get(comment);
    if (known !== undefined) return known;
    const read = readText(comment, false);
    if (this.known.size >= MOST_REMEMBERED) this.known.clear();
    this.known.set(comment, read);
    return read;
  }
}

function readText(text: string, isLicence: boolean): FileLicences {
  const tags = tagsIn(text);
  const reading = isLicence || text.length >= FEWEST_CHARACTERS ? readLicenceText(text) : undefined;
  const texts = (reading?.matches ?? []).map(({ ids }): StatedLicence => ({ ids, how: 'text' }));
  const tagged = tags.flatMap(({ expression }) => taggedLicences(expression?.alternatives ?? []));
  // A licence text, and what is left of one, names other licences as well: that is no statement about the file. A tag is.
  const isText = texts.length > 0 || reading?.nearest !== undefined;
  const sentences = (!isText && tags.length === 0 ? phrasesIn(text) : []).map(
    (id): StatedLicence => ({ ids: [id], how: 'sentence' }),
  );
  return {
    licences: [...texts, ...tagged, ...sentences],
    copyrights: copyrightsIn(text),
    unknownTags: tags.filter(({ expression }) => expression === undefined).map(({ raw }) => raw),
    reading: isLicence ? reading : undefined,
  };
}

/** `MIT OR ISC` is one of two, `MIT AND ISC` is both. */
function taggedLicences(alternatives: readonly (readonly string[])[]): readonly StatedLicence[] {
  const isChoice = alternatives.length > 1 && alternatives.every((one) => one.length === 1);
  if (isChoice) return [{ ids: alternatives.flat(), how: 'tag' }];
  return [...new Set(alternatives.flat())].map((id) => ({ ids: [id], how: 'tag' }));
}

function joined(parts: readonly FileLicences[]): FileLicences {
  return {
    licences: parts.flatMap(({ licences }) => licences),
    copyrights: parts.flatMap(({ copyrights }) => copyrights),
    unknownTags: parts.flatMap(({ unknownTags }) => unknownTags),
    reading: undefined,
  };
}
