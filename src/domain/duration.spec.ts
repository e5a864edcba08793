import { describe, expect, it } from 'vitest';
import { durationText, parseDuration } from './duration.ts';

describe('a duration', () => {
  it.each(['none', '10s', '30m', '36h', '3d', '2w'])('is written as it was read: %s', (text) => {
    expect(durationText(parseDuration(text))).toBe(text);
  });

  it.each([
    ['7d', '1w'],
    ['120s', '2m'],
    ['90m', '90m'],
  ])('is written in the largest unit that fits whole: %s as %s', (given, written) => {
    expect(durationText(parseDuration(given))).toBe(written);
  });

  it.each(['3', 'd', '0d', '1.5d', '367d', '-1d'])('is not %s', (text) => {
    expect(() => parseDuration(text)).toThrow(/is no duration/);
  });
});
