/** Whether the ledger of a home is whole. */
import { verifyLedger } from '../platform/ledger/history.ts';
import type { LedgerCheck } from '../platform/ledger/port.ts';
import { verifier } from '../platform/signing/keys.ts';
import { knownKeys } from '../platform/signing/known-keys.ts';
import type { Foundation } from './foundation.ts';
import { headsFile } from './home.ts';

/** The chain, and every head that was signed, here and in the file beside the database. */
export async function verifyWholeLedger({ database, home }: Foundation): Promise<LedgerCheck> {
  const keys = await knownKeys(database.db);
  const publicKeys = new Map(keys.map(({ keyId, publicKey }) => [keyId, publicKey]));
  return verifyLedger({ db: database.db, verifier, publicKeys, headsFile: headsFile(home) });
}
