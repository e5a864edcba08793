/** The tokens room: what scripts and builds show instead of a password. */
import { ACTIONS, isAction, may } from '../../domain/authority.ts';
import type { Scope, Strength } from '../../domain/credential.ts';
import { oneLine } from '../../domain/free-text.ts';
import { type Actor, actorName, SYSTEM } from '../../domain/people.ts';
import { Problem } from '../../domain/problem.ts';
import type { Database } from '../../platform/db/port.ts';
import type { Change } from '../../platform/ledger/port.ts';
import { actorWith } from '../accounts/read.ts';
import { requireChannel } from '../channels/read.ts';
import { requireRecentProof } from '../sign-in/read.ts';
import { type ExchangeDeps, exchange } from './exchange.ts';
import { hashOfToken, isToken, newToken } from './format.ts';
import { listingOf, scopeOf, stateOf, type TokenListing } from './read.ts';
import { insertToken, nextId, noteUse, revokeRow, rowByHash, rowById, rowsOf, type TokenRow } from './store.ts';

export type { Publisher } from './exchange.ts';
export { createTokenUses } from './uses.ts';

export interface TokensDeps extends ExchangeDeps {
  readonly db: Database;
  readonly ecosystemIds: readonly string[];
}

export interface NewToken {
  /** What it is for, in its person's words. */
  readonly label: string;
  readonly scope: { readonly [K in keyof Scope]?: readonly string[] | null | undefined };
  /** Life in seconds; thirty days where it is left out. */
  readonly seconds?: number | undefined;
}

/** The token in plain is in here and nowhere else: it is shown once. */
export interface MadeToken {
  readonly token: string;
  readonly listing: TokenListing;
}

export interface Tokens {
  /**
   * For the actor alone, who has just proved who they are. Throws `not-by-token`, `prove-again`, `stronger-sign-in`,
   * `unknown-action`, `unknown-channel`, `unknown-ecosystem`, `token-life`.
   */
  create(actor: Actor, asked: NewToken): Promise<MadeToken>;
  /** One's own; an operator's any. Throws `unknown-token`. */
  revoke(actor: Actor, id: string): Promise<TokenListing>;
  /**
   * Ends a token that is not secret any more; whoever holds it may report it. The answer says nothing about it:
   * `true` where one was ended, for the log.
   */
  revokeLeaked(token: string): Promise<boolean>;
  /** Ends all tokens that a person made; inside a change that is under way. */
  endAllOf(change: Change, person: string): Promise<void>;
  /** A token of some minutes for a build that shows who it is. Throws `bad-identity`. */
  exchange(identity: string): Promise<MadeToken>;
  /** Who acts with this token, its limits with it. Throws `bad-token` (sign-in). */
  authenticate(token: string): Promise<Actor>;
}

const SECONDS_PER_DAY = 86_400;
const SECONDS_PER_MINUTE = 60;
/** Long enough for a project's script, short enough that a forgotten token ends by itself. Days. */
const DEFAULT_LIFE_DAYS = 30;
/** A token that nobody renews within a year has nobody who remembers it (ASVS 13.3.4 asks for an end). Days. */
const LONGEST_LIFE_DAYS = 366;
const SHORTEST_LIFE_S = 60;
/**
 * What its maker proved holds as long as a reviewer's session at most: after that a token found in a script is one factor,
 * with which nobody decides. Hours.
 */
const STRONG_FOR_HOURS = 12;
const MS_PER_HOUR = 3_600_000;

export function createTokens(deps: TokensDeps): Tokens {
  return {
    create: (actor, asked) => create(deps, actor, asked),
    revoke: (actor, id) => revoke(deps, actor, id),
    revokeLeaked: (token) => revokeLeaked(deps, token),
    endAllOf,
    exchange: (identity) =>
      exchange(deps, identity, (change, { name, person, scope, minutes }) =>
        insert(change, {
          ...{ person, scope, label: `build ${name}`, seconds: minutes * SECONDS_PER_MINUTE },
          ...{ strength: 'single', publisher: name },
        }),
      ),
    authenticate: (token) => authenticate(deps, token),
  };
}

async function create(deps: TokensDeps, actor: Actor, asked: NewToken): Promise<MadeToken> {
  const label = oneLine('What the token is for', asked.label);
  const scope = await scopeFrom(deps, asked.scope);
  const seconds = lifeOf(asked.seconds);
  if (actor.kind === 'system' || actor.credential?.kind === 'token') throw notByToken();
  await requireRecentProof(deps, actor);
  const strength: Strength = actor.credential?.strength ?? 'phishing-resistant';
  return deps.ledger.change(actor, (change) =>
    insert(change, { person: actor.name, label, scope, seconds, strength, publisher: null }),
  );
}

interface Making {
  readonly person: string;
  readonly label: string;
  readonly scope: Scope;
  readonly seconds: number;
  readonly strength: Strength;
  readonly publisher: string | null;
}

async function insert({ db, now, append }: Change, making: Making): Promise<MadeToken> {
  const token = newToken();
  const { person, label, scope, seconds, strength, publisher } = making;
  const row: TokenRow = {
    id: await nextId(db),
    ...{ person, label, strength, publisher },
    hash: hashOfToken(token),
    channels: copyOf(scope.channels),
    ecosystems: copyOf(scope.ecosystems),
    actions: copyOf(scope.actions),
    strong_until: new Date(now.getTime() + STRONG_FOR_HOURS * MS_PER_HOUR),
    made_at: now,
    expires_at: new Date(now.getTime() + seconds * 1000),
    last_used_on: null,
    revoked_at: null,
    revoked_by: null,
    revoked_for: null,
  };
  await insertToken(db, row);
  const expiresAt = row.expires_at.toISOString();
  append({ kind: 'token-created', token: row.id, person, label, expiresAt, publisher });
  return { token, listing: listingOf(row, now) };
}

async function revoke({ ledger }: TokensDeps, actor: Actor, id: string): Promise<TokenListing> {
  return ledger.change(actor, async (change) => {
    const row = await rowById(change.db, id);
    // Whose token it is, is not told to others.
    if (row === undefined || (row.person !== actorName(actor) && !may(actor, 'manage-tokens')))
      throw unknownToken(id, row !== undefined);
    return end(change, row, { by: actorName(actor), reason: 'revoked' });
  });
}

async function revokeLeaked({ ledger }: TokensDeps, token: string): Promise<boolean> {
  if (!isToken(token)) return false;
  return ledger.change(SYSTEM, async (change) => {
    const row = await rowByHash(change.db, hashOfToken(token));
    if (row === undefined || row.revoked_at !== null) return false;
    await end(change, row, { by: actorName(SYSTEM), reason: 'leaked' });
    return true;
  });
}

async function endAllOf(change: Change, person: string): Promise<void> {
  for (const row of await rowsOf(change.db, person))
    if (stateOf(row, change.now) === 'valid') await end(change, row, { by: actorName(SYSTEM), reason: 'revoked' });
}

async function end(
  { db, now, append }: Change,
  row: TokenRow,
  { by, reason }: { readonly by: string; readonly reason: 'revoked' | 'leaked' },
): Promise<TokenListing> {
  if (await revokeRow(db, row.id, { at: now, by, reason }))
    append({ kind: 'token-revoked', token: row.id, person: row.person, label: row.label, reason });
  return listingOf({ ...row, revoked_at: row.revoked_at ?? now }, now);
}

async function authenticate({ db, clock }: TokensDeps, token: string): Promise<Actor> {
  const now = clock.now();
  const row = isToken(token) ? await rowByHash(db, hashOfToken(token)) : undefined;
  if (row === undefined || stateOf(row, now) !== 'valid') throw badToken(row);
  const strength = row.strong_until > now ? row.strength : 'single';
  const actor = await actorWith(db, row.person, { kind: 'token', id: row.id, strength, scope: scopeOf(row) });
  const day = now.toISOString().slice(0, 'YYYY-MM-DD'.length);
  if (row.last_used_on !== day) await noteUse(db, row.id, day);
  return actor;
}

/** Every name in a scope must be known: a limit that is misspelt would look like one and cover nothing, or the wrong thing. */
async function scopeFrom({ db, ecosystemIds }: TokensDeps, asked: NewToken['scope']): Promise<Scope> {
  for (const channel of asked.channels ?? []) await requireChannel(db, channel);
  for (const ecosystem of asked.ecosystems ?? [])
    if (!ecosystemIds.includes(ecosystem)) throw unknown('ecosystem', ecosystem, ecosystemIds);
  for (const action of asked.actions ?? []) if (!isAction(action)) throw unknown('action', action, ACTIONS);
  return {
    channels: limitOf(asked.channels),
    ecosystems: limitOf(asked.ecosystems),
    actions: limitOf(asked.actions),
  };
}

function limitOf(names: readonly string[] | null | undefined): readonly string[] | null {
  return names === null || names === undefined || names.length === 0 ? null : [...new Set(names)];
}

function lifeOf(seconds: number = DEFAULT_LIFE_DAYS * SECONDS_PER_DAY): number {
  const longest = LONGEST_LIFE_DAYS * SECONDS_PER_DAY;
  if (Number.isInteger(seconds) && seconds >= SHORTEST_LIFE_S && seconds <= longest) return seconds;
  throw new Problem({
    kind: 'usage',
    code: 'token-life',
    what: 'A token cannot live so long',
    why: `It may live from ${SHORTEST_LIFE_S} seconds to ${LONGEST_LIFE_DAYS} days`,
    next: 'Choose a time in between: 12h, 30d.',
  });
}

function copyOf(names: readonly string[] | null): string[] | null {
  return names === null ? null : [...names];
}

function unknown(what: 'action' | 'ecosystem', name: string, known: readonly string[]): Problem {
  return new Problem({
    kind: 'usage',
    code: `unknown-${what}`,
    what: `There is no ${what} ${JSON.stringify(name.slice(0, 40))}`,
    next: `Known are ${known.join(', ')}.`,
  });
}

function unknownToken(id: string, isConcealed: boolean): Problem {
  return new Problem({
    unsaid: { isConcealed },
    kind: 'not-found',
    code: 'unknown-token',
    what: `There is no token ${JSON.stringify(id.slice(0, 40))} of yours`,
    next: 'See `pratique token list`.',
  });
}

function notByToken(): Problem {
  return new Problem({
    kind: 'not-allowed',
    code: 'not-by-token',
    what: 'A token makes no tokens',
    why: 'one that leaked could otherwise outlive its end',
    next: 'Sign in, and make it there.',
  });
}

/** One answer for all: unknown, expired, revoked, or of somebody who is gone. */
function badToken(row: TokenRow | undefined): Problem {
  return new Problem({
    unsaid: row === undefined ? {} : { person: row.person, credential: `token ${row.id}` },
    kind: 'sign-in',
    code: 'bad-token',
    what: 'This token is not valid',
    why: 'It is unknown, has expired or was revoked',
    next: 'Make a new one: `pratique token create --label TEXT`.',
  });
}
