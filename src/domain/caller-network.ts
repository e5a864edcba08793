/** Who counts as one caller where calls, attempts and questions are limited by address. */

/** An IPv6 address in any of its forms (RFC 4291, 2.2), perhaps with a zone; an IPv4 address with a port is none. */
const IPV6 = /^(?=.*:.*:)[0-9a-f:.]+(?:%.*)?$/i;

/**
 * What an address is counted under: an IPv4 address is one caller, and of IPv6 the first 64 bits are, since whoever has one
 * address of a network has them all (RFC 6177 gives a site at least a /64).
 */
export function callerNetwork(given: string): string {
  // An IPv4 address is one, also where the socket speaks IPv6 (RFC 4291, 2.5.5.2): all of them are no network.
  const address = given.replace(/^::ffff:(?=[0-9]+[.])/i, '');
  if (!IPV6.test(address)) return address;
  const plain = address.split('%')[0] ?? '';
  const [head = '', tail] = plain.split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - before.length - after.length);
  const groups = [...before, ...Array.from({ length: zeros }, () => '0'), ...after].slice(0, 4);
  return `${groups.map((group) => Number.parseInt(group, 16).toString(16)).join(':')}::/64`;
}

/**
 * The /48 of an IPv6 network, as `callerNetwork` writes it: who is assigned one (RFC 6177) has 65,536 networks, so what they may
 * use together has a bound too. `undefined`: an IPv4 address has no such owner.
 */
export function callerSite(network: string): string | undefined {
  const [, site] = /^((?:[0-9a-f]+:){3})[0-9a-f]+::\/64$/.exec(network) ?? [];
  return site === undefined ? undefined : `${site}:/48`;
}

/** A network, and its site where it has one: all whose bounds what it uses counts against. */
export function countedUnder(network: string): readonly string[] {
  const site = callerSite(network);
  return site === undefined ? [network] : [network, site];
}
