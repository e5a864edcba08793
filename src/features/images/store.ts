/** Rows of the images room. */
import { sql } from 'kysely';
import type { Digest } from '../../domain/digest.ts';
import type { Queryable, Transaction } from '../../platform/db/port.ts';

export type ImageRow = {
  channel: string;
  /** `2026-11`; built again in the same month: `2026-11.2`. */
  id: string;
  /** Counted up over all channels: the order in which they were built. */
  number: number;
  snapshot: number;
  manifest: Digest;
  signature: string;
  key_id: string;
  public_key: string;
  built_by: string;
  built_at: Date;
};

const tables = (db: Queryable) => db.withTables<{ images: ImageRow }>();

/** The images of a channel, newest first. */
export async function rowsOf(db: Queryable, channel: string): Promise<readonly ImageRow[]> {
  return tables(db).selectFrom('images').selectAll().where('channel', '=', channel).orderBy('number', 'desc').execute();
}

export async function findRow(db: Queryable, channel: string, id: string): Promise<ImageRow | undefined> {
  return tables(db)
    .selectFrom('images')
    .selectAll()
    .where('channel', '=', channel)
    .where('id', '=', id)
    .executeTakeFirst();
}

/** Whether it is new: an id is given once. */
export async function insertRow(db: Transaction, row: Omit<ImageRow, 'number'>): Promise<boolean> {
  const result = await tables(db)
    .insertInto('images')
    .values({ ...row, number: sql<number>`default` })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  return result.numInsertedOrUpdatedRows === 1n;
}
