/** Windows open when an acceptance is made, and close when every clock is over. */
import type { FactOf } from '../../domain/fact.ts';
import { SYSTEM } from '../../domain/people.ts';
import { CLOCK_WORKFLOW, next } from '../../domain/workflow.ts';
import type { Change } from '../../platform/ledger/port.ts';
import { findChannel, practiceOf } from '../channels/read.ts';
import { type Decision, findDecision, lockDecision } from '../decisions/read.ts';
import { closingOf, windowAfter } from './clocks.ts';
import type { ObjectionsDeps } from './deps.ts';
import {
  type ClockRow,
  clocksOf,
  dueWindows,
  findRow,
  insertClocks,
  insertWindow,
  nextId,
  rowsOf,
  updateClock,
  updateWindow,
  type WindowRow,
} from './store.ts';

export async function openWindow({ ledger }: ObjectionsDeps, fact: FactOf<'decision-made'>): Promise<void> {
  // Policy's own acceptance of a first use settles by itself: open channels have no one to ask.
  if (fact.outcome !== 'accepted' || fact.request === null) return;
  await ledger.change(SYSTEM, async (edit) => {
    const decision = await lockDecision(edit.db, fact.decision);
    if (decision === undefined || decision.undoneAt !== null) return;
    const row: WindowRow = {
      id: await nextId(edit.db),
      decision: decision.id,
      channel: decision.channel,
      providers: [],
      state: 'waiting-for-provider',
      opened_at: edit.now,
      closes_at: null,
      remaining_ms: null,
      ended_at: null,
      working_days: false,
    };
    if (await insertWindow(edit.db, row)) await start(edit, row, decision);
  });
}

export async function resumeWaiting({ db, ledger }: ObjectionsDeps, fact: FactOf<'channel-changed'>): Promise<void> {
  for (const { id, decision: about } of await rowsOf(db, { channel: fact.channel, states: ['waiting-for-provider'] }))
    await ledger.change(SYSTEM, async (edit) => {
      const decision = await lockDecision(edit.db, about);
      const row = await findRow(edit.db, id, true);
      if (row?.state === 'waiting-for-provider' && decision !== undefined) await start(edit, row, decision);
    });
}

export async function cancel({ ledger }: ObjectionsDeps, fact: FactOf<'decision-undone'>): Promise<void> {
  await ledger.change(SYSTEM, async ({ db, now }) => {
    const row = await findRow(db, fact.decision, true);
    if (row === undefined || row.ended_at !== null) return;
    for (const clock of await clocksOf(db, [row.id])) {
      const state = next(CLOCK_WORKFLOW, clock.state, 'undo');
      if (state !== undefined) await updateClock(db, { ...clock, state, closes_at: null, ended_at: now });
    }
    await updateWindow(db, row.id, { state: 'undone', closes_at: null, ended_at: now });
  });
}

async function start(edit: Change, row: WindowRow, { undoUntil }: Decision): Promise<void> {
  const { db, now } = edit;
  const channel = await findChannel(db, row.channel);
  if (channel === undefined) return;
  const grace = undoUntil === null ? now : new Date(undoUntil);
  const { windowSeconds, providers } = channel;
  if (windowSeconds === null) {
    if (grace > now) return updateWindow(db, row.id, { state: 'running', closes_at: grace });
    await updateWindow(db, row.id, { state: 'settled', ended_at: now });
    return appendSettled(edit, row);
  }
  if (providers.length === 0) return;
  const practice = await practiceOf(db, row.channel);
  const closing = closingOf(now, { ...channel, windowSeconds }, practice);
  // Nothing opens while it can still be undone.
  const closes = closing > grace ? closing : grace;
  const blank = { objection_window: row.id, state: 'running' as const, remaining_ms: null, ended_at: null };
  await insertClocks(
    db,
    providers.map((provider) => ({ ...blank, provider, closes_at: closes })),
  );
  const working_days = practice.windowWorkingDays !== null;
  await updateWindow(db, row.id, { state: 'running', providers: [...providers], closes_at: closes, working_days });
  edit.append({
    kind: 'window-opened',
    decision: row.decision,
    channel: row.channel,
    closesAt: closes.toISOString(),
    providers,
    undoUntil: undoUntil ?? undefined,
  });
}

export async function closeDue({ db, ledger }: ObjectionsDeps, now: Date): Promise<readonly string[]> {
  const settled: string[] = [];
  for (const id of await dueWindows(db, now))
    await ledger.change(SYSTEM, async (edit) => {
      const about = await findRow(edit.db, id);
      const decision = about === undefined ? undefined : await lockDecision(edit.db, about.decision);
      const row = await findRow(edit.db, id, true);
      if (row === undefined || row.ended_at !== null || decision === undefined || decision.undoneAt !== null) return;
      const clocks = await passed(edit, row, now);
      const isHeldOnly = row.providers.length === 0 && row.closes_at !== null && row.closes_at <= now;
      const after = isHeldOnly ? SETTLED : windowAfter(clocks, now);
      await updateWindow(edit.db, id, { ...after, ended_at: after.state === 'settled' ? now : null });
      if (after.state !== 'settled') return;
      await appendSettled(edit, row);
      settled.push(row.decision);
    });
  return settled;
}

const SETTLED = { state: 'settled', closes_at: null } as const;

/** The clocks of a window, those ended whose time has passed. */
async function passed({ db }: Change, row: WindowRow, now: Date): Promise<readonly ClockRow[]> {
  const clocks: ClockRow[] = [];
  for (const clock of await clocksOf(db, [row.id])) {
    const isDue = clock.closes_at !== null && clock.closes_at <= now;
    const state = isDue ? next(CLOCK_WORKFLOW, clock.state, 'pass') : undefined;
    const after = state === undefined ? clock : { ...clock, state, closes_at: null, ended_at: now };
    if (after !== clock) await updateClock(db, after);
    clocks.push(after);
  }
  return clocks;
}

/** What was accepted takes effect. */
export async function appendSettled(
  { db, append }: Change,
  { decision, channel }: Pick<WindowRow, 'decision' | 'channel'>,
): Promise<void> {
  append({ kind: 'decision-settled', decision, request: (await findDecision(db, decision))?.request ?? null, channel });
}
