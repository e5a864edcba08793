/** Reads the ledger: lists it page by page, streams it, and proves that nothing in it was changed or is missing. */
import { sql } from 'kysely';
import type { FactOf } from '../../domain/fact.ts';
import type { Database } from '../db/port.ts';
import type { Verifier } from '../signing/port.ts';
import { headBytes, type LedgerHead, readHeads, readHeadsFile } from './heads.ts';
import type { LedgerCheck, LedgerFilter, LedgerRow } from './port.ts';
import { asLedgerRow, GENESIS, type LedgerTables, rowHash } from './rows.ts';

export interface LedgerPage {
  readonly rows: readonly LedgerRow[];
  /** The next page's `after`; `undefined` at the end. */
  readonly next: number | undefined;
}

const DEFAULT_PAGE_ROWS = 100;
const LARGEST_PAGE_ROWS = 1000;
/** Rows read at a time when the whole ledger is walked: a few hundred kilobytes. */
const WALK_ROWS = 2000;

/** One page of the ledger. */
export async function listLedger(db: Database, filter: LedgerFilter = {}): Promise<LedgerPage> {
  const limit = Math.min(Math.max(filter.limit ?? DEFAULT_PAGE_ROWS, 1), LARGEST_PAGE_ROWS);
  const newestFirst = filter.order === 'newest-first';
  let query = db
    .withTables<LedgerTables>()
    .selectFrom('ledger')
    .selectAll()
    .orderBy('sequence', newestFirst ? 'desc' : 'asc')
    .limit(limit + 1);
  if (filter.actor !== undefined) query = query.where('actor', '=', filter.actor);
  if (filter.kinds !== undefined) query = query.where('kind', 'in', [...filter.kinds]);
  if (filter.channel !== undefined) query = query.where(says('channel', filter.channel));
  if (filter.about !== undefined) query = query.where(isAbout(filter.about));
  if (filter.since !== undefined) query = query.where('at', '>=', filter.since);
  if (filter.until !== undefined) query = query.where('at', '<', filter.until);
  if (filter.after !== undefined) query = query.where('sequence', newestFirst ? '<' : '>', filter.after);
  const found = (await query.execute()).map(asLedgerRow);
  const rows = found.slice(0, limit);
  return { rows, next: found.length > limit ? rows.at(-1)?.sequence : undefined };
}

/** Members of facts that hold an id. */
const ABOUT = ['request', 'decision', 'quarantine', 'image', 'id'] as const;

function isAbout(id: string) {
  return sql<boolean>`(${sql.join(
    ABOUT.map((key) => says(key, id)),
    sql` or `,
  )})`;
}

/** Facts that say this of that; the index over facts finds them. */
function says(key: string, value: string) {
  return sql<boolean>`fact @> ${JSON.stringify({ [key]: value })}::jsonb`;
}

/** The fact that a decision was made, or one of two approvals given, as the chain holds it; `undefined` where there is none. */
export async function decisionFact(
  db: Database,
  decision: string,
): Promise<FactOf<'decision-made' | 'approval-given'> | undefined> {
  const row = await db
    .withTables<LedgerTables>()
    .selectFrom('ledger')
    .select('fact')
    .where('kind', 'in', ['decision-made', 'approval-given'])
    .where(sql<string>`fact->>'decision'`, '=', decision)
    .executeTakeFirst();
  const fact = row?.fact;
  return fact?.kind === 'decision-made' || fact?.kind === 'approval-given' ? fact : undefined;
}

/** Every row from the first, a few thousand in memory at a time. */
export async function* walkLedger(db: Database): AsyncGenerator<LedgerRow> {
  for await (const row of storedRows(db)) yield asLedgerRow(row);
}

/** The ledger as JSON Lines, each line with its end. */
export async function* exportLedger(db: Database): AsyncGenerator<string> {
  for await (const row of walkLedger(db)) yield `${JSON.stringify(row)}\n`;
}

export interface VerifyOptions {
  readonly db: Database;
  readonly verifier: Verifier;
  /** PEM by key id: keys to believe for signed heads. Trust only the database's own where nothing better is known. */
  readonly publicKeys: ReadonlyMap<string, string>;
  /** `<home>/ledger-heads.jsonl`. */
  readonly headsFile?: string | undefined;
  /** A head known from elsewhere (a backup, an auditor's note): its row must be there, unchanged. */
  readonly expected?: { readonly sequence: number; readonly hash: string } | undefined;
  readonly progress?: ((rows: number) => void) | undefined;
}

/** Walks the whole chain and every signed head; finds the first changed, missing, reordered or cut-off row. */
export async function verifyLedger(options: VerifyOptions): Promise<LedgerCheck> {
  const heads = [
    ...(await readHeads(options.db)),
    ...(options.headsFile === undefined ? [] : await readHeadsFile(options.headsFile)),
  ];
  for (const head of heads) {
    const key = options.publicKeys.get(head.keyId);
    if (key === undefined || !options.verifier.verify(headBytes(head), head.signature, key)) {
      return broken(head.sequence, 'a signed head of the ledger was changed, or its key is not known');
    }
  }
  const expected = [...heads, ...(options.expected === undefined ? [] : [options.expected])];
  const hashes = expectedHashes(expected);
  if (hashes.conflict !== undefined) return broken(hashes.conflict, 'two signed heads contradict each other');
  return walkChain(options, hashes.bySequence);
}

async function walkChain(options: VerifyOptions, expected: Map<number, string>): Promise<LedgerCheck> {
  let sequence = 0;
  let previous = GENESIS;
  for await (const stored of storedRows(options.db)) {
    const row = asLedgerRow(stored);
    if (row.sequence !== sequence + 1) {
      return broken(sequence + 1, row.sequence <= sequence ? 'a row stands twice' : 'a row is missing');
    }
    if (row.previous !== previous) return broken(row.sequence, 'the row does not follow from the one before it');
    if (stored.kind !== row.fact.kind || rowHash(row) !== row.hash) {
      return broken(row.sequence, 'the row was changed after it was written');
    }
    const signed = expected.get(row.sequence);
    if (signed !== undefined && signed !== row.hash) {
      return broken(
        row.sequence,
        'the row is not the one whose head was signed: the ledger was written anew from here or before',
      );
    }
    expected.delete(row.sequence);
    sequence = row.sequence;
    previous = row.hash;
    options.progress?.(sequence);
  }
  expected.delete(0);
  const [missing] = [...expected.keys()].toSorted((a, b) => a - b);
  if (missing !== undefined)
    return broken(sequence + 1, `rows are missing at the end: row ${missing} was there and was signed`);
  return { status: 'whole', rows: sequence, head: previous };
}

function expectedHashes(heads: readonly (LedgerHead | { readonly sequence: number; readonly hash: string })[]): {
  readonly bySequence: Map<number, string>;
  readonly conflict: number | undefined;
} {
  const bySequence = new Map<number, string>();
  for (const head of heads) {
    const known = bySequence.get(head.sequence);
    if (known !== undefined && known !== head.hash) return { bySequence, conflict: head.sequence };
    bySequence.set(head.sequence, head.hash);
  }
  return { bySequence, conflict: undefined };
}

async function* storedRows(db: Database): AsyncGenerator<LedgerTables['ledger']> {
  let after = -1;
  for (;;) {
    const rows = await db
      .withTables<LedgerTables>()
      .selectFrom('ledger')
      .selectAll()
      .where('sequence', '>', after)
      .orderBy('sequence')
      .limit(WALK_ROWS)
      .execute();
    yield* rows;
    const last = rows.at(-1);
    if (last === undefined || rows.length < WALK_ROWS) return;
    after = last.sequence;
  }
}

function broken(sequence: number, what: string): LedgerCheck {
  return { status: 'broken', sequence, what };
}
