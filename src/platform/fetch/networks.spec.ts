import { describe, expect, it } from 'vitest';
import { networkOf } from './networks.ts';

describe('a network in CIDR notation', () => {
  it.each([
    ['10.20.0.0/16', '10.20.255.1', true],
    ['10.20.0.0/16', '10.21.0.1', false],
    ['192.0.2.7/32', '192.0.2.7', true],
    ['192.0.2.7/32', '192.0.2.8', false],
    ['0.0.0.0/0', '203.0.113.9', true],
    ['0.0.0.0/0', '2001:db8::1', false],
    ['2001:db8:1::/48', '2001:db8:1:ffff::9', true],
    ['2001:db8:1::/48', '2001:db8:2::9', false],
    ['fe80::/10', 'fe80::1%eth0', true],
    ['10.0.0.0/8', '', false],
    ['10.0.0.0/8', 'unknown', false],
    ['10.0.0.0/8', '10.0.0.1:4711', false],
  ])('%s holds %s: %s', (network, address, holds) => {
    expect(networkOf(network)?.(address)).toBe(holds);
  });

  it.each(['10.0.0.0', '10.0.0.0/33', '10.0.0/8', 'fd00::/129', '::ffff:10.0.0.0/104', 'haven.example/8', '/8', ''])(
    '%j is none',
    (text) => {
      expect(networkOf(text)).toBeUndefined();
    },
  );
});
