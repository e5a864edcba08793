/** Rows of the list of leaked passwords. */
import { type SqlBool, sql } from 'kysely';
import type { Queryable } from '../../platform/db/port.ts';

/** Rows in one statement. */
const BATCH = 50_000;

/** The new list takes the place of the old one. */
export async function replaceBreached(db: Queryable, prints: readonly string[]): Promise<void> {
  await sql`delete from breached_passwords`.execute(db);
  for (let start = 0; start < prints.length; start += BATCH)
    await sql`
      insert into breached_passwords (print)
      select decode(p, 'hex') from jsonb_array_elements_text(${JSON.stringify(prints.slice(start, start + BATCH))}::jsonb) p
      on conflict do nothing`.execute(db);
}

export async function isListed(db: Queryable, print: string): Promise<boolean> {
  const { rows } = await sql<{ listed: SqlBool }>`
    select exists (select 1 from breached_passwords where print = decode(${print}, 'hex')) as listed`.execute(db);
  return rows[0]?.listed === true;
}
