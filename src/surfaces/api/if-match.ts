/** What decides about something is done only while that is what its caller has seen. */
import type { Database, Transaction } from '../../platform/db/port.ts';
import { requireMatch } from './etags.ts';
import type { Operation, RawCall, ReadyCall, Reply } from './operation.ts';

/**
 * Does what decides about something. What the caller saw is held against what is there before anything else, so that they hear of
 * that first; and once more in the transaction of the change, where nobody else moves it any more.
 */
export async function workIfMatching(
  read: Operation,
  match: string | undefined,
  { raw, ready }: { readonly raw: RawCall; readonly ready: ReadyCall },
): Promise<Reply<unknown>> {
  const reading = (db: Database) => read.read({ ...raw, app: { ...raw.app, db }, query: {}, body: undefined });
  requireMatch(match, await bodyOf(reading(raw.app.db)));
  const stillMatches = async (db: Transaction) => {
    const again = reading(db);
    await again.lock(db);
    requireMatch(match, await bodyOf(again));
  };
  return raw.app.onlyIf(stillMatches, () => ready.work());
}

/** What a read answers now, to this caller. */
async function bodyOf(read: ReadyCall): Promise<string> {
  const reply = await read.work();
  return reply.kind === 'data' ? JSON.stringify(reply.data) : '';
}
