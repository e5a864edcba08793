/** Puts a backup into an empty home. Nothing counts before everything has been checked against the manifest. */
import { createHash, randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { access, chmod, mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createZstdDecompress } from 'node:zlib';
import { sql } from 'kysely';
import { type Digest, digestFromHex } from '../../domain/digest.ts';
import { Problem } from '../../domain/problem.ts';
import type { Blobs } from '../blobs/port.ts';
import { appliedMigrations, availableMigrations, migrate } from '../db/migrate.ts';
import type { Database, Transaction } from '../db/port.ts';
import type { Verifier } from '../signing/port.ts';
import { MANIFEST, type Manifest, manifestSchema, SIGNATURE, signatureSchema } from './manifest.ts';
import { loadPiece, reloading, setSequence, tablesOf } from './tables.ts';
import { damagedBackup, readTar, type TarFile } from './tar.ts';

export interface RestoreOptions {
  readonly file: string;
  /** The new home; it may hold an empty database and blobs, no configuration of its own. */
  readonly home: string;
  readonly db: Database;
  readonly blobs: Blobs;
  readonly verifier: Verifier;
  /** The folder of the migrations. */
  readonly migrations: string;
  readonly progress?: ((done: { readonly what: 'read' | 'database'; readonly bytes: number }) => void) | undefined;
}

export interface RestoreResult {
  readonly madeAt: string;
  /** What `verifyLedger` is to find again. */
  readonly ledger: { readonly sequence: number; readonly hash: string };
  readonly blobs: readonly Digest[];
  /** Whether signing keys came along; without them the home can serve and verify, not publish. */
  readonly keys: boolean;
  /** The key that signed the backup, PEM. */
  readonly publicKey: string;
}

/** A manifest names every blob: a million of them take 150 MB. */
const LARGEST_MANIFEST_BYTES = 256 * 1024 * 1024;

/**
 * Restores, and brings the schema forward to this release. Every byte is hashed on the way. Throws `home-not-empty`,
 * `backup-damaged` and `schema-too-new`, each of which leaves the database and the home's files as they were.
 */
export async function restoreBackup(options: RestoreOptions): Promise<RestoreResult> {
  await refuseUsedHome(options);
  const staging = join(options.home, `restoring.${randomBytes(4).toString('hex')}`);
  await mkdir(staging, { mode: 0o700 });
  try {
    const received = await receive(options, staging);
    const { manifest, publicKey } = checked(options, received);
    await refuseExistingFiles(options.home, manifest);
    await loadDatabase(options, manifest, staging);
    await placeFiles(options.home, manifest, staging);
    await migrate({ db: options.db, folder: options.migrations });
    const blobs = manifest.files.flatMap((file) => (file.path.startsWith('blobs/') ? [blobDigest(file.path)] : []));
    return { madeAt: manifest.madeAt, ledger: manifest.ledger, blobs, keys: manifest.keys, publicKey };
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

interface Received {
  readonly files: ReadonlyMap<string, { readonly size: number; readonly digest: Digest }>;
  readonly manifest: Uint8Array | undefined;
  readonly signature: Uint8Array | undefined;
}

async function receive(options: RestoreOptions, staging: string): Promise<Received> {
  const source = createReadStream(options.file);
  const plain = source.pipe(createZstdDecompress());
  source.once('error', (error) => plain.destroy(error));
  try {
    return await receiveAll(options, staging, readTar(plain));
  } catch (error) {
    throw receiveProblem(options.file, error);
  } finally {
    source.destroy();
    plain.destroy();
  }
}

async function receiveAll(options: RestoreOptions, staging: string, tar: AsyncIterable<TarFile>): Promise<Received> {
  const files = new Map<string, { size: number; digest: Digest }>();
  let manifest: Uint8Array | undefined;
  let signature: Uint8Array | undefined;
  let bytes = 0;
  for await (const file of tar) {
    if (file.path === MANIFEST) manifest = await whole(file);
    else if (file.path === SIGNATURE) signature = await whole(file);
    else if (files.has(file.path)) throw damagedBackup(`it holds ${file.path} twice`);
    else if (file.path.startsWith('blobs/')) files.set(file.path, await receiveBlob(options.blobs, file));
    else files.set(file.path, await receiveFile(file, join(staging, file.path)));
    bytes += file.size;
    options.progress?.({ what: 'read', bytes });
  }
  return { files, manifest, signature };
}

/** Zstandard's own complaints and cut-off ends are the backup's fault; a full disk is not. */
function receiveProblem(path: string, error: unknown): unknown {
  if (error instanceof Problem)
    return error.code === 'blob-mismatch' ? damagedBackup('a blob was changed', error) : error;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'ENOENT') return missingFile(path);
  if (code === 'ENOSPC' || code === 'EDQUOT') return error;
  return damagedBackup(error instanceof Error ? error.message : String(error), error);
}

async function whole(file: TarFile): Promise<Uint8Array> {
  if (file.size > LARGEST_MANIFEST_BYTES) throw damagedBackup('its manifest is too large');
  const chunks: Uint8Array[] = [];
  for await (const chunk of file.body) chunks.push(chunk);
  return Buffer.concat(chunks);
}

async function receiveBlob(blobs: Blobs, file: TarFile): Promise<{ size: number; digest: Digest }> {
  return blobs.put(file.body, { digest: blobDigest(file.path) });
}

function blobDigest(path: string): Digest {
  const digest = digestFromHex(path.slice(path.lastIndexOf('/') + 1));
  if (digest === undefined) throw damagedBackup(`it names a blob ${path}`);
  return digest;
}

async function receiveFile(file: TarFile, target: string): Promise<{ size: number; digest: Digest }> {
  await mkdir(dirname(target), { recursive: true });
  const hash = createHash('sha256');
  const handle = await open(target, 'wx', 0o600);
  try {
    for await (const chunk of file.body) {
      hash.update(chunk);
      await handle.writeFile(chunk);
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
  return { size: file.size, digest: `sha256:${hash.digest('hex')}` };
}

function checked(options: RestoreOptions, received: Received): { manifest: Manifest; publicKey: string } {
  if (received.manifest === undefined || received.signature === undefined) throw damagedBackup('it ends in the middle');
  const signature = signatureSchema.safeParse(jsonOf(received.signature));
  const manifest = manifestSchema.safeParse(jsonOf(received.manifest));
  if (!manifest.success || !signature.success) throw damagedBackup('its manifest cannot be read');
  const { publicKey } = signature.data;
  if (!options.verifier.verify(received.manifest, signature.data.signature, publicKey)) {
    throw damagedBackup('its signature does not fit');
  }
  for (const file of manifest.data.files) {
    const found = received.files.get(file.path);
    if (found === undefined) throw damagedBackup(`${file.path} is missing`);
    if (found.size !== file.size || found.digest !== file.digest) throw damagedBackup(`${file.path} was changed`);
  }
  if (received.files.size !== manifest.data.files.length)
    throw damagedBackup('it holds files that its manifest does not name');
  return { manifest: manifest.data, publicKey };
}

async function loadDatabase(options: RestoreOptions, manifest: Manifest, staging: string): Promise<void> {
  const last = manifest.migrations.at(-1);
  if (last === undefined) throw damagedBackup('its manifest names no migration');
  const known = await availableMigrations(options.migrations);
  if (!manifest.migrations.every((name) => known.includes(name)))
    throw tooNew(manifest.migrations.filter((name) => !known.includes(name)));
  await migrate({ db: options.db, folder: options.migrations, upTo: last });
  await options.db.transaction().execute((transaction) => loadTables(options, transaction, { manifest, staging }));
}

async function loadTables(
  options: RestoreOptions,
  db: Transaction,
  { manifest, staging }: { readonly manifest: Manifest; readonly staging: string },
): Promise<void> {
  const ours = await tablesOf(db);
  let bytes = 0;
  await reloading(db, ours, async () => {
    for (const { name, columns, pieces } of manifest.tables) {
      const here = ours.find((table) => table.name === name);
      // Types and names come from our own schema; the backup only says in which order its columns stand.
      const ordered = columns.map((column) => here?.columns.find((other) => other.name === column.name));
      if (here === undefined || ordered.some((column) => column === undefined)) {
        throw damagedBackup(`its table ${name} is not that of its own release`);
      }
      const table = { name, columns: ordered.filter((column) => column !== undefined) };
      for (const piece of pieces) {
        const text = await readFile(join(staging, piece), 'utf8');
        await loadPiece(db, table, text);
        bytes += text.length;
        options.progress?.({ what: 'database', bytes });
      }
    }
    for (const sequence of manifest.sequences) await setSequence(db, sequence);
  });
}

async function placeFiles(home: string, manifest: Manifest, staging: string): Promise<void> {
  for (const { path } of manifest.files) {
    const relative = homePath(path);
    if (relative === undefined) continue;
    const target = join(home, relative);
    await mkdir(dirname(target), { recursive: true, mode: 0o700 });
    await rename(join(staging, path), target);
    if (path.startsWith('keys/')) await chmod(dirname(target), 0o700);
  }
}

/** Where a file of the backup belongs in the home; `undefined` for what is not a file of the home. */
function homePath(path: string): string | undefined {
  const match = /^(?:home|keys)\/(.+)$/.exec(path);
  return match?.[1];
}

async function refuseUsedHome({ db, migrations, home }: RestoreOptions): Promise<void> {
  const applied = await appliedMigrations(db, migrations);
  if (applied.length === 0) return;
  const { rows } = await sql`select 1 from ledger limit 1`.execute(db);
  if (rows.length > 0) throw notEmpty(home);
}

async function refuseExistingFiles(home: string, manifest: Manifest): Promise<void> {
  for (const { path } of manifest.files) {
    const relative = homePath(path);
    if (relative === undefined) continue;
    const exists = await access(join(home, relative)).then(
      () => true,
      () => false,
    );
    if (exists) throw notEmpty(home, `it holds ${relative} already`);
  }
}

function notEmpty(home: string, why = 'its database is in use'): Problem {
  return new Problem({
    kind: 'conflict',
    code: 'home-not-empty',
    what: `${home} is not empty`,
    why,
    next: 'Restore into a new home, and move over when it has been verified.',
  });
}

function tooNew(names: readonly string[]): Problem {
  return new Problem({
    kind: 'conflict',
    code: 'schema-too-new',
    what: 'The backup was made by a newer release of Pratique',
    why: `this one does not know ${names.join(', ')}`,
    next: 'Restore it with that release or a newer one.',
  });
}

function missingFile(file: string): Problem {
  return new Problem({ kind: 'not-found', code: 'backup-missing', what: `There is no file ${file}` });
}

function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch {
    return undefined;
  }
}
