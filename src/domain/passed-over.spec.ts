import { describe, expect, it } from 'vitest';
import { causeInWords, wordsOfPassedOver } from './passed-over.ts';

describe('the words about a newer release that was not taken', () => {
  it('name the day, the stop, or the way to find out', () => {
    const version = '2.0';
    expect(wordsOfPassedOver({ version, reason: 'cooling-down', until: '2026-12-01T10:00:00.000Z' })).toBe(
      '2.0 is cooling down until 2026-12-01',
    );
    expect(wordsOfPassedOver({ version, reason: 'stopped', until: null })).toBe(
      '2.0 is denied, quarantined or refused by policy',
    );
    expect(wordsOfPassedOver({ version, reason: 'not-installable', until: null })).toMatch(
      /^2\.0 cannot be installed here with all that it needs: .*says why$/,
    );
  });

  it('say what stops it, or what it needs, where that is known', () => {
    const version = '2.0';
    expect(wordsOfPassedOver({ version, reason: 'stopped', until: null, cause: 'denied, D-1: x' })).toBe(
      '2.0 is stopped: denied, D-1: x',
    );
    expect(wordsOfPassedOver({ version, reason: 'not-installable', until: null, cause: 'b is denied' })).toBe(
      '2.0 cannot be installed here with all that it needs: b is denied',
    );
  });
});

describe('a cause out of the words of a package', () => {
  it('is one line of some length that hides nothing', () => {
    expect(causeInWords('a asks\n  for b')).toBe('a asks for b');
    const cause = causeInWords(`no version is in \u001b[2J\u202e>=9-${'approved-'.repeat(1_000)}`);
    expect(cause).toContain('\\u{1b}[2J\\u{202e}');
    expect(cause.length).toBeLessThan(350);
  });
});
