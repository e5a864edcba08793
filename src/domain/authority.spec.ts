import { describe, expect, it } from 'vitest';
import { ACTIONS, channelsWhere, may, requireMay, requireMaySomewhere, requireStrength } from './authority.ts';
import type { Credential, Scope } from './credential.ts';
import type { Actor, ChannelRole, Role } from './people.ts';

const person = (roles: readonly Role[], channelRoles: readonly ChannelRole[] = [], credential?: Credential): Actor => ({
  kind: 'person',
  name: 'vera',
  roles,
  channelRoles,
  organisation: null,
  ...(credential && { credential }),
});
const inTier2: readonly ChannelRole[] = [{ channel: 'tier2', role: 'reviewer' }];
const token = (scope: Partial<Scope>, strength: Credential['strength'] = 'multi'): Credential => ({
  kind: 'token',
  id: 'T-1',
  strength,
  scope: { channels: null, ecosystems: null, actions: null, ...scope },
});

describe('a role in one channel', () => {
  const vera = person(['researcher'], inTier2);
  it('holds there, and neither elsewhere nor where no channel is in question', () => {
    expect(may(vera, 'decide', { channel: 'tier2' })).toBe(true);
    expect(may(vera, 'decide', { channel: 'tier3' })).toBe(false);
    expect(may(vera, 'decide', { channel: null })).toBe(false);
    expect(may(vera, 'decide')).toBe(false);
  });
  it('passes the first question, which does not know the channel yet', () => {
    expect(() => requireMaySomewhere(vera, 'decide')).not.toThrow();
    expect(() => requireMaySomewhere(vera, 'object')).toThrow(/may not do this/);
  });
  it('says in which channels it holds', () => {
    expect(channelsWhere(vera, 'decide')).toEqual(['tier2']);
    expect(channelsWhere(vera, 'file-request')).toBe('all');
    expect(channelsWhere(vera, 'object')).toEqual([]);
  });
});

describe('a token', () => {
  it('reaches as far as its scope, whatever its person may do', () => {
    const limited = token({ channels: ['tier2'], ecosystems: ['pypi'], actions: ['decide'] });
    const vera = person(['reviewer'], [], limited);
    expect(may(vera, 'decide', { channel: 'tier2', ecosystem: 'pypi' })).toBe(true);
    expect(may(vera, 'decide', { channel: 'tier2', ecosystem: 'npm' })).toBe(false);
    expect(may(vera, 'decide', { channel: 'tier2' })).toBe(false);
    expect(may(vera, 'decide', { channel: 'tier3', ecosystem: 'pypi' })).toBe(false);
    expect(may(vera, 'add-denial', { channel: 'tier2', ecosystem: 'pypi' })).toBe(false);
    expect(channelsWhere(vera, 'decide')).toEqual(['tier2']);
    expect(() => requireMay(vera, 'decide', { channel: 'tier3', ecosystem: 'pypi' })).toThrow(
      expect.objectContaining({ code: 'token-scope' }),
    );
  });
  it('adds nothing to what its person may do', () => {
    const rosa = person(['researcher'], [], token({ actions: ['decide'] }));
    expect(ACTIONS.filter((action) => may(rosa, action))).toEqual([]);
  });
});

describe('the strength of a sign-in', () => {
  it.each([
    ['single', { 'file-request': true, decide: false, 'manage-people': false }],
    ['multi', { 'file-request': true, decide: true, 'manage-people': false }],
    ['phishing-resistant', { 'file-request': true, decide: true, 'manage-people': true }],
  ] as const)('%s', (strength, expected) => {
    const all = person(['researcher', 'reviewer', 'operator'], [], { kind: 'session', id: 's', strength });
    for (const [action, allowed] of Object.entries(expected))
      expect([action, ACTIONS.some((one) => one === action && may(all, one))]).toEqual([action, allowed]);
  });
  it('is asked for by name where too little was proved', () => {
    const vera = person(['reviewer'], [], { kind: 'session', id: 's', strength: 'multi' });
    expect(() => requireStrength(vera, 'multi', 'this')).not.toThrow();
    expect(() => requireStrength(vera, 'phishing-resistant', 'tier 3')).toThrow(
      expect.objectContaining({ code: 'stronger-sign-in', what: expect.stringContaining('passkey') }),
    );
  });
  it('is no question for who works on the home itself', () => {
    expect(() => requireStrength(person(['operator']), 'phishing-resistant', 'this')).not.toThrow();
  });
});
