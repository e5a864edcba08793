/**
 * The documents of a repository: `PACKAGES` in three forms, and the lists of what is archived and what is current. R has
 * one index for all packages, with one version of each: the newest that is offered; its elders are in the archive.
 */
import { gzipSync } from 'node:zlib';
import type { IndexDocument, IndexInput, RefusedName, RootInput } from '../contract.ts';
import { formatDcf } from './dcf.ts';
import { COLUMNS, type IndexedFile, packagePart, readParts, withoutReleases } from './index-records.ts';
import { characterMatrix, dataFrame, namedList, type RValue, strings } from './rds.ts';
import { writeRds } from './rds-write.ts';
import { sourceFilename } from './record.ts';
import { leastR } from './requirements.ts';
import { compareVersions } from './versions.ts';

export const TEXT_TYPE = 'text/plain; charset=utf-8';
export const GZIP_TYPE = 'application/gzip';
export const CONTRIB = 'src/contrib';

/** Addresses of what is offered of one package, and of all: not asked for by R, for people and for putting indexes together. */
export const partKey = (name: string): string => `-/packages/${name}`;
export const ALL_PARTS_KEY = '-/packages';

/**
 * The version of a record that leads to a refusal. R wants some version, and `update.packages()` goes after every one that
 * is later than what is installed: this one never is.
 */
export const REFUSED_VERSION = '0.0';

/** The records of one package. */
export function compilePackage(input: IndexInput): readonly IndexDocument[] {
  return [{ key: partKey(input.name), contentType: TEXT_TYPE, body: encode(packagePart(input)) }];
}

/** Everything that names more than one package. */
export function compileRoot({ parts, refused, stopped }: RootInput): readonly IndexDocument[] {
  const all = parts
    .map((part) => new TextDecoder().decode(part).trim())
    .filter((part) => part !== '')
    .toSorted(compareText)
    .join('\n\n');
  const text = stopped === undefined || stopped.size === 0 ? all : withoutReleases(all, stopped);
  const files = readParts(text).toSorted(byName);
  const current = [...Map.groupBy(files, (file) => file.name).values()].flatMap(listedOf);
  const offered = new Set(current.map(({ name }) => name));
  const archived = files.filter((file) => !current.includes(file));
  const rows = [...current.map(rowOf), ...refused.filter(({ name }) => !offered.has(name)).map(sentinel)].toSorted(
    (a, b) => compareText(a.get('Package') ?? '', b.get('Package') ?? ''),
  );
  return [
    ...packagesDocuments(rows),
    rds(`${CONTRIB}/Meta/archive.rds`, archiveOf(archived)),
    rds(
      `${CONTRIB}/Meta/current.rds`,
      filesFrame(current, ({ version, name }) => sourceFilename(name, version)),
    ),
    { key: ALL_PARTS_KEY, contentType: TEXT_TYPE, body: encode(text === '' ? '' : `${text}\n`) },
  ];
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

function rowOf({ name, version, fields }: IndexedFile): Row {
  const kept = COLUMNS.flatMap((column) => {
    const value = fields.get(column);
    // R derives the file name from name and version; the field is for files that are called otherwise.
    return value === undefined || column === 'File' ? [] : [[column, value] as const];
  });
  return new Map([...kept, ['Package', name], ['Version', version]]);
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

function packagesDocuments(rows: readonly Row[]): readonly IndexDocument[] {
  const text = encode(rows.map((row) => formatDcf(COLUMNS.flatMap((column) => entryOf(row, column)))).join('\n'));
  const matrix = characterMatrix(
    rows.map((row) => row.get('Package') ?? ''),
    COLUMNS,
    rows.map((row) => COLUMNS.map((column) => row.get(column) ?? null)),
  );
  return [
    { key: `${CONTRIB}/PACKAGES`, contentType: TEXT_TYPE, body: text },
    { key: `${CONTRIB}/PACKAGES.gz`, contentType: GZIP_TYPE, body: gzipSync(text) },
    rds(`${CONTRIB}/PACKAGES.rds`, matrix),
  ];
}

function entryOf(row: Row, column: string): readonly (readonly [string, string])[] {
  const value = row.get(column);
  return value === undefined ? [] : [[column, value]];
}

function archiveOf(archived: readonly IndexedFile[]): RValue {
  const byPackage = [...Map.groupBy(archived, (file) => file.name)];
  return namedList(
    byPackage.map(([name, files]) => [
      name,
      filesFrame(files, (file) => `${name}/${sourceFilename(name, file.version)}`),
    ]),
  );
}

/** As `file.info()` has it: what `remotes` and `pkgcache` read of it is the row names, sizes and times. */
function filesFrame(files: readonly IndexedFile[], rowName: (file: IndexedFile) => string): RValue {
  const times: RValue = {
    kind: 'doubles',
    values: files.map(({ uploadedAt }) => (uploadedAt === undefined ? 0 : Date.parse(uploadedAt) / 1000)),
    attributes: { class: strings(['POSIXct', 'POSIXt']) },
  };
  return dataFrame(files.map(rowName), [
    ['size', { kind: 'doubles', values: files.map(({ size }) => size) }],
    ['isdir', { kind: 'logicals', values: files.map(() => false) }],
    ['mode', { kind: 'integers', values: files.map(() => 0o644), attributes: { class: strings(['octmode']) } }],
    ['mtime', times],
    ['ctime', times],
    ['atime', times],
  ]);
}

function rds(key: string, value: RValue): IndexDocument {
  return { key, contentType: GZIP_TYPE, body: gzipSync(writeRds(value)) };
}

function byName(a: IndexedFile, b: IndexedFile): number {
  return compareText(a.name, b.name);
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
