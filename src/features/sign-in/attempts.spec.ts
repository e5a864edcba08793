import { afterAll, beforeAll, expect, it } from 'vitest';
import { openTestDatabase, type TestDatabase } from '../../../test/harness/database.ts';
import { attempt } from './attempts.ts';

let test: TestDatabase;
beforeAll(async () => {
  test = await openTestDatabase();
});
afterAll(() => test.close());

it('is examined for each of those who come at the same moment, though the first who succeeds clears what was counted', async () => {
  const caller = { address: '192.0.2.1', device: 'test' };
  for (let round = 0; round < 100; round += 1) {
    const asked = { factor: 'password', account: `p${round}`, caller } as const;
    // Each round meets the other's row at another moment.
    const examine = () => new Promise<true>((resolve) => setTimeout(() => resolve(true), round % 4));
    const all = Array.from({ length: 3 }, () => attempt(test, asked, examine));
    expect(await Promise.all(all)).toEqual([true, true, true]);
  }
});
