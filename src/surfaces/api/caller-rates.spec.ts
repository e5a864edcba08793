import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestHome, type TestHome } from '../../../test/harness/home.ts';

const MOST = 5;

let home: TestHome;
beforeAll(async () => {
  home = await openTestHome({
    config: (text) =>
      text
        .replace(/calls_per_minute_and_address: +\d+/, `calls_per_minute_and_address: ${MOST}`)
        .replace(/audits_per_minute_and_address: +\d+/, `audits_per_minute_and_address: ${MOST}`)
        .replace('trusted_proxies: []', 'trusted_proxies: ["127.0.0.1"]'),
  });
}, 60_000);
afterAll(() => home?.close());

const call = (from: string) => fetch(`${home.url}/api/v1/sign-in`, { headers: { 'x-forwarded-for': from } });
const audit = (from: string) =>
  fetch(`${home.url}/tier3/npm/-/npm/v1/security/advisories/bulk`, {
    ...{ method: 'POST', body: '{}', headers: { 'x-forwarded-for': from, 'content-type': 'application/json' } },
  });

describe.each([
  ['calls', call],
  ['audits', audit],
])('%s of strangers', (_what, ask) => {
  const limited = async (addressOf: (index: number) => string) => {
    const limited: boolean[] = [];
    for (let index = 0; index <= MOST; index += 1) limited.push((await ask(addressOf(index))).status === 429);
    return limited;
  };
  const once = [...Array.from({ length: MOST }, () => false), true];

  it('are limited by address', async () => {
    expect(await limited(() => '192.0.2.1')).toEqual(once);
    expect((await ask('192.0.2.2')).status).not.toBe(429);
  });

  it('are limited by network where whoever has one IPv6 address has them all', async () => {
    expect(await limited((index) => `2001:db8:1:2::${index}`)).toEqual(once);
    expect((await ask('2001:db8:1:3::1')).status).not.toBe(429);
  });
});
