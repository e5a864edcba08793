/** Care of a home: backup, restore, migration. */
import { relative } from 'node:path';
import { SYSTEM } from '../domain/people.ts';
import { Problem } from '../domain/problem.ts';
import { listChannels } from '../features/channels/read.ts';
import { makeBackup } from '../platform/backup/backup.ts';
import { restoreBackup } from '../platform/backup/restore.ts';
import { openFolderBlobs } from '../platform/blobs/folder.ts';
import { appliedMigrations, migrate } from '../platform/db/migrate.ts';
import type { Environment } from '../platform/environment/environment.ts';
import { silentLog } from '../platform/log/pino.ts';
import { verifier } from '../platform/signing/keys.ts';
import { createApp, type OpenApp } from './app.ts';
import { parseConfig, readConfig } from './config.ts';
import { MIGRATIONS, openFoundation, openHomeDatabase } from './foundation.ts';
import { createHome, type Home, headsFile, homeAt, openHome } from './home.ts';

interface BackupAsk {
  readonly folder: string;
  readonly environment: Environment;
  readonly file: string;
  readonly keys: boolean;
}

/** One file with everything, of one moment of the database; serving and vetting go on. */
export async function backupHome({ folder, environment, file, keys }: BackupAsk) {
  const app = createApp(await openFoundation({ home: await openHome(folder), environment, logTo: 'file' }));
  try {
    const { home, database, blobs, clock, signer, heads } = app.foundation;
    await heads.sign();
    const result = await makeBackup({
      file,
      home: home.folder,
      db: database.db,
      blobs,
      clock,
      signer,
      migrations: await appliedMigrations(database.db, MIGRATIONS),
      homeFiles: filesOf(home),
      headsFile: relative(home.folder, headsFile(home)),
      ...(keys ? { keysFolder: relative(home.folder, home.keys) } : {}),
    });
    const { hash: head } = result.ledger;
    await app.rooms.ledger.change(SYSTEM, async ({ append }) => append({ kind: 'backup-made', head }));
    return { file, bytes: result.size, blobs: result.blobs, ledger: result.ledger, keys };
  } finally {
    await app.close();
  }
}

function filesOf(home: Home): readonly string[] {
  return [home.config, home.policy, home.policyCases].map((path) => relative(home.folder, path));
}

interface RestoreAsk {
  readonly folder: string;
  readonly environment: Environment;
  readonly file: string;
  readonly verify: boolean;
}

/** A home from a backup, in an empty folder; with `verify`, everything in it is proved afterwards. */
export async function restoreHome({ folder, environment, file, verify }: RestoreAsk) {
  const home = await createHome(folder);
  const config = parseConfig('', homeAt(folder).config);
  const database = await openHomeDatabase(home, config, { environment, log: silentLog });
  let restored: Awaited<ReturnType<typeof restoreBackup>>;
  try {
    const blobs = await openFolderBlobs(home.blobs);
    const { db } = database;
    restored = await restoreBackup({ file, home: home.folder, db, blobs, verifier, migrations: MIGRATIONS });
  } finally {
    await database.close();
  }
  const { madeAt, ledger, keys } = restored;
  const report = { home: home.folder, made_at: madeAt, ledger, blobs: restored.blobs.length, keys };
  if (!keys) return { ...report, verified: false };
  const app = createApp(await openFoundation({ home, environment, logTo: 'file' }));
  try {
    if (verify) await proveAll(app);
    const { hash: head } = ledger;
    await app.rooms.ledger.change(SYSTEM, async ({ append }) => append({ kind: 'home-restored', head }));
  } finally {
    await app.close();
  }
  return { ...report, verified: verify };
}

async function proveAll(app: OpenApp): Promise<void> {
  const ledger = await app.ledger.verify();
  if (ledger.status === 'broken') throw damaged(`the ledger is broken at row ${ledger.sequence}: ${ledger.what}`);
  const { damaged: blobs } = await app.foundation.blobs.verifyAll();
  if (blobs.length > 0) throw damaged(blobs.map(({ digest, what }) => `${digest}: ${what}`).join('; '));
  for (const { name } of await listChannels(app.db)) {
    const check = await app.rooms.snapshots.verify(name, undefined, true);
    if (check.status === 'broken') throw damaged(`snapshot ${check.number} of ${name}: ${check.problems.join('; ')}`);
  }
}

function damaged(why: string): Problem {
  const next = 'Do not use this home; restore an older backup.';
  return new Problem({
    kind: 'could-not-check',
    code: 'restore-damaged',
    what: 'What was restored is damaged',
    why,
    next,
  });
}

/** Brings the database forward; every start does so too. */
export async function migrateHome(folder: string, environment: Environment): Promise<readonly string[]> {
  const home = await openHome(folder);
  const database = await openHomeDatabase(home, await readConfig(home.config), { environment, log: silentLog });
  try {
    return await migrate({ db: database.db, folder: MIGRATIONS });
  } finally {
    await database.close();
  }
}
