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
  const ask = (name: string, network = '192.0.2.1') => lookup({ channel: 'tier3', ecosystem: 'pypi', name, network });
  return { clock, asked, ask };
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

  it('lets so many of one network wait and no more, and asks so many per minute: more is somebody who scans names', async () => {
    const slow = open(() => new Promise(() => undefined));
    for (let number = 0; number < 258; number += 1) void slow.ask(`n${number}`);
    expect((await slow.ask('one-more')).status).toBe('unreadable');

    const { clock, asked, ask } = open(async () => UNKNOWN);
    for (let number = 0; number < 2010; number += 1) await ask(`n${number}`);
    expect(asked).toHaveLength(2000);
    clock.advance(60);
    expect(await ask('n2005')).toEqual(UNKNOWN);
  });

  it('answers others although one network has used up its share: of turns, of questions, and of bytes', async () => {
    const waiting: ((answer: UpstreamAnswer) => void)[] = [];
    const slow = open(() => new Promise((resolve) => waiting.push(resolve)));
    for (let number = 0; number < 300; number += 1) void slow.ask(`n${number}`);
    const other = slow.ask('wanted', '192.0.2.2');
    for (let round = 0; round < 60; round += 1) {
      await setImmediate();
      for (const resolve of waiting.splice(0)) resolve(UNKNOWN);
    }
    expect(await other).toEqual(UNKNOWN);

    const many = open(async () => UNKNOWN);
    for (let number = 0; number < 2500; number += 1) await many.ask(`n${number}`);
    expect(await many.ask('wanted', '192.0.2.2')).toEqual(UNKNOWN);

    const large = open(async (name) => found(name, 50 * MIB));
    for (let number = 0; number < 100; number += 1) await large.ask(`n${number}`);
    expect(large.asked).toHaveLength(21);
    expect(await large.ask('n99')).toMatchObject({ status: 'unreadable' });
    expect(await large.ask('n99', '192.0.2.2')).toMatchObject({ status: 'found' });
    large.clock.advance(60);
    expect(await large.ask('n98')).toMatchObject({ status: 'found' });
  });

  it('answers others about the very names for which one network had nothing left, at once and while it waits', async () => {
    const { ask } = open(async (name) => found(name, 50 * MIB));
    const names = Array.from({ length: 100 }, (_, number) => `n${number}`);
    const greedy = names.map((name) => ask(name));
    const meanwhile = ask('n98', '192.0.2.2');
    expect(await Promise.all(greedy)).toContainEqual(expect.objectContaining({ status: 'unreadable' }));
    expect(await meanwhile).toMatchObject({ status: 'found' });
    expect(await ask('n99', '192.0.2.2')).toMatchObject({ status: 'found' });
  });

  it('reads so many bytes a minute and so many names, from however many networks', async () => {
    const large = open(async (name) => found(name, 60 * MIB));
    for (let number = 0; number < 100; number += 1) await large.ask(`n${number}`, `192.0.2.${number}`);
    expect(large.asked.length * 60).toBeLessThan(3072 + 60);
    expect(large.asked.length).toBe(52);
    const many = open(async () => UNKNOWN);
    for (let number = 0; number < 7000; number += 1) await many.ask(`n${number}`, `192.0.2.${number % 250}`);
    expect(many.asked).toHaveLength(6000);
  });
});

const MIB = 1024 * 1024;

function found(name: string, bytes: number): UpstreamAnswer {
  const about = { ecosystem: 'pypi', name, releases: [], status: undefined, warnings: [] };
  return { status: 'found', package: { ...about, readAt: '2026-01-01T00:00:00Z' }, bytes };
}
