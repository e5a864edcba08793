/** Facts about objection windows, for other rooms and surfaces. */

import { Problem } from '../../domain/problem.ts';
import type { ClockState, WindowState } from '../../domain/workflow.ts';
import { momentThere } from '../../domain/working-time.ts';
import type { Queryable, Transaction } from '../../platform/db/port.ts';
import { requireChannel } from '../channels/read.ts';
import { type Decision, lockDecision } from '../decisions/read.ts';
import {
  type ClockRow,
  clocksOf,
  findRow,
  type ObjectionRow,
  objectionsOf,
  rowsOf,
  type WindowFilter,
  type WindowRow,
} from './store.ts';

export type { WindowState } from '../../domain/workflow.ts';
export type { WindowFilter } from './store.ts';

/** How one data provider stands to an acceptance. */
export interface ProviderClock {
  readonly provider: string;
  readonly state: ClockState;
  /** RFC 3339, UTC; `null` while the clock stands still. */
  readonly closesAt: string | null;
}

/** Times are RFC 3339, UTC. */
export interface ObjectionWindow {
  readonly id: string;
  readonly decision: string;
  readonly channel: string;
  readonly providers: readonly string[];
  readonly state: WindowState;
  readonly openedAt: string;
  /** When the last clock runs out; `null` while one stands still. */
  readonly closesAt: string | null;
  readonly endedAt: string | null;
  /** Each data provider's own. */
  readonly clocks: readonly ProviderClock[];
  /** Whether the clocks count working days of the channel. */
  readonly workingDays: boolean;
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

export async function listWindows(db: Queryable, filter: WindowFilter = {}): Promise<readonly ObjectionWindow[]> {
  const rows = await rowsOf(db, filter);
  const ids = rows.map(({ id }) => id);
  const clocks = Map.groupBy(await clocksOf(db, ids), ({ objection_window }) => objection_window);
  return rows.map((row) => windowOf(row, clocks.get(row.id) ?? []));
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
  return { ...windowOf(row, await clocksOf(db, [row.id])), said };
}

/** The window and its decision, held still until the transaction ends: in this order, as whoever undoes the decision takes them. */
export async function lockWindow(
  db: Transaction,
  id: string,
): Promise<{ readonly row: WindowRow; readonly decision: Decision | undefined } | undefined> {
  const about = await findRow(db, id);
  if (about === undefined) return undefined;
  const decision = await lockDecision(db, about.decision);
  const row = await findRow(db, about.id, true);
  return row === undefined ? undefined : { row, decision };
}

/** Throws `unknown-window`. */
export async function showWindow(db: Queryable, id: string): Promise<ObjectionDetails> {
  const window = await findWindow(db, id);
  if (window === undefined) throw unknownWindow(id);
  return window;
}

export function unknownWindow(id: string): Problem {
  return new Problem({
    kind: 'not-found',
    code: 'unknown-window',
    what: `There is no objection window ${JSON.stringify(id.slice(0, 40))}`,
    next: 'See `pratique objection list --all`.',
  });
}

/** What silence means, in words for whoever is asked: how every message about a window ends. */
export async function silenceRule(db: Queryable, window: ObjectionWindow): Promise<string> {
  const { timezone } = await requireChannel(db, window.channel);
  const counted = window.workingDays ? ' The clock counts the working days of the channel.' : '';
  switch (window.state) {
    case 'waiting-for-provider':
      return `No data provider is named for ${window.channel}: nothing opens, however long nobody objects.`;
    case 'running':
      return window.closesAt === null
        ? 'Nothing opens while a clock stands still.'
        : `If no data provider objects by ${momentThere(new Date(window.closesAt), timezone)}, it becomes available: silence counts as no objection.${counted}`;
    case 'questioned': {
      const asked = window.clocks.filter(({ state }) => state === 'questioned').map(({ provider }) => provider);
      return `The clock of ${asked.join(', ')} stands still until the question is answered, and then goes on with what was left. Nothing opens before that.${counted}`;
    }
    case 'settled':
      return window.providers.length === 0
        ? 'The channel has no objection window: it became available at once.'
        : 'No data provider objected in time: it became available.';
    case 'overturned':
      return 'A data provider objected: it does not become available in this channel.';
    case 'undone':
      return 'The acceptance was undone: nothing becomes available by it.';
  }
}

export function windowOf(row: WindowRow, clocks: readonly ClockRow[]): ObjectionWindow {
  const { id, decision, channel, providers, state } = row;
  return {
    id,
    decision,
    channel,
    providers,
    state,
    openedAt: row.opened_at.toISOString(),
    closesAt: row.closes_at?.toISOString() ?? null,
    endedAt: row.ended_at?.toISOString() ?? null,
    clocks: clocks.map(({ provider, state: at, closes_at }) => ({
      provider,
      state: at,
      closesAt: closes_at?.toISOString() ?? null,
    })),
    workingDays: row.working_days,
  };
}
