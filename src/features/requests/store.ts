/** Rows of the requests room: requests, requesters with their answers, and the conversation. */
import { sql } from 'kysely';
import { OPEN_STATES, type RequestState } from '../../domain/workflow.ts';
import type { Queryable } from '../../platform/db/port.ts';

export type RequestRow = {
  id: string;
  number: number;
  channel: string;
  ecosystem: string;
  name: string;
  version: string | null;
  extras: string[];
  state: RequestState;
  filed_by: string;
  filed_at: Date;
  moved_at: Date;
  evidence: string | null;
  verdict: string | null;
  failure: string | null;
  answers_request: string | null;
  answers_concern: string | null;
};
export type RequesterRow = {
  request: string;
  person: string;
  q1: string;
  q2: string;
  q3: string;
  project: string | null;
  contact: string | null;
  joined_at: Date;
  withdrawn_at: Date | null;
};
export type MessageRow = {
  request: string;
  at: Date;
  person: string;
  kind: 'question' | 'answer';
  text: string;
  decision: string | null;
};
type RequestTables = { requests: RequestRow; requesters: RequesterRow; request_messages: MessageRow & { id: never } };

const tables = (db: Queryable) => db.withTables<RequestTables>();

export async function nextNumber(db: Queryable): Promise<number> {
  const { rows } = await sql<{ number: string }>`select nextval('request_ids')::text as number`.execute(db);
  return Number(rows[0]?.number ?? 0);
}

/** Whether it is new: one request per package may be open. */
export async function insertRequest(db: Queryable, row: RequestRow): Promise<boolean> {
  const result = await tables(db)
    .insertInto('requests')
    .values(row)
    .onConflict((c) => c.doNothing())
    .executeTakeFirst();
  return result.numInsertedOrUpdatedRows === 1n;
}

export async function findRow(db: Queryable, id: string, lock = false): Promise<RequestRow | undefined> {
  const query = tables(db).selectFrom('requests').selectAll().where('id', '=', id);
  return (lock ? query.forUpdate() : query).executeTakeFirst();
}

export async function updateRequest(
  db: Queryable,
  id: string,
  set: Partial<Pick<RequestRow, 'state' | 'moved_at' | 'evidence' | 'verdict' | 'failure'>>,
): Promise<void> {
  await tables(db).updateTable('requests').set(set).where('id', '=', id).execute();
}

/** Ecosystems that anything was ever asked for in, in order. */
export async function findEcosystems(db: Queryable): Promise<readonly string[]> {
  const rows = await tables(db).selectFrom('requests').select('ecosystem').distinct().orderBy('ecosystem').execute();
  return rows.map(({ ecosystem }) => ecosystem);
}

export interface RequestFilter {
  readonly channel?: string | undefined;
  readonly ecosystem?: string | undefined;
  /** Any of these; every one where it is left out. */
  readonly channels?: readonly string[] | undefined;
  readonly ecosystems?: readonly string[] | undefined;
  readonly name?: string | undefined;
  readonly states?: readonly RequestState[] | undefined;
  readonly requester?: string | undefined;
  /** Only packages of these names. */
  readonly names?: readonly string[] | undefined;
  /** Only these. */
  readonly ids?: readonly string[] | undefined;
  /** Only requests numbered above this one: the next page. */
  readonly after?: number | undefined;
  readonly limit?: number | undefined;
}

/** More than this on one page helps nobody and costs memory. */
export const LARGEST_PAGE = 500;

export async function rowsOf(db: Queryable, filter: RequestFilter): Promise<readonly RequestRow[]> {
  if (filter.ids?.length === 0 || filter.names?.length === 0) return [];
  let query = tables(db).selectFrom('requests').selectAll();
  if (filter.channel !== undefined) query = query.where('channel', '=', filter.channel);
  if (filter.ecosystem !== undefined) query = query.where('ecosystem', '=', filter.ecosystem);
  if (filter.channels !== undefined) query = query.where('channel', 'in', [...filter.channels]);
  if (filter.ecosystems !== undefined) query = query.where('ecosystem', 'in', [...filter.ecosystems]);
  if (filter.name !== undefined) query = query.where('name', '=', filter.name);
  if (filter.states !== undefined) query = query.where('state', 'in', [...filter.states]);
  if (filter.names !== undefined) query = query.where('name', 'in', [...filter.names]);
  if (filter.ids !== undefined) query = query.where('id', 'in', [...filter.ids]);
  if (filter.after !== undefined) query = query.where('number', '>', filter.after);
  const { requester } = filter;
  if (requester !== undefined)
    query = query.where('id', 'in', (inner) =>
      inner.selectFrom('requesters').select('request').where('person', '=', requester),
    );
  return query
    .orderBy('number')
    .limit(Math.min(filter.limit ?? LARGEST_PAGE, LARGEST_PAGE))
    .execute();
}

/** How many people still ask, by request. */
export async function countRequesters(db: Queryable, ids: readonly string[]): Promise<ReadonlyMap<string, number>> {
  if (ids.length === 0) return new Map();
  const rows = await tables(db)
    .selectFrom('requesters')
    .select(['request', (is) => is.fn.countAll<number>().as('asking')])
    .where('request', 'in', [...ids])
    .where('withdrawn_at', 'is', null)
    .groupBy('request')
    .execute();
  return new Map(rows.map(({ request, asking }) => [request, asking]));
}

/** The last request for a package that people or a data provider ended. */
export async function lastDecided(
  db: Queryable,
  asked: { channel: string; ecosystem: string; name: string },
): Promise<RequestRow | undefined> {
  return tables(db)
    .selectFrom('requests')
    .selectAll()
    .where('channel', '=', asked.channel)
    .where('ecosystem', '=', asked.ecosystem)
    .where('name', '=', asked.name)
    .where('state', 'in', ['accepted', 'rejected', 'overturned'])
    .orderBy('moved_at', 'desc')
    .orderBy('number', 'desc')
    .limit(1)
    .executeTakeFirst();
}

export async function findOpen(
  db: Queryable,
  asked: { channel: string; ecosystem: string; name: string; version: string | null; extras: readonly string[] },
): Promise<RequestRow | undefined> {
  const rows = await tables(db)
    .selectFrom('requests')
    .selectAll()
    .where('channel', '=', asked.channel)
    .where('ecosystem', '=', asked.ecosystem)
    .where('name', '=', asked.name)
    .where('state', 'in', [...OPEN_STATES])
    .execute();
  return rows.find((row) => row.version === asked.version && row.extras.join() === asked.extras.join());
}

/** Joining again after a withdrawal counts; joining twice changes nothing. */
export async function saveRequester(db: Queryable, row: RequesterRow): Promise<void> {
  const { q1, q2, q3, project, contact } = row;
  await tables(db)
    .insertInto('requesters')
    .values(row)
    .onConflict((c) =>
      c.columns(['request', 'person']).doUpdateSet({ q1, q2, q3, project, contact, withdrawn_at: null }),
    )
    .execute();
}

export async function requestersOf(db: Queryable, request: string): Promise<readonly RequesterRow[]> {
  return tables(db).selectFrom('requesters').selectAll().where('request', '=', request).orderBy('joined_at').execute();
}

export async function withdrawRequester(
  db: Queryable,
  request: string,
  by: { person: string; at: Date },
): Promise<void> {
  await tables(db)
    .updateTable('requesters')
    .set({ withdrawn_at: by.at })
    .where('request', '=', request)
    .where('person', '=', by.person)
    .execute();
}

/** Whether it is new: a decision asks once, however often it is followed. */
export async function insertMessage(db: Queryable, row: MessageRow): Promise<boolean> {
  const result = await db
    .withTables<{ request_messages: MessageRow }>()
    .insertInto('request_messages')
    .values(row)
    .onConflict((c) => c.doNothing())
    .executeTakeFirst();
  return result.numInsertedOrUpdatedRows === 1n;
}

export async function messagesOf(db: Queryable, request: string): Promise<readonly MessageRow[]> {
  return tables(db)
    .selectFrom('request_messages')
    .select(['request', 'at', 'person', 'kind', 'text', 'decision'])
    .where('request', '=', request)
    .orderBy('id')
    .execute();
}
