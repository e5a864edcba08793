/** The objections room: data providers may question or overturn an acceptance before it takes effect. Elapsed time, not working days. */
import { requireMay, requireMaySomewhere } from '../../domain/authority.ts';
import type { FactOf } from '../../domain/fact.ts';
import { freeText } from '../../domain/free-text.ts';
import { type Actor, actorName, hasRole, SYSTEM } from '../../domain/people.ts';
import { Problem } from '../../domain/problem.ts';
import type { Database } from '../../platform/db/port.ts';
import type { Change, Ledger } from '../../platform/ledger/port.ts';
import { findChannel } from '../channels/read.ts';
import { findDecision } from '../decisions/read.ts';
import { showRequest } from '../requests/read.ts';
import { type ObjectionWindow, windowOf } from './read.ts';
import {
  findRow,
  insertObjection,
  insertWindow,
  nextId,
  objectionsOf,
  rowsOf,
  updateWindow,
  type WindowRow,
} from './store.ts';

export interface ObjectionsDeps {
  readonly db: Database;
  readonly ledger: Ledger;
}

export interface Objections {
  /** Reaction on `decision-made`: opens the window, or settles at once where the channel has none. Idempotent. */
  openWindow(fact: FactOf<'decision-made'>): Promise<void>;
  /** Reaction on `channel-changed`: windows that waited for a provider start, or settle. */
  resumeWaiting(fact: FactOf<'channel-changed'>): Promise<void>;
  /** By a provider of the window: stops the clock. `id` is a window or a decision. */
  question(actor: Actor, id: string, text: string): Promise<ObjectionWindow>;
  /** By a reviewer or a requester: the clock goes on with what was left. */
  answer(actor: Actor, id: string, text: string): Promise<ObjectionWindow>;
  overturn(actor: Actor, id: string, reason: string): Promise<ObjectionWindow>;
  /** When every provider of the window has said so, it closes early. */
  none(actor: Actor, id: string): Promise<ObjectionWindow>;
  /** Settles the windows whose time has passed; ids of their decisions. Idempotent. */
  closeDue(now: Date): Promise<readonly string[]>;
}

export function createObjections(deps: ObjectionsDeps): Objections {
  return {
    openWindow: (fact) => openWindow(deps, fact),
    resumeWaiting: (fact) => resumeWaiting(deps, fact),
    question: (actor, id, raw) =>
      asProvider(deps, actor, id, async (edit, row, organisation) => {
        const text = freeText('The question', raw);
        if (row.closes_at === null || row.state !== 'running') throw wrongState(row);
        await say(edit, row, { kind: 'question', actor, text });
        edit.append({
          kind: 'objection-raised',
          decision: row.decision,
          channel: row.channel,
          provider: organisation,
          question: text,
        });
        return {
          state: 'questioned',
          closes_at: null,
          remaining_ms: Math.max(0, row.closes_at.getTime() - edit.now.getTime()),
        };
      }),
    answer: (actor, id, raw) => answer(deps, actor, { id, raw }),
    overturn: (actor, id, raw) =>
      asProvider(deps, actor, id, async (edit, row, organisation) => {
        const reason = freeText('The reason', raw);
        await say(edit, row, { kind: 'overturn', actor, text: reason });
        const request = (await findDecision(edit.db, row.decision))?.request ?? null;
        edit.append({
          kind: 'decision-overturned',
          decision: row.decision,
          request,
          channel: row.channel,
          provider: organisation,
          reason,
        });
        return { state: 'overturned', closes_at: null, ended_at: edit.now };
      }),
    none: (actor, id) =>
      asProvider(deps, actor, id, async (edit, row, organisation) => {
        await say(edit, row, { kind: 'none', actor, text: '' });
        edit.append({
          kind: 'no-objection-given',
          decision: row.decision,
          channel: row.channel,
          provider: organisation,
        });
        const agreed = await agreedBy(edit, row);
        if (row.state !== 'running' || !row.providers.every((one) => agreed.has(one))) return {};
        await appendSettled(edit, row.decision, row.channel);
        return { state: 'settled', closes_at: null, ended_at: edit.now };
      }),
    closeDue: (now) => closeDue(deps, now),
  };
}

/** Organisations whose last word is that they do not object: who asked after it has to see the answer first. */
async function agreedBy({ db }: Change, row: WindowRow): Promise<ReadonlySet<string | null>> {
  const agreed = new Set<string | null>();
  for (const { kind, organisation } of await objectionsOf(db, row.id)) {
    if (kind === 'none') agreed.add(organisation);
    if (kind === 'question') agreed.delete(organisation);
  }
  return agreed;
}

async function openWindow({ ledger }: ObjectionsDeps, fact: FactOf<'decision-made'>): Promise<void> {
  // Policy's own acceptance of a first use settles by itself: open channels have no one to ask.
  if (fact.outcome !== 'accepted' || fact.request === null) return;
  await ledger.change(SYSTEM, async (edit) => {
    const blank = { id: await nextId(edit.db), decision: fact.decision, channel: fact.channel, opened_at: edit.now };
    const waiting = {
      state: 'waiting-for-provider' as const,
      providers: [],
      closes_at: null,
      remaining_ms: null,
      ended_at: null,
    };
    if (await insertWindow(edit.db, { ...blank, ...waiting })) await start(edit, { ...blank, ...waiting });
  });
}

async function resumeWaiting({ db, ledger }: ObjectionsDeps, fact: FactOf<'channel-changed'>): Promise<void> {
  for (const { id } of await rowsOf(db, { channel: fact.channel, states: ['waiting-for-provider'] }))
    await ledger.change(SYSTEM, async (edit) => {
      const row = await findRow(edit.db, id, true);
      if (row?.state === 'waiting-for-provider') await start(edit, row);
    });
}

async function start(edit: Change, row: WindowRow): Promise<void> {
  const channel = await findChannel(edit.db, row.channel);
  if (channel === undefined) return;
  const { windowSeconds, providers } = channel;
  if (windowSeconds === null) {
    await updateWindow(edit.db, row.id, { state: 'settled', ended_at: edit.now });
    await appendSettled(edit, row.decision, row.channel);
    return;
  }
  if (providers.length === 0) return;
  const closes = new Date(edit.now.getTime() + windowSeconds * 1000);
  await updateWindow(edit.db, row.id, { state: 'running', providers: [...providers], closes_at: closes });
  edit.append({
    kind: 'window-opened',
    decision: row.decision,
    channel: row.channel,
    closesAt: closes.toISOString(),
    providers,
  });
}

async function closeDue({ db, ledger }: ObjectionsDeps, now: Date): Promise<readonly string[]> {
  const settled: string[] = [];
  for (const { id } of (await rowsOf(db, { states: ['running'] })).filter(
    (row) => row.closes_at !== null && row.closes_at <= now,
  ))
    await ledger.change(SYSTEM, async (edit) => {
      const row = await findRow(edit.db, id, true);
      if (row?.state !== 'running' || row.closes_at === null || row.closes_at > now) return;
      await updateWindow(edit.db, id, { state: 'settled', closes_at: null, ended_at: now });
      await appendSettled(edit, row.decision, row.channel);
      settled.push(row.decision);
    });
  return settled;
}

async function appendSettled({ db, append }: Change, decision: string, channel: string): Promise<void> {
  append({ kind: 'decision-settled', decision, request: (await findDecision(db, decision))?.request ?? null, channel });
}

async function answer(
  { ledger }: ObjectionsDeps,
  actor: Actor,
  { id, raw }: { id: string; raw: string },
): Promise<ObjectionWindow> {
  requireMaySomewhere(actor, 'answer-objection');
  const text = freeText('The answer', raw);
  return ledger.change(actor, async (edit) => {
    const row = await requireWindow(edit, id);
    requireMay(actor, 'answer-objection', row);
    if (row.state !== 'questioned') throw wrongState(row);
    if (!hasRole(actor, 'reviewer', row.channel) && !(await isRequester(edit, row, actor)))
      throw refused(
        'not-a-requester',
        `${actorName(actor)} did not ask for this`,
        'A reviewer or somebody who asked for the package answers.',
      );
    await say(edit, row, { kind: 'answer', actor, text });
    const closes = new Date(edit.now.getTime() + (row.remaining_ms ?? 0));
    const set = { state: 'running' as const, closes_at: closes, remaining_ms: null };
    await updateWindow(edit.db, row.id, set);
    edit.append({
      kind: 'objection-answered',
      decision: row.decision,
      channel: row.channel,
      closesAt: closes.toISOString(),
    });
    return windowOf({ ...row, ...set });
  });
}

type Edit = (edit: Change, row: WindowRow, organisation: string) => Promise<Partial<WindowRow>>;

async function asProvider(
  { ledger }: ObjectionsDeps,
  actor: Actor,
  ...[id, edit]: [string, Edit]
): Promise<ObjectionWindow> {
  requireMaySomewhere(actor, 'object');
  return ledger.change(actor, async (open) => {
    const row = await requireWindow(open, id);
    requireMay(actor, 'object', row);
    const organisation = actor.kind === 'person' ? actor.organisation : null;
    if (organisation === null || !row.providers.includes(organisation))
      throw refused(
        'not-this-provider',
        `${actorName(actor)} does not act for a data provider of ${row.channel}`,
        `It takes somebody of: ${row.providers.join(', ') || 'nobody yet'}.`,
      );
    await requireOneRole(open, row, actor);
    if (row.state !== 'running' && row.state !== 'questioned') throw wrongState(row);
    // The clock decides, not whether the schedule has come round yet.
    if (row.closes_at !== null && row.closes_at <= open.now) throw wrongState(row);
    const set = await edit(open, row, organisation);
    if (Object.keys(set).length > 0) await updateWindow(open.db, row.id, set);
    return windowOf({ ...row, ...set });
  });
}

async function isRequester({ db }: Change, row: WindowRow, actor: Actor): Promise<boolean> {
  const request = (await findDecision(db, row.decision))?.request ?? null;
  if (request === null) return false;
  return (await showRequest(db, request)).requesters.some((one) => one.person === actorName(actor));
}

async function requireOneRole(edit: Change, row: WindowRow, actor: Actor): Promise<void> {
  const decidedBy = (await findDecision(edit.db, row.decision))?.decidedBy;
  const name = actorName(actor);
  if (decidedBy === name || (await isRequester(edit, row, actor)))
    throw refused(
      'two-roles',
      `${name} asked for this or decided it`,
      'Somebody else of the data provider acts in the window.',
    );
}

async function requireWindow({ db }: Change, id: string): Promise<WindowRow> {
  const row = await findRow(db, id, true);
  if (row !== undefined) return row;
  throw new Problem({
    kind: 'not-found',
    code: 'unknown-window',
    what: `There is no objection window ${JSON.stringify(id.slice(0, 40))}`,
    next: 'See `pratique objection list`.',
  });
}

async function say(
  { db, now }: Change,
  row: WindowRow,
  said: { kind: 'question' | 'answer' | 'none' | 'overturn'; actor: Actor; text: string },
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
    what: `The window ${row.id} is ${row.state} or its time has passed`,
    next: `See \`pratique objection show ${row.id}\`.`,
  });
}
function refused(code: string, what: string, next: string): Problem {
  return new Problem({ kind: 'not-allowed', code, what, next });
}
