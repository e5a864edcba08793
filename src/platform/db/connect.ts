/** Connections to PostgreSQL and how its values become JavaScript values. */
import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import { Problem } from '../../domain/problem.ts';
import type { Database, NoTables } from './port.ts';

/** Where a server answers: its socket folder for an embedded one, a URL for any other. */
export type Connection =
  | {
      readonly kind: 'socket';
      readonly folder: string;
      readonly port: number;
      readonly user: string;
      readonly database: string;
    }
  | { readonly kind: 'url'; readonly url: string };

/** PostgreSQL's object ids of built-in types, from `pg_type.dat`: fixed for ever. */
const OID_INT8 = 20;
const OID_DATE = 1082;

/**
 * `bigint` arrives as a number and refuses what a number cannot hold; counts and sequences stay far below 2^53.
 * `date` stays text: as a `Date` it would be midnight in this machine's time zone. `timestamptz` is a `Date`, `numeric` text.
 */
const types = {
  getTypeParser(oid: number, format?: 'text' | 'binary'): (value: string) => unknown {
    if (oid === OID_INT8) return integer;
    if (oid === OID_DATE) return (text) => text;
    return format === 'binary' ? pg.types.getTypeParser(oid, 'text') : pg.types.getTypeParser(oid, format ?? 'text');
  },
};

function integer(text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value)) return value;
  throw new Problem({
    kind: 'internal',
    code: 'integer-too-large',
    what: `The database holds the integer ${text}, which is larger than Pratique can read`,
  });
}

/** Settings for `pg` that reach the server; sessions think in UTC whatever the server's own setting is. */
export function clientConfig(connection: Connection): pg.ClientConfig {
  const session = {
    types,
    application_name: 'pratique',
    options: '-c timezone=UTC',
    // Longer than any healthy server takes, shorter than a person waits.
    connectionTimeoutMillis: 15_000,
    keepAlive: true,
  };
  return connection.kind === 'url'
    ? { ...session, connectionString: connection.url }
    : {
        ...session,
        host: connection.folder,
        port: connection.port,
        user: connection.user,
        database: connection.database,
      };
}

/** Connections a process keeps at most: an embedded server allows 60, for `serve` and a few commands beside it. */
const POOL_SIZE = 10;

/** A pool, and the typed view of it. `onError` hears of idle connections that broke; the pool replaces them by itself. */
export function connect(
  connection: Connection,
  onError: (error: Error) => void = () => undefined,
): { readonly pool: pg.Pool; readonly db: Database } {
  const pool = new pg.Pool({ ...clientConfig(connection), max: POOL_SIZE, idleTimeoutMillis: 30_000 });
  pool.on('error', onError);
  return { pool, db: new Kysely<NoTables>({ dialect: new PostgresDialect({ pool }) }) };
}

/** The SQLSTATE of an error from PostgreSQL, or the `code` of a system error; `undefined` for anything else. */
export function errorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
