import { MAX_PROBLEMS } from './limits.ts';

/**
 * Every way in which an archive is refused, in one table. The code is stable (policy and scripts use it); the text is
 * for people. A code says what is wrong with the bytes, never what somebody may have meant by it.
 *
 * Sources: ZIP, PKWARE APPNOTE 6.3.10 (ISO/IEC 21320-1 for the subset); tar, POSIX.1-2017 pax and the GNU tar manual;
 * gzip, RFC 1952; npm packages, what npm itself unpacks (package.json documentation); R packages, Writing R Extensions, 1.1; wheels, the packaging specification "Binary distribution format" (PEP 427, PEP 491) and "Recording
 * installed projects" (PEP 376, PEP 627); sdists, "Source distribution format" (PEP 517, PEP 625, PEP 721).
 */
export const ARCHIVE_PROBLEMS = {
  // The file as a whole
  'unsupported-archive': 'This kind of archive is not read here: only wheels, .tar.gz and .zip are',
  'unreadable-archive': 'The file could not be read',
  'not-a-zip': 'The file is no zip archive: it has no end record',
  'not-a-gzip': 'The file is no gzip stream',
  'not-a-tar': 'The stream holds no tar archive',
  truncated: 'The archive ends in the middle',
  'trailing-data': 'Bytes follow the end of the archive; readers differ in whether they see them',
  'prefix-data': 'Bytes stand before the archive begins',
  'concatenated-archives': 'Two archives stand one after the other; readers differ in which one they see',
  'hidden-data': 'Bytes between entries belong to none of them',
  'too-many-entries': 'The archive has more entries than any ordinary distribution',
  'directory-too-large': 'The central directory is larger than any ordinary distribution needs',
  'bomb-size': 'The archive unpacks to more than the limit',
  'bomb-ratio': 'The archive unpacks to far more than its own size',
  'parsers-disagree': 'Two independent readers do not see the same archive',
  // Zip structure
  'end-record-in-comment': 'The comment holds another end record; readers differ in which one they use',
  'zip64-inconsistent': 'The 64-bit fields contradict the others',
  'central-directory-broken': 'The central directory does not hold what the end record says',
  'split-archive': 'The archive claims to be spread over several disks',
  'local-header-broken': 'The header in front of an entry is missing or cut off',
  'header-mismatch': 'The header in front of an entry contradicts the central directory',
  'overlapping-entries': 'Two entries share the same bytes',
  'data-descriptor-broken': 'The record behind an entry does not repeat its size and checksum',
  encrypted: 'An entry is encrypted and cannot be vetted',
  'unsupported-compression': 'An entry is compressed by a method other than "stored" or DEFLATE',
  'broken-compression': 'An entry cannot be unpacked',
  'size-mismatch': 'An entry has another size than the archive says',
  'checksum-mismatch': 'An entry has another checksum than the archive says',
  'hidden-compressed-data': 'Bytes follow the end of the compressed data inside an entry',
  // Names
  'name-encoding': 'A name is not in one unambiguous encoding',
  'name-override': 'An extra field gives the entry a second name',
  'empty-name': 'An entry has no name',
  'control-character': 'A name holds a control or text-direction character',
  'absolute-path': 'A name starts at the root of the file system',
  'drive-letter': 'A name starts with a drive letter',
  backslash: 'A name holds a backslash; readers differ in whether it separates folders',
  'path-traversal': 'A name leads out of the folder it is unpacked to',
  'path-not-plain': 'A name holds an empty, "." or ".." part',
  'name-too-long': 'A name is longer than file systems allow',
  'too-deep': 'A name lies deeper than any ordinary folder tree',
  'duplicate-entry': 'Two entries have the same name; readers differ in which one they keep',
  'colliding-names': 'Two names differ only in case or Unicode form and are one file on many systems',
  'file-is-folder': 'A name is used as a file and as a folder',
  'folder-with-content': 'A folder entry carries content',
  // Kinds of entries
  'symbolic-link': 'A package of this kind must not hold links',
  'special-file': 'An entry is a device, pipe, socket or another kind that is no file, folder or link',
  'link-outside': 'A link leads out of the folder it is unpacked to',
  'link-target-missing': 'A hard link names no file that stands before it',
  'link-with-content': 'A link carries content; readers differ in what they keep',
  'write-through-link': 'An entry would be written through a link',
  // Tar and gzip structure
  'header-checksum': 'A tar header has a wrong checksum',
  'header-field': 'A tar header holds a number or text that cannot be',
  'lone-zero-block': 'An empty block stands between entries; readers differ in whether the archive ends there',
  'missing-end': 'The tar archive has no end mark',
  'extended-header': 'An extended tar header is malformed, too large or belongs to no entry',
  'extended-override': 'An extended tar header changes something that readers treat differently',
  'gzip-header': 'The gzip header is malformed',
  'several-gzip-members': 'The file holds several gzip streams; readers differ in whether they read the later ones',
  // Wheels
  'file-name': 'The file name is no wheel or source distribution name, or not of the expected release',
  'no-dist-info': 'The wheel has no .dist-info folder',
  'several-dist-infos': 'The wheel has more than one .dist-info folder',
  'dist-info-name': 'The .dist-info folder is not named after the release',
  'no-wheel-file': 'The wheel has no WHEEL file',
  'wheel-file-broken': 'The WHEEL file cannot be read',
  'wheel-version': 'The wheel follows a version of the format that is not known',
  'tags-differ': 'The tags in the WHEEL file are not those of the file name',
  'no-metadata': 'The metadata file is missing',
  'metadata-too-large': 'A metadata file is larger than any ordinary one',
  'metadata-encoding': 'The metadata is not UTF-8 text',
  'metadata-broken': 'The metadata does not name one name and one version',
  'metadata-name': 'The metadata names another package',
  'metadata-version': 'The metadata names another version',
  'no-record': 'The wheel has no RECORD of its files',
  'record-broken': 'RECORD cannot be read',
  'record-duplicate': 'RECORD lists a file twice',
  'record-weak-hash': 'RECORD gives no hash of at least the strength of SHA-256',
  'record-hash': 'A file has another hash than RECORD says',
  'record-size': 'A file has another size than RECORD says',
  'not-in-record': 'A file is not listed in RECORD',
  'missing-file': 'RECORD lists a file that is not in the wheel',
  'data-folder': 'A .data folder is not named after the release or has an unknown part',
  'installed-twice': 'Two files of the wheel are installed to the same place',
  // npm packages
  'no-package-json': 'The package has no package.json in its top folder',
  'several-top-folders':
    'The package is not one folder: npm drops the first part of every path, and files of two folders mix',
  'no-top-folder': 'An entry stands beside the top folder, and npm would drop it',
  // R packages
  'package-folder': 'The package is not one folder with its own name',
  'no-description': 'The package has no DESCRIPTION in its folder',
  'not-built': 'The package does not say for which R and system it was built',
  'built-for-another': 'The package was built for another release of R or another system than its place says',
  'built-source': 'A source package says that it was built already: R would install it without building it',
  // Source distributions
  'top-folder': 'The source distribution is not one folder named after the release',
} as const;

export type ArchiveProblemCode = keyof typeof ARCHIVE_PROBLEMS;

/** One breach, in the form of `Examination.problems`. */
export interface ArchiveProblem {
  readonly code: ArchiveProblemCode;
  readonly summary: string;
  readonly location: string | null;
}

/** Collects breaches. Bounded: after the limit further ones are counted by nobody, the archive is refused anyway. */
export class ProblemList {
  private readonly found: ArchiveProblem[] = [];

  /** `detail` is appended to the text of the table; `location` is a path inside the archive. */
  add(code: ArchiveProblemCode, location: string | null = null, detail?: string): void {
    if (this.found.length >= MAX_PROBLEMS) return;
    const summary = ARCHIVE_PROBLEMS[code] + (detail === undefined ? '' : ` (${printable(detail)})`);
    this.found.push({ code, summary, location: location === null ? null : printable(location) });
  }

  get all(): readonly ArchiveProblem[] {
    return this.found;
  }

  get any(): boolean {
    return this.found.length > 0;
  }

  get full(): boolean {
    return this.found.length >= MAX_PROBLEMS;
  }
}

/** Longest text from inside an archive that is repeated to people, in characters. */
const MAX_QUOTE = 300;

/** Text out of an archive for people and logs: control and direction characters escaped, long ones cut. */
export function printable(text: string): string {
  const cut = text.length > MAX_QUOTE ? `${text.slice(0, MAX_QUOTE)}...` : text;
  return cut.replace(
    /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu,
    (character) => `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`,
  );
}
