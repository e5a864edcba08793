import { generateKeyPairSync } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MIGRATIONS } from '../../../test/harness/database.ts';
import { openFolderBlobs } from '../blobs/folder.ts';
import { systemClock } from '../clock/system.ts';
import { findBinaries } from '../db/binaries.ts';
import { availableMigrations, migrate } from '../db/migrate.ts';
import { openDatabase } from '../db/open.ts';
import { createHeads } from '../ledger/heads.ts';
import { verifyLedger } from '../ledger/history.ts';
import { createLedger } from '../ledger/ledger.ts';
import { signerOf, verifier } from '../signing/keys.ts';
import { type BackupResult, makeBackup } from './backup.ts';
import { type RestoreOptions, restoreBackup } from './restore.ts';

const root = mkdtempSync(join(tmpdir(), 'pratique-backup-'));
chmodSync(root, 0o755);
const clock = systemClock();
const signer = signerOf(generateKeyPairSync('ed25519').privateKey);
const publicKeys = new Map([[signer.keyId, signer.publicKey]]);
const path = process.env['PATH'];
const programs = await findBinaries({ path });

async function openHome(name: string, pgBin: string | undefined) {
  const home = join(root, name);
  mkdirSync(home, { mode: 0o755 });
  const database = await openDatabase({ home, path, pgBin });
  const blobs = await openFolderBlobs(join(home, 'blobs'));
  return { home, database, db: database.db, blobs };
}
type Home = Awaited<ReturnType<typeof openHome>>;

const ODD_VALUES = sql`
  insert into odd (name, at, bytes, list, doc, amount, precise) values
    (E'line\\nbreak "quoted" \\\\ \u2028', '2026-01-02T03:04:05.678901Z', '\\x00ff', array['a','b,"c',null], 'null', 0.1, 1e-300),
    ('null', null, null, null, '{"a":[1.50,"x"]}', 12345678901234567890.123, 'NaN')`;

async function fill(home: Home): Promise<void> {
  await migrate({ db: home.db, folder: MIGRATIONS });
  // Stands for any table that rooms may have, with every kind of value; made by hand on both sides.
  await makeOdd(home);
  await ODD_VALUES.execute(home.db);
  writeFileSync(join(home.home, 'pratique.yaml'), 'window: 5\n');
  mkdirSync(join(home.home, 'keys'), { mode: 0o700 });
  writeFileSync(join(home.home, 'keys', 'signing-key.pem'), 'secret', { mode: 0o600 });
}

async function makeOdd(home: Home): Promise<void> {
  await sql`create table odd (id bigint generated always as identity primary key, parent bigint references odd, name text,
    at timestamptz, bytes bytea, list text[], doc jsonb, amount numeric, precise float8,
    twice text generated always as (name || name) stored)`.execute(home.db);
}

let source: Home;
let result: BackupResult;
const file = join(root, 'home.backup');
const options = () => ({
  file,
  home: source.home,
  db: source.db,
  blobs: source.blobs,
  clock,
  signer,
  homeFiles: ['pratique.yaml', 'absent.yaml'],
  headsFile: 'ledger-heads.jsonl',
  keysFolder: 'keys',
});

/** A backup while blobs and facts are being written as fast as they can. */
beforeAll(async () => {
  source = await openHome('source', programs[0]?.folder);
  await fill(source);
  const heads = createHeads({ db: source.db, clock, signer, file: join(source.home, 'ledger-heads.jsonl') });
  const ledger = createLedger({ db: source.db, clock, reactionsTo: () => [], afterAppend: heads.signIfDue });
  let written = 0;
  let stop = false;
  const load = (async () => {
    while (!stop) {
      const blob = await source.blobs.put(Buffer.from(`blob ${written}`));
      await ledger.change({ kind: 'system' }, async ({ append }) =>
        append({ kind: 'snapshot-published', channel: 'main', number: written, manifest: blob.digest }),
      );
      written += 1;
    }
  })();
  while (written <= 70) await new Promise((resolve) => setTimeout(resolve, 5));
  result = await makeBackup({ ...options(), migrations: await availableMigrations(MIGRATIONS) });
  stop = true;
  await load;
});
afterAll(async () => {
  await source.database.destroy();
  rmSync(root, { recursive: true, force: true });
});

async function restoring(name: string, pgBin: string | undefined, more: Partial<RestoreOptions> = {}) {
  const home = await openHome(name, pgBin);
  const restore = async () => {
    const migrated = await migrate({ db: home.db, folder: MIGRATIONS });
    if (migrated.length > 0) await makeOdd(home);
    return restoreBackup({
      file,
      home: home.home,
      db: home.db,
      blobs: home.blobs,
      verifier,
      migrations: MIGRATIONS,
      ...more,
    });
  };
  return { ...home, restore };
}

describe('a backup', () => {
  it.each(programs.map((one) => [one.major, one.folder] as const))(
    'is restored by PostgreSQL %i: every value, every blob, the same ledger',
    async (major, folder) => {
      const home = await restoring(`restored-${major}`, folder);
      const restored = await home.restore();
      expect(restored.ledger).toEqual(result.ledger);
      expect(restored.ledger.sequence).toBeGreaterThan(70);
      const check = await verifyLedger({
        db: home.db,
        verifier,
        publicKeys,
        headsFile: join(home.home, 'ledger-heads.jsonl'),
        expected: restored.ledger,
      });
      expect(check).toEqual({ status: 'whole', rows: result.ledger.sequence, head: result.ledger.hash });
      const odd = sql<{ text: string }>`select odd::text as text from odd order by id`;
      expect((await odd.execute(home.db)).rows).toEqual((await odd.execute(source.db)).rows);
      const missing = await sql<{ digest: `sha256:${string}` }>`select fact->>'manifest' as digest from ledger`.execute(
        home.db,
      );
      for (const { digest } of missing.rows) expect(await home.blobs.has(digest)).toBe(true);
      expect((await home.blobs.verifyAll()).damaged).toEqual([]);
      const next = await sql<{ id: number }>`insert into odd (name) values ('next') returning id`.execute(home.db);
      expect(next.rows[0]?.id).toBe(3);
      expect(readFileSync(join(home.home, 'pratique.yaml'), 'utf8')).toBe('window: 5\n');
      expect(statSync(join(home.home, 'keys', 'signing-key.pem')).mode & 0o777).toBe(0o600);
      await expect(home.restore()).rejects.toMatchObject({ code: 'home-not-empty' });
      expect(readdirSync(home.home).filter((name) => name.startsWith('restoring'))).toEqual([]);
      await home.database.destroy();
    },
  );

  it('that is damaged or cut off changes nothing', async () => {
    const home = await restoring('damaged', programs[0]?.folder);
    const whole = readFileSync(file);
    const changed = Buffer.from(whole);
    const middle = Math.floor(whole.length / 2);
    changed.writeUInt8((changed.readUInt8(middle) + 1) % 256, middle);
    const broken = [whole.subarray(0, middle), whole.subarray(0, whole.length - 3), changed, Buffer.from('nonsense')];
    for (const bytes of broken) {
      writeFileSync(join(root, 'broken.backup'), bytes);
      const again = { ...home, file: join(root, 'broken.backup') };
      const attempt = restoreBackup({ ...again, home: home.home, verifier, migrations: MIGRATIONS });
      await expect(attempt).rejects.toMatchObject({ code: 'backup-damaged' });
    }
    expect(readdirSync(home.home).toSorted()).toEqual(['blobs', 'database', 'database.json', 'logs']);
    const absent = restoreBackup({ ...home, file: join(root, 'absent'), verifier, migrations: MIGRATIONS });
    await expect(absent).rejects.toMatchObject({ code: 'backup-missing' });
    await home.database.destroy();
  });

  it('never overwrites an older one, and leaves nothing when it fails', async () => {
    const migrations = await availableMigrations(MIGRATIONS);
    await expect(makeBackup({ ...options(), migrations })).rejects.toMatchObject({ code: 'backup-exists' });
    const { blobs } = source;
    const absent = `sha256:${'0'.repeat(64)}` as const;
    const lying: typeof blobs = {
      put: (bytes, expected) => blobs.put(bytes, expected),
      has: (digest) => blobs.has(digest),
      read: (digest) => blobs.read(digest),
      size: (digest) => blobs.size(digest),
      path: (digest) => blobs.path(digest),
      list: () => blobs.list(),
      verifyAll: () => blobs.verifyAll(),
      sweep: () => blobs.sweep(),
      stream: () => blobs.stream(absent),
    };
    const other = join(root, 'other.backup');
    await expect(makeBackup({ ...options(), file: other, migrations, blobs: lying })).rejects.toThrow();
    expect(existsSync(other)).toBe(false);
    expect(readdirSync(root).filter((name) => name.endsWith('.partial'))).toEqual([]);
  });
});
