/** Writes a whole home into one file while it is in use: database, blobs, configuration and, when asked, keys. */
import { createHash } from 'node:crypto';
import { open, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createZstdCompress } from 'node:zlib';
import { sql } from 'kysely';
import { hexOf } from '../../domain/digest.ts';
import { Problem } from '../../domain/problem.ts';
import type { Blobs, StoredBlob } from '../blobs/port.ts';
import type { Clock } from '../clock/port.ts';
import type { Database, Transaction } from '../db/port.ts';
import type { Signer } from '../signing/port.ts';
import { MANIFEST, type Manifest, SIGNATURE } from './manifest.ts';
import { dumpTable, sequencesOf, tablesOf } from './tables.ts';
import { tarEnd, tarFile } from './tar.ts';
import { isThere, writeWhole } from './whole-file.ts';

export interface BackupOptions {
  /** The file to write (tar, zstd); it must not exist. */
  readonly file: string;
  readonly home: string;
  readonly db: Database;
  readonly blobs: Blobs & { list(): AsyncIterable<StoredBlob> };
  readonly clock: Clock;
  readonly signer: Signer;
  /** Names of the migrations that the database has, oldest first. */
  readonly migrations: readonly string[];
  /** Files of the home to take along, relative to it: `pratique.yaml`, `policy.yaml`. Absent ones are passed over. */
  readonly homeFiles: readonly string[];
  /** The file of signed ledger heads, relative to the home; heads later than the dump stay out of it. */
  readonly headsFile: string;
  /** Folder of the keys, relative to the home; `undefined` leaves them out. */
  readonly keysFolder?: string | undefined;
  readonly progress?: ((done: { readonly what: 'database' | 'blobs'; readonly bytes: number }) => void) | undefined;
}

export interface BackupResult {
  /** Bytes of the file. */
  readonly size: number;
  readonly ledger: { readonly sequence: number; readonly hash: string };
  readonly blobs: number;
}

/**
 * Makes the backup: one consistent moment of the database, and every blob that it can mention (blobs are written before
 * what mentions them, and are never removed). The file appears whole or not at all. Throws `backup-exists`, `disk-full`.
 */
export async function makeBackup(options: BackupOptions): Promise<BackupResult> {
  if (await isThere(options.file)) throw existsAlready(options.file);
  const writer = new Writer(options);
  await writeWhole(options.file, (to) => pipeline(writer.chunks(), createZstdCompress(), to));
  return await writer.result();
}

class Writer {
  readonly #options: BackupOptions;
  readonly #files: Manifest['files'] = [];
  readonly #tables: Manifest['tables'] = [];
  #sequences: Manifest['sequences'] = [];
  #ledger: Manifest['ledger'] = { sequence: 0, hash: '' };
  #madeAt = '';
  #blobs = 0;
  #bytes = 0;

  constructor(options: BackupOptions) {
    this.#options = options;
  }

  async *chunks(): AsyncGenerator<Uint8Array> {
    yield* this.#database();
    for await (const blob of this.#options.blobs.list()) yield* this.#blob(blob);
    for (const name of this.#options.homeFiles) yield* this.#homeFile(name);
    yield* this.#heads();
    if (this.#options.keysFolder !== undefined) yield* this.#keys(this.#options.keysFolder);
    const manifest = Buffer.from(JSON.stringify(this.#manifest()));
    yield* tarFile({ path: MANIFEST, size: manifest.byteLength, body: manifest });
    const { keyId, publicKey } = this.#options.signer;
    const signed = Buffer.from(JSON.stringify({ keyId, publicKey, signature: this.#options.signer.sign(manifest) }));
    yield* tarFile({ path: SIGNATURE, size: signed.byteLength, body: signed });
    yield tarEnd();
  }

  async result(): Promise<BackupResult> {
    const handle = await open(this.#options.file, 'r');
    const { size } = await handle.stat().finally(() => handle.close());
    return { size, ledger: this.#ledger, blobs: this.#blobs };
  }

  async *#database(): AsyncGenerator<Uint8Array> {
    const transaction = await this.#options.db
      .startTransaction()
      .setIsolationLevel('repeatable read')
      .setAccessMode('read only')
      .execute();
    try {
      await this.#readHead(transaction);
      for (const table of await tablesOf(transaction)) {
        const pieces: string[] = [];
        for await (const piece of dumpTable(transaction, table)) {
          const path = `database/${table.name}/${String(pieces.length + 1).padStart(6, '0')}.jsonl`;
          pieces.push(path);
          yield* this.#bytesFile(path, Buffer.from(piece));
          this.#options.progress?.({ what: 'database', bytes: this.#bytes });
        }
        this.#tables.push({ name: table.name, columns: [...table.columns], pieces });
      }
      this.#sequences = [...(await sequencesOf(transaction))];
    } finally {
      await transaction.rollback().execute();
    }
  }

  async #readHead(transaction: Transaction): Promise<void> {
    this.#madeAt = this.#options.clock.now().toISOString();
    const { rows } = await sql<{ sequence: number; hash: string }>`
      select sequence, hash from ledger order by sequence desc limit 1`.execute(transaction);
    this.#ledger = rows[0] ?? this.#ledger;
  }

  async *#blob(blob: StoredBlob): AsyncGenerator<Uint8Array> {
    const hex = hexOf(blob.digest);
    const path = `blobs/${hex.slice(0, 2)}/${hex}`;
    // Its name is its digest: a blob that was damaged on the disk is found by the restore, and by `doctor --deep`.
    yield* tarFile({ path, size: blob.size, body: this.#options.blobs.stream(blob.digest) });
    this.#files.push({ path, size: blob.size, digest: blob.digest });
    this.#blobs += 1;
    this.#bytes += blob.size;
    this.#options.progress?.({ what: 'blobs', bytes: this.#bytes });
  }

  async *#homeFile(name: string, as: 'home' | 'keys' = 'home'): AsyncGenerator<Uint8Array> {
    const bytes = await readFile(join(this.#options.home, name)).catch((error: unknown) => {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
      throw error;
    });
    if (bytes !== undefined) yield* this.#bytesFile(`${as}/${name}`, bytes);
  }

  /** A head signed after the dump would make the restored ledger look cut off. */
  async *#heads(): AsyncGenerator<Uint8Array> {
    const text = await readFile(join(this.#options.home, this.#options.headsFile), 'utf8').catch(() => '');
    const lines = text.split('\n').filter((line) => {
      const sequence = /"sequence":(\d+)/.exec(line)?.[1];
      return sequence !== undefined && Number(sequence) <= this.#ledger.sequence;
    });
    if (lines.length === 0) return;
    yield* this.#bytesFile(`home/${this.#options.headsFile}`, Buffer.from(`${lines.join('\n')}\n`));
  }

  async *#keys(folder: string): AsyncGenerator<Uint8Array> {
    const names = (await readdir(join(this.#options.home, folder))).filter((name) => !name.startsWith('.'));
    for (const name of names.toSorted()) yield* this.#homeFile(`${folder}/${name}`, 'keys');
  }

  async *#bytesFile(path: string, bytes: Uint8Array): AsyncGenerator<Uint8Array> {
    yield* tarFile({ path, size: bytes.byteLength, body: bytes });
    const hash = createHash('sha256').update(bytes).digest('hex');
    this.#files.push({ path, size: bytes.byteLength, digest: `sha256:${hash}` });
    this.#bytes += bytes.byteLength;
  }

  #manifest(): Manifest {
    return {
      schema: 'pratique.backup/1',
      madeAt: this.#madeAt,
      migrations: [...this.#options.migrations],
      ledger: this.#ledger,
      tables: this.#tables,
      sequences: this.#sequences,
      keys: this.#options.keysFolder !== undefined,
      files: this.#files,
    };
  }
}

function existsAlready(file: string): Problem {
  return new Problem({
    kind: 'usage',
    code: 'backup-exists',
    what: `${file} exists already`,
    next: 'Choose another name: an older backup is never overwritten.',
  });
}
