import { describe, expect, it } from 'vitest';
import { callerNetwork, callerSite } from './caller-network.ts';

describe('what an address is counted under', () => {
  it.each([
    ['192.0.2.7', '192.0.2.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8:1:2::9', '2001:db8:1:2::/64'],
    ['2001:0db8::9', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['192.0.2.7:4711', '192.0.2.7:4711'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['unknown', 'unknown'],
    ['', ''],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ])('%s: %s', (address, caller) => {
    expect(callerNetwork(address)).toBe(caller);
  });
});

describe('the site that a network belongs to', () => {
  it.each([
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1::/48'],
    ['2001:db8:1:ffff::9', '2001:db8:1::/48'],
    ['::1', '0:0:0::/48'],
    ['192.0.2.7', undefined],
    ['unknown', undefined],
    ['', undefined],
  ])('of %s: %s', (address, site) => {
    expect(callerSite(callerNetwork(address))).toBe(site);
  });
});
