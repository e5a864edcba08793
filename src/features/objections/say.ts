/** What people say in a window: questions, answers, no objection, and the objection itself. */
import { requireMay, requireMaySomewhere } from '../../domain/authority.ts';
import { freeText } from '../../domain/free-text.ts';
import { type Actor, actorName, hasRole } from '../../domain/people.ts';
import { Problem } from '../../domain/problem.ts';
import { CLOCK_WORKFLOW, type ClockMove, next } from '../../domain/workflow.ts';
import type { Change } from '../../platform/ledger/port.ts';
import { findDecision } from '../decisions/read.ts';
import { showRequest } from '../requests/read.ts';
import { timepieceOf, windowAfter } from './clocks.ts';
import type { ObjectionsDeps } from './deps.ts';
import { appendSettled } from './open-close.ts';
import { lockWindow, type ObjectionWindow, unknownWindow, windowOf } from './read.ts';
import {
  type ClockRow,
  clocksOf,
  insertObjection,
  type ObjectionRow,
  updateClock,
  updateWindow,
  type WindowRow,
} from './store.ts';

interface Said {
  readonly id: string;
  readonly text: string;
}

export async function question(deps: ObjectionsDeps, actor: Actor, { id, text: raw }: Said): Promise<ObjectionWindow> {
  return asProvider(deps, actor, { id, move: 'question' }, async (edit, row, clock) => {
    const text = freeText('The question', raw);
    await say(edit, row, { kind: 'question', actor, text });
    const { decision, channel } = row;
    edit.append({ kind: 'objection-raised', decision, channel, provider: clock.provider, question: text });
    const { between } = await timepieceOf(edit.db, row);
    return { closes_at: null, remaining_ms: clock.closes_at === null ? 0 : between(edit.now, clock.closes_at) };
  });
}

export async function overturn(deps: ObjectionsDeps, actor: Actor, { id, text: raw }: Said): Promise<ObjectionWindow> {
  return asProvider(deps, actor, { id, move: 'overturn' }, async (edit, row, clock) => {
    const reason = freeText('The reason (--reason)', raw);
    await say(edit, row, { kind: 'overturn', actor, text: reason });
    const { decision, channel } = row;
    const request = (await findDecision(edit.db, decision))?.request ?? null;
    edit.append({ kind: 'decision-overturned', decision, request, channel, provider: clock.provider, reason });
    return { closes_at: null, ended_at: edit.now };
  });
}

export async function none(deps: ObjectionsDeps, actor: Actor, id: string): Promise<ObjectionWindow> {
  return asProvider(deps, actor, { id, move: 'none' }, async (edit, row, clock) => {
    await say(edit, row, { kind: 'none', actor, text: '' });
    const { decision, channel } = row;
    edit.append({ kind: 'no-objection-given', decision, channel, provider: clock.provider });
    return {};
  });
}

export async function answer(
  { ledger }: ObjectionsDeps,
  actor: Actor,
  { id, text: raw, provider }: Said & { readonly provider?: string | undefined },
): Promise<ObjectionWindow> {
  requireMaySomewhere(actor, 'answer-objection');
  const text = freeText('The answer', raw);
  return ledger.change(actor, async (edit) => {
    const row = await requireWindow(edit, id);
    requireMay(actor, 'answer-objection', row);
    const clocks = await clocksOf(edit.db, [row.id]);
    const clock = answered(row, clocks, provider);
    if (!hasRole(actor, 'reviewer', row.channel) && !(await isRequester(edit, row, actor)))
      throw refused(
        'not-a-requester',
        `${actorName(actor)} did not ask for this`,
        'A reviewer or somebody who asked for the package answers.',
      );
    await say(edit, row, { kind: 'answer', actor, text });
    const closes = (await timepieceOf(edit.db, row)).after(edit.now, Number(clock.remaining_ms ?? 0));
    const running = { ...clock, state: 'running' as const, closes_at: closes, remaining_ms: null };
    const { decision, channel } = row;
    const closesAt = closes.toISOString();
    edit.append({ kind: 'objection-answered', decision, channel, provider: clock.provider, closesAt });
    return moved(edit, row, { clocks, clock: running });
  });
}

/** The clock whose question is answered; its provider is named where several wait for an answer. */
function answered(row: WindowRow, clocks: readonly ClockRow[], provider: string | undefined): ClockRow {
  const waiting = clocks.filter(
    (one) =>
      next(CLOCK_WORKFLOW, one.state, 'answer') !== undefined && (provider === undefined || one.provider === provider),
  );
  const [only] = waiting;
  if (only === undefined) throw wrongState(row);
  if (waiting.length === 1) return only;
  throw new Problem({
    kind: 'usage',
    code: 'which-provider',
    what: `Several data providers asked something: ${waiting.map((one) => one.provider).join(', ')}`,
    next: 'Say with --provider whose question this answers.',
  });
}

type Edit = (edit: Change, row: WindowRow, clock: ClockRow) => Promise<Partial<ClockRow>>;

async function asProvider(
  { ledger }: ObjectionsDeps,
  actor: Actor,
  { id, move }: { readonly id: string; readonly move: ClockMove },
  edit: Edit,
): Promise<ObjectionWindow> {
  requireMaySomewhere(actor, 'object');
  return ledger.change(actor, async (open) => {
    const row = await requireWindow(open, id);
    requireMay(actor, 'object', row);
    const organisation = actor.kind === 'person' ? actor.organisation : null;
    const clocks = await clocksOf(open.db, [row.id]);
    const clock = clocks.find(({ provider }) => provider === organisation);
    if (clock === undefined)
      throw refused(
        'not-this-provider',
        `${actorName(actor)} does not act for a data provider of ${row.channel}`,
        `It takes somebody of: ${row.providers.join(', ') || 'nobody yet'}.`,
      );
    await requireOneRole(open, row, actor);
    const state = next(CLOCK_WORKFLOW, clock.state, move);
    // The clock decides, not whether the schedule has come round yet.
    const isOver = row.ended_at !== null || (clock.closes_at !== null && clock.closes_at <= open.now);
    if (state === undefined || isOver) throw wrongState(row);
    const set = await edit(open, row, clock);
    return moved(open, row, { clocks, clock: { ...clock, ...set, state } });
  });
}

/** Writes a clock that moved, and what the window is by it. */
async function moved(
  edit: Change,
  row: WindowRow,
  { clocks, clock }: { readonly clocks: readonly ClockRow[]; readonly clock: ClockRow },
): Promise<ObjectionWindow> {
  const all = clocks.map((one) => (one.provider === clock.provider ? clock : one));
  const after = windowAfter(all, edit.now);
  await updateClock(edit.db, clock);
  await updateWindow(edit.db, row.id, after);
  if (after.state === 'settled') await appendSettled(edit, row);
  return windowOf({ ...row, ...after }, all);
}

async function isRequester({ db }: Change, row: WindowRow, actor: Actor): Promise<boolean> {
  const request = (await findDecision(db, row.decision))?.request ?? null;
  if (request === null) return false;
  return (await showRequest(db, request)).requesters.some((one) => one.person === actorName(actor));
}

async function requireOneRole(edit: Change, row: WindowRow, actor: Actor): Promise<void> {
  const decision = await findDecision(edit.db, row.decision);
  const first =
    (decision?.approvedWith ?? null) === null ? undefined : await findDecision(edit.db, decision?.approvedWith ?? '');
  const name = actorName(actor);
  if (decision?.decidedBy === name || first?.decidedBy === name || (await isRequester(edit, row, actor)))
    throw refused(
      'two-roles',
      `${name} asked for this or decided it`,
      'Somebody else of the data provider acts in the window.',
    );
}

/** The window, held still, with its decision: what was undone has no window any more. */
async function requireWindow({ db }: Change, id: string): Promise<WindowRow> {
  const held = await lockWindow(db, id);
  if (held === undefined) throw unknownWindow(id);
  const { row, decision } = held;
  if ((decision?.undoneAt ?? null) !== null) throw wrongState({ ...row, state: 'undone' });
  return row;
}

async function say(
  { db, now }: Change,
  row: WindowRow,
  said: { kind: ObjectionRow['kind']; actor: Actor; text: string },
): Promise<void> {
  const organisation = said.actor.kind === 'person' ? said.actor.organisation : null;
  await insertObjection(db, {
    objection_window: row.id,
    kind: said.kind,
    person: actorName(said.actor),
    organisation,
    text: said.text,
    at: now,
  });
}

function wrongState(row: WindowRow): Problem {
  return new Problem({
    kind: 'conflict',
    code: 'wrong-state',
    what:
      row.ended_at === null
        ? `The window ${row.id} is ${row.state}: this clock has run out, or nothing was asked`
        : `The window ${row.id} is ${row.state}`,
    next: `See \`pratique objection show ${row.id}\`; \`pratique objection list\` has the windows that are open.`,
  });
}
function refused(code: string, what: string, next: string): Problem {
  return new Problem({ kind: 'not-allowed', code, what, next });
}
