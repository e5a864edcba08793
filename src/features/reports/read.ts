/** Facts about reports, for other rooms and surfaces. */
import type { Queryable, Transaction } from '../../platform/db/port.ts';
import { findRow, type ReportPage, type ReportRow, rowsAfter } from './store.ts';

export type { ReportPage } from './store.ts';

/** What somebody found wrong with a package. Times are RFC 3339, UTC. */
export interface Report {
  readonly id: string;
  readonly ecosystem: string;
  readonly name: string;
  /** `null` where it is about the package as a whole. */
  readonly version: string | null;
  readonly reason: string;
  readonly reportedBy: string;
  readonly reportedAt: string;
  readonly closedBy: string | null;
  /** What came of it. */
  readonly closedReason: string | null;
  readonly closedAt: string | null;
}

/** A page of reports, oldest first. */
export async function pageOfReports(db: Queryable, asked: ReportPage): Promise<readonly Report[]> {
  return (await rowsAfter(db, asked)).map(reportOf);
}

export async function findReport(db: Queryable, id: string): Promise<Report | undefined> {
  const row = await findRow(db, id);
  return row === undefined ? undefined : reportOf(row);
}

/** Holds a report still until the transaction ends. */
export async function lockReport(db: Transaction, id: string): Promise<void> {
  await findRow(db, id, true);
}

export function reportOf(row: ReportRow): Report {
  const { id, ecosystem, name, version, reason } = row;
  return {
    ...{ id, ecosystem, name, version, reason },
    ...{ reportedBy: row.reported_by, reportedAt: row.reported_at.toISOString() },
    ...{ closedBy: row.closed_by, closedReason: row.closed_reason, closedAt: row.closed_at?.toISOString() ?? null },
  };
}
