/** Where packages can be asked for. */
import { CHANNEL_CLOSED, type Channel } from '../../domain/channel.ts';
import { Problem } from '../../domain/problem.ts';
import type { Queryable } from '../../platform/db/port.ts';
import { listChannels, requireChannel } from '../channels/read.ts';

/** The channel. Throws `unknown-channel`, and `channel-closed` where nothing that is accepted would ever be served. */
export async function requireAsking(db: Queryable, name: string): Promise<Channel> {
  const channel = await requireChannel(db, name);
  if (channel.mode !== 'closed') return channel;
  const others = (await listChannels(db)).filter(({ mode }) => mode !== 'closed').map((one) => one.name);
  const instead = others.length === 0 ? '' : `, or ask in another channel: ${others.join(', ')}`;
  throw new Problem({
    kind: 'not-allowed',
    code: 'channel-closed',
    what: `Nothing can be asked for in ${name}`,
    why: CHANNEL_CLOSED,
    next: `Ask an operator to open it (\`pratique channel change ${name} --mode cleared\`)${instead}.`,
  });
}
