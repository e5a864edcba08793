/** Which network addresses are never contacted on an index's word alone. */
import { type LookupAddress, lookup } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';

/** Link-local and the cloud metadata services: only where the operator wrote the address itself (RFC 3927, RFC 4291). */
const METADATA = listOf(['169.254.0.0/16', '100.100.100.200/32'], ['fe80::/10', 'fd00:ec2::/32']);

/** Not on the public network: an index may not send us into the operator's own (RFC 6890). */
const INSIDE = listOf(
  ['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '224.0.0.0/3'],
  ['::/128', '::1/128', 'fc00::/7', 'ff00::/8'],
);

/** `named` = the operator named the host; otherwise an index document linked to it. */
export type HostTrust = 'named' | 'linked';

/** Whether an IP address may be contacted. */
export function mayContact(address: string, trust: HostTrust): boolean {
  const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
  if (METADATA.check(address, family)) return false;
  return trust === 'named' || !INSIDE.check(address, family);
}

/** The error of a look-up whose answer may not be contacted. */
export const REFUSED_ADDRESS = 'PRATIQUE_REFUSED_ADDRESS';

/** A DNS look-up that refuses forbidden answers, so that a name cannot hide an address. */
export function guardedLookup(trust: HostTrust): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, addresses: LookupAddress[]) => {
      if (error !== null) {
        callback(error, []);
        return;
      }
      const first = addresses[0];
      if (first === undefined || addresses.some((each) => !mayContact(each.address, trust))) {
        callback(Object.assign(new Error(`${hostname} leads inside`), { code: REFUSED_ADDRESS }), []);
        return;
      }
      if (options.all === true) callback(null, addresses);
      else callback(null, first.address, first.family);
    });
  };
}

function listOf(v4: readonly string[], v6: readonly string[]): BlockList {
  const list = new BlockList();
  const add = (range: string, family: 'ipv4' | 'ipv6') => {
    const [address = '', bits = ''] = range.split('/');
    list.addSubnet(address, Number(bits), family);
  };
  for (const range of v4) add(range, 'ipv4');
  for (const range of v6) add(range, 'ipv6');
  return list;
}
