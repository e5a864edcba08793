/** What the objections room needs. */
import type { Database } from '../../platform/db/port.ts';
import type { Ledger } from '../../platform/ledger/port.ts';

export interface ObjectionsDeps {
  readonly db: Database;
  readonly ledger: Ledger;
}
