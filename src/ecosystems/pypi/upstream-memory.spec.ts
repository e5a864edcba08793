import { expect, it } from 'vitest';
import { createGate, createHeld } from './upstream-memory.ts';

it('holds up to its weight, and lets go of what was asked for longest ago', () => {
  const held = createHeld<string>(6, (text) => text.length);
  held.set('a', 'aa');
  held.set('b', 'bb');
  held.set('c', 'cc');
  expect(held.get('a')).toBe('aa');
  held.set('d', 'dd');
  expect([held.get('a'), held.get('b'), held.get('c'), held.get('d')]).toEqual(['aa', undefined, 'cc', 'dd']);
  held.set('a', 'a');
  held.set('e', 'e');
  expect([held.get('a'), held.get('c'), held.get('e')]).toEqual(['a', 'cc', 'e']);
  held.set('huge', 'x'.repeat(7));
  expect(held.get('huge')).toBeUndefined();
  expect(held.get('e')).toBe('e');
});

it('lets so many run at once and no more, failures included', async () => {
  const gate = createGate(2);
  let running = 0;
  let most = 0;
  const task = (fails: boolean) => async () => {
    running += 1;
    most = Math.max(most, running);
    await new Promise((resolve) => setImmediate(resolve));
    running -= 1;
    if (fails) throw new Error('as planned');
  };
  await Promise.allSettled(Array.from({ length: 9 }, (_, at) => gate(task(at % 3 === 0))));
  expect(most).toBe(2);
  await gate(task(false));
  expect(running).toBe(0);
});
