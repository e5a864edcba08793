/** Networks that people come from, in CIDR notation (RFC 4632, RFC 4291). */
import { BlockList, isIP } from 'node:net';
import type { NetworkMatcher } from '../../domain/access.ts';

/** IPv4 addresses in IPv6's clothes: they are matched as what they are, so a network of them would hold nobody. */
const MAPPED = /^::ffff:/i;

/** What a network holds; `undefined` where the text is none. */
export function networkOf(text: string): NetworkMatcher | undefined {
  const [, address = '', bits = ''] = /^([0-9A-Fa-f.:]{2,45})\/(\d{1,3})$/.exec(text) ?? [];
  const version = isIP(address);
  if (version === 0 || MAPPED.test(address) || Number(bits) > (version === 4 ? 32 : 128)) return undefined;
  const family = version === 4 ? 'ipv4' : 'ipv6';
  const list = new BlockList();
  list.addSubnet(address, Number(bits), family);
  return (asking) => isIP(asking) === version && list.check(asking, family);
}
