/** Rows about what distributions hold: the digests of their files, and the rules that match them. */
import type { ColumnType } from 'kysely';
import type { Queryable } from '../../platform/db/port.ts';

type MaliciousTables = {
  distribution_members: {
    sha256: string;
    ecosystem: string;
    filename: string;
    members: ColumnType<unknown, string, string>;
  };
  rule_matches: {
    sha256: string;
    ecosystem: string;
    filename: string;
    rules: string;
    matcher: number;
    matches: ColumnType<unknown, string, string>;
    matched_at: Date;
  };
};
const tables = (db: Queryable) => db.withTables<MaliciousTables>();

export interface MembersKey {
  readonly sha256: string;
  readonly ecosystem: string;
  readonly filename: string;
}

/** Which rules and which version of their matcher. */
export interface MatchesKey extends MembersKey {
  readonly rules: string;
  readonly matcher: number;
}

/** What is stored is parsed by the caller: an older release of the product may have written it. */
export async function findMembers(db: Queryable, { sha256, ecosystem, filename }: MembersKey): Promise<unknown> {
  const row = await tables(db)
    .selectFrom('distribution_members')
    .select('members')
    .where((where) => where.and({ sha256, ecosystem, filename }))
    .executeTakeFirst();
  return row?.members;
}

export async function saveMembers(
  db: Queryable,
  { sha256, ecosystem, filename }: MembersKey,
  members: unknown,
): Promise<void> {
  await tables(db)
    .insertInto('distribution_members')
    .values({ sha256, ecosystem, filename, members: JSON.stringify(members) })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

export async function findMatches(
  db: Queryable,
  { sha256, ecosystem, filename, rules, matcher }: MatchesKey,
): Promise<unknown> {
  const row = await tables(db)
    .selectFrom('rule_matches')
    .select('matches')
    .where((where) => where.and({ sha256, ecosystem, filename, rules, matcher }))
    .executeTakeFirst();
  return row?.matches;
}

export async function saveMatches(
  db: Queryable,
  { sha256, ecosystem, filename, rules, matcher }: MatchesKey,
  { matches, at }: { readonly matches: unknown; readonly at: Date },
): Promise<void> {
  await tables(db)
    .insertInto('rule_matches')
    .values({ sha256, ecosystem, filename, rules, matcher, matches: JSON.stringify(matches), matched_at: at })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}
