import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addWorkingTime,
  MS_PER_DAY,
  USUAL_WORKING_DAYS,
  type WorkingCalendar,
  workingTimeBetween,
} from './working-time.ts';

const LONDON: WorkingCalendar = {
  timezone: 'Europe/London',
  workingDays: USUAL_WORKING_DAYS,
  holidays: [
    { day: '2026-12-25', name: 'Christmas Day' },
    { day: '2026-12-28', name: 'Boxing Day (substitute day)' },
  ],
};
const endOf = (start: string, days: number, calendar = LONDON) =>
  addWorkingTime(new Date(start), days * MS_PER_DAY, calendar).toISOString();

describe('working time', () => {
  it.each([
    ['a week later at the same time', '2026-11-16T15:00:00Z', 5, '2026-11-23T15:00:00.000Z'],
    ['over a weekend', '2026-11-20T09:00:00Z', 1, '2026-11-23T09:00:00.000Z'],
    ['from a Saturday: the clock starts on Monday', '2026-11-21T12:00:00Z', 1, '2026-11-24T00:00:00.000Z'],
    ['over Christmas', '2026-12-24T10:00:00Z', 1, '2026-12-29T10:00:00.000Z'],
    ['over the end of summer time: the same hour on the wall', '2026-10-23T14:00:00Z', 1, '2026-10-26T15:00:00.000Z'],
    ['half a day', '2026-11-20T18:00:00Z', 0.5, '2026-11-23T06:00:00.000Z'],
  ])('ends %s', (_, start, days, end) => {
    expect(endOf(start, days)).toBe(end);
  });
  it('counts the days that work there, not ours', () => {
    const cairo = { timezone: 'Africa/Cairo', workingDays: [7, 1, 2, 3, 4], holidays: [] };
    expect(endOf('2026-11-19T10:00:00Z', 1, cairo)).toBe('2026-11-22T10:00:00.000Z');
  });
  it('counts a day on which the clocks change as one day, where it works', () => {
    const always = { ...LONDON, workingDays: [1, 2, 3, 4, 5, 6, 7] };
    expect(endOf('2026-03-28T12:00:00Z', 1, always)).toBe('2026-03-29T11:00:00.000Z');
  });
  it('stands still on days that do not work', () => {
    const between = (from: string, to: string) => workingTimeBetween(new Date(from), new Date(to), LONDON) / MS_PER_DAY;
    expect(between('2026-11-20T18:00:00Z', '2026-11-23T06:00:00Z')).toBe(0.5);
    expect(between('2026-11-21T00:00:00Z', '2026-11-22T23:00:00Z')).toBe(0);
    expect(between('2026-11-23T00:00:00Z', '2026-11-20T00:00:00Z')).toBe(0);
  });
  it('gives back what was added, from any moment, in any zone', () => {
    const zone = fc.constantFrom('UTC', 'Europe/London', 'America/St_Johns', 'Australia/Lord_Howe', 'Pacific/Apia');
    const days = fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { minLength: 1 });
    const start = fc.integer({ min: Date.UTC(2024, 0), max: Date.UTC(2030, 0) });
    const ms = fc.integer({ min: 1, max: 20 * MS_PER_DAY });
    fc.assert(
      fc.property(zone, days, start, ms, (timezone, workingDays, from, amount) => {
        const calendar = { timezone, workingDays, holidays: [] };
        const end = addWorkingTime(new Date(from), amount, calendar);
        // An hour that exists twice, or not at all, may lie at the end: nothing else may differ.
        const difference = Math.abs(workingTimeBetween(new Date(from), end, calendar) - amount);
        expect(difference).toBeLessThanOrEqual(3_600_000);
        expect(end.getTime()).toBeGreaterThan(from);
      }),
    );
  });
});
