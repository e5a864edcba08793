/** The powers of one process on one home: database, blobs, keys, clock, log, sandbox. Rooms are built on top (`wiring.ts`). */
import { join } from 'node:path';
import type { RepositoryReader } from '../domain/source-code.ts';
import { type FolderBlobs, openFolderBlobs } from '../platform/blobs/folder.ts';
import type { Clock } from '../platform/clock/port.ts';
import { systemClock } from '../platform/clock/system.ts';
import { migrate } from '../platform/db/migrate.ts';
import { type OpenDatabase, openDatabase } from '../platform/db/open.ts';
import type { Environment } from '../platform/environment/environment.ts';
import { createPasswordRanges } from '../platform/fetch/password-ranges.ts';
import type { PasswordRanges, Poster } from '../platform/fetch/port.ts';
import { createPoster } from '../platform/fetch/poster.ts';
import { createGitRepositories } from '../platform/git/repositories.ts';
import { createHeads, type Heads } from '../platform/ledger/heads.ts';
import { createLog } from '../platform/log/pino.ts';
import type { Log } from '../platform/log/port.ts';
import { createOutbox } from '../platform/mail/outbox.ts';
import type { Outbox } from '../platform/mail/port.ts';
import { createCage } from '../platform/sandbox/cage.ts';
import { createGuardedPrograms } from '../platform/sandbox/guarded.ts';
import type { Cage, Programs, Sandbox } from '../platform/sandbox/port.ts';
import { createPrograms } from '../platform/sandbox/programs.ts';
import { createSandbox } from '../platform/sandbox/sandbox.ts';
import { openHomeSigner } from '../platform/signing/known-keys.ts';
import type { Seal, Signer } from '../platform/signing/port.ts';
import { openSeal } from '../platform/signing/seal.ts';
import { type Config, readConfig } from './config.ts';
import { entryOf } from './entry.ts';
import { type Home, headsFile } from './home.ts';
import { requireItsLedger, requireNoOtherDatabase } from './lost-database.ts';
import { answersInRoom } from './room.ts';
import { VERSION } from './version.ts';

/** Migrations lie beside `src`, in the clone and in `dist`. */
export const MIGRATIONS = join(import.meta.dirname, '..', '..', 'migrations');
/** Reading archives is bound by one processor each; two keep a small machine usable. */
const SANDBOX_WORKERS = 2;
/** Heap of one confined child, in MiB: an index of a wheel with 100,000 entries fits. */
export const SANDBOX_MEMORY_MIB = 256;

export interface Foundation {
  readonly home: Home;
  readonly config: Config;
  readonly environment: Environment;
  readonly database: OpenDatabase;
  readonly blobs: FolderBlobs;
  readonly signer: Signer;
  readonly seal: Seal;
  readonly heads: Heads;
  readonly clock: Clock;
  readonly log: Log;
  readonly sandbox: Sandbox;
  readonly cage: Cage;
  readonly programs: Programs;
  readonly repositories: RepositoryReader;
  readonly outbox: Outbox;
  readonly poster: Poster;
  /** `undefined` where the operator named no service. */
  readonly passwordRanges: PasswordRanges | undefined;
  close(): Promise<void>;
}

export interface FoundationOptions {
  readonly home: Home;
  readonly environment: Environment;
  /** Where log lines go: a file of the home for commands, standard error for `serve` and `work`. */
  readonly logTo: 'file' | 'stderr';
}

/** Opens a home: starts or joins its database, brings the schema forward, opens blobs and keys. Throws `database-lost`. */
export async function openFoundation({ home, environment, logTo }: FoundationOptions): Promise<Foundation> {
  const config = await readConfig(home.config);
  const clock = systemClock();
  const file = logTo === 'file' ? join(home.logs, 'commands.log') : undefined;
  const log = createLog({ level: config.log.level, file });
  const database = await openHomeDatabase(home, config, { environment, log });
  try {
    await migrate({ db: database.db, folder: MIGRATIONS });
    const signer = await openHomeSigner({ db: database.db, clock, folder: home.keys });
    const seal = await openSeal({ db: database.db, clock, folder: home.keys });
    const sandbox = openSandbox(home, config);
    const cage = createCage();
    const poster = createPoster(
      config.webhooks.map(({ url }) => url),
      `pratique/${VERSION}`,
    );
    const { range_url: rangeUrl } = config.sign_in.breached_passwords;
    const passwordRanges = rangeUrl === null ? undefined : createPasswordRanges(rangeUrl, `pratique/${VERSION}`);
    return {
      home,
      config,
      environment,
      database,
      blobs: await openFolderBlobs(home.blobs),
      signer,
      seal,
      heads: createHeads({ db: database.db, clock, signer, file: headsFile(home) }),
      clock,
      log,
      sandbox,
      cage,
      programs: createPrograms(environment.all),
      repositories: openRepositories(home, config, environment),
      outbox: createOutbox(clock),
      ...{ poster, passwordRanges },
      close: async () => {
        await Promise.all([sandbox.close(), cage.close(), poster.close(), passwordRanges?.close()]);
        await database.close();
        log.close();
      },
    };
  } catch (error) {
    await database.close();
    log.close();
    throw error;
  }
}

/** The database of a home, not migrated yet. Throws `database-lost` instead of making another one. */
export async function openHomeDatabase(
  home: Home,
  config: Config,
  { environment, log }: { readonly environment: Environment; readonly log: Log },
): Promise<OpenDatabase> {
  const databaseUrl = environment.databaseUrl ?? config.database.url ?? undefined;
  await requireNoOtherDatabase(home, databaseUrl);
  const database = await openDatabase({
    home: home.folder,
    databaseUrl,
    stateHome: environment.stateHome,
    pgBin: environment.pgBin,
    path: environment.path,
    onError: (error) => log.warn('a database connection broke', { reason: error.message }),
  });
  try {
    await requireItsLedger(home, database.db);
    return database;
  } catch (error) {
    await database.close();
    throw error;
  }
}

function openRepositories(home: Home, { git }: Config, environment: Environment): RepositoryReader {
  return createGitRepositories({
    hosts: git.hosts,
    caFile: git.ca_file ?? undefined,
    environment: environment.all,
    folder: home.cache,
    programs: createGuardedPrograms(),
  });
}

function openSandbox(home: Home, config: Config): Sandbox {
  return createSandbox({
    entry: entryOf('confined'),
    nodePath: process.execPath,
    readable: [home.blobs],
    memoryMb: SANDBOX_MEMORY_MIB,
    workers: SANDBOX_WORKERS,
    readableAnswer: answersInRoom(),
    whenNotIsolated: config.sandbox.when_not_isolated,
  });
}
