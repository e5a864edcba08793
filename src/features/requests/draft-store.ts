/** Rows of drafts, each seen by its writer alone. */
import { Problem } from '../../domain/problem.ts';
import type { Queryable } from '../../platform/db/port.ts';

export type DraftRow = {
  id: string;
  person: string;
  channel: string;
  ecosystem: string;
  name: string;
  version: string | null;
  q1: string | null;
  q2: string | null;
  q3: string | null;
  project: string | null;
  contact: string | null;
  saved_at: Date;
};
const tables = (db: Queryable) => db.withTables<{ request_drafts: DraftRow }>();

/** `savedAt` is RFC 3339, UTC. */
export interface Draft extends Omit<DraftRow, 'person' | 'saved_at'> {
  readonly savedAt: string;
}

export async function insertDraft(db: Queryable, row: DraftRow): Promise<void> {
  await tables(db).insertInto('request_drafts').values(row).execute();
}

export async function deleteDraft(db: Queryable, person: string, id: string): Promise<void> {
  await tables(db).deleteFrom('request_drafts').where('id', '=', id).where('person', '=', person).execute();
}

/** Those of a person, oldest first. */
export async function draftsOf(db: Queryable, person: string): Promise<readonly Draft[]> {
  return (await draftRows(db, person)).map(draftOf);
}

/** Throws `unknown-draft` for what is not this person's. */
export async function findDraft(db: Queryable, person: string, id: string): Promise<Draft> {
  const row = (await draftRows(db, person)).find((one) => one.id === id);
  if (row === undefined)
    throw draftProblem('not-found', 'unknown-draft', `You have no draft ${JSON.stringify(id.slice(0, 40))}`);
  return draftOf(row);
}

export async function draftRows(db: Queryable, person: string): Promise<readonly DraftRow[]> {
  return tables(db)
    .selectFrom('request_drafts')
    .selectAll()
    .where('person', '=', person)
    .orderBy('saved_at')
    .orderBy('id')
    .execute();
}

export function draftOf({ person: _, saved_at, ...row }: DraftRow): Draft {
  return { ...row, savedAt: saved_at.toISOString() };
}

export function draftProblem(kind: 'usage' | 'conflict' | 'not-found', code: string, what: string): Problem {
  return new Problem({ kind, code, what, next: 'See `pratique request list --drafts`.' });
}
