import { describe, expect, it } from 'vitest';
import { nearestName } from './near-name.ts';

describe('a name that is not known', () => {
  it.each([
    ['teir3', 'tier3'],
    ['tier', 'tier2'],
    ['tier33', 'tier3'],
    ['tier3', 'tier3'],
    ['healt-lab', 'health-lab'],
    ['xyz', undefined],
    ['a', undefined],
    ['', undefined],
    ['tier3'.repeat(1000), undefined],
  ])('%s is near %s', (name, near) => {
    expect(nearestName(name, ['tier2', 'tier3', 'health-lab', 'x'])).toBe(near);
  });
});
