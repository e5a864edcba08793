import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { createFairTurns } from './fair-turns.ts';

function turns(longestWaitMs = 60_000) {
  const { take } = createFairTurns({ atOnce: 2, waiting: { each: 2, all: 5 }, longestWaitMs });
  const begun: string[] = [];
  const ends = new Map<string, () => void>();
  const ask = (who: string, what: string) =>
    take(who, async () => {
      begun.push(what);
      await new Promise<void>((resolve) => ends.set(what, resolve));
      return what;
    });
  /** Lets something end, and what follows begin. */
  const end = async (what: string) => {
    ends.get(what)?.();
    await sleep(1);
  };
  return { take, ask, begun, end };
}

describe('work in fair turns', () => {
  it('is done for two at once, and for one person one at a time', async () => {
    const { ask, begun, end } = turns();
    const first = ask('ada', 'a1');
    void ask('ada', 'a2');
    void ask('ben', 'b1');
    void ask('cy', 'c1');
    await sleep(1);
    expect(begun).toEqual(['a1', 'b1']);
    await end('a1');
    expect(await first).toEqual({ done: 'a1' });
    expect(begun).toEqual(['a1', 'b1', 'a2']);
    await end('b1');
    expect(begun).toEqual(['a1', 'b1', 'a2', 'c1']);
  });
  it('goes round: who asks for much lets others in between', async () => {
    const { ask, begun, end } = turns();
    for (const [who, what] of [
      ...[
        ['ada', 'a1'],
        ['ben', 'b1'],
      ],
      ...[
        ['ada', 'a2'],
        ['ada', 'a3'],
        ['cy', 'c1'],
        ['ben', 'b2'],
      ],
    ] as const)
      void ask(who ?? '', what ?? '');
    await sleep(1);
    for (const what of ['a1', 'a2', 'b1', 'c1']) await end(what);
    expect(begun).toEqual(['a1', 'b1', 'a2', 'c1', 'b2', 'a3']);
  });
  it('is refused where one person, or all together, have enough of it waiting, and taken again afterwards', async () => {
    const { ask, begun, end } = turns();
    void ask('ada', 'a1');
    void ask('ada', 'a2');
    void ask('ada', 'a3');
    expect(await ask('ada', 'a4')).toBeUndefined();
    void ask('ben', 'b1');
    for (const who of ['cy', 'dee', 'eve']) void ask(who, who);
    expect(await ask('fay', 'fay')).toBeUndefined();
    await end('a1');
    void ask('fay', 'fay');
    for (const what of ['b1', 'a2', 'cy', 'dee', 'eve', 'a3', 'fay']) await end(what);
    expect(begun.toSorted()).toEqual(['a1', 'a2', 'a3', 'b1', 'cy', 'dee', 'eve', 'fay']);
  });
  it('is refused where its turn does not come in time, and holds up nobody then', async () => {
    const { ask, begun, end } = turns(20);
    void ask('ada', 'a1');
    expect(await ask('ada', 'a2')).toBeUndefined();
    await end('a1');
    void ask('ada', 'a3');
    await sleep(1);
    expect(begun).toEqual(['a1', 'a3']);
  });
  it('that fails gives its turn on', async () => {
    const { take, ask, begun } = turns();
    await expect(take('ada', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    void ask('ada', 'a1');
    await sleep(1);
    expect(begun).toEqual(['a1']);
  });
});
