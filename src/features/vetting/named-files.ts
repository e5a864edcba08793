/** Questions to the database about many files of releases at once, each known by its name. */
import { type RawBuilder, sql } from 'kysely';

/** A file by the names that an index gives it, whatever its bytes. */
export interface NamedFile {
  readonly name: string;
  readonly version: string;
  readonly filename: string;
}

/** A table of these files, each once: its columns are `name`, `version` and `filename`. */
export function tableOf(files: readonly NamedFile[]): RawBuilder<NamedFile> {
  const column = (of: (file: NamedFile) => string) => sql`${files.map(of)}::text[]`;
  return sql`(select distinct * from unnest(${column(({ name }) => name)}, ${column(({ version }) => version)},
    ${column(({ filename }) => filename)}) as file (name, version, filename))`;
}

/** What was answered about one of them. */
export function rowsOf<Row extends NamedFile>(rows: readonly Row[], { name, version, filename }: NamedFile): Row[] {
  return rows.filter((row) => row.name === name && row.version === version && row.filename === filename);
}
