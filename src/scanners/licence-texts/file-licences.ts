/** What one file says of its licence: as a licence text, in a header, or by a tag. */
import type { ContentFile } from '../../domain/content.ts';
import { commentsAboutLicences } from './comments.ts';
import { withExceptions } from './exceptions.ts';
import { readLicenceText, type TextMatch, type TextReading } from './matcher.ts';
import type { Family } from './names.ts';
import { type Copyright, conditionsIn, copyrightsIn, phrasesIn, tagsIn } from './phrases.ts';
import { type NamedLicences, namedInComment, namedInLicenceFile, namedInVariables } from './short-forms.ts';

export interface StatedLicence {
  /** Ids of which the file says one; several where its text is that of several. */
  readonly ids: readonly string[];
  /** A whole text, an SPDX tag, a sentence that puts the file under it, or no more than its name. */
  readonly how: 'text' | 'tag' | 'sentence' | 'name';
}

export interface FileLicences {
  readonly licences: readonly StatedLicence[];
  /** Families of licences that are named without saying which of them. */
  readonly families: readonly Family[];
  /** Texts that are like a licence and not it: of each the licences it is most like. */
  readonly changed: readonly (readonly TextMatch[])[];
  readonly copyrights: readonly Copyright[];
  /** Tags that are no expression of the SPDX lists. */
  readonly unknownTags: readonly string[];
  /** How a file that is there for its licence text was read; `undefined` for any other. */
  readonly reading: TextReading | undefined;
}

const NOTHING: FileLicences = {
  licences: [],
  families: [],
  changed: [],
  copyrights: [],
  unknownTags: [],
  reading: undefined,
};
const NO_NAMES: NamedLicences = { alternatives: [], families: [] };

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
/** Characters of a file in which one licence text may stand in several comments, and around its pieces. */
const LONGEST_IN_PIECES = 20_000;
const AROUND_PIECES = 1_200;

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
    const found = commentsAboutLicences(text);
    const comments = withTextsInPieces(
      text,
      found,
      found.map((comment) => this.comment(comment)),
    );
    const variables = path.endsWith('.py') ? namedInVariables(text) : NO_NAMES;
    if (variables.alternatives.length + variables.families.length > 0)
      comments.push({ ...NOTHING, licences: namedLicences(variables), families: variables.families });
    return comments.length === 0 ? NOTHING : joined(comments);
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
  const tagged = tags
    .flatMap(({ expression }) => licencesOf(expression?.alternatives ?? []))
    .map((ids): StatedLicence => ({ ids, how: 'tag' }));
  // A licence text, and what is left of one, names other licences as well: that is no statement about the file. A tag is.
  const isText = texts.length > 0 || reading?.nearest !== undefined;
  const sentences = (!isText && tags.length === 0 ? phrasesIn(text) : []).map(
    (id): StatedLicence => ({ ids: [id], how: 'sentence' }),
  );
  const conditions = (isText ? conditionsIn(text) : []).map((id): StatedLicence => ({ ids: [id], how: 'sentence' }));
  // A name says least: it counts only where nothing else does.
  const isNamed = !isText && tags.length === 0 && sentences.length === 0;
  const named = isNamed ? (isLicence ? namedInLicenceFile : namedInComment)(text) : NO_NAMES;
  return {
    licences: [...withExceptions(text, [...texts, ...sentences]), ...conditions, ...tagged, ...namedLicences(named)],
    families: named.families,
    changed: reading?.changed ?? [],
    copyrights: copyrightsIn(text),
    unknownTags: tags.filter(({ expression }) => expression === undefined).map(({ raw }) => raw),
    reading: isLicence ? reading : undefined,
  };
}

/**
 * A header with empty lines in it is several comments, each like a licence: what stands from the first to the last one is
 * read as one text, and takes the place of the pieces where it is whole.
 */
function withTextsInPieces(text: string, found: readonly string[], read: readonly FileLicences[]): FileLicences[] {
  const pieces = found.filter((_, at) => (read[at]?.changed.length ?? 0) > 0);
  const [first, last] = [pieces[0] ?? '', pieces.at(-1) ?? ''];
  const start = text.indexOf(first);
  // The piece before the first and after the last one may be too short to be like anything.
  const around = text.slice(Math.max(0, start - AROUND_PIECES), text.lastIndexOf(last) + last.length + AROUND_PIECES);
  if (pieces.length === 0 || around.length > LONGEST_IN_PIECES) return [...read];
  const whole = readText(around, false);
  const texts = whole.licences.filter(({ how }) => how === 'text');
  if (texts.length === 0) return [...read];
  const others = read.map((one, at) => {
    const isPiece = around.includes(found[at] ?? '');
    return isPiece ? { ...one, licences: one.licences.filter(({ how }) => how !== 'text'), changed: [] } : one;
  });
  return [...others, { ...NOTHING, licences: texts, changed: whole.changed }];
}

function namedLicences({ alternatives }: NamedLicences): readonly StatedLicence[] {
  return alternatives.flatMap(licencesOf).map((ids) => ({ ids, how: 'name' }));
}

/** `MIT OR ISC` is one of two, `MIT AND ISC` is both. */
function licencesOf(alternatives: readonly (readonly string[])[]): readonly (readonly string[])[] {
  const isChoice = alternatives.length > 1 && alternatives.every((one) => one.length === 1);
  return isChoice ? [alternatives.flat()] : [...new Set(alternatives.flat())].map((id) => [id]);
}

function joined(parts: readonly FileLicences[]): FileLicences {
  return {
    licences: parts.flatMap(({ licences }) => licences),
    families: parts.flatMap(({ families }) => families),
    changed: parts.flatMap(({ changed }) => changed),
    copyrights: parts.flatMap(({ copyrights }) => copyrights),
    unknownTags: parts.flatMap(({ unknownTags }) => unknownTags),
    reading: undefined,
  };
}
