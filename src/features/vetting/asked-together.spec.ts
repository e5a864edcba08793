import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { askedTogether } from './asked-together.ts';

/** Doubles numbers, once the gate is open; notes which were asked for in one question. */
function doubling(gate: Promise<void> = Promise.resolve()) {
  const questions: (readonly number[])[] = [];
  const ask = askedTogether(async (keys: readonly number[]) => {
    questions.push(keys);
    await gate;
    if (keys.includes(13)) throw new Error('no such number');
    return (key: number) => key * 2;
  });
  return { questions, ask };
}

it('asks once for all that come at once, and gives each its own answer', async () => {
  const { questions, ask } = doubling();
  expect(await Promise.all([ask(1), ask(2), ask(1)])).toEqual([2, 4, 2]);
  expect(questions).toEqual([[1, 2, 1]]);
});

it('asks next, and anew, for all that comes while a question is being answered', async () => {
  const { promise: gate, resolve: open } = Promise.withResolvers<void>();
  const { questions, ask } = doubling(gate);
  const first = ask(1);
  await nextTurn();
  expect(questions).toEqual([[1]]);
  const late = [ask(1), ask(2)];
  await nextTurn();
  expect(questions).toEqual([[1]]);
  open();
  expect(await Promise.all([first, ...late])).toEqual([2, 2, 4]);
  expect(questions).toEqual([[1], [1, 2]]);
});

it('asks anew for what was answered before', async () => {
  const { questions, ask } = doubling();
  expect([await ask(1), await ask(1)]).toEqual([2, 2]);
  expect(questions).toEqual([[1], [1]]);
});

it('tells all who asked where the question fails, and then goes on', async () => {
  const { ask } = doubling();
  const answers = await Promise.allSettled([ask(1), ask(13)]);
  expect(answers.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(await ask(1)).toBe(2);
});
