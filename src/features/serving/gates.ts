/** Who is let in to a channel that is not open to everybody. Pure: rules and tokens were read before anybody asks. */
import type { Access, NetworkMatcher, NetworkReader } from '../../domain/access.ts';
import type { InstallTokens } from '../tokens/read.ts';

/** Who asks, as far as a channel may want to know. */
export interface Asker {
  /** Of the client, or the last one before our own proxies. */
  readonly address: string;
  /** What was shown as a token; `undefined` where nothing was. */
  readonly token: string | undefined;
}

/**
 * `open`: nobody is asked anything there. `admitted` came in one of the named ways. A token would help who is told of one, and
 * nothing would help whose network is wrong. `unavailable`: the rule cannot be known now.
 */
export type Admission = 'open' | 'admitted' | 'token-missing' | 'token-wrong' | 'wrong-network' | 'unavailable';

/** The gate of a channel: its ways in, ready to be asked. */
export interface Gate {
  readonly channel: string;
  readonly ways: readonly { readonly holds: NetworkMatcher; readonly token: boolean }[];
}

const ANYWHERE: NetworkMatcher = () => true;
const NOWHERE: NetworkMatcher = () => false;

/** Gates of the channels that have one. A network that cannot be read holds nobody. */
export function gatesOf(rules: ReadonlyMap<string, Access>, readNetwork: NetworkReader): ReadonlyMap<string, Gate> {
  const gates = new Map<string, Gate>();
  for (const [channel, access] of rules) {
    if (access === null) continue;
    const ways = access.map(({ network, token }) => ({
      holds: network === null ? ANYWHERE : (readNetwork(network) ?? NOWHERE),
      token,
    }));
    gates.set(channel, { channel, ways });
  }
  return gates;
}

/** Whether any gate asks for a token. */
export function asksForTokens(gates: ReadonlyMap<string, Gate>): boolean {
  return [...gates.values()].some(({ ways }) => ways.some(({ token }) => token));
}

/** What is known when somebody stands before a gate. */
export interface Knock {
  readonly ecosystem: string | undefined;
  readonly tokens: InstallTokens;
  readonly now: Date;
}

/** Decides, and says by which token where one let them in. */
export function atGate(
  { channel, ways }: Gate,
  { address, token }: Asker,
  { ecosystem, tokens, now }: Knock,
): { readonly admission: Admission; readonly token?: string } {
  const here = ways.filter(({ holds }) => holds(address));
  if (here.some((way) => !way.token)) return { admission: 'admitted' };
  if (here.length === 0) return { admission: 'wrong-network' };
  if (token === undefined) return { admission: 'token-missing' };
  const id = tokens.opening(token, { channel, ecosystem, now });
  return id === undefined ? { admission: 'token-wrong' } : { admission: 'admitted', token: id };
}
