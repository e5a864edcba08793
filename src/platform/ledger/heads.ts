/**
 * Signed heads: how far the ledger reached, and with which hash. They are what a cut-off tail is found by, since a chain
 * alone cannot tell that its end is missing. Kept twice: in the database and in a file of the home.
 */
import { mkdir, open, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import { canonicalBytes } from '../../domain/canonical-json.ts';
import type { Clock } from '../clock/port.ts';
import type { Database } from '../db/port.ts';
import type { Signer } from '../signing/port.ts';
import { GENESIS, type LedgerTables } from './rows.ts';

export interface LedgerHead {
  readonly sequence: number;
  /** Hash of the row of that sequence. */
  readonly hash: string;
  /** RFC 3339, UTC. */
  readonly signedAt: string;
  readonly keyId: string;
  /** Ed25519 over `headBytes`; base64. */
  readonly signature: string;
}

export interface HeadsDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly signer: Signer;
  /** `<home>/ledger-heads.jsonl`; none in tests that need none. */
  readonly file: string | undefined;
}

/** At the latest after so many rows a head is signed by itself: what could be cut off unseen is never longer. */
const ROWS_BETWEEN_HEADS = 50;

/** What the signature of a head covers. */
export function headBytes(head: Pick<LedgerHead, 'sequence' | 'hash' | 'signedAt'>): Uint8Array {
  return canonicalBytes({
    schema: 'pratique.ledger-head/1',
    sequence: head.sequence,
    hash: head.hash,
    signedAt: head.signedAt,
  });
}

const stored = z.object({
  sequence: z.number().int().nonnegative(),
  hash: z.string(),
  signedAt: z.string(),
  keyId: z.string(),
  signature: z.string(),
});

/** Signs heads: `sign` at a publication or a backup, `signIfDue` after every change. */
export interface Heads {
  sign(): Promise<LedgerHead>;
  signIfDue(sequence: number): Promise<void>;
}

export function createHeads(deps: HeadsDeps): Heads {
  const tables = deps.db.withTables<LedgerTables>();
  let lastSigned = 0;
  async function sign(): Promise<LedgerHead> {
    const row = await tables
      .selectFrom('ledger')
      .select(['sequence', 'hash'])
      .orderBy('sequence', 'desc')
      .limit(1)
      .executeTakeFirst();
    const signedAt = deps.clock.now().toISOString();
    const content = { sequence: row?.sequence ?? 0, hash: row?.hash ?? GENESIS, signedAt };
    const head = { ...content, keyId: deps.signer.keyId, signature: deps.signer.sign(headBytes(content)) };
    const inserted = await tables
      .insertInto('ledger_heads')
      .values({
        sequence: head.sequence,
        hash: head.hash,
        signed_at: new Date(signedAt),
        key_id: head.keyId,
        signature: head.signature,
      })
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirst();
    if (deps.file !== undefined && (inserted.numInsertedOrUpdatedRows ?? 0n) > 0n) await appendLine(deps.file, head);
    lastSigned = Math.max(lastSigned, head.sequence);
    return head;
  }
  return {
    sign,
    async signIfDue(sequence) {
      if (lastSigned === 0) {
        const last = await tables
          .selectFrom('ledger_heads')
          .select((row) => row.fn.max('sequence').as('last'))
          .execute();
        lastSigned = last[0]?.last ?? 0;
      }
      if (sequence - lastSigned >= ROWS_BETWEEN_HEADS) await sign();
    },
  };
}

/** Heads that the home's file holds; a last line that a crash cut in half is not one. */
export async function readHeadsFile(file: string): Promise<readonly LedgerHead[]> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '';
    throw error;
  });
  const lines = text.split('\n');
  return lines.slice(0, -1).flatMap((line) => {
    const parsed = stored.safeParse(jsonOf(line));
    // A line that is no head any more must not pass for one that was never there.
    return parsed.success ? [parsed.data] : [{ sequence: 0, hash: '', signedAt: '', keyId: '', signature: line }];
  });
}

/** Heads that the database holds, oldest first. */
export async function readHeads(db: Database): Promise<readonly LedgerHead[]> {
  const rows = await db.withTables<LedgerTables>().selectFrom('ledger_heads').selectAll().orderBy('sequence').execute();
  return rows.map((row) => ({
    sequence: row.sequence,
    hash: row.hash,
    signedAt: row.signed_at.toISOString(),
    keyId: row.key_id,
    signature: row.signature,
  }));
}

async function appendLine(file: string, head: LedgerHead): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  const handle = await open(file, 'a', 0o600);
  try {
    await handle.appendFile(`${JSON.stringify(head)}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
