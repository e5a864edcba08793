/** Rows about repositories of source code. */
import type { ColumnType } from 'kysely';
import { z } from 'zod';
import type { GitTag, SourceFile } from '../../domain/source-code.ts';
import type { Queryable } from '../../platform/db/port.ts';
import { gitTagSchema, sourceFileSchema } from './schema.ts';

type SourceTables = {
  repository_tags: { url: string; tags: ColumnType<unknown, string, string>; seen_at: Date };
  commit_files: { commit: string; suffixes: string; files: ColumnType<unknown, string, string>; read_at: Date };
};
const tables = (db: Queryable) => db.withTables<SourceTables>();

export interface SeenTags {
  readonly url: string;
  readonly tags: readonly GitTag[];
  readonly seenAt: Date;
}

export async function findRepositoryTags(db: Queryable, url: string): Promise<SeenTags | undefined> {
  const row = await tables(db)
    .selectFrom('repository_tags')
    .select(['tags', 'seen_at'])
    .where('url', '=', url)
    .executeTakeFirst();
  const tags = z.array(gitTagSchema).safeParse(row?.tags);
  return row === undefined || !tags.success ? undefined : { url, tags: tags.data, seenAt: row.seen_at };
}

export async function saveRepositoryTags(db: Queryable, { url, tags, seenAt }: SeenTags): Promise<void> {
  const values = { tags: JSON.stringify(tags), seen_at: seenAt };
  await tables(db)
    .insertInto('repository_tags')
    .values({ url, ...values })
    .onConflict((conflict) => conflict.column('url').doUpdateSet(values))
    .execute();
}

interface CommitKey {
  readonly commit: string;
  /** Endings of the files and how they were read. */
  readonly suffixes: string;
}

export async function findCommitFiles(db: Queryable, key: CommitKey): Promise<readonly SourceFile[] | undefined> {
  const row = await tables(db)
    .selectFrom('commit_files')
    .select('files')
    .where('commit', '=', key.commit)
    .where('suffixes', '=', key.suffixes)
    .executeTakeFirst();
  const files = z.array(sourceFileSchema).safeParse(row?.files);
  return files.success ? files.data : undefined;
}

export async function saveCommitFiles(
  db: Queryable,
  key: CommitKey,
  { files, at }: { readonly files: readonly SourceFile[]; readonly at: Date },
): Promise<void> {
  await tables(db)
    .insertInto('commit_files')
    .values({ ...key, files: JSON.stringify(files), read_at: at })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}
