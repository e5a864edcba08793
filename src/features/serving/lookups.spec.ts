import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { UpstreamAnswer } from '../../ecosystems/contract.ts';
import { adjustableClock } from '../../platform/clock/system.ts';
import { createLookup } from './lookups.ts';

const UNKNOWN: UpstreamAnswer = { status: 'unknown', warnings: [] };

function open(answer: (name: string) => Promise<UpstreamAnswer>) {
  const clock = adjustableClock('2026-01-01T00:00:00Z');
  const asked: string[] = [];
  const lookup = createLookup({
    clock,
    ecosystems: [],
    lookup: (_channel, _ecosystem, name) => {
      asked.push(name);
      return answer(name);
    },
  });
  return { clock, asked, ask: (name: string) => lookup('tier3', 'pypi', name) };
}

describe('looking a name up', () => {
  it('ALL-15 asks once for twelve cold clients, and again when the answer is old', async () => {
    const { clock, asked, ask } = open(async () => UNKNOWN);
    const answers = await Promise.all(Array.from({ length: 12 }, () => ask('cold')));
    expect(answers).toEqual(answers.map(() => UNKNOWN));
    expect(asked).toEqual(['cold']);
    clock.advance(299);
    await ask('cold');
    expect(asked).toHaveLength(1);
    clock.advance(2);
    await ask('cold');
    expect(asked).toHaveLength(2);
  });

  it('does not take a failure for an absence, and asks again soon', async () => {
    let works = false;
    const { clock, ask } = open(async () => {
      if (works) return UNKNOWN;
      throw new RangeError('no answer');
    });
    expect(await ask('dark')).toEqual({ status: 'unreadable', reason: 'no answer' });
    works = true;
    expect((await ask('dark')).status).toBe('unreadable');
    clock.advance(11);
    expect(await ask('dark')).toEqual(UNKNOWN);
  });

  it('asks few at once, and the others wait for their turn: clients ask for dozens of names in one go', async () => {
    const waiting: ((answer: UpstreamAnswer) => void)[] = [];
    const { asked, ask } = open(() => new Promise((resolve) => waiting.push(resolve)));
    const answers = Promise.all(Array.from({ length: 100 }, (_, number) => ask(`n${number}`)));
    while (asked.length < 100) {
      await setImmediate();
      expect(waiting.length).toBeLessThanOrEqual(8);
      for (const resolve of waiting.splice(0)) resolve(UNKNOWN);
    }
    for (const resolve of waiting) resolve(UNKNOWN);
    expect(await answers).toEqual(Array.from({ length: 100 }, () => UNKNOWN));
  });

  it('lets so many wait and no more, and asks so many per minute: more is somebody who scans names', async () => {
    const slow = open(() => new Promise(() => undefined));
    for (let number = 0; number < 508; number += 1) void slow.ask(`n${number}`);
    expect((await slow.ask('one-more')).status).toBe('unreadable');

    const { clock, asked, ask } = open(async () => UNKNOWN);
    for (let number = 0; number < 2010; number += 1) await ask(`n${number}`);
    expect(asked).toHaveLength(2000);
    clock.advance(60);
    expect(await ask('n2005')).toEqual(UNKNOWN);
  });
});
