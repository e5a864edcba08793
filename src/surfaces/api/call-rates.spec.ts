import { describe, expect, it } from 'vitest';
import { adjustableClock } from '../../platform/clock/system.ts';
import { createCallRates } from './call-rates.ts';

function rates() {
  const clock = adjustableClock('2026-01-01T00:00:00Z');
  return { ...createCallRates(() => clock.now()), wait: (seconds: number) => clock.advance(seconds) };
}

describe('call rates', () => {
  it('refuses the call after the last one, each caller for themselves', () => {
    const { take } = rates();
    expect([1, 2, 3].map(() => take('rosa', 2).isAllowed)).toEqual([true, true, false]);
    expect(take('vera', 2).isAllowed).toBe(true);
  });
  it('does not double the limit at the turn of the minute', () => {
    const { take, wait } = rates();
    wait(59);
    for (let call = 0; call < 10; call += 1) take('rosa', 10);
    wait(2);
    expect(take('rosa', 10).isAllowed).toBe(false);
  });
  it('answers again when the last minute has faded', () => {
    const { take, wait } = rates();
    for (let call = 0; call < 10; call += 1) take('rosa', 10);
    wait(90);
    const taken = [1, 2, 3, 4, 5, 6].map(() => take('rosa', 10).isAllowed);
    expect(taken).toEqual([true, true, true, true, true, false]);
  });
  it('says how long to wait, and counts nothing while it refuses', () => {
    const { take, wait } = rates();
    for (let call = 0; call < 50; call += 1) take('rosa', 1);
    wait(take('rosa', 1).seconds - 1);
    expect(take('rosa', 1).isAllowed).toBe(false);
    wait(1);
    expect(take('rosa', 1).isAllowed).toBe(true);
  });
  it('counts an IPv6 network, and all networks of its site together: its owner has 65,536 of them', () => {
    const { takeFrom } = rates();
    const from = (network: number) => takeFrom(`2001:db8:1:${network.toString(16)}::7`, 2).isAllowed;
    expect([from(1), from(1), from(1)]).toEqual([true, true, false]);
    // What was refused is not counted against the site: two calls, and then thirty more.
    const answers = Array.from({ length: 40 }, (_, index) => from(index + 2));
    expect(answers.filter(Boolean)).toHaveLength(30);
    expect(takeFrom('2001:db8:2:1::7', 2).isAllowed).toBe(true);
    expect(takeFrom('192.0.2.7', 2).isAllowed).toBe(true);
  });
  it('says when one more fits, whichever of the two is full', () => {
    const { takeFrom, wait } = rates();
    for (let network = 0; network < 32; network += 1) takeFrom(`2001:db8:1:${network.toString(16)}::7`, 2);
    const refused = takeFrom('2001:db8:1:ffff::7', 2);
    expect(refused).toMatchObject({ isAllowed: false, left: 0 });
    wait(refused.seconds);
    expect(takeFrom('2001:db8:1:ffff::7', 2).isAllowed).toBe(true);
  });
});
