/**
 * A small, well-behaved upstream that offers distributions made here, on the loopback only: simple index in JSON and
 * HTML (PEP 503, 691, 700), metadata sidecars (PEP 658), conditional requests and ranges.
 */
import { createServer, type IncomingMessage } from 'node:http';
import { hexOf } from '../../domain/digest.ts';
import { Problem } from '../../domain/problem.ts';
import { type MadeDistribution, sha256Of } from './made-here-wheels.ts';

/** What the index states about one file; by default the truth. */
export interface ListedFile {
  readonly distribution: MadeDistribution;
  /** RFC 3339; `undefined` where the index does not say. */
  readonly uploadedAt: string | undefined;
  readonly yanked: string | false;
  /** The sidecar's text; `undefined` where there is none. */
  readonly sidecar: string | undefined;
  /** The document of its attestations (PEP 740), where it has one. */
  readonly provenance?: string | undefined;
  /** As the index states them, where that is not the truth. */
  readonly stated: { readonly filename?: string; readonly sha256Hex?: string; readonly size?: number };
}

/** Normal package name to its files. */
export type Listing = ReadonlyMap<string, readonly ListedFile[]>;

export interface Question {
  readonly method: string;
  /** Path alone, decoded. */
  readonly path: string;
  readonly header: (name: string) => string | undefined;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

export interface MadeHereUpstream {
  /** `http://127.0.0.1:PORT/` */
  readonly url: string;
  close(): Promise<void>;
}

const JSON_TYPE = 'application/vnd.pypi.simple.v1+json';
const NOT_FOUND: Answer = { status: 404, headers: { 'content-type': 'text/plain' }, body: bytes('not here\n') };
/** Upload time of what is made here: older than any cool-down. */
export const MADE_HERE_UPLOADED_AT = '2024-01-01T00:00:00.000000Z';

/** Lists a distribution as it is. */
export function listedAsItIs(distribution: MadeDistribution): ListedFile {
  return {
    distribution,
    uploadedAt: MADE_HERE_UPLOADED_AT,
    yanked: false,
    sidecar: distribution.kind === 'wheel' ? distribution.metadataText : undefined,
    stated: {},
  };
}

/** PEP 503 normal form. */
export function indexName(name: string): string {
  return name.toLowerCase().replaceAll(/[-_.]+/g, '-');
}

/** The simple index of some distributions, each listed as it is. */
export function listingOf(distributions: readonly MadeDistribution[]): Listing {
  return Map.groupBy(distributions.map(listedAsItIs), ({ distribution }) => indexName(distribution.name));
}

/** Starts an upstream of the offline demo on a free loopback port; `answer` is told its own address. */
export async function startMadeHereUpstream(
  answer: (question: Question, url: string) => Answer,
): Promise<MadeHereUpstream> {
  const server = createServer((request, response) => {
    const { status, headers, body } = answer(questionOf(request), url());
    response.writeHead(status, { ...headers });
    response.end(body);
  });
  const url = () => `http://127.0.0.1:${portOf(server.address())}/`;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    url: url(),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** The port a TCP server listens on. */
export function portOf(address: ReturnType<ReturnType<typeof createServer>['address']>): number {
  if (address === null || typeof address === 'string')
    throw new Problem({ kind: 'internal', code: 'no-port', what: 'The made-here upstream has no port' });
  return address.port;
}

/** What a request asks, in the form `answerFrom` takes. */
export function questionOf(request: IncomingMessage): Question {
  return {
    method: request.method ?? 'GET',
    path: decodeURIComponent(new URL(request.url ?? '/', 'http://upstream.example').pathname),
    header: (name) => {
      const value = request.headers[name];
      return Array.isArray(value) ? value.join(', ') : value;
    },
  };
}

/** Answers one request from a listing. Pure: same listing and question, same answer. */
export function answerFrom(listing: Listing, question: Question): Answer {
  if (question.method !== 'GET' && question.method !== 'HEAD') return { ...NOT_FOUND, status: 405 };
  return selected(wholeAnswer(listing, question), question);
}

function wholeAnswer(listing: Listing, question: Question): Answer {
  const json = question.header('accept')?.includes(JSON_TYPE) ?? false;
  if (question.path === '/simple/') return json ? rootJson(listing) : rootHtml(listing);
  const name = /^\/simple\/([^/]+)\/$/.exec(question.path)?.[1];
  if (name !== undefined) {
    const files = listing.get(name);
    if (files === undefined) return NOT_FOUND;
    return json ? packageJson(name, files) : packageHtml(name, files);
  }
  const attested = /^\/integrity\/([^/]+)\/provenance$/.exec(question.path)?.[1];
  if (attested !== undefined) return provenanceOf(listing, attested);
  const asked = /^\/files\/([^/]+?)(\.metadata)?$/.exec(question.path);
  const file = [...listing.values()].flat().find((each) => filenameOf(each) === asked?.[1]);
  if (file === undefined) return NOT_FOUND;
  if (asked?.[2] === undefined) return found('application/octet-stream', file.distribution.bytes);
  return file.sidecar === undefined ? NOT_FOUND : found('application/octet-stream', bytes(file.sidecar));
}

function provenanceOf(listing: Listing, filename: string): Answer {
  const file = [...listing.values()].flat().find((each) => filenameOf(each) === filename);
  if (file?.provenance === undefined) return NOT_FOUND;
  return found('application/vnd.pypi.integrity.v1+json', bytes(file.provenance));
}

/** Applies `If-None-Match` and a single `Range` to a whole answer (RFC 9110, 13 and 14). */
function selected(answer: Answer, question: Question): Answer {
  const etag = answer.headers.etag;
  if (answer.status !== 200 || etag === undefined) return answer;
  if (question.header('if-none-match') === etag) return { status: 304, headers: { etag }, body: new Uint8Array() };
  const range = /^bytes=(\d*)-(\d*)$/.exec(question.header('range') ?? '');
  const total = answer.body.byteLength;
  if (range === null) return answer;
  const suffix = range[1] === '';
  const from = suffix ? Math.max(0, total - Number(range[2])) : Number(range[1]);
  const to = suffix || range[2] === '' ? total - 1 : Math.min(Number(range[2]), total - 1);
  if (from > to) return { ...NOT_FOUND, status: 416, headers: { 'content-range': `bytes */${total}` } };
  const part = answer.body.slice(from, to + 1);
  const headers = {
    ...answer.headers,
    'content-range': `bytes ${from}-${to}/${total}`,
    'content-length': `${part.byteLength}`,
  };
  return { status: 206, headers, body: part };
}

function packageJson(name: string, files: readonly ListedFile[]): Answer {
  const document = {
    meta: { 'api-version': '1.1' },
    name,
    versions: [...new Set(files.map((file) => file.distribution.version))],
    files: files.map((file) => ({
      filename: filenameOf(file),
      url: `../../files/${encodeURIComponent(filenameOf(file))}`,
      hashes: { sha256: shaOf(file) },
      size: file.stated.size ?? file.distribution.bytes.byteLength,
      'upload-time': file.uploadedAt,
      'requires-python': file.distribution.requiresPython,
      yanked: file.yanked === '' ? true : file.yanked,
      'core-metadata': file.sidecar === undefined ? false : { sha256: sidecarHex(file) },
      provenance:
        file.provenance === undefined ? null : `../../integrity/${encodeURIComponent(filenameOf(file))}/provenance`,
    })),
  };
  return found(JSON_TYPE, bytes(JSON.stringify(document)));
}

function packageHtml(name: string, files: readonly ListedFile[]): Answer {
  const anchors = files.map((file) => {
    const attributes = [
      `href="../../files/${encodeURIComponent(filenameOf(file))}#sha256=${shaOf(file)}"`,
      ...(file.distribution.requiresPython === undefined
        ? []
        : [`data-requires-python="${escapeHtml(file.distribution.requiresPython)}"`]),
      ...(file.yanked === false ? [] : [`data-yanked="${escapeHtml(file.yanked)}"`]),
      ...(file.sidecar === undefined ? [] : [`data-core-metadata="sha256=${sidecarHex(file)}"`]),
    ];
    return `<a ${attributes.join(' ')}>${escapeHtml(filenameOf(file))}</a><br/>`;
  });
  return found('text/html', bytes(page(`Links for ${name}`, anchors)));
}

function rootJson(listing: Listing): Answer {
  const projects = [...listing.keys()].map((name) => ({ name }));
  return found(JSON_TYPE, bytes(JSON.stringify({ meta: { 'api-version': '1.1' }, projects })));
}

function rootHtml(listing: Listing): Answer {
  const anchors = [...listing.keys()].map((name) => `<a href="${name}/">${name}</a>`);
  return found('text/html', bytes(page('Simple index', anchors)));
}

function page(title: string, anchors: readonly string[]): string {
  return `<!DOCTYPE html>\n<html><head><title>${title}</title></head><body>\n${anchors.join('\n')}\n</body></html>\n`;
}

function found(contentType: string, body: Uint8Array): Answer {
  const etag = `"${hexOf(sha256Of(body)).slice(0, 32)}"`;
  return {
    status: 200,
    headers: { 'content-type': contentType, 'content-length': `${body.byteLength}`, etag, vary: 'Accept' },
    body,
  };
}

/** The name that the index gives the file. */
export function filenameOf(file: ListedFile): string {
  return file.stated.filename ?? file.distribution.filename;
}

function shaOf(file: ListedFile): string {
  return file.stated.sha256Hex ?? hexOf(file.distribution.sha256);
}

/** The digest of the true metadata: a sidecar that lies does not match it. */
function sidecarHex(file: ListedFile): string {
  return hexOf(sha256Of(bytes(file.distribution.metadataText)));
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
