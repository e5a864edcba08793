import { describe, expect, it } from 'vitest';
import { adjustableClock } from '../../platform/clock/system.ts';
import { firstUseNotes } from './first-uses.ts';

function open() {
  const clock = adjustableClock('2026-01-01T00:00:00Z');
  const told: string[] = [];
  const warned: string[] = [];
  const quiet = () => undefined;
  const note = firstUseNotes({
    clock,
    log: { debug: quiet, info: quiet, warn: (message) => void warned.push(message), error: quiet },
    firstUse: async ({ version }) => void told.push(version ?? ''),
  });
  const use = (version: string) => note({ channel: 'quick', ecosystem: 'npm', name: 'left-pad', version });
  return { clock, told, warned, use };
}

describe('first uses in an open channel', () => {
  it('are told once in an hour', () => {
    const { clock, told, use } = open();
    use('1.0.0');
    use('1.0.0');
    expect(told).toEqual(['1.0.0']);
    clock.advance(3601);
    use('1.0.0');
    expect(told).toEqual(['1.0.0', '1.0.0']);
  });

  it('do not fill the ledger when a stranger makes versions up, and what was left out is told in the next hour', () => {
    const { clock, told, warned, use } = open();
    for (let patch = 0; patch < 5000; patch += 1) use(`1.0.${patch}`);
    expect(told).toHaveLength(2000);
    expect(warned).toHaveLength(1);
    clock.advance(3601);
    use('1.0.4999');
    expect(told.at(-1)).toBe('1.0.4999');
  });
});
