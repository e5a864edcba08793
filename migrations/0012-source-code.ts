/** What repositories of source code held when they were read: tags as last seen, and digests of files by commit. */
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<Record<never, never>>): Promise<void> {
  await sql`
    create table repository_tags (
      url text primary key,
      tags jsonb not null,
      seen_at timestamptz not null
    )`.execute(db);
  await sql`
    create table commit_files (
      commit text not null,
      suffixes text not null,
      files jsonb not null,
      read_at timestamptz not null,
      primary key (commit, suffixes)
    )`.execute(db);
}
