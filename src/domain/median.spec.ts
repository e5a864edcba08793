import { expect, it } from 'vitest';
import { medianOf } from './median.ts';

it.each([
  [[], null],
  [[7], 7],
  [[9, 1], 1],
  [[10, 9, 2], 9],
  [[4, 1, 3, 2], 2],
])('the median of %j is %s', (values, median) => {
  expect(medianOf(values)).toBe(median);
});
