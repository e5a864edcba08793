import { isIP } from 'node:net';
import { describe, expect, it } from 'vitest';
import { addressOf, credentialsOf, requireSameSite } from './caller.ts';
import { crossOriginHeaders } from './cross-origin.ts';
import { sessionCookie } from './sessions-in-cookies.ts';

const session = { kind: 'session', cookie: 'x' } as const;
const bearer = { kind: 'bearer', token: 'x' } as const;
const ownOrigin = 'https://pkg.haven.example';
const checked =
  (headers: Record<string, string>, shown: typeof session | typeof bearer = session, method = 'POST') =>
  () =>
    requireSameSite({ method, headers }, { shown, ownOrigin });

describe('what a call shows', () => {
  it('is a bearer token before a cookie', () => {
    expect(credentialsOf({ headers: { authorization: 'Bearer abc', cookie: '__Host-pratique=s' } }, ownOrigin)).toEqual(
      {
        kind: 'bearer',
        token: 'abc',
      },
    );
    expect(credentialsOf({ headers: { cookie: 'a=b; __Host-pratique=s=1; pratique=t' } }, ownOrigin)).toEqual({
      kind: 'session',
      cookie: 's=1',
    });
    expect(credentialsOf({ headers: { cookie: 'a=b' } }, ownOrigin)).toBeUndefined();
  });
  it('is over TLS the cookie that no other host of the domain can set, and no other', () => {
    const headers = { cookie: 'pratique=planted' };
    expect(credentialsOf({ headers }, ownOrigin)).toBeUndefined();
    expect(credentialsOf({ headers }, 'http://127.0.0.1:8080')).toEqual({ kind: 'session', cookie: 'planted' });
  });
  it('is not guessed at', () => {
    for (const authorization of ['Basic cm9zYQ==', 'Bearer', 'Bearer a b', ''])
      expect(() => credentialsOf({ headers: { authorization } }, ownOrigin)).toThrow(/Authorization/);
  });
});

describe('the address that calls', () => {
  const from = (forwarded: string, remoteAddress = '127.0.0.1') =>
    addressOf({ headers: { 'x-forwarded-for': forwarded }, socket: { remoteAddress } }, ['127.0.0.1', '10.0.0.9']);
  it.each([
    ['203.0.113.9', '203.0.113.9'],
    ['203.0.113.9:4711', '203.0.113.9'],
    ['::ffff:203.0.113.9', '203.0.113.9'],
    ['[2001:db8::7]:4711', '2001:db8::7'],
    ['[2001:db8::7]', '2001:db8::7'],
    ['2001:db8::7', '2001:db8::7'],
    ['192.0.2.1, 203.0.113.9:80, 10.0.0.9:443', '203.0.113.9'],
  ])('is of %s the one before our own proxies, without its port: %s', (forwarded, address) => {
    expect(from(forwarded)).toBe(address);
  });
  it.each([
    'unknown',
    '_hidden',
    '203.0.113',
    '203.0.113.999:80',
    '203.0.113.9:port',
    '[203.0.113.9',
    '[nonsense]:80',
    '2001:db8::g',
    '192.0.2.1, unknown',
  ])('is in no network where our proxy wrote what is no address: %s', (forwarded) => {
    expect(isIP(from(forwarded))).toBe(0);
    expect(isIP(from(`${forwarded}, 10.0.0.9`))).toBe(0);
  });
  it.each(['', '192.0.2.1,'])('is our proxy’s where that wrote nothing: “%s”', (forwarded) => {
    expect(from(forwarded)).toBe('127.0.0.1');
    expect(from(`${forwarded}, 10.0.0.9`)).toBe('10.0.0.9');
  });
  it('is the socket’s where that is no proxy of ours, whatever it says', () => {
    expect(from('203.0.113.9:80', '192.0.2.7')).toBe('192.0.2.7');
  });
});

describe('a call with a session', () => {
  it.each([
    ['of our own page', { 'sec-fetch-site': 'same-origin', origin: ownOrigin, 'pratique-csrf': '1' }],
    ['of our own page in an old browser', { origin: ownOrigin, 'pratique-csrf': '1' }],
  ])('changes something when it is %s', (_, headers) => {
    expect(checked(headers)).not.toThrow();
  });
  it.each([
    ['another site', { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example', 'pratique-csrf': '1' }],
    [
      'another host of the same site',
      { 'sec-fetch-site': 'same-site', origin: 'https://other.haven.example', 'pratique-csrf': '1' },
    ],
    ['another site in an old browser', { origin: 'https://evil.example', 'pratique-csrf': '1' }],
    ['a page without an origin', { origin: 'null', 'pratique-csrf': '1' }],
    ['a form, which sets no header', { 'sec-fetch-site': 'same-origin', origin: ownOrigin }],
    ['nowhere', {}],
  ])('changes nothing when it comes from %s', (_, headers) => {
    expect(checked(headers)).toThrow(expect.objectContaining({ code: 'cross-site', status: 403 }));
  });
  it('may read from anywhere, because nobody else sees the answer', () => {
    expect(checked({ 'sec-fetch-site': 'cross-site' }, session, 'GET')).not.toThrow();
  });
  it('is not what a bearer token is: no page can be made to send one', () => {
    expect(checked({ 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }, bearer)).not.toThrow();
  });
});

describe('the cookie of a session', () => {
  it.each([
    ['https://pratique.example', true],
    ['http://pratique.example', true],
    ['http://192.0.2.1:8650', true],
    ['http://localhost.evil.example', true],
    ['http://what is this', true],
    ['http://127.0.0.1:8650', false],
    ['http://[::1]:8650', false],
    ['http://localhost:8650', false],
  ])('of %s goes over TLS alone: %s', (origin, isSecure) => {
    const { 'set-cookie': cookie = '' } = sessionCookie({ secret: 'x' }, { origin, address: '', device: '' });
    expect([cookie.includes('; Secure'), cookie.startsWith('__Host-')]).toEqual([isSecure, isSecure]);
  });
});

describe('pages of other origins', () => {
  const settings = { origins: ['https://pages.example'], callsPerMinute: { actor: 1, address: 1 }, trustedProxies: [] };
  const ask = (origin: string, method = 'GET') => ({ headers: { origin }, method });
  it('are allowed by name, without cookies', () => {
    const headers = crossOriginHeaders(settings, ask('https://pages.example', 'OPTIONS'));
    expect(headers).toMatchObject({ 'access-control-allow-origin': 'https://pages.example', vary: 'Origin' });
    expect(Object.keys(headers)).not.toContain('access-control-allow-credentials');
  });
  it('are refused otherwise, and where none is named nothing is said at all', () => {
    expect(crossOriginHeaders(settings, ask('https://evil.example'))).toEqual({ vary: 'Origin' });
    expect(crossOriginHeaders({ ...settings, origins: [] }, ask('https://pages.example'))).toEqual({});
  });
});
