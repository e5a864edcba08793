/** A small, well-behaved npm registry of packages made here, on the loopback only: packuments, tarballs, keys. */
import { createHash } from 'node:crypto';
import type { MadeTarball } from './made-here-tarballs.ts';
import { type Answer, MADE_HERE_UPLOADED_AT, type Question } from './made-here-upstream.ts';

/** A release as the registry lists it. */
export interface ListedTarball {
  readonly tarball: MadeTarball;
  /** RFC 3339; `undefined` where the registry does not say. */
  readonly uploadedAt: string | undefined;
  /** More members of `dist`: signatures, attestations; or others in place of the true hashes. */
  readonly dist?: Readonly<Record<string, unknown>>;
}

export interface RegistryListing {
  readonly releases: readonly ListedTarball[];
  /** Dist-tags by package name; `latest` is the last release of a package otherwise. */
  readonly tags?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Other documents by their path: signing keys, attestations. */
  readonly documents?: Readonly<Record<string, string>>;
}

const NOT_FOUND: Answer = {
  status: 404,
  headers: { 'content-type': 'application/json' },
  body: bytes('{"error":"Not found"}'),
};

/** Lists a package as it is. */
export function listedTarball(tarball: MadeTarball): ListedTarball {
  return { tarball, uploadedAt: MADE_HERE_UPLOADED_AT };
}

/** Answers one request from a listing; `base` is the registry's own address. Pure. */
export function registryAnswer(listing: RegistryListing, question: Question, base: string): Answer {
  if (question.method !== 'GET' && question.method !== 'HEAD') return { ...NOT_FOUND, status: 405 };
  const path = question.path.slice(1);
  const document = listing.documents?.[path];
  if (document !== undefined) return conditional(found('application/json', bytes(document)), question);
  const [name = '', filename] = path.split('/-/');
  const mine = listing.releases.filter(({ tarball }) => tarball.name === name);
  if (mine.length === 0) return NOT_FOUND;
  if (filename === undefined) return conditional(found('application/json', packument(listing, mine, base)), question);
  const file = mine.find(({ tarball }) => tarball.filename === filename);
  return file === undefined ? NOT_FOUND : found('application/octet-stream', file.tarball.bytes);
}

function packument({ tags }: RegistryListing, mine: readonly ListedTarball[], base: string): Uint8Array {
  const name = mine[0]?.tarball.name ?? '';
  const times = mine.flatMap(({ tarball, uploadedAt }) =>
    uploadedAt === undefined ? [] : [[tarball.version, uploadedAt]],
  );
  const document = {
    name,
    'dist-tags': tags?.[name] ?? { latest: mine.at(-1)?.tarball.version },
    versions: Object.fromEntries(mine.map((one) => [one.tarball.version, versionOf(one, base)])),
    time: { created: MADE_HERE_UPLOADED_AT, modified: MADE_HERE_UPLOADED_AT, ...Object.fromEntries(times) },
    description: 'Made here, for showing how Pratique works',
    maintainers: [{ name: 'estuary-lab' }],
    license: 'MIT',
  };
  return bytes(JSON.stringify(document));
}

function versionOf({ tarball, dist }: ListedTarball, base: string): object {
  const { name, version, filename, integrity, listed } = tarball;
  const shasum = createHash('sha1').update(tarball.bytes).digest('hex');
  const address = `${base}${name}/-/${filename}`;
  return { ...listed, _id: `${name}@${version}`, dist: { tarball: address, shasum, integrity, ...dist } };
}

function conditional(answer: Answer, question: Question): Answer {
  const { etag } = answer.headers;
  if (etag === undefined || question.header('if-none-match') !== etag) return answer;
  return { status: 304, headers: { etag }, body: new Uint8Array() };
}

function found(contentType: string, body: Uint8Array): Answer {
  const etag = `"${createHash('sha256').update(body).digest('hex').slice(0, 32)}"`;
  return { status: 200, headers: { 'content-type': contentType, 'content-length': `${body.byteLength}`, etag }, body };
}

function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
