/** Opens the database of a home: the embedded server that it supervises, or the external one that was named. */
import type pg from 'pg';
import { Problem } from '../../domain/problem.ts';
import { OLDEST_MAJOR, type SearchOptions } from './binaries.ts';
import { type Connection, connect, errorCode } from './connect.ts';
import { openPlace, type Place, removePlace } from './place.ts';
import type { Database } from './port.ts';
import { connectionOf, ensureServer, stopServer } from './server.ts';
import { type Listener, openSession, type Session } from './session.ts';

export interface OpenDatabaseOptions extends SearchOptions {
  readonly home: string;
  /** An external server (`DATABASE_URL` or the configuration); the embedded one by default. */
  readonly databaseUrl?: string | undefined;
  /** `XDG_STATE_HOME`: where data go when the home cannot be reached by the server's account. */
  readonly stateHome?: string | undefined;
  /** Hears of connections that broke; they are renewed by themselves. */
  readonly onError?: ((error: Error) => void) | undefined;
}

/** For `doctor` and the log. */
export interface DatabaseInfo {
  readonly mode: 'embedded' | 'external';
  /** `15.20`, as the server says it. */
  readonly version: string;
  readonly major: number;
  /** Where the data are; `undefined` for an external server. */
  readonly folder: string | undefined;
  /** The server's log; `undefined` for an external server. */
  readonly log: string | undefined;
  /** Whether this call started the server; false where one ran already. */
  readonly started: boolean;
}

export interface OpenDatabase {
  readonly db: Database;
  readonly pool: pg.Pool;
  readonly connection: Connection;
  readonly info: DatabaseInfo;
  /** Calls `listener` for each notification on the channel, also across reconnections. Returns what ends it. */
  listen(channel: string, listener: Listener): Promise<() => Promise<void>>;
  /** Ends the connections; the last process that uses an embedded server stops it. */
  close(): Promise<void>;
  /** Closes, stops the embedded server whoever uses it, and removes its folders: throw-away homes only. */
  destroy(): Promise<void>;
}

/**
 * Opens the database; nothing is migrated yet. Throws `no-postgresql`, `database-did-not-start`,
 * `database-unreachable` and `database-too-old`.
 */
export async function openDatabase(options: OpenDatabaseOptions): Promise<OpenDatabase> {
  const onError = options.onError ?? (() => undefined);
  return options.databaseUrl === undefined
    ? openEmbedded(options, onError)
    : openExternal(options.databaseUrl, onError);
}

async function openEmbedded(options: OpenDatabaseOptions, onError: (error: Error) => void): Promise<OpenDatabase> {
  const place = await openPlace({ home: options.home, stateHome: options.stateHome });
  const connection = connectionOf(place);
  const { pool, db } = connect(connection, onError);
  let started = false;
  const { session, proof: version } = await openSession({
    connection,
    share: true,
    revive: async () => {
      started = (await ensureServer(place, options)).started || started;
    },
    prove: () => serverVersion(pool),
    onError,
  }).catch(async (error: unknown) => {
    await endPool(pool, db);
    throw error;
  });
  const close = once(async () => {
    await endPool(pool, db);
    const { last } = await session.close();
    if (last) await stopServer(place);
  });
  return {
    db,
    pool,
    connection,
    info: { mode: 'embedded', ...version, folder: place.folder, log: place.log, started },
    listen: (channel, listener) => session.listen(channel, listener),
    close,
    destroy: async () => {
      await close();
      await destroyEmbedded(place);
    },
  };
}

/** Stops the server of a place and removes its data: what is left of a home that is thrown away. */
async function destroyEmbedded(place: Place): Promise<void> {
  await stopServer(place);
  await removePlace(place);
}

async function openExternal(url: string, onError: (error: Error) => void): Promise<OpenDatabase> {
  const connection: Connection = { kind: 'url', url };
  const { pool, db } = connect(connection, onError);
  let session: Session | undefined;
  try {
    const version = await serverVersion(pool);
    if (version.major < OLDEST_MAJOR) throw tooOld(version.version);
    const nothing = async () => undefined;
    const { session: opened } = await openSession({
      connection,
      share: false,
      revive: nothing,
      prove: nothing,
      onError,
    });
    session = opened;
    const close = once(async () => {
      await endPool(pool, db);
      await opened.close();
    });
    return {
      db,
      pool,
      connection,
      info: { mode: 'external', ...version, folder: undefined, log: undefined, started: false },
      listen: (channel, listener) => opened.listen(channel, listener),
      close,
      destroy: close,
    };
  } catch (error) {
    await session?.close();
    await endPool(pool, db).catch(() => undefined);
    throw error instanceof Problem ? error : unreachableServer(error);
  }
}

/** Kysely ends a pool only where it has used it. */
async function endPool(pool: pg.Pool, db: Database): Promise<void> {
  await db.destroy();
  if (!pool.ending) await pool.end();
}

async function serverVersion(pool: pg.Pool): Promise<{ readonly version: string; readonly major: number }> {
  const { rows } = await pool.query<{ text: string; number: string }>(
    `select current_setting('server_version') as text, current_setting('server_version_num') as number`,
  );
  const text = rows[0]?.text ?? '';
  return { version: text.split(' ')[0] ?? text, major: Math.floor(Number(rows[0]?.number) / 10_000) };
}

function once(work: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined;
  return () => {
    running ??= work();
    return running;
  };
}

function tooOld(version: string): Problem {
  return new Problem({
    kind: 'usage',
    code: 'database-too-old',
    what: `The PostgreSQL server that DATABASE_URL names is ${version}`,
    why: `Pratique needs ${OLDEST_MAJOR} or newer`,
    next: 'Upgrade that server, or leave DATABASE_URL out to use the embedded one.',
  });
}

/** The reason without the address: a connection URL holds a password. */
function unreachableServer(error: unknown): Problem {
  const reason =
    error instanceof Error && errorCode(error) !== 'ERR_INVALID_URL' ? error.message : 'it is no valid URL';
  return new Problem({
    kind: 'could-not-check',
    code: 'database-unreachable',
    what: 'The PostgreSQL server that DATABASE_URL names cannot be used',
    why: reason,
    next: 'Check the address, the account and that the server runs, and try again.',
  });
}
