/** Attestations: fetched from where upstream's listing says they are, kept as they came, found again for later releases. */
import { createHash } from 'node:crypto';
import pLimit from 'p-limit';
import type { AttestationsAnswer, AttestedFile, EarlierAttestations } from '../../domain/attestation.ts';
import type { Digest } from '../../domain/digest.ts';
import type { Distribution, UpstreamPackage, UpstreamRelease } from '../../domain/distribution.ts';
import type { EcosystemId } from '../../domain/purl.ts';
import type { ScanContext } from '../../scanners/contract.ts';
import { askedTogether } from './asked-together.ts';
import { type AttestationRow, findAttestations, findAttested, saveAttestation } from './attestation-store.ts';
import type { ConnectedEcosystem, VettingDeps } from './deps.ts';
import { previousOf } from './previous-release.ts';

/** Bytes of one document: an honest one takes 10 kB for each attestation. */
const MAX_DOCUMENT_BYTES = 2 * 1024 * 1024;
/** What was seen so lately is not asked for again: vetting a tree twice in a day asks upstream once. */
const FRESH_MS = 24 * 3_600_000;
/** Questions to upstream at a time: as polite as with files. */
const AT_A_TIME = 6;
/** PEP 740's own type first; npm answers plain JSON. */
const ACCEPT = 'application/vnd.pypi.integrity.v1+json, application/json;q=0.5';

export type AttestationDeps = Pick<VettingDeps, 'blobs' | 'clearedReleases' | 'clock' | 'db' | 'fetch'>;

/** One per vetting: what is asked twice for a file or a release is found out once. */
export function createAttestations(
  deps: AttestationDeps,
  ecosystem: EcosystemId,
  connected: ConnectedEcosystem,
): Pick<ScanContext, 'attestations' | 'earlierAttestations' | 'sha512'> {
  const { db } = deps;
  const turns = pLimit(AT_A_TIME);
  const reading: Reading = {
    ...{ deps, ecosystem, connected },
    fetchDocument: (distribution) => turns(() => fetchDocument(deps, distribution)),
    rowsOf: askedTogether((releases) => findAttestations(db, ecosystem, releases)),
    isAttested: askedTogether(async (names) => {
      const attested = await findAttested(db, ecosystem, names);
      return (name) => attested.has(name);
    }),
  };
  const ofFiles = new Map<string, Promise<AttestationsAnswer>>();
  const ofReleases = new Map<string, Promise<readonly EarlierAttestations[]>>();
  return {
    attestations: (file) =>
      once(ofFiles, `${file.distribution.url} ${file.sha256}`, () => attestationsOf(reading, file)),
    earlierAttestations: (name, version) =>
      once(ofReleases, `${name} ${version}`, () => earlierOf(reading, name, version)),
    async sha512(of) {
      const hash = createHash('sha512');
      for await (const piece of deps.blobs.stream(of)) hash.update(piece);
      return hash.digest('hex');
    },
  };
}

function once<T>(known: Map<string, Promise<T>>, key: string, find: () => Promise<T>): Promise<T> {
  const running = known.get(key) ?? find();
  known.set(key, running);
  return running;
}

interface Reading {
  readonly deps: AttestationDeps;
  readonly ecosystem: EcosystemId;
  readonly connected: ConnectedEcosystem;
  /** As many at a time as is polite. */
  fetchDocument(distribution: Distribution): Promise<FetchedAttestations>;
  /** What was seen of a release, and whether anything was of a package; all of a tree ask at about the same time. */
  rowsOf(release: { readonly name: string; readonly version: string }): Promise<readonly AttestationRow[]>;
  isAttested(name: string): Promise<boolean>;
}

async function attestationsOf(reading: Reading, file: AttestedFile): Promise<AttestationsAnswer> {
  const { name, version, distribution, sha256 } = file;
  const rows = await reading.rowsOf({ name, version });
  const seen = rows.find((row) => row.filename === distribution.filename && row.sha256 === sha256);
  if (distribution.provenanceUrl !== undefined) return readDocument(reading, file, seen);
  const listing = await listingOf(reading, name);
  const siblings = listing?.releases.find((release) => release.version === version)?.distributions ?? [];
  const attestedSiblings = siblings.filter((one) => one.provenanceUrl !== undefined).map(({ filename }) => filename);
  return {
    status: 'none',
    attestedSiblings: attestedSiblings.toSorted(),
    seenBefore: seen?.seenAt.toISOString(),
  };
}

/** The document that upstream names for a file. It is kept for the bytes that it was published for. */
async function readDocument(
  { deps, ecosystem, ...reading }: Reading,
  { name, version, distribution, sha256 }: AttestedFile,
  seen: AttestationRow | undefined,
): Promise<Exclude<AttestationsAnswer, { status: 'none' }>> {
  const { filename } = distribution;
  const now = deps.clock.now();
  const isFresh = seen !== undefined && now.getTime() - seen.seenAt.getTime() < FRESH_MS;
  if (isFresh && (await deps.blobs.has(seen.document)))
    return { status: 'found', text: await storedText(deps, seen.document), document: seen.document };
  const answer = await reading.fetchDocument(distribution);
  if (answer.status === 'found') {
    const document = (await deps.blobs.put(answer.body)).digest;
    await saveAttestation(deps.db, { ecosystem, name, version, filename, sha256, document, seenAt: now });
    return { status: 'found', text: new TextDecoder().decode(answer.body), document };
  }
  return answer;
}

type FetchedAttestations =
  | { readonly status: 'found'; readonly body: Uint8Array }
  | { readonly status: 'failed'; readonly reason: string };

async function fetchDocument(
  { fetch }: Pick<AttestationDeps, 'fetch'>,
  { filename, provenanceUrl = '', source }: Distribution,
): Promise<FetchedAttestations> {
  const options = { accept: ACCEPT, maxBytes: MAX_DOCUMENT_BYTES, linkedBy: source };
  const answer = await fetch.document(provenanceUrl, options);
  switch (answer.status) {
    case 'found':
      return answer;
    case 'absent':
      return { status: 'failed', reason: `${source} names attestations of ${filename} that cannot be found there` };
    case 'failed':
      return { status: 'failed', reason: `The attestations of ${filename}: ${answer.reason}` };
  }
}

async function storedText(deps: AttestationDeps, document: Digest): Promise<string> {
  return new TextDecoder().decode(await deps.blobs.read(document));
}

async function earlierOf(reading: Reading, name: string, version: string): Promise<readonly EarlierAttestations[]> {
  const { deps, ecosystem, connected } = reading;
  const { versions } = connected.ecosystem;
  const listing = await listingOf(reading, name);
  // Most packages never had any: which release was cleared before need not be found out then.
  const isAttested = listing?.releases.some((release) => attestedFileOf(release) !== undefined) ?? false;
  if (!isAttested && !(await reading.isAttested(name))) return [];
  const cleared = previousOf(await deps.clearedReleases(ecosystem, name), version, versions);
  const older = (listing?.releases ?? []).filter((one) => versions.compare(one.version, version) < 0);
  const settled = older.filter((one) => !versions.isPrerelease(one.version));
  const before = previousOf(settled.length > 0 ? settled : older, version, versions);
  const earlier: EarlierAttestations[] = [];
  if (cleared !== undefined)
    earlier.push(await earlierRelease(reading, { name, role: 'cleared', listing, version: cleared.version }));
  if (before !== undefined && before.version !== cleared?.version)
    earlier.push(await earlierRelease(reading, { name, role: 'upstream', listing, version: before.version }));
  return earlier;
}

interface Earlier extends Pick<EarlierAttestations, 'role' | 'version'> {
  readonly name: string;
  readonly listing: UpstreamPackage | undefined;
}

/** What was kept when it was vetted goes before what upstream says today: upstream may have taken it back. */
async function earlierRelease(
  reading: Reading,
  { name, role, version, listing }: Earlier,
): Promise<EarlierAttestations> {
  const { deps, ecosystem } = reading;
  const [row] = await reading.rowsOf({ name, version });
  if (row !== undefined) {
    const { filename, sha256 } = row;
    const text = await storedText(deps, row.document);
    return { version, role, state: { status: 'found', filename, sha256, text } };
  }
  const distribution = attestedFileOf(listing?.releases.find((release) => release.version === version));
  if (distribution === undefined) return { version, role, state: { status: 'none' } };
  const answer = await reading.fetchDocument(distribution);
  if (answer.status === 'failed') return { version, role, state: answer };
  const { filename, sha256 } = distribution;
  if (sha256 !== undefined) {
    const document = (await deps.blobs.put(answer.body)).digest;
    await saveAttestation(deps.db, { ecosystem, name, version, filename, sha256, document, seenAt: deps.clock.now() });
  }
  return { version, role, state: { status: 'found', filename, sha256, text: new TextDecoder().decode(answer.body) } };
}

/** A wheel where there is one: what most people install. */
function attestedFileOf(release: UpstreamRelease | undefined): Distribution | undefined {
  const attested = (release?.distributions ?? []).filter((one) => one.provenanceUrl !== undefined);
  return attested.find((one) => one.kind === 'wheel') ?? attested[0];
}

async function listingOf({ connected }: Reading, name: string): Promise<UpstreamPackage | undefined> {
  const answer = await connected.reader.readPackage(name);
  return answer.status === 'found' ? answer.package : undefined;
}
