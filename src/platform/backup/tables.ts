/**
 * The contents of a database as text, table by table: what moves between majors of PostgreSQL, and needs no program of any.
 * The schema is not in it: migrations make that. A value is its PostgreSQL text form, as in `pg_dump`.
 */
import { type RawBuilder, sql } from 'kysely';
import type { Queryable, Transaction } from '../db/port.ts';

export interface Column {
  readonly name: string;
  /** As `format_type` writes it: `timestamp with time zone`. */
  readonly type: string;
}

export interface Table {
  readonly name: string;
  readonly columns: readonly Column[];
}

export interface SequenceValue {
  readonly name: string;
  /** Text: a bigint. */
  readonly value: string;
  readonly called: boolean;
}

/** Kysely's own tables: what they hold is what `migrate` writes into them. */
const MIGRATION_TABLES = ['kysely_migration', 'kysely_migration_lock'];
/** A piece of a table is cut at about so many characters: small enough to hold, large enough to be quick. */
const PIECE_CHARACTERS = 4 * 1024 * 1024;
const FETCH_ROWS = 1000;

/** Every table of the current schema, with the columns that hold values of their own. */
export async function tablesOf(db: Queryable): Promise<readonly Table[]> {
  const { rows } = await sql<{ table: string; name: string; type: string }>`
    select c.relname as table, a.attname as name, format_type(a.atttypid, a.atttypmod) as type
    from pg_class c join pg_attribute a on a.attrelid = c.oid
    where c.relkind = 'r' and c.relnamespace = current_schema()::regnamespace
      and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
      and c.relname <> all(${MIGRATION_TABLES})
    order by c.relname, a.attnum`.execute(db);
  const tables = new Map<string, Column[]>();
  for (const row of rows) {
    const columns = tables.get(row.table) ?? [];
    tables.set(row.table, [...columns, { name: row.name, type: row.type }]);
  }
  return [...tables].map(([name, columns]) => ({ name, columns }));
}

/** Rows of a table in pieces: each line a JSON list of texts (`null` for NULL), in the order of the columns. */
export async function* dumpTable(db: Transaction, table: Table): AsyncGenerator<string> {
  const values = sql.join(table.columns.map((column) => sql`${sql.ref(column.name)}::text`));
  await sql`declare dump no scroll cursor for select json_build_array(${values})::text as line from ${sql.table(table.name)}`.execute(
    db,
  );
  let piece = '';
  for (;;) {
    const { rows } = await sql<{ line: string }>`fetch ${sql.lit(FETCH_ROWS)} from dump`.execute(db);
    for (const row of rows) {
      piece += `${row.line}\n`;
      if (piece.length < PIECE_CHARACTERS) continue;
      yield piece;
      piece = '';
    }
    if (rows.length < FETCH_ROWS) break;
  }
  await sql`close dump`.execute(db);
  if (piece !== '') yield piece;
}

/** Where every sequence stands. Read at the end: a sequence may be ahead of the rows, never behind them. */
export async function sequencesOf(db: Queryable): Promise<readonly SequenceValue[]> {
  const { rows } = await sql<{ name: string }>`
    select relname as name from pg_class
    where relkind = 'S' and relnamespace = current_schema()::regnamespace order by relname`.execute(db);
  const values: SequenceValue[] = [];
  for (const { name } of rows) {
    const found = await sql<{ value: string; called: boolean }>`
      select last_value::text as value, is_called as called from ${sql.table(name)}`.execute(db);
    const state = found.rows[0];
    if (state !== undefined) values.push({ name, ...state });
  }
  return values;
}

/** Puts one piece of `dumpTable` into its table. */
export async function loadPiece(db: Transaction, table: Table, piece: string): Promise<void> {
  const list = `[${piece.trimEnd().replaceAll('\n', ',')}]`;
  const names = sql.join(table.columns.map((column) => sql.ref(column.name)));
  const values = sql.join(
    table.columns.map((column, index) => sql`cast(line ->> ${sql.lit(index)} as ${typeName(column.type)})`),
  );
  await sql`
    insert into ${sql.table(table.name)} (${names}) overriding system value
    select ${values} from json_array_elements(${list}::json) as line`.execute(db);
}

/** Type names come out of our own schema's catalogue when loading, never out of the backup. */
function typeName(type: string): RawBuilder<unknown> {
  return sql.raw(type);
}

export async function setSequence(db: Transaction, { name, value, called }: SequenceValue): Promise<void> {
  const quoted = `"${name.replaceAll('"', '""')}"`;
  await sql`select setval(${quoted}::regclass, ${value}::bigint, ${called})`.execute(db);
}

/**
 * Empties the tables and runs `work` with nothing in its way: references between tables are taken off and put back
 * (which checks them all), triggers do not fire. Needs the owner of the tables, not a superuser.
 */
export async function reloading(db: Transaction, tables: readonly Table[], work: () => Promise<void>): Promise<void> {
  const { rows: references } = await sql<{ table: string; name: string; definition: string }>`
    select c.relname as table, k.conname as name, pg_get_constraintdef(k.oid) as definition
    from pg_constraint k join pg_class c on c.oid = k.conrelid
    where k.contype = 'f' and c.relnamespace = current_schema()::regnamespace`.execute(db);
  for (const one of references) {
    await sql`alter table ${sql.table(one.table)} drop constraint ${sql.ref(one.name)}`.execute(db);
  }
  for (const table of tables) {
    await sql`truncate ${sql.table(table.name)}`.execute(db);
    await sql`alter table ${sql.table(table.name)} disable trigger user`.execute(db);
  }
  await work();
  for (const table of tables) await sql`alter table ${sql.table(table.name)} enable trigger user`.execute(db);
  for (const one of references) {
    const definition = sql.raw(one.definition);
    await sql`alter table ${sql.table(one.table)} add constraint ${sql.ref(one.name)} ${definition}`.execute(db);
  }
}
