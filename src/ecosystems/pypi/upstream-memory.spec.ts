import { expect, it } from 'vitest';
import { createHeld } from './upstream-memory.ts';

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
