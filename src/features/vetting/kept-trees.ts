/** Rows of trees that were resolved before. */
import { type ColumnType, sql } from 'kysely';
import type { Queryable } from '../../platform/db/port.ts';

type KeptTreeTables = {
  kept_trees: { key: string; document: ColumnType<unknown, string, string>; resolved_at: Date };
};

/** A tree is resolved anew after this many days, whatever upstream says: so the rows stay few. */
const KEPT_DAYS = 7;

const tables = (db: Queryable) => db.withTables<KeptTreeTables>();

/** The document under a key, to be parsed; `undefined` where none is kept, or where it is too old or of the future. */
export async function findKeptTree(db: Queryable, key: string, now: Date): Promise<unknown> {
  const row = await tables(db)
    .selectFrom('kept_trees')
    .select('document')
    .where('key', '=', key)
    .where('resolved_at', '<=', now)
    .where(sql<boolean>`resolved_at > ${now}::timestamptz - make_interval(days => ${KEPT_DAYS})`)
    .executeTakeFirst();
  return row?.document;
}

/** Keeps a document instead of the one before, and lets go of what is too old. */
export async function saveKeptTree(
  db: Queryable,
  { key, document, now }: { readonly key: string; readonly document: string; readonly now: Date },
): Promise<void> {
  await tables(db)
    .insertInto('kept_trees')
    .values({ key, document, resolved_at: now })
    .onConflict((conflict) => conflict.column('key').doUpdateSet({ document, resolved_at: now }))
    .execute();
  await tables(db)
    .deleteFrom('kept_trees')
    .where(sql<boolean>`resolved_at < ${now}::timestamptz - make_interval(days => ${KEPT_DAYS})`)
    .execute();
}
