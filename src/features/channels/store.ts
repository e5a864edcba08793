/** Rows of the channels room. */
import type { ColumnType } from 'kysely';
import { z } from 'zod';
import type { Access } from '../../domain/access.ts';
import type { Channel, ChannelMode } from '../../domain/channel.ts';
import { type Practice, USUAL_PRACTICE } from '../../domain/practice.ts';
import type { Target } from '../../domain/target.ts';
import type { Queryable } from '../../platform/db/port.ts';

type ChannelTables = {
  channels: {
    name: string;
    tier: number;
    mode: ChannelMode;
    providers: string[];
    window_seconds: number | null;
    timezone: string;
    targets: ColumnType<unknown, string, string>;
    practice: ColumnType<unknown, string, string>;
    access: ColumnType<unknown, never, string | null>;
    created_at: ColumnType<Date, Date, never>;
  };
};

const tables = (db: Queryable) => db.withTables<ChannelTables>();
const targetsSchema: z.ZodType<readonly Target[]> = z.array(
  z.object({ ecosystem: z.string(), id: z.string(), settings: z.record(z.string(), z.string()) }),
);

const practiceSchema: z.ZodType<Practice> = z.object({
  windowWorkingDays: z.number().nullable(),
  replyWorkingDays: z.number(),
  approvers: z.number(),
  undoSeconds: z.number().nullable(),
  workingDays: z.array(z.number()),
  holidays: z.array(z.object({ day: z.string(), name: z.string() })),
});

const accessSchema: z.ZodType<Access> = z
  .array(z.object({ network: z.string().nullable(), token: z.boolean() }))
  .min(1)
  .nullable();

export async function accessRows(db: Queryable): Promise<ReadonlyMap<string, Access>> {
  const rows = await tables(db).selectFrom('channels').select(['name', 'access']).execute();
  return new Map(rows.map(({ name, access }) => [name, accessSchema.parse(access)]));
}

export async function updateAccess(db: Queryable, name: string, access: Access): Promise<void> {
  const stored = access === null ? null : JSON.stringify(access);
  await tables(db).updateTable('channels').set({ access: stored }).where('name', '=', name).execute();
}

export async function findPractice(db: Queryable, name: string): Promise<Practice> {
  const row = await tables(db).selectFrom('channels').select('practice').where('name', '=', name).executeTakeFirst();
  return practiceSchema.nullish().parse(row?.practice) ?? USUAL_PRACTICE;
}

export async function findRow(db: Queryable, name: string): Promise<Channel | undefined> {
  const row = await tables(db).selectFrom('channels').selectAll().where('name', '=', name).executeTakeFirst();
  return row === undefined ? undefined : { ...shared(row), targets: targetsSchema.parse(row.targets) };
}

export async function allRows(db: Queryable): Promise<readonly Channel[]> {
  const rows = await tables(db).selectFrom('channels').selectAll().orderBy('name').execute();
  return rows.map((row) => ({ ...shared(row), targets: targetsSchema.parse(row.targets) }));
}

/** Whether the channel is new; a taken name changes nothing. */
export async function insertChannel(
  db: Queryable,
  channel: Channel,
  { practice, now }: { readonly practice: Practice; readonly now: Date },
): Promise<boolean> {
  const result = await tables(db)
    .insertInto('channels')
    .values({ ...columns(channel, practice), name: channel.name, created_at: now })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  return result.numInsertedOrUpdatedRows === 1n;
}

export async function lockRow(db: Queryable, name: string): Promise<void> {
  await tables(db).selectFrom('channels').select('name').where('name', '=', name).forUpdate().execute();
}

export async function updateChannel(db: Queryable, channel: Channel, practice: Practice): Promise<void> {
  await tables(db).updateTable('channels').set(columns(channel, practice)).where('name', '=', channel.name).execute();
}

function columns(channel: Channel, practice: Practice) {
  return {
    tier: channel.tier,
    mode: channel.mode,
    providers: [...channel.providers],
    window_seconds: channel.windowSeconds,
    timezone: channel.timezone,
    targets: JSON.stringify(channel.targets),
    practice: JSON.stringify(practice),
  };
}

function shared(row: {
  name: string;
  tier: number;
  mode: ChannelMode;
  providers: string[];
  window_seconds: number | null;
  timezone: string;
}) {
  const { name, tier, mode, providers, timezone } = row;
  return { name, tier, mode, providers, windowSeconds: row.window_seconds, timezone };
}
