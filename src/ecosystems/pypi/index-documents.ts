/**
 * The index documents of the simple API: JSON (PEP 691, 700, 714) and HTML (PEP 503, 592, 658), both from one input.
 * URLs are relative, so that the floating and the pinned prefixes serve the same bytes.
 */
import { type Digest, hexOf } from '../../domain/digest.ts';
import { refusalSentence } from '../../domain/refusal.ts';
import { isOffered } from '../../domain/states.ts';
import type { IndexDocument, IndexInput, OfferedFile, RefusedFile, RootInput } from '../contract.ts';
import { kindOfFilename } from './filenames.ts';
import { pypiVersions } from './versions.ts';

/** Media types of the simple API (PEP 691); `text/html` is the alias that old clients know. */
export const JSON_TYPE = 'application/vnd.pypi.simple.v1+json';
export const HTML_TYPE = 'application/vnd.pypi.simple.v1+html';
export const TEXT_TYPE = 'text/html; charset=utf-8';

/** API version of what is written here (PEP 629): sizes, upload times, `versions` (PEP 700) and project status (PEP 792). */
const API_VERSION = '1.4';

/** From `simple/<name>/` to the base. */
const TO_BASE = '../../';

interface Entry {
  readonly version: string;
  readonly filename: string;
  readonly url: string;
  readonly sha256: Digest | undefined;
  readonly size: number | undefined;
  readonly uploadedAt: string | undefined;
  readonly requiresRuntime: string | undefined;
  readonly yanked: string | false;
  /** `true` where a sidecar is advertised whose digest is not known. */
  readonly metadata: Digest | boolean;
}

type RefusedRelease = IndexInput['refused'][number];

/** `simple/` and `simple/<name>/` in every representation. */
export function documentsOf(key: string, json: unknown, html: string): readonly IndexDocument[] {
  const encoder = new TextEncoder();
  const page = encoder.encode(html);
  return [
    { key, contentType: JSON_TYPE, body: encoder.encode(JSON.stringify(json)) },
    { key, contentType: HTML_TYPE, body: page },
    { key, contentType: TEXT_TYPE, body: page },
  ];
}

/** The documents of one package: offered files as they are, refused ones as tombstones, a sentinel where nothing is offered. */
export function compilePackage(input: IndexInput): readonly IndexDocument[] {
  const entries = entriesOf(input);
  const versions = [...new Set(entries.map((entry) => entry.version))];
  const json = {
    meta: { 'api-version': API_VERSION },
    name: input.name,
    ...statusOf(input),
    versions,
    files: entries.map(jsonEntry),
  };
  const links = entries.map(htmlEntry).join('\n');
  return documentsOf(`simple/${input.name}/`, json, page(`Links for ${input.name}`, links));
}

/** Words of PEP 792 that a project with files may have. `active` is what no word means. */
const STATUSES: ReadonlySet<string> = new Set(['archived', 'deprecated']);
/** Upstream's own words are passed on for people, not without end. */
const LONGEST_STATUS_REASON_CHARACTERS = 500;

/** PEP 792. A project that is `quarantined` must offer no files: that word is only passed on where none is offered. */
function statusOf({ status, offered }: IndexInput): Readonly<Record<string, unknown>> {
  if (status === undefined) return {};
  const isKnown = STATUSES.has(status.status) || (status.status === 'quarantined' && offered.length === 0);
  const reason = status.reason?.slice(0, LONGEST_STATUS_REASON_CHARACTERS);
  return isKnown ? { 'project-status': { status: status.status, ...(reason === undefined ? {} : { reason }) } } : {};
}

/** The documents that name all packages. */
export function compileRoot({ names }: RootInput): readonly IndexDocument[] {
  const sorted = [...new Set(names)].toSorted();
  const json = { meta: { 'api-version': API_VERSION }, projects: sorted.map((name) => ({ name })) };
  const links = sorted.map((name) => `<a href="${escapeHtml(name)}/">${escapeHtml(name)}</a><br>`).join('\n');
  return documentsOf('simple/', json, page('Packages', links));
}

/** Where a file is, below the base: the shape of the paths of PyPI's file host, made of the SHA-256. */
export function filePath(sha256: Digest, filename: string): string {
  const hex = hexOf(sha256);
  return `packages/${hex.slice(0, 2)}/${hex.slice(2, 4)}/${hex.slice(4)}/${encodeURIComponent(filename)}`;
}

/** Where a refused file leads, below the base: pip prints this URL whole, so its words are for people. */
export function refusedPath(to: {
  readonly state: string;
  readonly id: string;
  readonly name: string;
  readonly filename: string;
}) {
  const id = to.id === '' ? '' : `${encodeURIComponent(to.id)}/`;
  return `-/refused/${to.state}/${id}run-pratique-why-${to.name}/${encodeURIComponent(to.filename)}`;
}

function entriesOf(input: IndexInput): readonly Entry[] {
  const offered = input.offered.flatMap((release) => release.files.map((file) => offeredEntry(release.version, file)));
  const taken = new Set(offered.map((entry) => entry.filename));
  const refused = input.refused.filter((release) => !isOffered(release.state));
  const sentinel = offered.length > 0 ? undefined : sentinelOf(input.name, refused);
  if (sentinel !== undefined) taken.add(sentinel.filename);
  const say = (release: RefusedRelease) => sentenceOf(input, release);
  const tombstones = refused.flatMap((release) =>
    release.files
      .filter((file) => !taken.has(file.filename))
      .map((file) => refusedEntry(input.name, { ...release, sentence: say(release) }, file)),
  );
  const isAboutNewest = sentinel !== undefined && sentinel.version === newestOf(refused)?.version;
  const notice = isAboutNewest ? undefined : noticeOf(input.name, refused, say);
  const extra = [sentinel, notice].filter((entry) => entry !== undefined);
  return [...offered, ...tombstones, ...extra].toSorted(
    (a, b) =>
      pypiVersions.compare(a.version, b.version) || (a.filename < b.filename ? -1 : a.filename > b.filename ? 1 : 0),
  );
}

function offeredEntry(version: string, file: OfferedFile): Entry {
  return {
    ...file,
    version,
    url: TO_BASE + filePath(file.sha256, file.filename),
    metadata: file.metadataSha256 ?? false,
  };
}

/**
 * A yanked entry whose file answers 403: who does not pin it never meets it, who pins it is told why (PEP 592). The sidecar
 * of a wheel is advertised, and refused too: without it uv would probe the wheel and give up range requests for the index.
 */
function refusedEntry(name: string, release: RefusedRelease & { readonly sentence: string }, file: RefusedFile): Entry {
  return {
    ...file,
    version: release.version,
    url: TO_BASE + refusedPath({ state: release.state, id: release.id, name, filename: file.filename }),
    // uv prints it, also where a range holds nothing that is offered.
    yanked: release.sentence,
    metadata: kindOfFilename(file.filename) === 'wheel',
  };
}

/**
 * Where nothing is offered pip would only say that it found no version. One entry of one version that is not yanked,
 * fits every interpreter and leads to the refusal makes it ask and print the answer.
 */
function sentinelOf(name: string, refused: readonly RefusedRelease[]): Entry | undefined {
  // What was offered until it was stopped is what most ask for, not what came out since.
  const stopped = refused.filter(({ state, heldUpBy }) => state === 'quarantined' || heldUpBy !== undefined);
  const newest = newestOf(stopped) ?? newestOf(refused);
  if (newest === undefined) return undefined;
  const filename = `${name.replaceAll('-', '_')}-${newest.version.replaceAll('-', '_')}-py3-none-any.whl`;
  const real = newest.files.find((file) => file.filename === filename);
  return {
    version: newest.version,
    filename,
    url: TO_BASE + refusedPath({ state: newest.state, id: newest.id, name, filename }),
    sha256: real?.sha256,
    size: real?.size,
    uploadedAt: real?.uploadedAt ?? newest.files[0]?.uploadedAt,
    requiresRuntime: undefined,
    yanked: false,
    metadata: true,
  };
}

/**
 * Of a range that holds nothing offered pip asks nothing, and names yanked entries by their number alone. What it prints
 * besides is `Requires-Python` of entries that fit no interpreter: one such entry says of the newest refused release why,
 * as a local version (PEP 440), the one form with words that every client reads. It is yanked too, for those who tell pip
 * to pass over `Requires-Python`.
 */
function noticeOf(
  name: string,
  refused: readonly RefusedRelease[],
  say: (release: RefusedRelease) => string,
): Entry | undefined {
  const newest = newestOf(refused);
  if (newest === undefined) return undefined;
  const filename = `${name.replaceAll('-', '_')}-${newest.version.replaceAll('-', '_')}-0refused-py3-none-any.whl`;
  const sentence = say(newest);
  return {
    version: newest.version,
    filename,
    url: TO_BASE + refusedPath({ state: newest.state, id: newest.id, name, filename }),
    sha256: undefined,
    size: newest.files[0]?.size,
    uploadedAt: newest.files[0]?.uploadedAt,
    requiresRuntime: `==0+${asLocalLabel(sentence)}`,
    yanked: sentence,
    metadata: true,
  };
}

/** Words as a local version label (PEP 440): runs of letters and digits, with one `.` or `-` between each and none at the ends. */
function asLocalLabel(words: string): string {
  const joined = words.replaceAll(/[^A-Za-z0-9]+/g, (between) => (between === '-' ? '-' : '.'));
  return joined.replaceAll(/^[.-]|[.-]$/g, '');
}

/** What is told of a refused release where a client shows an entry of the index and asks for nothing. */
function sentenceOf({ name, offered }: IndexInput, { version, state, id, heldUpBy, cameWith }: RefusedRelease): string {
  if (isOffered(state)) return '';
  const alternative = offered.map((one) => one.version).toSorted((a, b) => pypiVersions.compare(b, a))[0];
  const own = { name, version };
  const brought = cameWith === undefined ? undefined : own;
  const what = heldUpBy === undefined ? own : { ...heldUpBy, neededBy: cameWith ?? own, brought };
  return refusalSentence({
    ...what,
    state,
    ecosystem: 'pypi',
    id: id === '' ? undefined : id,
    channel: '',
    alternative,
  });
}

function newestOf(refused: readonly RefusedRelease[]): RefusedRelease | undefined {
  const sorted = refused.toSorted((a, b) => pypiVersions.compare(b.version, a.version));
  return sorted.find((release) => !pypiVersions.isPrerelease(release.version)) ?? sorted[0];
}

function jsonEntry(entry: Entry): Readonly<Record<string, unknown>> {
  const metadata = typeof entry.metadata === 'boolean' ? entry.metadata : { sha256: hexOf(entry.metadata) };
  return {
    filename: entry.filename,
    url: entry.url,
    hashes: entry.sha256 === undefined ? {} : { sha256: hexOf(entry.sha256) },
    ...(entry.requiresRuntime === undefined ? {} : { 'requires-python': entry.requiresRuntime }),
    ...(entry.size === undefined ? {} : { size: entry.size }),
    ...(entry.uploadedAt === undefined ? {} : { 'upload-time': uploadTime(entry.uploadedAt) }),
    yanked: entry.yanked === '' ? true : entry.yanked,
    // PEP 714: the second name is what clients before it read.
    ...(metadata === false ? {} : { 'core-metadata': metadata, 'dist-info-metadata': metadata }),
  };
}

function htmlEntry(entry: Entry): string {
  const hash = entry.sha256 === undefined ? '' : `#sha256=${hexOf(entry.sha256)}`;
  const attributes = [attribute('href', entry.url + hash)];
  if (entry.requiresRuntime !== undefined) attributes.push(attribute('data-requires-python', entry.requiresRuntime));
  if (entry.yanked !== false) attributes.push(attribute('data-yanked', entry.yanked));
  if (entry.metadata !== false) {
    const value = entry.metadata === true ? 'true' : `sha256=${hexOf(entry.metadata)}`;
    attributes.push(attribute('data-core-metadata', value), attribute('data-dist-info-metadata', value));
  }
  return `<a ${attributes.join(' ')}>${escapeHtml(entry.filename)}</a><br>`;
}

function attribute(name: string, value: string): string {
  return `${name}="${escapeHtml(value)}"`;
}

/** PEP 700 wants `yyyy-mm-ddThh:mm:ss.ffffffZ`. */
function uploadTime(text: string): string {
  const match = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})(?:\.(\d{1,6})\d*)?(?:Z|\+00:00)$/.exec(text);
  return match === null ? text : `${match[1]}.${(match[2] ?? '').padEnd(6, '0')}Z`;
}

function page(title: string, links: string): string {
  const heading = escapeHtml(title);
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="pypi:repository-version" content="${API_VERSION}">
<title>${heading}</title>
</head>
<body>
<h1>${heading}</h1>
${links}
</body>
</html>
`;
}

function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}
