/**
 * Small real distributions made in memory: what the demo serves when there is no upstream, and what tests install.
 * Source: binary distribution format, https://packaging.python.org/specifications/binary-distribution-format/.
 */
import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { Uint8ArrayReader, Uint8ArrayWriter, ZipWriter } from '@zip.js/zip.js';
import { type Digest, digestFromHex } from '../../domain/digest.ts';
import { Problem } from '../../domain/problem.ts';
import { type Files, tarOf } from './made-here-tar.ts';

interface ReleaseSpec {
  readonly name: string;
  readonly version: string;
  /** `Requires-Dist` lines, markers included. */
  readonly requires?: readonly string[];
  /** Extra to the requirements it adds; written with the `extra == "..."` marker. */
  readonly extras?: Readonly<Record<string, readonly string[]>>;
  readonly requiresPython?: string;
  readonly summary?: string;
  /** Replaces the whole METADATA (PKG-INFO) text, for a distribution that lies about itself. */
  readonly metadataText?: string;
}

export interface WheelSpec extends ReleaseSpec {
  /** Defaults to `py3`. */
  readonly pythonTag?: string;
  /** Defaults to `none`. */
  readonly abiTag?: string;
  /** Defaults to `any`; several in one text are joined by dots. */
  readonly platformTag?: string;
  /** Build tag: starts with a digit. */
  readonly build?: string;
  /** Contents beside `.dist-info`; defaults to one module that knows its version. */
  readonly files?: Files;
}

export interface SdistSpec extends ReleaseSpec {
  /**
   * `[build-system] requires`; defaults to none, and the build back end lies inside the sdist itself. `null` for no
   * `pyproject.toml` at all.
   */
  readonly buildRequires?: readonly string[] | null;
  /** Contents beside `PKG-INFO` and `pyproject.toml`. */
  readonly files?: Files;
}

/** A finished distribution. */
export interface MadeDistribution {
  readonly kind: 'wheel' | 'sdist';
  readonly name: string;
  readonly version: string;
  readonly filename: string;
  readonly bytes: Uint8Array;
  readonly sha256: Digest;
  /** The exact METADATA or PKG-INFO text. */
  readonly metadataText: string;
  readonly requiresPython: string | undefined;
}

/** Every entry has this time, so that the same spec gives the same bytes. Local time, as ZIP has it. */
const ENTRY_TIME = new Date(2024, 0, 1);

/** Makes a wheel that pip and uv install. */
export async function makeWheel(spec: WheelSpec): Promise<MadeDistribution> {
  const stem = `${escaped(spec.name)}-${spec.version}`;
  const tags = [spec.pythonTag ?? 'py3', spec.abiTag ?? 'none', spec.platformTag ?? 'any'];
  const metadataText = spec.metadataText ?? metadataOf(spec);
  const entries: [string, Uint8Array][] = Object.entries(spec.files ?? defaultFiles(spec)).map(([path, content]) => [
    path,
    bytesOf(content),
  ]);
  entries.push([`${stem}.dist-info/METADATA`, bytesOf(metadataText)]);
  entries.push([`${stem}.dist-info/WHEEL`, bytesOf(wheelFile(tags))]);
  const record = [...entries.map(recordLine), `${stem}.dist-info/RECORD,,`, ''].join('\n');
  entries.push([`${stem}.dist-info/RECORD`, bytesOf(record)]);
  const filename = `${[stem, ...(spec.build === undefined ? [] : [spec.build]), ...tags].join('-')}.whl`;
  return finished(spec, { kind: 'wheel', filename, bytes: await zipOf(entries), metadataText });
}

/** Makes a source distribution; it is read and listed here, hardly ever built. */
export function makeSdist(spec: SdistSpec): MadeDistribution {
  const stem = `${escaped(spec.name)}-${spec.version}`;
  const metadataText = spec.metadataText ?? metadataOf(spec);
  const requires = (spec.buildRequires ?? []).map((each) => JSON.stringify(each)).join(', ');
  const project = `[build-system]\nrequires = [${requires}]\n`;
  const files: Files = {
    'PKG-INFO': metadataText,
    ...(spec.buildRequires === null ? {} : { 'pyproject.toml': project }),
    ...(spec.files ?? defaultFiles(spec)),
  };
  const tar = tarOf(Object.fromEntries(Object.entries(files).map(([path, content]) => [`${stem}/${path}`, content])));
  return finished(spec, { kind: 'sdist', filename: `${stem}.tar.gz`, bytes: gzipSync(tar), metadataText });
}

/** SHA-256 of bytes, as the domain writes digests. */
export function sha256Of(bytes: Uint8Array): Digest {
  const digest = digestFromHex(createHash('sha256').update(bytes).digest('hex'));
  if (digest === undefined) throw new Problem({ kind: 'internal', code: 'digest', what: 'SHA-256 gave no digest' });
  return digest;
}

function finished(
  spec: ReleaseSpec,
  made: Pick<MadeDistribution, 'kind' | 'filename' | 'bytes' | 'metadataText'>,
): MadeDistribution {
  return {
    ...made,
    name: spec.name,
    version: spec.version,
    sha256: sha256Of(made.bytes),
    requiresPython: spec.requiresPython,
  };
}

/** Core metadata 2.1, https://packaging.python.org/specifications/core-metadata/. */
function metadataOf(spec: ReleaseSpec): string {
  const extras = Object.entries(spec.extras ?? {});
  const lines = [
    'Metadata-Version: 2.1',
    `Name: ${spec.name}`,
    `Version: ${spec.version}`,
    `Summary: ${spec.summary ?? 'Made here, for showing how Pratique works'}`,
    'License: Apache-2.0',
    ...(spec.requiresPython === undefined ? [] : [`Requires-Python: ${spec.requiresPython}`]),
    ...(spec.requires ?? []).map((each) => `Requires-Dist: ${each}`),
    ...extras.map(([extra]) => `Provides-Extra: ${extra}`),
    ...extras.flatMap(([extra, needs]) => needs.map((each) => `Requires-Dist: ${withExtra(each, extra)}`)),
  ];
  return `${lines.join('\n')}\n`;
}

function withExtra(requirement: string, extra: string): string {
  const [needed = '', marker] = requirement.split(';');
  const condition = `extra == "${extra}"`;
  return marker === undefined
    ? `${needed.trim()} ; ${condition}`
    : `${needed.trim()} ; (${marker.trim()}) and ${condition}`;
}

function wheelFile([python = '', abi = '', platform = '']: readonly string[]): string {
  const tags = python
    .split('.')
    .flatMap((each) => abi.split('.').map((next) => [each, next]))
    .flatMap(([first, second]) => platform.split('.').map((third) => `Tag: ${first}-${second}-${third}`));
  const pure = platform === 'any' ? 'true' : 'false';
  return ['Wheel-Version: 1.0', 'Generator: made-here', `Root-Is-Purelib: ${pure}`, ...tags, ''].join('\n');
}

/** PEP 427: the hash is url-safe base64 without padding. */
function recordLine([path, bytes]: readonly [string, Uint8Array]): string {
  return `${path},sha256=${createHash('sha256').update(bytes).digest('base64url')},${bytes.byteLength}`;
}

async function zipOf(entries: readonly (readonly [string, Uint8Array])[]): Promise<Uint8Array> {
  const zip = new ZipWriter(new Uint8ArrayWriter(), {
    lastModDate: ENTRY_TIME,
    extendedTimestamp: false,
    dataDescriptor: false,
    useWebWorkers: false,
  });
  for (const [path, bytes] of entries) await zip.add(path, new Uint8ArrayReader(bytes));
  return zip.close();
}

function defaultFiles(spec: ReleaseSpec): Files {
  return { [`${escaped(spec.name)}.py`]: `__version__ = ${JSON.stringify(spec.version)}\n` };
}

/** The name as it stands in file names: normal form with underscores. */
function escaped(name: string): string {
  return name.toLowerCase().replaceAll(/[-_.]+/g, '_');
}

function bytesOf(content: string | Uint8Array): Uint8Array {
  return typeof content === 'string' ? new TextEncoder().encode(content) : content;
}
