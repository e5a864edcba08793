/** Facts about channels, for other rooms and surfaces. */
import type { Access } from '../../domain/access.ts';
import type { Channel } from '../../domain/channel.ts';
import { nearestName } from '../../domain/near-name.ts';
import type { Practice } from '../../domain/practice.ts';
import { Problem } from '../../domain/problem.ts';
import type { Queryable, Transaction } from '../../platform/db/port.ts';
import { accessRows, allRows, findPractice, findRow, lockRow } from './store.ts';

export function findChannel(db: Queryable, name: string): Promise<Channel | undefined> {
  return findRow(db, name);
}

/** Holds a channel still until the transaction ends. */
export async function lockChannel(db: Transaction, name: string): Promise<void> {
  await lockRow(db, name);
}

/** How people work in a channel: what is usual, where nothing else was set. */
export function practiceOf(db: Queryable, channel: string): Promise<Practice> {
  return findPractice(db, channel);
}

/** The ways in which each channel may be installed from. */
export function listAccess(db: Queryable): Promise<ReadonlyMap<string, Access>> {
  return accessRows(db);
}

/** The ways in which a channel may be installed from. Throws `unknown-channel`. */
export async function accessTo(db: Queryable, name: string): Promise<Access> {
  await requireChannel(db, name);
  return (await accessRows(db)).get(name) ?? null;
}

/** By name. */
export function listChannels(db: Queryable): Promise<readonly Channel[]> {
  return allRows(db);
}

/** Throws `unknown-channel`. */
export async function requireChannel(db: Queryable, name: string): Promise<Channel> {
  const channel = await findRow(db, name);
  if (channel !== undefined) return channel;
  const near = nearestName(
    name,
    (await allRows(db)).map((one) => one.name),
  );
  throw new Problem({
    kind: 'not-found',
    code: 'unknown-channel',
    what: `There is no channel ${JSON.stringify(name.slice(0, 80))}`,
    next: `${near === undefined ? '' : `Did you mean ${near}? `}See \`pratique channel list\`.`,
  });
}

/** Whether a channel may publish entries, or why not. Pure. */
export type MayPublish = { readonly publishes: true } | { readonly publishes: false; readonly reason: string };

/** A window that nobody can object in protects nobody: such a channel publishes nothing and says so. */
export function mayPublish(channel: Channel): MayPublish {
  if (channel.mode !== 'cleared' || channel.windowSeconds === null || channel.providers.length > 0)
    return { publishes: true };
  return {
    publishes: false,
    reason: `Channel ${channel.name} has an objection window and no data provider: name one with \`pratique channel change ${channel.name} --provider ORGANISATION\`, or set --window none`,
  };
}
