/**
 * The documents of a repository: `PACKAGES` in three forms for the source packages and for each tree of built ones, and
 * the lists of what is archived and what is current. R has one index for all packages of a kind. That of source packages
 * has one version of each: the newest that is offered; its elders are in the archive. Built ones have no archive: their
 * index has all.
 */
import { gzipSync } from 'node:zlib';
import type { HeldUpRelease, IndexDocument, IndexInput, RefusedName, RootInput } from '../contract.ts';
import { formatDcf } from './dcf.ts';
import { filesFrame, metadataLines } from './documents-files.ts';
import { type Held, heldUp } from './documents-held.ts';
import { type BinaryTree, CONTRIB, filenameOf, folderOf, mayBeSource, parseTree, treeId } from './files.ts';
import { COLUMNS, type IndexedFile, packagePart, readParts, withoutReleases } from './index-records.ts';
import { characterMatrix, namedList, type RValue } from './rds.ts';
import { writeRds } from './rds-write.ts';
import { leastR } from './requirements.ts';
import { compareVersions } from './versions.ts';

export const TEXT_TYPE = 'text/plain; charset=utf-8';
export const GZIP_TYPE = 'application/gzip';

/** Forms of one index, and what they are. */
export const INDEX_FORMS: ReadonlyMap<string, string> = new Map([
  ['PACKAGES', TEXT_TYPE],
  ['PACKAGES.gz', GZIP_TYPE],
  ['PACKAGES.rds', GZIP_TYPE],
]);
/** Lists of source packages beside their index, and what they are. */
export const LISTS: ReadonlyMap<string, string> = new Map([
  ['Meta/archive.rds', GZIP_TYPE],
  ['Meta/current.rds', GZIP_TYPE],
]);
/** Sizes, hashes and system requirements of the files of an index, as pak asks for them below `metadata/`. */
export const METADATA = 'METADATA2.gz';
export const METADATA_FOLDER = 'metadata';

/** Addresses of what is offered of one package, and of all: not asked for by R, for people and for putting indexes together. */
export const partKey = (name: string): string => `-/packages/${name}`;
export const ALL_PARTS_KEY = '-/packages';

/**
 * The version of a record that leads to a refusal. R wants some version, and `update.packages()` goes after every one that
 * is later than what is installed: this one never is.
 */
export const REFUSED_VERSION = '0.0';

/** Below the folder of an index on Linux: what was not built for it lies there as a source package. */
export const SOURCE_MARK = ['-', 'source'] as const;

/** Where the index stands that answers for a tree of which nothing is offered. */
export function emptyTreeFolder(tree: BinaryTree): string {
  return mayBeSource(tree) ? 'bin/linux/-' : 'bin/-';
}

/** The records of one package. */
export function compilePackage(input: IndexInput): readonly IndexDocument[] {
  return [{ key: partKey(input.name), contentType: TEXT_TYPE, body: encode(packagePart(input)) }];
}

/** Everything that names more than one package. */
export function compileRoot(input: RootInput): readonly IndexDocument[] {
  const { text, files: unordered, refused } = leftOf(input);
  const files = unordered.toSorted((a, b) => compareText(a.name, b.name));
  const sources = files.filter(({ tree }) => tree === undefined);
  const current = [...Map.groupBy(sources, ({ name }) => name).values()].flatMap(listedOf);
  const offered = new Set(files.map(({ name }) => name));
  const sentinels = refused.filter(({ name }) => !offered.has(name)).map(sentinel);
  const made = [
    ...packagesDocuments(CONTRIB, () => [...current.map((file) => rowOf(file)), ...sentinels]),
    ...treeDocuments({ files, sources, sentinels }),
    list(`${CONTRIB}/Meta/archive.rds`, () => archiveOf(sources.filter((file) => !current.includes(file)))),
    list(`${CONTRIB}/Meta/current.rds`, () => filesFrame(current.map((file) => [filenameOf(file), file]))),
    {
      ...{ key: `${METADATA_FOLDER}/${CONTRIB}/${METADATA}`, contentType: GZIP_TYPE },
      body: () => gzipSync(metadataLines(current)),
    },
    { key: ALL_PARTS_KEY, contentType: TEXT_TYPE, body: () => encode(text === '' ? '' : `${text}\n`) },
  ];
  const { only } = input;
  const wanted = only === undefined ? made : made.filter(({ key }) => only.has(key));
  return wanted.map(({ body, ...document }) => ({ ...document, body: body() }));
}

/** Releases that the index leaves out since they need what was stopped. */
export function heldUpReleases(input: RootInput): readonly HeldUpRelease[] {
  return leftOf(input).releases;
}

/** What can be installed, after what was stopped since the parts were made. */
function leftOf({ parts, refused, stopped }: RootInput): Held & { readonly text: string } {
  const all = parts
    .map((part) => new TextDecoder().decode(part).trim())
    .filter((part) => part !== '')
    .toSorted(compareText)
    .join('\n\n');
  if (stopped === undefined || stopped.size === 0) return { text: all, files: readParts(all), refused, releases: [] };
  const text = withoutReleases(all, stopped);
  return { text, ...heldUp(readParts(all), readParts(text), refused) };
}

/** A document that is made where somebody wants it. */
type Makeable = Omit<IndexDocument, 'body'> & { readonly body: () => Uint8Array };

/** One index for each tree of which something is offered, and those that answer for all others. */
function treeDocuments({
  files,
  sources,
  sentinels,
}: {
  readonly files: readonly IndexedFile[];
  readonly sources: readonly IndexedFile[];
  readonly sentinels: readonly Row[];
}): readonly Makeable[] {
  const built = Map.groupBy(files, ({ tree }) => (tree === undefined ? '' : treeId(tree)));
  const trees = [...built]
    .toSorted(([a], [b]) => compareText(a, b))
    .flatMap(([id, own]) => {
      const tree = parseTree(id);
      if (tree === undefined) return [];
      const isBuilt = new Set(own.map(releaseKey));
      const beside = mayBeSource(tree) ? sources.filter((file) => !isBuilt.has(releaseKey(file))) : [];
      const rows = () => [...own.map((file) => rowOf(file)), ...beside.map(sourceRow), ...sentinels];
      return [
        ...packagesDocuments(folderOf(tree), rows),
        {
          ...{ key: `${METADATA_FOLDER}/${folderOf(tree)}/${METADATA}`, contentType: GZIP_TYPE },
          body: () => gzipSync(metadataLines(own)),
        },
      ];
    });
  return [
    ...trees,
    ...packagesDocuments('bin/-', () => sentinels),
    ...packagesDocuments('bin/linux/-', () => [...sources.map(sourceRow), ...sentinels]),
  ];
}

/** A source package in the index of built ones. */
function sourceRow(file: IndexedFile): Row {
  return rowOf(file, SOURCE_MARK.join('/'));
}

function releaseKey({ name, version }: IndexedFile): string {
  return `${name} ${version}`;
}

/**
 * Of the versions of one package, newest first, those that some R would take: the newest, and an older one where all newer
 * ones want a later R. R leaves out what it does not take, and then takes the newest (`available.packages`, its filters
 * `R_version` and `duplicates`).
 */
function listedOf(files: readonly IndexedFile[]): readonly IndexedFile[] {
  const listed: IndexedFile[] = [];
  let earliest: string | undefined;
  for (const file of files) {
    const least = leastR(file.fields);
    if (earliest !== undefined && compareVersions(least, earliest) >= 0) continue;
    listed.push(file);
    earliest = least;
  }
  return listed;
}

type Row = ReadonlyMap<string, string>;

function rowOf({ name, version, fields }: IndexedFile, path?: string): Row {
  const kept = COLUMNS.flatMap((column) => {
    const value = fields.get(column);
    // R derives the file name from name and version; the field is for files that are called otherwise.
    return value === undefined || column === 'File' ? [] : [[column, value] as const];
  });
  return new Map([
    ...kept,
    ['Package', name],
    ['Version', version],
    ...(path === undefined ? [] : [['Path', path] as const]),
  ]);
}

/** A record that leads to a refusal: R prints the address that it was refused, and nothing else that a server says. */
function sentinel({ name, state, id }: RefusedName): Row {
  const path = ['-', 'refused', state, id === '' ? '-' : id, `run-pratique-why-${name}`].join('/');
  return new Map([
    ['Package', name],
    ['Version', REFUSED_VERSION],
    ['Path', path],
  ]);
}

function packagesDocuments(folder: string, unordered: () => readonly Row[]): readonly Makeable[] {
  const rows = () => unordered().toSorted((a, b) => compareText(a.get('Package') ?? '', b.get('Package') ?? ''));
  const text = () =>
    encode(
      rows()
        .map((row) => formatDcf(COLUMNS.flatMap((column) => entryOf(row, column))))
        .join('\n'),
    );
  return [
    { key: `${folder}/PACKAGES`, contentType: TEXT_TYPE, body: text },
    { key: `${folder}/PACKAGES.gz`, contentType: GZIP_TYPE, body: () => gzipSync(text()) },
    list(`${folder}/PACKAGES.rds`, () => matrixOf(rows())),
  ];
}

function matrixOf(rows: readonly Row[]): RValue {
  return characterMatrix(
    rows.map((row) => row.get('Package') ?? ''),
    COLUMNS,
    rows.map((row) => COLUMNS.map((column) => row.get(column) ?? null)),
  );
}

function entryOf(row: Row, column: string): readonly (readonly [string, string])[] {
  const value = row.get(column);
  return value === undefined ? [] : [[column, value]];
}

function archiveOf(archived: readonly IndexedFile[]): RValue {
  const byPackage = [...Map.groupBy(archived, (file) => file.name)];
  return namedList(
    byPackage.map(([name, files]) => [name, filesFrame(files.map((file) => [`${name}/${filenameOf(file)}`, file]))]),
  );
}

function list(key: string, value: () => RValue): Makeable {
  return { key, contentType: GZIP_TYPE, body: () => gzipSync(writeRds(value())) };
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
