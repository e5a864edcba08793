/** What a caller may read: in which channels and ecosystems, and which details. */
import { channelsWhere, may, requireMay } from '../../domain/authority.ts';
import type { Scope } from '../../domain/credential.ts';
import { type Actor, actorName } from '../../domain/people.ts';
import { requireChannel } from '../../features/channels/read.ts';
import type { Database } from '../../platform/db/port.ts';

export interface Asked {
  readonly channel?: string | undefined;
  readonly ecosystem?: string | undefined;
}

/** What a list is narrowed to; `undefined` where everything may be shown. */
export interface Narrowed {
  readonly channels: readonly string[] | undefined;
  readonly ecosystems: readonly string[] | undefined;
}

/** Channels and ecosystems of a list, out of those that were asked for. Throws `wrong-role` and `token-scope`. */
export function readable(actor: Actor, { channel, ecosystem }: Asked): Narrowed {
  const scope = scopeOf(actor);
  const allowed = channelsWhere(actor, 'read');
  const channels = channel === undefined ? allowed : [channel];
  const ecosystems = ecosystem === undefined ? (scope.ecosystems ?? undefined) : [ecosystem];
  // One of each stands for all: a token that may not read at all, or not this, is told so instead of shown nothing.
  const first = channels === 'all' ? undefined : channels[0];
  requireMay(actor, 'read', { channel: first, ecosystem: ecosystems?.[0] });
  return { channels: channels === 'all' ? undefined : channels, ecosystems };
}

/** The same where the channel must be there: one that is misspelt would look like nothing. Throws `unknown-channel` too. */
export async function readableIn(db: Database, actor: Actor, asked: Asked): Promise<Narrowed> {
  const narrowed = readable(actor, asked);
  if (asked.channel !== undefined) await requireChannel(db, asked.channel);
  return narrowed;
}

function scopeOf(actor: Actor): Scope {
  if (actor.kind === 'person' && actor.credential?.kind === 'token') return actor.credential.scope;
  return { channels: null, ecosystems: null, actions: null };
}

/** Whether the caller may see who asked, what for, and what was said. */
export function mayReadDetails(actor: Actor, where: Asked): boolean {
  return may(actor, 'read-details', where);
}

/** The name where it is the caller's own or details may be read, else `null`. */
export function nameFor(actor: Actor, name: string, where: Asked): string | null {
  return name === actorName(actor) || mayReadDetails(actor, where) ? name : null;
}
