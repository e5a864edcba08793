/** Facts about quarantines, for other rooms and surfaces. */
import type { VersionRules } from '../../ecosystems/contract.ts';
import type { Queryable, Transaction } from '../../platform/db/port.ts';
import { findRow, type QuarantinePage, type QuarantineRow, rowsAfter, rowsOf } from './store.ts';

export interface Quarantine {
  readonly id: string;
  readonly ecosystem: string;
  readonly name: string;
  /** A range in the ecosystem's language; `null` for every version. */
  readonly versions: string | null;
  readonly reason: string;
  readonly advisory: string | null;
  readonly startedBy: string;
  /** RFC 3339, UTC. */
  readonly startedAt: string;
  readonly endedBy: string | null;
  readonly endedReason: string | null;
  readonly endedAt: string | null;
}

/** Quarantines in force; with `ended` those of the past too. Oldest first. */
export async function listQuarantines(
  db: Queryable,
  options: { readonly ended: boolean } = { ended: false },
): Promise<readonly Quarantine[]> {
  return (await rowsOf(db, options)).map(quarantineOf);
}

/** One page of them, oldest first. */
export async function pageOfQuarantines(db: Queryable, asked: QuarantinePage): Promise<readonly Quarantine[]> {
  return (await rowsAfter(db, asked)).map(quarantineOf);
}

export async function findQuarantine(db: Queryable, id: string): Promise<Quarantine | undefined> {
  const row = await findRow(db, id);
  return row === undefined ? undefined : quarantineOf(row);
}

/** Holds a quarantine still until the transaction ends. */
export async function lockQuarantine(db: Transaction, id: string): Promise<void> {
  await findRow(db, id, true);
}

/**
 * The quarantine that stops a release, or `undefined`. Pure. A range that cannot be read stops every version; version
 * `null` asks about the package: then only a quarantine of every version counts.
 */
export function isQuarantined(
  all: readonly Pick<Quarantine, 'ecosystem' | 'name' | 'versions' | 'endedAt' | 'id'>[],
  release: { readonly ecosystem: string; readonly name: string; readonly version: string | null },
  versions: Pick<VersionRules, 'satisfies'>,
): string | undefined {
  return all.find(
    (one) =>
      one.endedAt === null &&
      one.ecosystem === release.ecosystem &&
      one.name === release.name &&
      (one.versions === null ||
        (release.version !== null && (versions.satisfies(release.version, one.versions) ?? true))),
  )?.id;
}

export function quarantineOf(row: QuarantineRow): Quarantine {
  const { id, ecosystem, name, versions, reason, advisory } = row;
  return {
    id,
    ecosystem,
    name,
    versions,
    reason,
    advisory,
    startedBy: row.started_by,
    startedAt: row.started_at.toISOString(),
    endedBy: row.ended_by,
    endedReason: row.ended_reason,
    endedAt: row.ended_at?.toISOString() ?? null,
  };
}
