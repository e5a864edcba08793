import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Chance, seedOf } from './mutate.ts';
import { TARGETS } from './targets.ts';

/** Few: `npm run fuzz` makes millions. */
const RUNS = 60;

describe('hostile input', () => {
  it.each(TARGETS)('keeps what must hold: $name', async ({ make, run }) => {
    await fc.assert(
      fc.asyncProperty(fc.nat(), async (seed) => {
        await run(make(new Chance(seed)));
      }),
      { numRuns: RUNS },
    );
  });

  it('can be made again from its number', () => {
    for (const { make } of TARGETS) {
      const made = [0, 1].map(() => make(new Chance(seedOf(7, 42))));
      expect(made[0]?.equals(made[1] ?? Buffer.alloc(0))).toBe(true);
    }
  });

  it('differs from number to number', () => {
    const [wheel] = TARGETS;
    const made = Array.from({ length: 50 }, (_, at) => wheel?.make(new Chance(seedOf(7, at))).toString('base64'));
    expect(new Set(made).size).toBeGreaterThan(40);
  });
});
