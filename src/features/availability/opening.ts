/** Why what was accepted cannot be installed yet, and when it can be. */
import type { Queryable } from '../../platform/db/port.ts';
import { mayPublish, requireChannel } from '../channels/read.ts';
import { decisionsAbout } from '../decisions/read.ts';
import { clearedEntries } from '../lists/read.ts';
import { findWindow, type ObjectionDetails } from '../objections/read.ts';
import { refusedSince } from '../snapshots/read.ts';

interface Kept {
  readonly db: Queryable;
  now(): Date;
}

interface About {
  readonly channel: string;
  readonly ecosystem: string;
  readonly name: string;
}

/** Of what is accepted and waits for its objection window. */
export async function openingOf({ db, now }: Kept, about: About): Promise<string> {
  const decision = (await decisionsAbout(db, about)).findLast(({ undoneAt }) => undoneAt === null);
  const window = decision === undefined ? undefined : await findWindow(db, decision.id);
  const undo = decision?.undoUntil ?? null;
  if (window !== undefined) return `accepted; ${wordsOfWindow(window)}`;
  return undo !== null && undo > now().toISOString()
    ? `accepted; it opens after ${undo}: until then the decision can be undone`
    : 'accepted; it is put on its list now, and published then';
}

function wordsOfWindow({ state, closesAt, clocks, channel }: ObjectionDetails): string {
  switch (state) {
    case 'waiting-for-provider':
      return `nothing opens before a data provider of ${channel} is named: an operator does that (\`pratique channel change ${channel} --provider ORGANISATION\`)`;
    case 'questioned': {
      const asked = clocks.filter((one) => one.state === 'questioned').map(({ provider }) => provider);
      return `it opens when the question of ${asked.join(', ')} is answered and the clock, which stands still until then, has run out`;
    }
    case 'running':
      return closesAt === null
        ? 'it opens when the data provider has answered'
        : `it opens ${closesAt} unless the data provider objects`;
    default:
      return 'its objection window is over: it is put on its list now, and published then';
  }
}

/** Of what is on its list, and in no snapshot yet. */
export async function publishingOf({ db }: Kept, about: About): Promise<string> {
  const may = mayPublish(await requireChannel(db, about.channel));
  if (!may.publishes) return may.reason;
  const entry = (await clearedEntries(db, about.channel, about)).at(-1);
  if (entry === undefined) return 'it is put on its list next, and published then';
  const refused = await refusedSince(db, about.channel, entry.addedAt);
  return refused === undefined
    ? 'it is published next, as a rule within a minute'
    : `publishing was refused at ${refused.at}, and goes on when this is mended: ${refused.reason} (${refused.code})`;
}
