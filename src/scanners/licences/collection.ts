/** What the files of one distribution say of its licence, collected file by file in any order. */
import type { ContentFile } from '../../domain/content.ts';
import { type FileLicences, LicenceReader } from '../licence-texts/file-licences.ts';
import type { TextMatch, TextReading } from '../licence-texts/matcher.ts';
import type { Family } from '../licence-texts/names.ts';
import type { DeclarationReader } from './declared/by-ecosystem.ts';
import type { Declaration } from './declared/declaration.ts';

/** Holders that are told apart; a bundle of everything names a few thousand. */
const MOST_HOLDERS = 5_000;

/** One licence and where it was met. */
export interface Detected {
  /** Ids of which it is one. */
  readonly ids: readonly string[];
  readonly hows: Set<string>;
  readonly files: string[];
  /** Licence files of the release itself that hold its text: not those beside vendored code. */
  readonly ownFiles: string[];
}

export interface Changed {
  readonly like: readonly TextMatch[];
  readonly files: string[];
}

export interface Holder {
  readonly years: Set<string>;
  readonly files: string[];
}

export class LicenceCollection {
  declaration: Declaration | undefined;
  readonly detected = new Map<string, Detected>();
  readonly holders = new Map<string, Holder>();
  /** Licence files whose text is no known licence. */
  readonly unrecognised: { readonly path: string; readonly reading: TextReading }[] = [];
  /** Texts that are like a licence and not it, by the licences they are most like. */
  readonly changed = new Map<string, Changed>();
  /** Families of licences that files name without saying which of them. */
  readonly families = new Map<string, { readonly family: Family; readonly files: string[] }>();
  readonly unknownTags = new Map<string, string[]>();
  /** Paths at the top and among the metadata: where promised licence files are. */
  readonly paths: string[] = [];
  private readonly reader = new LicenceReader();
  private readonly declarations: DeclarationReader | undefined;
  private readonly isWheel: boolean;

  constructor(declarations: DeclarationReader | undefined, isWheel: boolean) {
    this.declarations = declarations;
    this.isWheel = isWheel;
  }

  look(file: ContentFile): void {
    const { path, text } = file;
    if (text !== undefined && this.declarations?.isMetadata(path) === true) {
      // A top folder of another name beside the real one: the first by name, whatever the order of the archive.
      if (this.metadataPath === undefined || path < this.metadataPath) {
        this.metadataPath = path;
        this.declaration = this.declarations.read(text);
      }
      return;
    }
    if (AT_THE_TOP.test(path) || path.includes('.dist-info/')) this.paths.push(path);
    const read = this.reader.read(file);
    if (read.reading !== undefined) this.addLicenceFile(path, read.reading, read.licences);
    this.addStated(path, read);
    this.addUnsure(path, read);
  }

  private metadataPath: string | undefined;

  private addLicenceFile(path: string, reading: TextReading, stated: FileLicences['licences']): void {
    if (reading.matches.length === 0 && reading.changed.length === 0 && stated.length === 0)
      this.unrecognised.push({ path, reading });
  }

  private addUnsure(path: string, { changed, families }: FileLicences): void {
    for (const like of changed) {
      const key = like.map(({ ids }) => ids.join(' ')).join(', ');
      const known = this.changed.get(key) ?? { like, files: [] };
      if (known.files.at(-1) !== path) known.files.push(path);
      this.changed.set(key, known);
    }
    for (const family of families) {
      const known = this.families.get(family.name) ?? { family, files: [] };
      if (known.files.at(-1) !== path) known.files.push(path);
      this.families.set(family.name, known);
    }
  }

  private addStated(path: string, { licences, copyrights, unknownTags, reading }: FileLicences): void {
    const isOwn = reading !== undefined && isOwnLicenceFile(path, this.isWheel);
    for (const { ids, how } of licences) {
      const key = ids.join(' ');
      const known = this.detected.get(key) ?? { ids, hows: new Set(), files: [], ownFiles: [] };
      known.hows.add(how);
      if (isOwn && known.ownFiles.at(-1) !== path) known.ownFiles.push(path);
      if (known.files.at(-1) !== path) known.files.push(path);
      this.detected.set(key, known);
    }
    for (const { holder, years } of copyrights) {
      const known = this.holders.get(holder);
      if (known === undefined && this.holders.size >= MOST_HOLDERS) continue;
      const entry = known ?? { years: new Set(), files: [] };
      if (years !== '') entry.years.add(years);
      if (entry.files.at(-1) !== path) entry.files.push(path);
      this.holders.set(holder, entry);
    }
    for (const tag of unknownTags) this.unknownTags.set(tag, [...(this.unknownTags.get(tag) ?? []), path]);
  }
}

/** Folder of the metadata of a wheel, with or without the folder of PEP 639. */
const IN_DIST_INFO = /^[^/]+[.]dist-info\/(?:licen[cs]es\/)?[^/]+$/i;
const AT_THE_TOP = /^(?:[^/]+\/)?[^/]+$/;
/** Lists of what is carried along. */
const OF_OTHERS = /notice|third|3rd|vendor|bundle/i;

/** Whether a licence file is that of the release itself: what lies deeper belongs to code that is carried along. */
export function isOwnLicenceFile(path: string, isWheel: boolean): boolean {
  return (isWheel ? IN_DIST_INFO : AT_THE_TOP).test(path) && !OF_OTHERS.test(path.slice(path.lastIndexOf('/') + 1));
}
