/** Rows of this room, and what it reads of the lists: entries, denials, quarantines, states of requests, channels. */
import { sql } from 'kysely';
import { z } from 'zod';
import { CHANNEL_MODES, type Channel } from '../../domain/channel.ts';
import { type Digest, isDigest } from '../../domain/digest.ts';
import { Problem } from '../../domain/problem.ts';
import type { EcosystemId } from '../../domain/purl.ts';
import type { Queryable, Transaction } from '../../platform/db/port.ts';

// A type and not an interface: Kysely wants a record of tables.
export type SnapshotTables = {
  snapshots: {
    channel: string;
    number: number;
    manifest: string;
    content: string;
    signature: string;
    key_id: string;
    public_key: string;
    rolled_back_to: number | null;
    published_at: Date;
  };
};
export type SnapshotRow = SnapshotTables['snapshots'];

export interface ListEntry {
  readonly id: string;
  readonly list: 'core' | 'extra';
  readonly name: string;
  readonly evidence: Digest;
}

/** A denial or a quarantine in force. */
export interface Stop {
  readonly kind: 'denied' | 'quarantined';
  readonly id: string;
  /** `null` for the whole installation. */
  readonly channel: string | null;
  readonly ecosystem: EcosystemId;
  readonly name: string;
  /** A range in the ecosystem's language; `null` for every version. */
  readonly versions: string | null;
  readonly advisory: string | null;
  /** RFC 3339, UTC. */
  readonly since: string;
}

/** Where a request stands. */
export interface RequestState {
  readonly id: string;
  readonly channel: string;
  readonly ecosystem: EcosystemId;
  readonly name: string;
  readonly version: string | null;
  readonly state: string;
  /** RFC 3339, UTC. */
  readonly filedAt: string;
}

/** Key space of the advisory locks that let one publishing at a time run per channel: "snap". */
const PUBLISH_LOCK = 0x736e6170;

/** Waits until no other process publishes in the channel; held until the transaction ends. */
export async function lockChannel(db: Transaction, channel: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(${PUBLISH_LOCK}, hashtext(${channel}))`.execute(db);
}

export async function insertSnapshot(db: Transaction, row: SnapshotRow): Promise<void> {
  await db.withTables<SnapshotTables>().insertInto('snapshots').values(row).execute();
}

/** One by number, by the time when it was current, or the newest that repeats no other: what a channel had before it was rolled back. */
export type WhichSnapshot = 'current' | 'before-rollback' | { readonly number: number } | { readonly at: Date };

/** The newest snapshot of a channel, or the newest that was published at or before a moment, or one number. */
export async function findSnapshot(
  db: Queryable,
  channel: string,
  which: WhichSnapshot = 'current',
): Promise<SnapshotRow | undefined> {
  let query = db.withTables<SnapshotTables>().selectFrom('snapshots').selectAll().where('channel', '=', channel);
  if (which === 'before-rollback') query = query.where('rolled_back_to', 'is', null);
  else if (which !== 'current') {
    query = 'number' in which ? query.where('number', '=', which.number) : query.where('published_at', '<=', which.at);
  }
  return await query.orderBy('number', 'desc').limit(1).executeTakeFirst();
}

/** Newest first. */
export interface SnapshotPage {
  /** Only those below this number: the page after it. */
  readonly before?: number | undefined;
  readonly limit?: number | undefined;
}

/** Newest first; all of them where no limit is given. */
export async function listSnapshots(
  db: Queryable,
  channel: string,
  { before, limit }: SnapshotPage = {},
): Promise<readonly SnapshotRow[]> {
  const query = db.withTables<SnapshotTables>().selectFrom('snapshots').selectAll().where('channel', '=', channel);
  const narrowed = before === undefined ? query : query.where('number', '<', before);
  const newestFirst = narrowed.orderBy('number', 'desc');
  return await (limit === undefined ? newestFirst : newestFirst.limit(limit)).execute();
}

const entryRow = z.object({
  id: z.string(),
  list: z.enum(['core', 'extra']),
  name: z.string(),
  evidence: z.custom<Digest>((value) => typeof value === 'string' && isDigest(value)),
});

/** Why nothing was published into a channel the last time that this happened since a moment (RFC 3339, UTC). */
export async function refusedSince(
  db: Queryable,
  channel: string,
  since: string,
): Promise<{ readonly at: string; readonly code: string; readonly reason: string } | undefined> {
  const { rows } = await sql<{ at: Date; code: string; reason: string }>`
    select at, fact ->> 'code' as code, fact ->> 'reason' as reason from ledger
    where kind = 'snapshot-refused' and fact ->> 'channel' = ${channel} and at >= ${since}
    order by sequence desc limit 1`.execute(db);
  const [last] = rows;
  return last === undefined ? undefined : { ...last, at: last.at.toISOString() };
}

/** Why a channel was rolled back to its snapshot `number`, where that was said. */
export async function rollbackReason(db: Queryable, channel: string, number: number): Promise<string | undefined> {
  const { rows } = await sql<{ reason: string | null }>`
    select fact ->> 'reason' as reason from ledger
    where kind = 'snapshot-rolled-back' and fact ->> 'channel' = ${channel} and fact ->> 'number' = ${String(number)}
    order by sequence desc limit 1`.execute(db);
  return rows[0]?.reason ?? undefined;
}

/** What people put on the lists of a channel, in the order of ids. */
export async function activeEntries(
  db: Queryable,
  channel: string,
  ecosystem: EcosystemId,
): Promise<readonly ListEntry[]> {
  const { rows } = await sql`
    select id, list, name, evidence from list_entries
    where channel = ${channel} and ecosystem = ${ecosystem} and removed_at is null
    order by id collate "C"`.execute(db);
  return z.array(entryRow).parse(rows);
}

/** Whether anything is on a list of the channel, of whatever ecosystem. */
export async function hasEntries(db: Queryable, channel: string): Promise<boolean> {
  const { rows } = await sql`
    select 1 from list_entries where channel = ${channel} and removed_at is null limit 1`.execute(db);
  return rows.length > 0;
}

/** The public keys that this home has signed snapshots with, PEM. */
export async function ownKeys(db: Queryable): Promise<readonly string[]> {
  const rows = await db.withTables<SnapshotTables>().selectFrom('snapshots').select('public_key').distinct().execute();
  return rows.map((row) => row.public_key);
}

const stopRow = z.object({
  kind: z.enum(['denied', 'quarantined']),
  id: z.string(),
  channel: z.string().nullable(),
  ecosystem: z.string(),
  name: z.string(),
  versions: z.string().nullable(),
  advisory: z.string().nullable(),
  since: z.date().transform((date) => date.toISOString()),
});

/** Every denial and quarantine in force, of all channels, in the order of ids. */
export async function activeStops(db: Queryable): Promise<readonly Stop[]> {
  const { rows } = await sql`
    select 'denied' as kind, id, channel, ecosystem, name, versions, null as advisory, created_at as since
    from denials where lifted_at is null
    union all
    select 'quarantined', id, null, ecosystem, name, versions, advisory, started_at
    from quarantines where ended_at is null
    order by id`.execute(db);
  return z.array(stopRow).parse(rows);
}

const endedStopRow = stopRow.pick({ channel: true, ecosystem: true, name: true }).extend({ ended_at: z.date() });

/** A denial or quarantine that no longer holds. */
export interface EndedStop extends Pick<Stop, 'channel' | 'ecosystem' | 'name'> {
  /** RFC 3339, UTC. */
  readonly endedAt: string;
}

export async function findEndedStop(db: Queryable, id: string): Promise<EndedStop | undefined> {
  const { rows } = await sql`
    select channel, ecosystem, name, lifted_at as ended_at from denials where id = ${id} and lifted_at is not null
    union all
    select null, ecosystem, name, ended_at from quarantines where id = ${id} and ended_at is not null`.execute(db);
  const [row] = z.array(endedStopRow).parse(rows);
  if (row === undefined) return undefined;
  const { ended_at, ...about } = row;
  return { ...about, endedAt: ended_at.toISOString() };
}

const requestRow = z.object({
  id: z.string(),
  channel: z.string(),
  ecosystem: z.string(),
  name: z.string(),
  version: z.string().nullable(),
  state: z.string(),
  filed_at: z.date(),
});

/** Where requests stand, oldest first; only those of some names where `names` is given. */
export async function requestStates(db: Queryable, names?: readonly string[]): Promise<readonly RequestState[]> {
  const { rows } = await sql`
    select id, channel, ecosystem, name, version, state, filed_at from requests
    where ${names === undefined} or name = any(${names ?? []}::text[])
    order by filed_at, id`.execute(db);
  return z
    .array(requestRow)
    .parse(rows)
    .map(({ filed_at, ...row }) => ({ ...row, filedAt: filed_at.toISOString() }));
}

const target = z.object({ ecosystem: z.string(), id: z.string(), settings: z.record(z.string(), z.string()) });
const channelRow = z.object({
  name: z.string(),
  tier: z.number(),
  mode: z.enum(CHANNEL_MODES),
  providers: z.array(z.string()),
  window_seconds: z.union([z.number(), z.string().transform(Number)]).nullable(),
  timezone: z.string(),
  targets: z.array(target),
});

/** Every channel. */
export async function allChannels(db: Queryable): Promise<readonly Channel[]> {
  const { rows } = await sql`
    select name, tier, mode, providers, window_seconds, timezone, targets from channels order by name`.execute(db);
  return z
    .array(channelRow)
    .parse(rows)
    .map(({ window_seconds, ...row }) => ({ ...row, windowSeconds: window_seconds }));
}

/** One channel; throws `unknown-channel`. */
export async function channelNamed(db: Queryable, name: string): Promise<Channel> {
  const found = (await allChannels(db)).find((channel) => channel.name === name);
  if (found !== undefined) return found;
  throw new Problem({
    kind: 'not-found',
    code: 'unknown-channel',
    what: `There is no channel ${name}`,
    next: 'See `pratique channel list`.',
  });
}
