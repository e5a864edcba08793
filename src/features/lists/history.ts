/** What came onto a list and what went off it: who, when, and by which decision. */
import type { Queryable } from '../../platform/db/port.ts';
import { decisionsById } from '../decisions/read.ts';
import { everyDenial, everyEntry, type HistoryMark, type ListName } from './store.ts';

/** One thing that stood on a list, and may still. Times are RFC 3339, UTC. */
export interface Change {
  /** `L-1`, or `D-1` of a denial. */
  readonly id: string;
  readonly ecosystem: string;
  readonly name: string;
  /** The version, or the range of a denial; `null` for every version. */
  readonly versions: string | null;
  /** The decision that brought it; `null` for a denial. */
  readonly decision: string | null;
  readonly addedAt: string;
  /** A person, or `system` where policy decided. */
  readonly addedBy: string;
  readonly reason: string;
  readonly removedAt: string | null;
  readonly removedBy: string | null;
  readonly removedReason: string | null;
}

interface Asked {
  readonly channel: string;
  readonly list: ListName | 'denied';
  readonly name?: string | undefined;
  /** The last one of the page before. */
  readonly before?: Pick<Change, 'id' | 'addedAt'> | undefined;
  readonly limit?: number | undefined;
}

const LARGEST_PAGE = 500;

/** Newest first, a page at a time. */
export async function historyOf(db: Queryable, asked: Asked): Promise<readonly Change[]> {
  const { channel, list, name } = asked;
  const before: HistoryMark | undefined =
    asked.before === undefined ? undefined : { at: new Date(asked.before.addedAt), id: asked.before.id };
  const limit = Math.min(asked.limit ?? LARGEST_PAGE, LARGEST_PAGE);
  return list === 'denied'
    ? denied(db, { channel, name, before, limit })
    : listed(db, { channel, list, name, before, limit });
}

async function listed(db: Queryable, filter: Parameters<typeof everyEntry>[1]): Promise<readonly Change[]> {
  const rows = await everyEntry(db, filter);
  const decisions = await decisionsById(
    db,
    rows.map(({ decision }) => decision),
  );
  return rows.map((row) => {
    const decision = decisions.get(row.decision);
    return {
      id: row.id,
      ecosystem: row.ecosystem,
      name: row.name,
      versions: row.version,
      decision: row.decision,
      addedAt: row.added_at.toISOString(),
      addedBy: decision?.decidedBy ?? 'system',
      reason: decision?.reason ?? '',
      removedAt: row.removed_at?.toISOString() ?? null,
      removedBy: row.removed_by,
      removedReason: row.removed_reason,
    };
  });
}

async function denied(db: Queryable, filter: Parameters<typeof everyDenial>[1]): Promise<readonly Change[]> {
  return (await everyDenial(db, filter)).map((row) => ({
    id: row.id,
    ecosystem: row.ecosystem,
    name: row.name,
    versions: row.versions,
    decision: null,
    addedAt: row.created_at.toISOString(),
    addedBy: row.created_by,
    reason: row.reason,
    removedAt: row.lifted_at?.toISOString() ?? null,
    removedBy: row.lifted_by,
    removedReason: row.lifted_reason,
  }));
}
