/** What the mode of a channel says of what it does not offer. */
import { CHANNEL_CLOSED } from '../../domain/channel.ts';
import type { ReleaseState } from '../../domain/states.ts';
import type { Queryable } from '../../platform/db/port.ts';
import { findChannel } from '../channels/read.ts';
import { firstUseOf } from '../decisions/read.ts';

interface Said {
  readonly state: ReleaseState;
  readonly reason: string;
}

/** A closed channel serves nothing, whatever was accepted for it. */
export async function saidOfClosed(db: Queryable, channel: string): Promise<Said | undefined> {
  if ((await findChannel(db, channel))?.mode !== 'closed') return undefined;
  return { state: 'not-requested', reason: CHANNEL_CLOSED };
}

/** Of what nobody asked for: an open channel vets it when it is first installed. */
export async function saidOfUnasked(
  db: Queryable,
  about: { readonly channel: string; readonly ecosystem: string; readonly name: string },
): Promise<Said> {
  const channel = await findChannel(db, about.channel);
  if (channel?.mode !== 'open') return { state: 'not-requested', reason: 'nobody has asked for it' };
  const use = await firstUseOf(db, about);
  if (use === undefined) {
    const reason =
      'nobody has installed it from here yet: it is vetted at its first use, and offered where policy admits it';
    return { state: 'not-requested', reason };
  }
  const seen = `it was used here first on ${use.seenAt.slice(0, 10)}`;
  switch (use.verdict) {
    case 'admit':
      return { state: 'in-review', reason: `${seen}; policy admits it, and it is on its way` };
    case 'refuse':
      return { state: 'in-review', reason: `${seen}, and policy refuses it: ask for it, so that people decide` };
    default:
      return { state: 'in-review', reason: `${seen}, and policy leaves it to people: ask for it, so that they decide` };
  }
}
