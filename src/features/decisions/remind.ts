/** Reminders: an acceptance is to be looked at again, or an exception ends soon. */
import { SYSTEM } from '../../domain/people.ts';
import type { DecisionsDeps } from './deps.ts';
import { type DecisionRow, remindRow, rowsToRemind } from './store.ts';

/** Two weeks leave time to look again, and to ask for what must be there before an exception ends. */
const BEFORE_END_MS = 14 * 86_400_000;

export async function dueReminders(deps: DecisionsDeps, now: Date): Promise<readonly string[]> {
  const soon = new Date(now.getTime() + BEFORE_END_MS);
  const reminded: string[] = [];
  for (const row of await rowsToRemind(deps.db, now, soon))
    await deps.ledger.change(SYSTEM, async ({ db, append }) => {
      if (!(await remindRow(db, row, now))) return;
      const { id: decision, request, channel, ecosystem, name } = row;
      append({ kind: 'review-due', decision, request, channel, ecosystem, name, ...reasonOf(row, now) });
      reminded.push(decision);
    });
  return reminded;
}

/** The date that has come since the last reminder. */
function reasonOf({ until, review_again_at: again, reminded_at: last }: DecisionRow, now: Date) {
  if (again !== null && again <= now && (last === null || last < again))
    return { why: 'review-again' as const, at: again.toISOString() };
  return { why: 'exception-ends' as const, at: (until ?? now).toISOString() };
}
