/** The lists room: core, extra and denied. The expanded list is computed when a snapshot is made. */
import { requireMay, requireMaySomewhere } from '../../domain/authority.ts';
import type { FactOf } from '../../domain/fact.ts';
import { freeText } from '../../domain/free-text.ts';
import { type NamedRange, type PackageRange, packageRange } from '../../domain/package-range.ts';
import { type Actor, actorName, SYSTEM } from '../../domain/people.ts';
import { Problem } from '../../domain/problem.ts';
import type { Ecosystem } from '../../ecosystems/contract.ts';
import type { Database, Queryable } from '../../platform/db/port.ts';
import type { Change, Ledger } from '../../platform/ledger/port.ts';
import { listChannels, requireChannel } from '../channels/read.ts';
import { findDecision } from '../decisions/read.ts';
import { type Denial, denialOf, denials, entryOf, isDenied, type ListEntry } from './read.ts';
import { insertDenial, insertEntry, liftDenial, nextId, removeEntry } from './store.ts';

export interface ListsDeps {
  readonly db: Database;
  readonly ledger: Ledger;
  readonly ecosystems: readonly Ecosystem[];
}

export interface NewDenial extends NamedRange {
  /** `null`: every channel. */
  readonly channel: string | null;
  readonly reason: string;
}

/** What a denial reaches. */
export type DenialScope = PackageRange<Ecosystem> & { readonly channel: string | null };

export interface Lists {
  /** Reaction on `decision-settled`: adds the entry, once. */
  apply(fact: FactOf<'decision-settled'>): Promise<void>;
  /** Takes an entry off its list. Throws `unknown-entry`. */
  remove(actor: Actor, entry: string, reason: string): Promise<ListEntry>;
  /** Takes the entry of an expired exception off its list; does nothing where there is none. Runs inside the caller's change. */
  removeOfDecision(change: Change, decision: string, reason: string): Promise<void>;
  /** What a denial would reach, with the name in its normal form. Changes nothing; throws as `deny` does. */
  rehearseDenial(actor: Actor, denial: Omit<NewDenial, 'reason'>): Promise<DenialScope>;
  /** Throws `unknown-ecosystem`, `not-a-name` and `unknown-range` for what cannot be read. */
  deny(actor: Actor, denial: NewDenial): Promise<Denial>;
  /** The same inside a change that is under way. */
  denyWithin(change: Change, actor: Actor, denial: NewDenial): Promise<Denial>;
  /** People only, with a reason. Throws `unknown-denial`. */
  lift(actor: Actor, denial: string, reason: string): Promise<Denial>;
}

export function createLists(deps: ListsDeps): Lists {
  return {
    apply: (fact) => apply(deps, fact),
    async remove(actor, id, reason) {
      requireMaySomewhere(actor, 'remove-entry');
      const why = freeText('The reason (--reason)', reason);
      return deps.ledger.change(actor, async (change) => {
        const row = await removeEntry(change.db, { id }, { by: actorName(actor), reason: why, at: change.now });
        if (row === undefined)
          throw notFound('unknown-entry', `There is no entry ${JSON.stringify(id.slice(0, 40))} in force`);
        requireMay(actor, 'remove-entry', row);
        await append(change, { ...row, removed: row.id });
        return entryOf(row);
      });
    },
    async removeOfDecision(change, decision, reason) {
      const row = await removeEntry(change.db, { decision }, { by: actorName(SYSTEM), reason, at: change.now });
      if (row !== undefined) await append(change, { ...row, removed: row.id });
    },
    async rehearseDenial(actor, denial) {
      requireMay(actor, 'add-denial', denial);
      return await scopeOf(deps, deps.db, denial);
    },
    async deny(actor, denial) {
      requireMay(actor, 'add-denial', denial);
      return deps.ledger.change(actor, (change) => denyWithin(deps, change, { actor, denial }));
    },
    denyWithin: (change, actor, denial) => denyWithin(deps, change, { actor, denial }),
    async lift(actor, id, reason) {
      requireMaySomewhere(actor, 'lift-denial');
      const why = freeText('The reason (--reason)', reason);
      return deps.ledger.change(actor, async (change) => {
        const row = await liftDenial(change.db, id, { by: actorName(actor), reason: why, at: change.now });
        if (row === undefined)
          throw notFound('unknown-denial', `There is no denial ${JSON.stringify(id.slice(0, 40))} in force`);
        requireMay(actor, 'lift-denial', row);
        await append(change, { ...row, list: 'denied', decision: null });
        return denialOf(row);
      });
    },
  };
}

function apply({ ledger, ecosystems }: ListsDeps, fact: FactOf<'decision-settled'>): Promise<void> {
  return ledger.change(SYSTEM, async (change) => {
    const decision = await findDecision(change.db, fact.decision);
    if (decision?.outcome !== 'accepted') return;
    const { id, channel, ecosystem, list, name, version, extras, evidence } = decision;
    if (list === null || version === null || evidence === null) return;
    const isOver = decision.until !== null && decision.until <= change.now.toISOString();
    if (isOver) return;
    const rules = ecosystems.find((one) => one.id === ecosystem)?.versions;
    // Denied while the window was open: the denial stands, and a later request begins again.
    if (rules === undefined) return;
    if (isDenied(await denials(change.db, channel), { channel, ecosystem, name, version }, rules) !== undefined) return;
    const entry = { channel, ecosystem, list, name, version, extras: [...extras], evidence, decision: id };
    const isNew = await insertEntry(change.db, { ...entry, id: await nextId(change.db, 'L'), added_at: change.now });
    if (isNew) await append(change, entry);
  });
}

interface Changed {
  readonly channel: string | null;
  readonly ecosystem: string;
  readonly list: 'core' | 'extra' | 'denied';
  readonly name: string;
  readonly decision: string | null;
  readonly denial?: string;
  readonly removed?: string;
}

/** A change for the whole installation reaches each channel, which publishes for itself. */
async function append(change: Change, changed: Changed): Promise<void> {
  const { channel, ecosystem, list, name, decision, denial, removed } = changed;
  const what = { ...(denial === undefined ? {} : { denial }), ...(removed === undefined ? {} : { removed }) };
  const reached = channel === null ? (await listChannels(change.db)).map((one) => one.name) : [channel];
  for (const one of reached)
    change.append({ kind: 'list-changed', channel: one, ecosystem, list, names: [name], decision, ...what });
}

async function scopeOf(deps: ListsDeps, db: Queryable, denial: Omit<NewDenial, 'reason'>): Promise<DenialScope> {
  const { channel } = denial;
  const range = packageRange(deps.ecosystems, denial);
  if (channel !== null) await requireChannel(db, channel);
  return { channel, ...range };
}

async function denyWithin(
  deps: ListsDeps,
  change: Change,
  { actor, denial }: { actor: Actor; denial: NewDenial },
): Promise<Denial> {
  const { db, now } = change;
  const { channel, ecosystem, name, versions } = await scopeOf(deps, db, denial);
  const row = {
    id: await nextId(db, 'D'),
    channel,
    ecosystem: ecosystem.id,
    name,
    versions,
    reason: freeText('The reason (--reason)', denial.reason),
    created_by: actorName(actor),
    created_at: now,
    lifted_by: null,
    lifted_reason: null,
    lifted_at: null,
  };
  await insertDenial(db, row);
  await append(change, { ...row, list: 'denied', decision: null, denial: row.id });
  return denialOf(row);
}

/** What helps whoever named something that is not there. */
const NEXT = {
  'unknown-entry': 'See `pratique list show extra` (or `core`).',
  'unknown-denial': 'See `pratique list show denied`.',
};

function notFound(code: keyof typeof NEXT, what: string): Problem {
  return new Problem({ kind: 'not-found', code, what, next: NEXT[code] });
}
