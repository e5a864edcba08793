/** Turns what a channel offers of one package into finished documents, stored by digest in every encoding. */
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { Digest } from '../../domain/digest.ts';
import type { UpstreamPackage } from '../../domain/distribution.ts';
import { RELEASE_STATES, type ReleaseState } from '../../domain/states.ts';
import type { Ecosystem, IndexDocument, IndexInput } from '../../ecosystems/contract.ts';
import type { Blobs } from '../../platform/blobs/port.ts';
import type { Encoding, StoredDocument, StoredFile, StoredPackage } from './content.ts';
import { offeredFile, originsOf } from './derived.ts';
import type { ExpandedRelease } from './expanded.ts';
import type { HeldUp } from './held-up.ts';
import { stopOf } from './stops.ts';
import type { RequestState, Stop } from './store.ts';
import { cannotBeServed, faultOfFile } from './stored-files.ts';

/** Refused releases that a package's documents show, newest first: who pins an older one is told by the page instead. */
export const TOMBSTONES_PER_PACKAGE = 200;

/** Below this many bytes an encoding saves less than its header costs. */
const SMALLEST_ENCODED_BYTES = 256;

/** Documents above this size are the list of all names: the last levels of compression would take seconds there. */
const LARGE_DOCUMENT_BYTES = 512 * 1024;

const gzipped = promisify(gzip);
const brotlied = promisify(brotliCompress);

/** What is known about one package when its documents are made. */
export interface PackageFacts {
  readonly channel: string;
  readonly ecosystem: Ecosystem;
  readonly name: string;
  readonly offered: readonly ExpandedRelease[];
  readonly upstream: UpstreamPackage | undefined;
  readonly stops: readonly Stop[];
  /** What holds up a release of it that is left out. */
  heldUp(version: string): HeldUp | undefined;
  readonly requests: readonly RequestState[];
  readonly why: ReadonlyMap<string, readonly string[]>;
}

/** The input of the ecosystem's compiler: offered releases oldest first, tombstones for the rest of upstream's. */
export function indexInput(facts: PackageFacts): IndexInput {
  const { versions } = facts.ecosystem;
  const offered = facts.offered.toSorted(byVersion(facts.ecosystem)).map(({ version, files, needs }) => ({
    version,
    files: files.map(offeredFile).toSorted(byFilename),
    needs: [...new Set(needs.map(({ to }) => to))].toSorted(),
  }));
  const taken = new Set(offered.map((release) => release.version));
  const refused = (facts.upstream?.releases ?? [])
    .filter((release) => !taken.has(release.version))
    .toSorted((a, b) => versions.compare(b.version, a.version))
    .slice(0, TOMBSTONES_PER_PACKAGE)
    .map((release) => ({
      version: release.version,
      ...stateOf(facts, release.version),
      files: release.distributions.filter((file) => file.kind !== 'other').toSorted(byFilename),
    }));
  const { status, tags, about } = facts.upstream ?? {};
  return { name: facts.name, channel: facts.channel, status, tags, about, offered, refused };
}

/** The metadata texts and attestations of the offered files, where the documents are made from them. */
async function withMetadata(
  input: IndexInput,
  { ecosystem: { traits }, offered: releases }: Pick<PackageFacts, 'ecosystem' | 'offered'>,
  blobs: Blobs,
): Promise<IndexInput> {
  if (!traits.compilesMetadata) return input;
  const bytesOf = async (digest: Digest | undefined) => (digest === undefined ? undefined : await blobs.read(digest));
  const textOf = async (digest: Digest | undefined) =>
    digest === undefined ? undefined : new TextDecoder().decode(await blobs.read(digest));
  // Of the file that upstream published: what was made from it here has a statement of its own.
  const attested = new Map(releases.flatMap(({ files }) => files.map((file) => [file.sha256, file.attestations])));
  const offered = await Promise.all(
    input.offered.map(async ({ files, ...release }) => ({
      ...release,
      files: await Promise.all(
        files.map(async (file) => ({
          ...file,
          metadataText: await textOf(file.metadataSha256),
          attestationBytes: await bytesOf(attested.get(file.sha256)),
        })),
      ),
    })),
  );
  return { ...input, offered };
}

/** Compiles and stores one package. Throws `file-lost` where a file of it could not be served. */
export async function compilePackage(facts: PackageFacts, blobs: Blobs): Promise<StoredPackage> {
  const input = await withMetadata(indexInput(facts), facts, blobs);
  const documents = await storeDocuments(facts.ecosystem.protocol.compilePackage(input), blobs);
  const files: StoredFile[] = [];
  const origins = originsOf(facts.offered);
  const purls = new Map(facts.offered.map(({ version, purl }) => [version, purl]));
  for (const { version, files: offered } of input.offered) {
    for (const file of offered) {
      const { filename, sha256, size, metadataSha256 } = file;
      const fault = await faultOfFile(blobs, file);
      if (fault !== undefined)
        throw cannotBeServed(fault, { channel: facts.channel, purl: purls.get(version) ?? facts.name });
      const metadataSize = metadataSha256 === undefined ? undefined : await blobs.size(metadataSha256);
      const metadata =
        metadataSha256 === undefined || metadataSize === undefined
          ? null
          : { sha256: metadataSha256, size: metadataSize };
      const derivedFrom = origins.get(sha256);
      const origin = derivedFrom === undefined ? {} : { derivedFrom };
      files.push({ filename, version, sha256, size, metadata, ...origin });
    }
  }
  return {
    documents,
    files,
    // In an order that does not tell which entry came first.
    releases: facts.offered.toSorted(byVersion(facts.ecosystem)).map((release) => ({
      version: release.version,
      state: release.state,
      why: [...(facts.why.get(release.purl) ?? [])],
      targets: [...release.targets],
      needs: release.needs.map((edge) => ({ ...edge })),
    })),
    // That a channel is closed is no state of a release.
    refused: input.refused.flatMap(({ version, state, id }) => (state === 'closed' ? [] : [{ version, state, id }])),
  };
}

/** Stores documents in every encoding that is worth it. */
export async function storeDocuments(documents: readonly IndexDocument[], blobs: Blobs): Promise<StoredDocument[]> {
  const done = new Map<string, Promise<StoredDocument['forms']>>();
  return await Promise.all(
    documents.map(async ({ key, contentType, body, hasBase }) => {
      if (hasBase === true) {
        const { digest, size } = await blobs.put(body);
        return { key, contentType, hasBase, forms: [{ encoding: 'identity' as const, digest, size }] };
      }
      const text = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('latin1');
      const forms = done.get(text) ?? storeForms(body, blobs);
      done.set(text, forms);
      return { key, contentType, forms: await forms };
    }),
  );
}

async function storeForms(body: Uint8Array, blobs: Blobs): Promise<StoredDocument['forms']> {
  const forms: StoredDocument['forms'] = [];
  for (const [encoding, bytes] of await encoded(body)) {
    const { digest, size } = await blobs.put(bytes);
    forms.push({ encoding, digest, size });
  }
  return forms;
}

async function encoded(body: Uint8Array): Promise<readonly (readonly [Encoding, Uint8Array])[]> {
  if (body.byteLength < SMALLEST_ENCODED_BYTES) return [['identity', body]];
  const large = body.byteLength > LARGE_DOCUMENT_BYTES;
  const br = await brotlied(body, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: large ? 4 : 9,
      [constants.BROTLI_PARAM_SIZE_HINT]: body.byteLength,
    },
  });
  return [
    ['identity', body],
    ['gzip', await gzipped(body, { level: large ? 6 : 9 })],
    ['br', br],
  ];
}

function stateOf(
  facts: PackageFacts,
  version: string,
): Pick<IndexInput['refused'][number], 'state' | 'id' | 'heldUpBy' | 'cameWith'> {
  const stop = stopOf(facts.stops, facts.ecosystem.versions, { channel: facts.channel, version });
  if (stop !== undefined) return { state: stop.kind, id: stop.id };
  const held = facts.heldUp(version);
  const requested = requestedState(facts.requests, version);
  // What came with another release may be asked for by itself meanwhile.
  const isAsked = held?.cameWith !== undefined && requested !== undefined && requested.state !== 'not-requested';
  if (held === undefined || isAsked) return requested ?? { state: 'not-requested', id: '' };
  return { state: held.stop.kind, id: held.stop.id, heldUpBy: held.by, cameWith: held.cameWith };
}

/** Where the newest request for a release stands: one for exactly this version before one for any. */
export function requestedState(
  requests: readonly RequestState[],
  version: string | undefined,
): { readonly state: ReleaseState; readonly id: string } | undefined {
  const request = requestFor(requests, version);
  return request === undefined ? undefined : { state: releaseState(request.state), id: request.id };
}

/** The newest request that speaks for a version: one for exactly it before one for any. */
export function requestFor(requests: readonly RequestState[], version: string | undefined): RequestState | undefined {
  const last = (wanted: string | null) => requests.findLast((request) => request.version === wanted);
  return (version === undefined ? undefined : last(version)) ?? last(null);
}

/** What a request's state means for the release: work that could not be done is still being reviewed. */
function releaseState(state: string): ReleaseState {
  switch (state) {
    case 'submitted':
    case 'failed':
      return 'in-review';
    case 'overturned':
      return 'rejected';
    default:
      return RELEASE_STATES.find((known) => known === state && !OFFERED.has(known)) ?? 'not-requested';
  }
}

/** A request may be accepted for another release than the one that is asked for: that one was not requested. */
const OFFERED: ReadonlySet<ReleaseState> = new Set(['core', 'accepted', 'dependency']);

function byVersion({ versions }: Ecosystem) {
  return (a: { readonly version: string }, b: { readonly version: string }) =>
    versions.compare(a.version, b.version) || (a.version < b.version ? -1 : a.version > b.version ? 1 : 0);
}

function byFilename(a: { readonly filename: string }, b: { readonly filename: string }): number {
  return a.filename < b.filename ? -1 : a.filename > b.filename ? 1 : 0;
}
