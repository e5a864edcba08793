/** Whether a snapshot is still what was signed: signature, listings, documents, and with `deep` every file. */
import type { Digest } from '../../domain/digest.ts';
import type { EcosystemId } from '../../domain/purl.ts';
import type { Blobs } from '../../platform/blobs/port.ts';
import type { Verifier } from '../../platform/signing/port.ts';
import {
  type Manifest,
  parseManifest,
  parseShard,
  type Shard,
  type StoredDocument,
  type StoredFile,
} from './content.ts';
import { type DerivedDeps, problemOfDerived } from './derived.ts';
import { manifestBytes } from './manifests.ts';
import type { SnapshotRow } from './store.ts';

export type SnapshotCheck =
  | { readonly status: 'whole'; readonly number: number; readonly packages: number; readonly files: number }
  | { readonly status: 'broken'; readonly number: number; readonly problems: readonly string[] };

/** Problems named in one report; more say nothing new. */
const PROBLEMS_NAMED = 100;

/** Checks a snapshot. Documents are read and hashed always; files only with `deep`, otherwise they must be there. */
export async function verifySnapshot(deps: DerivedDeps, row: SnapshotRow, deep: boolean): Promise<SnapshotCheck> {
  const { blobs, verifier } = deps;
  const problems: string[] = [];
  const note = (what: string) => void (problems.length < PROBLEMS_NAMED && problems.push(what));
  const manifest = await signedManifest({ blobs, verifier, note }, row);
  let packages = 0;
  const files = new Set<Digest>();
  for (const [ecosystem, content] of Object.entries(manifest?.content ?? {})) {
    await checkDocuments(content.root, blobs, note);
    await readable(content.basis, blobs, note);
    for (const digest of Object.values(content.shards)) {
      const shard = await readShard(digest, blobs, note);
      for (const stored of Object.values(shard)) {
        packages += 1;
        await checkDocuments(stored.documents, blobs, note);
        for (const file of stored.files) {
          files.add(file.sha256);
          await checkStored(deps, file, { ecosystem, note, deep });
        }
      }
    }
  }
  return problems.length === 0
    ? { status: 'whole', number: row.number, packages, files: files.size }
    : { status: 'broken', number: row.number, problems };
}

type Note = (what: string) => void;

async function checkStored(
  deps: DerivedDeps,
  file: StoredFile,
  { ecosystem, note, deep }: { readonly ecosystem: EcosystemId; readonly note: Note; readonly deep: boolean },
): Promise<void> {
  const { blobs } = deps;
  if (file.metadata !== null) await readable(file.metadata.sha256, blobs, note);
  await checkFile(file.sha256, { blobs, note, deep, size: file.size });
  const problem = await problemOfDerived(deps, ecosystem, file);
  if (problem !== undefined) note(problem);
}

async function signedManifest(
  { blobs, verifier, note }: { readonly blobs: Blobs; readonly verifier: Verifier; readonly note: Note },
  row: SnapshotRow,
): Promise<Manifest | undefined> {
  try {
    const bytes = await manifestBytes(blobs, row);
    if (!verifier.verify(bytes, row.signature, row.public_key)) note('the signature of the manifest does not hold');
    const manifest = parseManifest(bytes);
    if (manifest.channel !== row.channel || manifest.number !== row.number) note('the manifest is of another snapshot');
    return manifest;
  } catch (error) {
    note(`the manifest cannot be read: ${wordsOf(error)}`);
    return undefined;
  }
}

async function readShard(digest: Digest, blobs: Blobs, note: Note): Promise<Shard> {
  try {
    return parseShard(await blobs.read(digest));
  } catch (error) {
    note(wordsOf(error));
    return {};
  }
}

async function checkDocuments(documents: readonly StoredDocument[], blobs: Blobs, note: Note): Promise<void> {
  for (const digest of new Set(documents.flatMap((document) => document.forms.map((form) => form.digest)))) {
    await readable(digest, blobs, note);
  }
}

async function readable(digest: Digest, blobs: Blobs, note: Note): Promise<void> {
  // Reading checks the hash.
  await blobs.read(digest).catch((error: unknown) => note(wordsOf(error)));
}

async function checkFile(
  digest: Digest,
  {
    blobs,
    note,
    deep,
    size,
  }: { readonly blobs: Blobs; readonly note: Note; readonly deep: boolean; readonly size: number },
): Promise<void> {
  if (deep) return await readable(digest, blobs, note);
  const there = await blobs.size(digest);
  if (there === undefined) note(`the file ${digest} is missing`);
  else if (there !== size) note(`the file ${digest} has ${there} bytes instead of ${size}`);
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
