import { describe, expect, it } from 'vitest';
import type { Way } from '../../domain/access.ts';
import { networkOf } from '../../platform/fetch/networks.ts';
import { type Admission, asksForTokens, atGate, gatesOf } from './gates.ts';

const NOW = new Date('2026-11-01T00:00:00Z');
const ANY: Way = { network: null, token: true };
const HAVEN: Way = { network: '10.20.0.0/16', token: false };
const LAPTOPS: Way = { network: '2001:db8:7::/48', token: true };
const INSIDE = '10.20.3.4';
const OUTSIDE = '203.0.113.9';
const LAPTOP = '2001:db8:7::1';
/** Knows one token, for one channel. */
const tokens = {
  opening: (token: string, { channel }: { readonly channel?: string | null | undefined }) =>
    token === 'right' && channel === 'survey' ? 'T-1' : undefined,
};

function admission(ways: readonly Way[], address: string, token?: string, channel = 'survey'): Admission {
  const gate = gatesOf(new Map([[channel, ways]]), networkOf).get(channel);
  if (gate === undefined) return 'open';
  return atGate(gate, { address, token }, { ecosystem: 'pypi', tokens, now: NOW }).admission;
}

describe('who is let in', () => {
  it.each<[string, readonly Way[], string, string | undefined, Admission]>([
    ['a token opens from anywhere', [ANY], OUTSIDE, 'right', 'admitted'],
    ['none is asked for', [ANY], OUTSIDE, undefined, 'token-missing'],
    ['a wrong one opens nothing', [ANY], OUTSIDE, 'wrong', 'token-wrong'],
    ['an empty one is wrong', [ANY], OUTSIDE, '', 'token-wrong'],
    ['a network opens without a token', [HAVEN], INSIDE, undefined, 'admitted'],
    ['and with any', [HAVEN], INSIDE, 'wrong', 'admitted'],
    ['no token helps outside it', [HAVEN], OUTSIDE, 'right', 'wrong-network'],
    ['both are needed: the token is missing', [LAPTOPS], LAPTOP, undefined, 'token-missing'],
    ['both are needed: the token is wrong', [LAPTOPS], LAPTOP, 'wrong', 'token-wrong'],
    ['both are needed: the network is wrong', [LAPTOPS], OUTSIDE, 'right', 'wrong-network'],
    ['both are there', [LAPTOPS], LAPTOP, 'right', 'admitted'],
    ['any way is enough: the first', [HAVEN, LAPTOPS], INSIDE, undefined, 'admitted'],
    ['any way is enough: the second', [HAVEN, LAPTOPS], LAPTOP, 'right', 'admitted'],
    ['a token is only spoken of where one helps', [HAVEN, LAPTOPS], OUTSIDE, undefined, 'wrong-network'],
    ['an address that is none is in no network', [HAVEN], '', undefined, 'wrong-network'],
    [
      'a network that cannot be read holds nobody',
      [{ network: 'what', token: false }],
      INSIDE,
      undefined,
      'wrong-network',
    ],
  ])('%s', (_what, ways, address, token, expected) => {
    expect(admission(ways, address, token)).toBe(expected);
  });

  it('a token of another channel is a wrong one', () => {
    expect(admission([ANY], OUTSIDE, 'right', 'other')).toBe('token-wrong');
  });

  it('says by which token', () => {
    const gate = gatesOf(new Map([['survey', [ANY]]]), networkOf).get('survey');
    if (gate === undefined) throw new Error('a channel with a rule has a gate');
    const knock = { ecosystem: 'pypi', tokens, now: NOW };
    expect(atGate(gate, { address: OUTSIDE, token: 'right' }, knock)).toEqual({ admission: 'admitted', token: 'T-1' });
  });
});

describe('gates', () => {
  it('a channel that is open to everybody has none', () => {
    const gates = gatesOf(
      new Map([
        ['tier2', null],
        ['tier3', [HAVEN]],
      ]),
      networkOf,
    );
    expect([...gates.keys()]).toEqual(['tier3']);
    expect(asksForTokens(gates)).toBe(false);
    expect(asksForTokens(gatesOf(new Map([['tier3', [HAVEN, LAPTOPS]]]), networkOf))).toBe(true);
  });
});
