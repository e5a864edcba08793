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
  const use = (version: string, network = '192.0.2.1') =>
    note({ channel: 'quick', ecosystem: 'npm', name: 'left-pad', version }, network);
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
    expect(told).toHaveLength(1500);
    expect(warned).toHaveLength(1);
    clock.advance(3601);
    use('1.0.4999');
    expect(told.at(-1)).toBe('1.0.4999');
  });

  it('of others are told although the owner of an IPv6 site has all of its networks ask', () => {
    const { told, use } = open();
    for (let version = 0; version < 5000; version += 1)
      use(`1.0.${version}`, `2001:db8:1:${version.toString(16)}::/64`);
    expect(told).toHaveLength(2250);
    use('2.0.0', '2001:db8:2:1::/64');
    expect(told.at(-1)).toBe('2.0.0');
  });

  it('of others are told although one network has used up its share; all together have an end too', () => {
    const { told, use } = open();
    for (let patch = 0; patch < 5000; patch += 1) use(`1.0.${patch}`, '192.0.2.1');
    use('2.0.0', '192.0.2.2');
    expect(told.at(-1)).toBe('2.0.0');
    for (let network = 3; network < 7; network += 1)
      for (let patch = 0; patch < 1500; patch += 1) use(`${network}.0.${patch}`, `192.0.2.${network}`);
    expect(told).toHaveLength(4000);
  });
});
