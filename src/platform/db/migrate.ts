/** Forward-only migrations of the schema: `migrations/NNNN-name.ts` here, `.js` in the published package. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Kysely } from 'kysely';
import { type Migration, type MigrationProvider, Migrator } from 'kysely/migration';
import { Problem } from '../../domain/problem.ts';
import type { Database } from './port.ts';

export interface MigrateOptions {
  readonly db: Database;
  /** The folder that holds the migration files. */
  readonly folder: string;
  /** Stop after this one (its name without an ending); all of them by default. A restore loads data at the schema they were made in. */
  readonly upTo?: string | undefined;
}

/**
 * Brings the schema forward and says which migrations were applied now; safe when several processes start at once
 * (Kysely holds an advisory lock for the whole run). Throws `migration-failed`, or `schema-too-new` where the database was
 * already moved on by a newer release; all migrations of one run commit together or not at all.
 */
export async function migrate(options: MigrateOptions): Promise<readonly string[]> {
  const migrator = new Migrator({ db: options.db, provider: folderProvider(options.folder) });
  const { error, results } = await (options.upTo === undefined
    ? migrator.migrateToLatest()
    : migrator.migrateTo(options.upTo));
  if (error !== undefined) {
    const failed = results?.find((result) => result.status === 'Error')?.migrationName;
    const reason = error instanceof Error ? error.message : String(error);
    const isTooNew = reason.includes('corrupted migrations') && reason.includes('missing');
    throw isTooNew
      ? new Problem({
          kind: 'conflict',
          code: 'schema-too-new',
          what: 'The database was made by a newer release of Pratique',
          why: reason,
          next: 'Start the newer release, or restore a backup that this release made.',
          cause: error,
        })
      : new Problem({
          kind: 'internal',
          code: 'migration-failed',
          what: failed === undefined ? 'The database could not be migrated' : `Migration ${failed} failed`,
          why: reason,
          next: 'Nothing was changed. Run the previous release, and report this with the log.',
          cause: error,
        });
  }
  return (results ?? []).filter((result) => result.status === 'Success').map((result) => result.migrationName);
}

/** Names of the migrations that a database has, oldest first; none in an empty one. */
export async function appliedMigrations(db: Database, folder: string): Promise<readonly string[]> {
  const all = await new Migrator({ db, provider: folderProvider(folder) }).getMigrations();
  return all.filter((migration) => migration.executedAt !== undefined).map((migration) => migration.name);
}

/** Names of the migrations that this release has, oldest first. */
export async function availableMigrations(folder: string): Promise<readonly string[]> {
  return (await migrationFiles(folder)).map(nameOf);
}

async function migrationFiles(folder: string): Promise<readonly string[]> {
  return (await readdir(folder)).filter((file) => /^\d{4}-[a-z0-9-]+\.(?:ts|js)$/.test(file)).toSorted();
}

function nameOf(file: string): string {
  return file.replace(/\.(?:ts|js)$/, '');
}

function folderProvider(folder: string): MigrationProvider {
  return {
    async getMigrations() {
      const migrations: Record<string, Migration> = {};
      for (const file of await migrationFiles(folder)) {
        const loaded: unknown = await import(/* @vite-ignore */ pathToFileURL(join(folder, file)).href);
        migrations[nameOf(file)] = migrationIn(loaded, file);
      }
      return migrations;
    },
  };
}

function migrationIn(loaded: unknown, file: string): Migration {
  if (typeof loaded === 'object' && loaded !== null && 'up' in loaded && typeof loaded.up === 'function') {
    const up = loaded.up;
    return { up: async (db: Kysely<Record<never, never>>) => void (await up(db)) };
  }
  throw new Problem({ kind: 'internal', code: 'migration-broken', what: `${file} exports no function "up"` });
}
