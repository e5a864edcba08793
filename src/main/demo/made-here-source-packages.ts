/**
 * Small real R source packages made in memory, and the repository that offers them: what the demo serves when there is no
 * upstream, and what tests install. Source: "Writing R Extensions", 1.1, and what `tools::write_PACKAGES` writes.
 */
import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { type Files, tarOf } from './made-here-tar.ts';
import type { Answer, Question } from './made-here-upstream.ts';

export interface SourcePackageSpec {
  readonly name: string;
  readonly version: string;
  /** Fields of `DESCRIPTION` beside those that every package has: `Depends`, `Imports`, `LinkingTo`, `Suggests`. */
  readonly fields?: Readonly<Record<string, string>>;
  /** Contents beside `DESCRIPTION` and `NAMESPACE`; defaults to one function that knows the version. */
  readonly files?: Files;
  /** Fields of the repository's index in place of the true ones, for a repository that lies. */
  readonly listed?: Readonly<Record<string, string>>;
}

/** A finished package. */
export interface MadeSourcePackage {
  readonly name: string;
  readonly version: string;
  /** `name_1.0.tar.gz` */
  readonly filename: string;
  readonly bytes: Uint8Array;
  /** The record of the repository's index, ended by a line end. */
  readonly record: string;
}

const INDEXED = ['Package', 'Version', 'Depends', 'Imports', 'LinkingTo', 'Suggests', 'License', 'NeedsCompilation'];

/** Makes a package that every R installs without a compiler. */
export function makeSourcePackage(spec: SourcePackageSpec): MadeSourcePackage {
  const { name, version } = spec;
  const fields: Readonly<Record<string, string>> = {
    ...{
      Package: name,
      Version: version,
      Title: 'Made Here',
      Description: 'Made here, for showing how Pratique works.',
    },
    ...{ Author: 'Estuary Lab [aut, cre]', Maintainer: 'Estuary Lab <lab@upstream.example>', License: 'GPL-3' },
    NeedsCompilation: 'no',
    ...spec.fields,
  };
  const files = spec.files ?? { 'R/version.R': `${name.toLowerCase()}_version <- function() "${version}"\n` };
  const entries = Object.entries({ DESCRIPTION: dcf(fields), NAMESPACE: 'exportPattern("^[[:alpha:]]")\n', ...files });
  const bytes = gzipSync(tarOf(Object.fromEntries(entries.map(([path, content]) => [`${name}/${path}`, content]))));
  const MD5sum = createHash('md5').update(bytes).digest('hex');
  const indexed = Object.entries(fields).filter(([field]) => INDEXED.includes(field));
  const record = dcf({ ...Object.fromEntries(indexed), MD5sum, ...spec.listed });
  return { name, version, filename: `${name}_${version}.tar.gz`, bytes, record };
}

/** The packages of a repository: those of its index, and those that it has only in its archive. */
export interface MadeRepository {
  readonly current: readonly MadeSourcePackage[];
  readonly archived?: readonly MadeSourcePackage[];
  /** `Meta/archive.rds`, where it has one. */
  readonly archiveList?: Uint8Array;
}

const NOT_FOUND: Answer = { status: 404, headers: { 'content-type': 'text/plain' }, body: bytes('not here\n') };

/** Answers one request from a repository. Pure. */
export function repositoryAnswer(repository: MadeRepository, question: Question): Answer {
  if (question.method !== 'GET' && question.method !== 'HEAD') return { ...NOT_FOUND, status: 405 };
  const path = question.path.replace(/^\/src\/contrib\//, '');
  const index = bytes(repository.current.map(({ record }) => record).join('\n'));
  if (path === 'PACKAGES') return found('text/plain', index, question);
  if (path === 'PACKAGES.gz') return found('application/gzip', gzipSync(index), question);
  if (path === 'Meta/archive.rds' && repository.archiveList !== undefined)
    return found('application/gzip', repository.archiveList, question);
  const archived = repository.archived?.find(({ name, filename }) => path === `Archive/${name}/${filename}`);
  const file = archived ?? repository.current.find(({ filename }) => path === filename);
  return file === undefined ? NOT_FOUND : found('application/octet-stream', file.bytes, question);
}

function found(contentType: string, body: Uint8Array, question: Question): Answer {
  const etag = `"${createHash('sha256').update(body).digest('hex').slice(0, 32)}"`;
  if (question.header('if-none-match') === etag) return { status: 304, headers: { etag }, body: new Uint8Array() };
  return { status: 200, headers: { 'content-type': contentType, 'content-length': `${body.byteLength}`, etag }, body };
}

function dcf(fields: Readonly<Record<string, string>>): string {
  return Object.entries(fields)
    .map(([name, value]) => `${name}: ${value}\n`)
    .join('');
}

function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
