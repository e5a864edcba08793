/** The database as rooms see it: typed SQL over PostgreSQL, each room naming its own tables with `withTables`. */
import type { Kysely, Transaction as KyselyTransaction } from 'kysely';

/** No tables of its own: a room adds those it owns, `db.withTables<RequestTables>()`. */
export type NoTables = Record<never, never>;
export type Database = Kysely<NoTables>;
export type Transaction = KyselyTransaction<NoTables>;
/** Reads may run inside or outside a transaction. */
export type Queryable = Database | Transaction;
