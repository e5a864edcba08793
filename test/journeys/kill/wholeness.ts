/** What holds after every kill, whatever was under way. */
import type { OpenApp } from '../../../src/main/app.ts';

/** How a reaction says why it gave up, where each attempt ended with the process. */
const KILLED_EVERY_TIME = 'the process ended in the middle of it every time';

/** Everything that is half or changed; empty when all is well. What only kills made give up is due again afterwards. */
export async function whatIsHalf({ ledger, rooms, deliveries }: OpenApp, channel: string): Promise<readonly string[]> {
  const found: string[] = [];
  const chain = await ledger.verify();
  if (chain.status === 'broken') found.push(`ledger row ${chain.sequence}: ${chain.what}`);
  const snapshot = await rooms.snapshots.verify(channel, undefined, true);
  if (snapshot.status === 'broken') found.push(`snapshot ${snapshot.number}: ${snapshot.problems.join(', ')}`);
  // What was killed in the middle a dozen times in a row waits for a person, who is this test; anything else is broken.
  for (const { reaction, error } of await deliveries.stuck())
    if (!error.includes(KILLED_EVERY_TIME)) found.push(`${reaction} gave up: ${error}`);
  await deliveries.retryStuck();
  return found;
}
