import { expect, it } from 'vitest';
import { Paper } from './pdf-paper.ts';

const paper = new Paper({ title: 'x', subject: 'x', date: new Date(0), places: new Set(['a']) });
const lines = (width: number) =>
  paper
    .break(['see the advisory (', { text: 'PYSEC-1', to: 'a' }, '), or not'], width, { size: 10 })
    .map(({ pieces }) => pieces.map(({ text }) => text).join(''));

it('ends no line behind a bracket that a link follows, nor before the one that closes', () => {
  for (let width = 70; width <= 400; width += 1) for (const line of lines(width)) expect(line).not.toMatch(/\($|^\)/);
  expect(lines(400)).toEqual(['see the advisory (PYSEC-1), or not']);
});

it('breaks what is longer than a line all the same', () => {
  expect(lines(20).length).toBeGreaterThan(5);
  expect(lines(20).join('').replaceAll(' ', '')).toBe('seetheadvisory(PYSEC-1),ornot');
});
