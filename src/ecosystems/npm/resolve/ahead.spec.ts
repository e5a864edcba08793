import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { type LikelyPackage, readAhead } from './ahead.ts';

/** Dependencies by version by name. */
type Registry = Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, string>>>>>>;

const REGISTRY: Registry = {
  root: { '1.0.0': { a: '^1.0.0', '@s/b': 'next', other: 'npm:real@2' } },
  a: { '1.2.0': { c: '' }, '1.0.0': { old: '*' }, '1.3.0': { newer: '*' }, '2.0.0': { newest: '*' } },
  '@s/b': { '1.0.0': {}, '2.0.0-rc.1': { c: '*', gone: '*' } },
  real: { '2.1.0': { root: '1' } },
  c: { '1.0.0': {} },
};

function open(registry: Registry) {
  const asked: string[] = [];
  let [running, most] = [0, 0];
  return {
    asked,
    most: () => most,
    read: async (name: string): Promise<LikelyPackage | undefined> => {
      asked.push(name);
      running += 1;
      most = Math.max(most, running);
      await setImmediate();
      running -= 1;
      const versions = registry[name];
      return versions === undefined
        ? undefined
        : {
            versions: Object.keys(versions),
            tags: { latest: Object.keys(versions)[0] ?? '', next: Object.keys(versions).at(-1) ?? '' },
            needs: (version) => versions[version] ?? {},
          };
    },
  };
}

describe('reading ahead', () => {
  it('follows ranges, tags and other names to what an install would take: `latest` where a range has it', async () => {
    const { asked, read } = open(REGISTRY);
    await readAhead(['root@1'], read, () => false);
    expect([...new Set(asked)].toSorted()).toEqual(['@s/b', 'a', 'c', 'gone', 'real', 'root']);
  });

  it('asks eight at a time and no more', async () => {
    const names = Array.from({ length: 40 }, (_, number) => [`n${number}`, '*']);
    const { asked, read, most } = open({ root: { '1.0.0': Object.fromEntries(names) } });
    await readAhead(['root'], read, () => false);
    expect([asked.length, most()]).toEqual([41, 8]);
  });

  it('ends when the tree is there, whatever is left to read', async () => {
    const { asked, read } = open(REGISTRY);
    await readAhead(['root'], read, () => asked.length > 0);
    expect(asked).toEqual(['root']);
  });
});
