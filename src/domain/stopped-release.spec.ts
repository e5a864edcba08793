import { describe, expect, it } from 'vitest';
import { stoppedWords } from './stopped-release.ts';

describe('what is stopped, in words', () => {
  it('names the newest of each stop, however upstream lists them, and how many more there are', () => {
    const stopped = ['10', '8', '9', '1', '2', '11'].map((version) => ({
      version,
      by: version === '1' ? 'quarantined' : 'denied',
    }));
    expect(stoppedWords('mast', stopped, (a, b) => Number(a) - Number(b))).toBe(
      'mast 8, 9, 10, 11 and 1 more (denied); mast 1 (quarantined)',
    );
  });
});
