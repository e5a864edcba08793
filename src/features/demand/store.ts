/** Rows of the demand room: refused installs by package, channel and day. */
import { sql } from 'kysely';
import type { Queryable } from '../../platform/db/port.ts';

export type RefusedRow = {
  channel: string;
  ecosystem: string;
  name: string;
  /** An empty text where the client asked for no version. */
  version: string;
  /** `2026-11-20`, UTC. */
  day: string;
  count: number;
};
type DemandTables = { refused_installs: RefusedRow };
const tables = (db: Queryable) => db.withTables<DemandTables>();

export async function addCounts(db: Queryable, rows: readonly RefusedRow[]): Promise<void> {
  await tables(db)
    .insertInto('refused_installs')
    .values([...rows])
    .onConflict((c) =>
      c
        .columns(['channel', 'day', 'ecosystem', 'name', 'version'])
        .doUpdateSet({ count: sql`refused_installs.count + excluded.count` }),
    )
    .execute();
}

export async function deleteBefore(db: Queryable, day: string): Promise<void> {
  await tables(db).deleteFrom('refused_installs').where('day', '<', day).execute();
}

export interface RefusedSum {
  readonly channel: string;
  readonly ecosystem: string;
  readonly name: string;
  readonly count: number;
  readonly lastDay: string;
}

/** Most wanted first. */
export async function sums(
  db: Queryable,
  { channel, limit }: { readonly channel: string; readonly limit: number },
): Promise<readonly RefusedSum[]> {
  const { rows } = await sql<RefusedSum>`
    select channel, ecosystem, name, sum(count)::int as count, max(day)::text as "lastDay"
    from refused_installs where channel = ${channel}
    group by channel, ecosystem, name order by count desc, ecosystem, name limit ${limit}`.execute(db);
  return rows;
}
