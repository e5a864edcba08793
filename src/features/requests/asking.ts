/** Where packages can be asked for. */
import { may } from '../../domain/authority.ts';
import { CHANNEL_CLOSED, type Channel } from '../../domain/channel.ts';
import type { Actor } from '../../domain/people.ts';
import { Problem } from '../../domain/problem.ts';
import type { Queryable } from '../../platform/db/port.ts';
import { listChannels, requireChannel } from '../channels/read.ts';

/**
 * The channel. Throws `unknown-channel`, and `channel-closed` where nothing that is accepted would ever be served: with the
 * channels in which this actor may ask, and no others, as a token for one channel is told of none beside it.
 */
export async function requireAsking(db: Queryable, actor: Actor, name: string): Promise<Channel> {
  const channel = await requireChannel(db, name);
  if (channel.mode !== 'closed') return channel;
  const others = (await listChannels(db))
    .filter(({ mode, name: other }) => mode !== 'closed' && may(actor, 'file-request', { channel: other }))
    .map((one) => one.name);
  const instead = others.length === 0 ? '' : `, or ask in another channel: ${others.join(', ')}`;
  throw new Problem({
    kind: 'not-allowed',
    code: 'channel-closed',
    what: `Nothing can be asked for in ${name}`,
    why: CHANNEL_CLOSED,
    next: `Ask an operator to open it (\`pratique channel change ${name} --mode cleared\`)${instead}.`,
  });
}
