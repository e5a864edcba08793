/** Facts about objection windows, for other rooms and surfaces. */
import type { Queryable } from '../../platform/db/port.ts';
import { findRow, type ObjectionRow, objectionsOf, rowsOf, type WindowRow, type WindowState } from './store.ts';

export type { WindowState } from './store.ts';

/** Times are RFC 3339, UTC. */
export interface ObjectionWindow {
  readonly id: string;
  readonly decision: string;
  readonly channel: string;
  readonly providers: readonly string[];
  readonly state: WindowState;
  readonly openedAt: string;
  /** `null` while the clock stands still. */
  readonly closesAt: string | null;
  readonly endedAt: string | null;
}

export type ObjectionDetails = ObjectionWindow & {
  readonly said: readonly {
    readonly kind: ObjectionRow['kind'];
    readonly person: string;
    readonly organisation: string | null;
    readonly text: string;
    readonly at: string;
  }[];
};

export async function listWindows(
  db: Queryable,
  filter: { channel?: string | undefined; states?: readonly WindowState[] | undefined } = {},
): Promise<readonly ObjectionWindow[]> {
  return (await rowsOf(db, filter)).map(windowOf);
}

/** By window id (`W-1`) or decision id (`A-1`). */
export async function findWindow(db: Queryable, id: string): Promise<ObjectionDetails | undefined> {
  const row = await findRow(db, id);
  if (row === undefined) return undefined;
  const said = (await objectionsOf(db, row.id)).map(({ kind, person, organisation, text, at }) => ({
    kind,
    person,
    organisation,
    text,
    at: at.toISOString(),
  }));
  return { ...windowOf(row), said };
}

export function windowOf(row: WindowRow): ObjectionWindow {
  const { id, decision, channel, providers, state } = row;
  const closesAt = row.closes_at?.toISOString() ?? null;
  return {
    id,
    decision,
    channel,
    providers,
    state,
    openedAt: row.opened_at.toISOString(),
    closesAt,
    endedAt: row.ended_at?.toISOString() ?? null,
  };
}
