/** One repository as upstream has it: its index of source packages with its lists of files, and its trees of built ones. */
import type { Distribution, UpstreamRelease } from '../../domain/distribution.ts';
import { type Source, type UpstreamFetch, withoutCredentials } from '../../domain/upstream.ts';
import { formatDcf } from './dcf.ts';
import { type BinaryTree, fileIn, filenameOf, folderOf, mayBeSource, plainName } from './files.ts';
import type { RValue } from './rds.ts';
import { readRds } from './rds-read.ts';
import { md5Of, type PackageRecord } from './record.ts';
import { requiredR } from './requirements.ts';
import { type Ask, readIndex, unpacked } from './upstream-index.ts';

/** The public archive's list of archived files has some 30 MB unpacked; twice that packed is no list. */
const MOST_INDEX_BYTES = 64 * 1024 * 1024;

/** An index that was read: everything by name, so that a name costs one look. */
export interface Repository {
  readonly current: ReadonlyMap<string, PackageRecord>;
  releases(name: string): readonly UpstreamRelease[];
  /** When the first file of it that is listed with a date appeared: RFC 3339, UTC. */
  appearedAt(name: string): string | undefined;
  /** The index's own record of a release; only current releases have one. */
  recordText(name: string, version: string): string | undefined;
}

export type RepositoryAnswer =
  | { readonly status: 'read'; readonly repository: Repository; readonly warnings: readonly string[] }
  | { readonly status: 'failed'; readonly reason: string };

interface ArchivedFile {
  readonly filename: string;
  /** Below `src/contrib/`. */
  readonly path: string;
  readonly size: number | undefined;
  /** RFC 3339, UTC. */
  readonly uploadedAt: string | undefined;
}

/** Where packages of a source are, and how its documents are asked for. */
function placeOf(source: Source, tree: BinaryTree | undefined, fetch: UpstreamFetch) {
  const contrib = `${withoutCredentials(source.url).replace(/\/$/, '')}/${folderOf(tree)}`;
  const ask: Ask = (path) =>
    fetch.document(`${contrib}/${path}`, { accept: '*/*', maxBytes: MOST_INDEX_BYTES, linkedBy: source.name });
  return { contrib, ask };
}

/**
 * Reads one tree of built packages. Many repositories have none: then nothing is in it. Those for Linux list source
 * packages beside the built ones, and only these say `Built`.
 */
export async function readTree(source: Source, tree: BinaryTree, fetch: UpstreamFetch): Promise<RepositoryAnswer> {
  const { contrib, ask } = placeOf(source, tree, fetch);
  const read = await readIndex(ask);
  if (read.status === 'failed') return { status: 'failed', reason: `${folderOf(tree)}: ${read.reason}` };
  const records = read.status === 'absent' ? [] : read.records;
  const index = mayBeSource(tree) ? records.filter(({ fields }) => fields.has('Built')) : records;
  const repository = repositoryOf({ source, contrib, tree, index, archived: new Map(), dates: new Map() });
  return { status: 'read', repository, warnings: [] };
}

/** Reads one repository. What is archived may be missing (many repositories archive nothing), the index may not. */
export async function readRepository(source: Source, fetch: UpstreamFetch): Promise<RepositoryAnswer> {
  const { contrib, ask } = placeOf(source, undefined, fetch);
  const read = await readIndex(ask);
  if (read.status === 'failed') return read;
  if (read.status === 'absent')
    return { status: 'failed', reason: 'it has no PACKAGES: it is no repository of R packages' };
  const index = read.records;
  const warnings: string[] = [];
  const lists = await Promise.all(
    ['Meta/archive.rds', 'Meta/current.rds'].map(async (path) => {
      const document = await ask(path);
      if (document.status === 'absent') return undefined;
      const value = document.status === 'found' ? readRds(unpacked(document.body) ?? new Uint8Array()) : undefined;
      if (value !== undefined) return value;
      const why = document.status === 'failed' ? document.reason : 'it is not what R writes';
      warnings.push(`${path} could not be read, so that older releases or dates are missing: ${why}`);
      return undefined;
    }),
  );
  const archived = archivedFiles(lists[0]);
  const dates = new Map((lists[1] === undefined ? [] : filesIn(lists[1])).map((file) => [file.filename, file]));
  const found = { source, contrib, tree: undefined, index, archived, dates };
  return { status: 'read', repository: repositoryOf(found), warnings };
}

/** `archive.rds`: a list of data frames by package, whose row names are `package/file`. */
function archivedFiles(value: RValue | undefined): ReadonlyMap<string, readonly ArchivedFile[]> {
  const names = value?.kind === 'list' ? value.attributes?.names : undefined;
  if (value?.kind !== 'list' || names?.kind !== 'strings') return new Map();
  return new Map(
    names.values.flatMap((name, at) => {
      const frame = value.values[at];
      if (name === null || frame === undefined) return [];
      const files = filesIn(frame).filter(
        ({ filename, path }) => sourceIn(filename)?.name === name && !path.includes('..'),
      );
      return [[name, files.map((file) => ({ ...file, path: `Archive/${name}/${file.filename}` }))]];
    }),
  );
}

/** The files of one data frame as `file.info()` makes it. */
function filesIn(frame: RValue): readonly ArchivedFile[] {
  const rows = frame.kind === 'list' ? frame.attributes?.['row.names'] : undefined;
  if (rows?.kind !== 'strings') return [];
  const sizes = numbers(column(frame, 'size'));
  const times = numbers(column(frame, 'mtime'));
  return rows.values.flatMap((path, at) => {
    if (path === null) return [];
    const filename = path.slice(path.lastIndexOf('/') + 1);
    return [{ filename, path, size: sizes[at] ?? undefined, uploadedAt: utc(times[at]) }];
  });
}

function column(frame: RValue, name: string): RValue | undefined {
  const names = frame.kind === 'list' ? frame.attributes?.names : undefined;
  if (frame.kind !== 'list' || names?.kind !== 'strings') return undefined;
  return frame.values[names.values.indexOf(name)];
}

function numbers(value: RValue | undefined): readonly (number | null)[] {
  return value?.kind === 'doubles' || value?.kind === 'integers' ? value.values : [];
}

function utc(seconds: number | null | undefined): string | undefined {
  const date = new Date((seconds ?? Number.NaN) * 1000);
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}

interface Found {
  readonly source: Source;
  readonly contrib: string;
  readonly tree: BinaryTree | undefined;
  readonly index: readonly PackageRecord[];
  readonly archived: ReadonlyMap<string, readonly ArchivedFile[]>;
  readonly dates: ReadonlyMap<string, ArchivedFile>;
}

function repositoryOf(found: Found): Repository {
  // A repository may list several versions, for several releases of R: each is a release of its own.
  const records = Map.groupBy(found.index, (record) => record.name);
  const current = new Map([...records].flatMap(([name, [first]]) => (first === undefined ? [] : [[name, first]])));
  return {
    current,
    releases(name) {
      const releases = new Map<string, UpstreamRelease>();
      for (const file of found.archived.get(name) ?? []) {
        const version = sourceIn(file.filename)?.version ?? '';
        releases.set(version, { version, distributions: [archivedDistribution(found, file)] });
      }
      for (const record of records.get(name) ?? [])
        releases.set(record.version, { version: record.version, distributions: [currentDistribution(found, record)] });
      return [...releases.values()];
    },
    appearedAt(name) {
      const now = (records.get(name) ?? []).map(({ version }) => filenameOf({ name, version, tree: found.tree }));
      const dates = [
        ...(found.archived.get(name) ?? []).map(({ uploadedAt }) => uploadedAt),
        ...now.map((filename) => found.dates.get(filename)?.uploadedAt),
      ];
      return dates.flatMap((date) => (date === undefined ? [] : [date])).toSorted()[0];
    },
    recordText(name, version) {
      const record = records.get(name)?.find((one) => one.version === version);
      return record === undefined ? undefined : formatDcf([...record.fields]);
    },
  };
}

/** A source package's name; built ones are archived nowhere. */
function sourceIn(filename: string) {
  const file = fileIn(filename);
  return file?.tree === undefined ? file : undefined;
}

function currentDistribution({ source, contrib, tree, dates }: Found, record: PackageRecord): Distribution {
  const file = { name: record.name, version: record.version, tree };
  const filename = filenameOf(file);
  const folder = folderBelow(record.fields.get('Path'));
  const md5 = md5Of(record);
  const dated = dates.get(filename);
  return {
    ...stated(source, filename),
    kind: tree === undefined ? 'tarball' : 'binary',
    url: `${contrib}/${folder === undefined ? '' : `${encodeURI(folder)}/`}${plainName(file)}`,
    integrity: md5 === undefined ? undefined : `md5-${Buffer.from(md5, 'hex').toString('base64')}`,
    size: dated?.size,
    uploadedAt: dated?.uploadedAt,
    requiresRuntime: requiredR(record.fields),
    metadata: { url: `${contrib}/PACKAGES.gz#${record.name}_${record.version}`, sha256: undefined },
  };
}

/** `Path` as an index may say it: a folder below its own, and nowhere else. */
function folderBelow(path: string | undefined): string | undefined {
  return path?.split('/').includes('..') === true ? undefined : path;
}

function archivedDistribution({ source, contrib }: Found, file: ArchivedFile): Distribution {
  return {
    ...stated(source, file.filename),
    url: `${contrib}/${file.path}`,
    integrity: undefined,
    size: file.size,
    uploadedAt: file.uploadedAt,
    requiresRuntime: undefined,
    metadata: undefined,
  };
}

function stated(source: Source, filename: string) {
  return {
    filename,
    source: source.name,
    kind: 'tarball' as const,
    sha256: undefined,
    yanked: false as const,
    provenanceUrl: undefined,
  };
}
