/** Who may install from a channel: everybody, or whoever comes in one of the ways that the operator named. */

/** One way in: from a network, with a token, or from a network and with a token. */
export interface Way {
  /** CIDR notation: `10.20.0.0/16`, `fd00::/8`; `null` for any address. */
  readonly network: string | null;
  /** Whether a token that names the action `install` must be shown, too. */
  readonly token: boolean;
}

/** The ways in, any of which is enough; `null`: open to everybody. Never an empty list, which would be open to nobody. */
export type Access = readonly Way[] | null;

/** Whether an address is of a network. */
export type NetworkMatcher = (address: string) => boolean;

/** Reads a network in CIDR notation; `undefined` where it is none. */
export type NetworkReader = (text: string) => NetworkMatcher | undefined;

/** More ways than anybody would look through. */
export const MOST_WAYS = 100;

const EVERYONE = 'everyone';
const TOKEN = 'token';
const AND_TOKEN = `+${TOKEN}`;

/** One way in, read from words: `token`, `10.20.0.0/16`, `10.20.0.0/16+token`; `undefined` where it is none. */
export function readWay(text: string, readNetwork: NetworkReader): Way | undefined {
  const word = text.trim();
  if (word === TOKEN) return { network: null, token: true };
  const token = word.endsWith(AND_TOKEN);
  const network = token ? word.slice(0, -AND_TOKEN.length) : word;
  return readNetwork(network) === undefined ? undefined : { network, token };
}

/** Whether the words of one way stand for everybody. */
export function saysEveryone(text: string): boolean {
  return text.trim() === EVERYONE;
}

/** `everyone`, or the ways in as they are written: `10.20.0.0/16, token`. */
export function accessText(access: Access): string {
  return access === null ? EVERYONE : access.map(wayText).join(', ');
}

function wayText({ network, token }: Way): string {
  if (network === null) return TOKEN;
  return token ? `${network}${AND_TOKEN}` : network;
}
